// The rows and cells of the schedule: their fields, what may be put into them, and which are not saved yet.

const MOST_ROWS = 200;
const CONTROL = ":is(input, select, textarea):not([type=hidden], [type=checkbox])";

export const form = document.getElementById("schedule");
export const table = form?.querySelector("table.schedule");
const template = document.getElementById("new-row");
const committed = new WeakMap(); // the value of each field after the latest step that can be undone

export const rows = () => [...table.querySelectorAll("tbody tr[data-day]")];
export const columns = () => table.tHead.rows[0].cells.length - 1; // the last one has no field
export const controlIn = (cell) => cell?.querySelector(CONTROL) ?? null;
export const controlAt = ({ row, column }) => controlIn(rows()[row]?.cells[column]);
export const isCell = (element) => Boolean(table?.contains(element) && element.matches(`tr[data-day] > * > ${CONTROL}`));

/** The row and column of a field. */
export function placeOf(control) {
  const cell = control.closest("tr > *");
  return { row: rows().indexOf(cell.parentElement), column: cell.cellIndex };
}

/** How a list calls a cell: "Title, 4 November". */
export function nameOf(row, column) {
  const head = table.tHead.rows[0].cells[column]?.textContent;
  return [head, row.dataset.day].filter(Boolean).join(", ");
}

/** What a cell shows, as text. */
export function textIn(control) {
  if (!control) return "";
  if (control.type !== "select-one") return control.value;
  return control.value ? control.selectedOptions[0].text : "";
}

const language = document.documentElement.lang || "en";
const collator = new Intl.Collator(language, { sensitivity: "accent" });
const isSame = (one, other) => collator.compare(one.trim(), other.trim()) === 0;

/** The value of the one option with this name; a room may be named without its building. */
function optionOf(select, text) {
  const options = [...select.options];
  const called = options.filter((option) => isSame(option.text, text));
  const found = called.length ? called : options.filter((option) => isSame(option.text.split(", ").at(-1), text));
  return found.length === 1 ? found[0].value : null;
}

/** What the value of a control has to be for a text, or null if there is no such value. */
function valueOf(control, text) {
  if (control.type === "select-one") return text ? optionOf(control, text) : "";
  return control.type === "textarea" ? text : text.replace(/\s*\n\s*/g, " ");
}

/** Put a text into a cell; return null, or the kind of the problem. A value that is there already is none. */
export function fill(cell, text, edits) {
  const control = controlIn(cell);
  if (!control) return !text || isSame(cell?.querySelector("a")?.textContent ?? "", text) ? null : "fixed";
  const isKept = !text && (control.disabled || control.dataset.typed || control.type === "number"); // a talk always has these
  const value = isKept ? control.value : valueOf(control, text);
  if (value === control.value) return null;
  if (control.disabled) return "fixed";
  if (value === null) return "choices";
  edits.push({ control, before: control.value, after: value });
  set(control, value);
  return null;
}

/** Set the value of a field as part of a step that can be undone. */
export function set(control, value) {
  const isOther = control.value !== value;
  control.value = value;
  if (isOther) control.dispatchEvent(new Event("filled")); // to say how a day or a time is read
  committed.set(control, value);
  mark(control);
}

/** The value of a field before what is being typed in it. */
export const valueBefore = (control) => committed.get(control) ?? control.value;

/** Note the value of a field that somebody typed; return what changed, or null. */
export function commit(control) {
  const [before, after] = [valueBefore(control), control.value];
  set(control, after);
  return before === after ? null : { control, before, after };
}

/** What the page showed before anybody typed; null in a new row. */
export function seenIn(control) {
  const row = control.closest("tr");
  return form.elements[`${row.id}-seen-${control.name.slice(row.id.length + 1)}`]?.value ?? null;
}

const plain = (value) => value.replace(/\r\n?/g, "\n").trim();

function mark(control) {
  const isUnsaved = plain(control.value) !== plain(seenIn(control) ?? "");
  control.closest("tr > *").classList.toggle("is-unsaved", isUnsaved);
  control.title = isUnsaved ? table.dataset.unsaved : "";
  table.dispatchEvent(new Event("marked"));
}

/** How many cells and rows are not saved yet. */
export const unsaved = () => table.querySelectorAll(".is-unsaved").length + table.querySelectorAll("tr.is-removed").length;

/** Note the values of a row's fields, and mark those that are not saved. */
export function begin(row) {
  for (const control of [...row.cells].map(controlIn).filter(Boolean)) set(control, control.value);
}

/** An identity of a row, so that a page that is sent twice makes one talk of it; randomUUID needs HTTPS. */
const newUid = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Add a row on the next free day; return it, or null where the table is full. */
export function addRow() {
  const all = rows();
  if (all.length >= MOST_ROWS) return null;
  const number = 1 + Math.max(0, ...all.map((row) => Number(/^new-(\d+)$/.exec(row.id)?.[1] ?? 0)));
  const maker = document.createElement("template");
  maker.innerHTML = template.innerHTML.replaceAll("__prefix__", number);
  const row = maker.content.querySelector("tr");
  const taken = all.map((one) => controlIn(one.cells[0])?.value);
  const day = template.dataset.days.split(" ").find((one) => !taken.includes(one));
  table.tBodies[0].append(row);
  controlIn(row.cells[0]).value = day ?? "";
  row.dispatchEvent(new Event("row:added", { bubbles: true }));
  row.querySelector("input[name$=-uid]").value = newUid();
  begin(row);
  return row;
}
