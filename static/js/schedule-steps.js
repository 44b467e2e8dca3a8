// What was done in the schedule since it was opened, so that it can be undone step by step before it is saved.

import { set } from "./schedule-cells.js";

const done = [];
const undone = [];
const listeners = [];

const changed = () => listeners.forEach((tell) => tell());

/** Call a function whenever a step was done or undone. */
export const onStep = (tell) => listeners.push(tell);
export const canUndo = () => done.length > 0;
export const canRedo = () => undone.length > 0;

/** Remember a step: what became of fields, `{control, before, after}`, of boxes, `{box}`, and rows, `{row}`. */
export function remember(edits) {
  if (!edits.length) return;
  done.push(edits);
  undone.length = 0;
  changed();
}

function turn(box) {
  box.checked = !box.checked;
  box.dispatchEvent(new Event("turned", { bubbles: true }));
}

/** Take back the latest step; return its edits. */
export function undo() {
  const edits = done.pop().reverse();
  for (const { control, before, box, row } of edits) {
    if (control) set(control, before);
    else if (box) turn(box);
    else row.remove();
  }
  undone.push(edits);
  changed();
  return edits;
}

/** Do again what was undone last; return its edits. */
export function redo(table) {
  const edits = undone.pop().reverse();
  for (const { control, after, box, row } of edits) {
    if (control) set(control, after);
    else if (box) turn(box);
    else table.tBodies[0].append(row);
  }
  done.push(edits);
  changed();
  return edits;
}
