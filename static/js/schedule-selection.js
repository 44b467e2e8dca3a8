// Which cells of the schedule are selected, and how the keyboard, the mouse and touch move among them.

import { columns, controlAt, controlIn, isCell, placeOf, rows, table } from "./schedule-cells.js";

let anchor = null; // the field that has, or had, the focus
let head = null; // the row and column at which the selected range ends
let edited = null; // the field in which the arrow keys move the text cursor
const listeners = [];

/** Call a function with the number of rows and columns whenever several cells are selected. */
export const onRange = (tell) => listeners.push(tell);
export const current = () => (anchor?.isConnected ? anchor : null);
export const isEdited = (control) => edited === control;

/** The selected rows and columns, the first and the last of each; null if there is no cell. */
export function range() {
  if (!current()) return null;
  const one = placeOf(anchor);
  const other = head ?? one;
  const [top, bottom] = [one.row, other.row].sort((a, b) => a - b);
  const [left, right] = [one.column, other.column].sort((a, b) => a - b);
  return { top, bottom, left, right, isOne: top === bottom && left === right };
}

/** The cells of a range, by row. */
export function cellsIn({ top, bottom, left, right }) {
  return rows().slice(top, bottom + 1).map((row) => [...row.cells].slice(left, right + 1));
}

function show() {
  for (const cell of table.querySelectorAll(".is-selected")) cell.classList.remove("is-selected");
  const chosen = range();
  if (!chosen || chosen.isOne) return;
  for (const cell of cellsIn(chosen).flat()) cell.classList.add("is-selected");
  listeners.forEach((tell) => tell(chosen.bottom - chosen.top + 1, chosen.right - chosen.left + 1));
}

/** Let a range end at a row and column. */
export function extendTo(place) {
  if (!current()) return;
  head = { row: Math.max(0, Math.min(place.row, rows().length - 1)), column: Math.max(0, Math.min(place.column, columns() - 1)) };
  edited = null;
  show();
  rows()[head.row].cells[head.column].scrollIntoView({ block: "nearest", inline: "nearest" });
}

export function collapse() {
  head = null;
  show();
}

export function selectAll() {
  const first = table.querySelector("tr[data-day] :is(input, select, textarea):enabled:not([type=hidden])");
  if (!current()) go(first);
  const place = placeOf(anchor);
  anchor = controlAt({ row: 0, column: 0 }) ?? anchor;
  if (!anchor.disabled) anchor.focus({ preventScroll: true });
  else anchor = controlAt(place);
  head = { row: rows().length - 1, column: columns() - 1 };
  edited = null;
  show();
}

function selectText(control) {
  if (["text", "textarea", "number", "url"].includes(control.type)) control.select();
}

/** Focus a field as a cell: the arrow keys move on from it. */
export function go(control) {
  if (!control) return;
  control.focus();
  anchor = control;
  edited = null;
  collapse();
  selectText(control);
  control.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Let the arrow keys move the text cursor in a field. */
export function edit(control, { atEnd = false } = {}) {
  edited = control;
  collapse();
  if (atEnd && ["text", "textarea", "url"].includes(control.type)) control.setSelectionRange(control.value.length, control.value.length);
}

export function leave(control) {
  edited = null;
  selectText(control);
}

/** Go on from a field by so many rows and columns, past those that cannot be changed. */
export function move(control, down, right) {
  let { row, column } = placeOf(control);
  for (;;) {
    row += down;
    column += right;
    if (row < 0 || column < 0 || row >= rows().length || column >= columns()) return;
    const next = controlAt({ row, column });
    if (next && !next.disabled) {
      go(next);
      return;
    }
  }
}

/** Go to the first or last cell of a row, or of the table, that can be changed. */
export function goToEnd(control, { isLast, ofTable }) {
  const row = control.closest("tr");
  const all = (ofTable ? rows() : [row]).flatMap((one) => [...one.cells].map(controlIn));
  const open = all.filter((one) => one && !one.disabled);
  go(isLast ? open.at(-1) : open[0]);
}

/** Where a range that is extended by a key ends next. */
export function headAfter(down, right) {
  const { row, column } = head ?? placeOf(anchor);
  return { row: row + down, column: column + right };
}

if (table) {
  let pressed = null;
  table.addEventListener("pointerdown", (event) => {
    pressed = event.button === 0 && isCell(event.target) ? event.target : null;
    if (!pressed || event.pointerType !== "mouse" || !event.shiftKey || !current() || pressed === anchor) return;
    event.preventDefault();
    extendTo(placeOf(pressed));
    pressed = null;
  });
  // The focus follows the mouse event, which has to be refused as well.
  table.addEventListener("mousedown", (event) => {
    if (event.shiftKey && isCell(event.target) && current() && event.target !== anchor) event.preventDefault();
  });
  table.addEventListener("pointerover", (event) => {
    const control = event.buttons === 1 && event.pointerType === "mouse" && controlIn(event.target.closest("tr[data-day] > *"));
    if (!control || !anchor || pressed !== anchor || (control === anchor && !head)) return;
    getSelection().removeAllRanges();
    extendTo(placeOf(control));
  });
  table.addEventListener("focusin", (event) => {
    if (!isCell(event.target) || event.target === anchor) return;
    anchor = event.target;
    edited = pressed === anchor ? anchor : null;
    collapse();
    if (!edited) selectText(anchor);
  });
  table.addEventListener("click", (event) => {
    if (isCell(event.target) && !event.shiftKey && event.target === anchor && (!head || range().isOne)) edit(anchor);
    pressed = null;
  });
}
