// Copies and pastes blocks of cells between the schedule and spreadsheets, and fills cells down.

import { addRow, controlIn, fill, isCell, nameOf, rows, set, table, textIn } from "./schedule-cells.js";
import { cellsOf, htmlOf, tableOf, textOf } from "./schedule-clipboard.js";
import { cellsIn, current, isEdited, range } from "./schedule-selection.js";
import { remember } from "./schedule-steps.js";
import { tell } from "./schedule-told.js";

/** Fill cells from the first of a range to the right and below; rows are added where the table ends. */
function paste(lines) {
  const { top, bottom, left, right } = range();
  const isOneValue = lines.length === 1 && lines[0].length === 1;
  const block = isOneValue ? cellsIn({ top, bottom, left, right }).map((cells) => cells.map(() => lines[0][0])) : lines;
  const edits = [];
  const lost = { rows: [], fixed: [], choices: [] };
  block.forEach((line, down) => {
    let row = rows()[top + down];
    if (!row && !line.some(Boolean)) return;
    if (!row && (row = addRow())) edits.push({ row });
    if (!row) {
      lost.rows.push(line.filter(Boolean).join(", "));
      return;
    }
    line.forEach((text, along) => {
      const kind = fill(row.cells[left + along], text, edits);
      if (kind) lost[kind].push(`${nameOf(row, left + along)}: ${text}`);
    });
  });
  remember(edits);
  const cells = edits.filter(({ control }) => control).length;
  tell([["done", cells], ...Object.entries(lost).filter(([, values]) => values.length)]);
  current().scrollIntoView({ block: "nearest" }); // the panel must not cover it
}

/** Copy the first row of a range to the others. */
function copyDown(chosen) {
  const [first, ...others] = cellsIn(chosen);
  const edits = [];
  const lost = [];
  for (const cells of others) {
    cells.forEach((cell, along) => {
      const [from, to] = [controlIn(first[along]), controlIn(cell)];
      if (!from || !to || from.value === to.value) return;
      if (to.disabled) {
        lost.push(nameOf(cell.parentElement, cell.cellIndex));
        return;
      }
      edits.push({ control: to, before: to.value, after: from.value });
      set(to, from.value);
    });
  }
  remember(edits);
  tell([["done", edits.length], ...(lost.length ? [["fixed", lost]] : [])]);
}

/** Fill the selected cells from their first row; a single cell from the one above it. */
export function fillDown() {
  const chosen = range();
  if (!chosen || (chosen.top === chosen.bottom && !chosen.top)) return;
  copyDown(chosen.top === chosen.bottom ? { ...chosen, top: chosen.top - 1 } : chosen);
}

/** Fill the selected cells from their first row; from a single cell, all cells below it. */
export function fillBelow() {
  const chosen = range();
  if (!chosen) tell([["nowhere", 0]]);
  else copyDown(chosen.top === chosen.bottom ? { ...chosen, bottom: rows().length - 1 } : chosen);
}

/** Blank the selected cells, except those that a talk always has. */
export function clear() {
  const edits = [];
  for (const cell of cellsIn(range()).flat()) {
    if (!controlIn(cell)?.disabled) fill(cell, "", edits);
  }
  remember(edits);
  return edits.length;
}

function copy(event) {
  const control = document.activeElement;
  if (!isCell(control) || isEdited(control)) return false;
  const texts = cellsIn(range()).map((cells) => cells.map((cell) => textIn(controlIn(cell))));
  event.preventDefault();
  event.clipboardData.setData("text/plain", textOf(texts));
  event.clipboardData.setData("text/html", htmlOf(texts));
  return true;
}

if (table) {
  document.addEventListener("copy", copy);
  document.addEventListener("cut", (event) => {
    if (copy(event)) tell([["done", clear()]]);
  });
  // Selects hold no text cursor, so browsers may send their paste event to the page instead.
  document.addEventListener("paste", (event) => {
    const control = document.activeElement;
    if (!isCell(control) || control.disabled) return;
    const text = event.clipboardData.getData("text/plain");
    const lines = tableOf(event.clipboardData.getData("text/html")) ?? (text ? cellsOf(text) : []);
    const isOneValue = lines.length === 1 && lines[0].length === 1;
    const isText = ["text", "textarea", "url", "number"].includes(control.type);
    if (!lines.length || (isOneValue && isText && range().isOne && lines[0][0] === text.trim())) return; // as in any field
    event.preventDefault();
    paste(lines);
  });
}
