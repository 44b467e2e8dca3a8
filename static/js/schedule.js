// Makes a grid of the table of the schedule: keys, undo, new rows, marks. Without script it is a form of fields.

import { addRow, begin, commit, controlIn, form, isCell, rows, seenIn, set, table, unsaved, valueBefore } from "./schedule-cells.js";
import { clear, fillBelow, fillDown } from "./schedule-paste.js";
import * as selection from "./schedule-selection.js";
import * as steps from "./schedule-steps.js";
import { tell } from "./schedule-told.js";

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const FAR = 10_000; // rows or columns
const bar = document.getElementById("pasted");
const button = (name) => bar.querySelector(`[data-does=${name}]`);

function save() {
  form.requestSubmit(form.querySelector("[name=_save]"));
}

function undo() {
  if (!steps.canUndo()) return;
  const edits = steps.undo();
  tell([["undone", edits.filter(({ control }) => control).length]]);
  const shown = edits.map(({ control, box }) => control ?? box).findLast((one) => one?.isConnected);
  if (isCell(shown)) selection.go(shown);
  else (shown ?? controlIn(rows().at(-1)?.cells[0]))?.focus();
}

function redo() {
  if (!steps.canRedo()) return;
  const edits = steps.redo(table);
  tell([["done", edits.filter(({ control }) => control).length]]);
}

function add() {
  const row = addRow();
  if (!row) return tell([["full", 0]]);
  steps.remember([{ row }]);
  selection.go(controlIn(row.cells[0]));
  return null;
}

/** Take back what is being typed in a field. */
function revert(control) {
  set(control, valueBefore(control));
  selection.leave(control);
}

const SHORTCUTS = {
  a: () => selection.selectAll(),
  d: () => fillDown(),
  z: () => undo(),
  y: () => redo(),
  Z: () => redo(),
};

/** What a key with Ctrl does in a cell; return whether it does anything. */
function shortcut(event, control) {
  const isTyping = control.value !== valueBefore(control);
  const key = event.key.length === 1 && !event.shiftKey ? event.key.toLowerCase() : event.key;
  if (event.key === "Enter") save();
  else if (ARROWS[event.key] || ["Home", "End"].includes(event.key)) return !selection.isEdited(control) && jump(event, control);
  else if (!SHORTCUTS[key] || (key !== "d" && selection.isEdited(control) && (isTyping || key === "a"))) return false;
  else SHORTCUTS[key]();
  return true;
}

function jump(event, control) {
  const isLast = ["End", "ArrowDown", "ArrowRight"].includes(event.key);
  const [down, right] = ARROWS[event.key] ?? [isLast ? 1 : -1, isLast ? 1 : -1];
  if (event.shiftKey) selection.extendTo(selection.headAfter(down * FAR, right * FAR));
  else if (!ARROWS[event.key]) selection.goToEnd(control, { isLast, ofTable: true });
  else if (right) selection.goToEnd(control, { isLast, ofTable: false });
  else {
    const column = control.closest("tr > *").cellIndex;
    const open = rows().map((row) => controlIn(row.cells[column])).filter((one) => one && !one.disabled);
    selection.go(isLast ? open.at(-1) : open[0]);
  }
  return true;
}

/** What a key does while the arrow keys move the text cursor. */
function keyWhileEditing(event, control) {
  if (event.key === "Escape") revert(control);
  else if (event.key === "F2") selection.leave(control);
  else if (event.key === "Enter" && event.altKey && control.type === "textarea") control.setRangeText("\n", control.selectionStart, control.selectionEnd, "end");
  else if (event.key === "Enter") {
    selection.leave(control);
    selection.move(control, event.shiftKey ? -1 : 1, 0);
  } else return false;
  return true;
}

/** What a key does while a cell is selected. */
function keyInCell(event, control) {
  const arrow = ARROWS[event.key];
  if (arrow && event.altKey) return beginEditing(control); // opens a list
  if (arrow && event.shiftKey) selection.extendTo(selection.headAfter(...arrow));
  else if (arrow) selection.move(control, ...arrow);
  else if (["Home", "End"].includes(event.key) && event.shiftKey) selection.extendTo(selection.headAfter(0, event.key === "End" ? FAR : -FAR));
  else if (["Home", "End"].includes(event.key)) selection.goToEnd(control, { isLast: event.key === "End", ofTable: false });
  else if (event.key === "Enter" && event.shiftKey) selection.move(control, -1, 0);
  else if (event.key === "Enter" || event.key === "F2") selection.edit(control, { atEnd: true });
  else if (event.key === "Escape") selection.collapse();
  else if (event.key === "Delete" || event.key === "Backspace") tell([["done", clear()]]);
  else if (event.key.length === 1) return beginEditing(control);
  else return false;
  return true;
}

/** Let the browser do what the key does in any field. */
function beginEditing(control) {
  selection.edit(control);
  return false;
}

function keydown(event) {
  const control = event.target;
  if (!isCell(control) || event.isComposing) return;
  const isShortcut = (event.ctrlKey || event.metaKey) && !event.altKey;
  const answer = isShortcut ? shortcut : selection.isEdited(control) ? keyWhileEditing : keyInCell;
  if (answer(event, control)) event.preventDefault();
}

function count() {
  const number = unsaved();
  bar.querySelector(".unsaved").textContent = number ? bar.dataset.unsaved.replace("{number}", number) : "";
  button("undo").disabled = !steps.canUndo();
  button("redo").disabled = !steps.canRedo();
}

/** Show a row that is to be deleted as such. */
function strike(box) {
  box.closest("tr").classList.toggle("is-removed", box.checked);
  count();
}

function takeTheirs(taken) {
  const control = controlIn(taken.closest("tr > *"));
  const before = control.value;
  set(control, seenIn(control));
  steps.remember([{ control, before, after: control.value }]);
  selection.go(control);
}

function start() {
  let isLeaving = false;
  rows().forEach(begin);
  for (const one of bar.querySelectorAll("[hidden]")) one.hidden = false;
  document.getElementById("grid-help").hidden = false;
  for (const taking of table.querySelectorAll("button.theirs")) taking.hidden = false;
  count();
  table.addEventListener("keydown", keydown);
  table.addEventListener("compositionstart", (event) => isCell(event.target) && selection.edit(event.target));
  table.addEventListener("change", (event) => {
    if (event.target.matches(".remove input")) {
      steps.remember([{ box: event.target }]);
      strike(event.target);
    } else if (isCell(event.target)) steps.remember([commit(event.target)].filter(Boolean));
  });
  table.addEventListener("turned", (event) => strike(event.target));
  table.addEventListener("marked", count);
  table.addEventListener("click", (event) => event.target.matches("button.theirs") && takeTheirs(event.target));
  steps.onStep(count);
  selection.onRange((down, right) => tell([["range", down, right]]));
  form.addEventListener("submit", () => (isLeaving = true));
  addEventListener("pageshow", () => (isLeaving = false));
  addEventListener("beforeunload", (event) => {
    const isTyping = isCell(document.activeElement) && document.activeElement.value !== valueBefore(document.activeElement);
    if (!isLeaving && (unsaved() || isTyping)) event.preventDefault();
  });
  const actions = { down: fillBelow, undo, redo };
  for (const [name, act] of Object.entries(actions)) button(name).addEventListener("click", act);
  form.querySelector("[name=_add]").addEventListener("click", (event) => {
    event.preventDefault();
    add();
  });
}

if (form) start();
