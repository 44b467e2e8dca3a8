// Fills the schedule from cells that were copied in a spreadsheet; without script, a paste goes into one cell.

const MOST_TOLD = 20; // values of one kind that are listed; all of them are counted
const CELL = /("[^"]*(?:""[^"]*)*"(?=[\t\r\n]|$)|[^\t\r\n]*)(\t|\r\n|\r|\n|$)/g;

/**
 * The rows of a text/plain clipboard. Spreadsheets put a tab between cells and a line end after rows, and quote only
 * cells that contain one of these; the quotes of any other cell belong to its text.
 */
export function cellsOf(text) {
  const rows = [[]];
  for (const [, cell, end] of text.replace(/(\r\n|\r|\n)$/, "").matchAll(CELL)) {
    const isQuoted = /[\t\r\n]/.test(cell);
    const inside = isQuoted ? cell.slice(1, -1).replaceAll('""', '"').replace(/[\t\r\n]+/g, " ") : cell;
    rows.at(-1).push(inside.trim());
    if (!end) break;
    if (end !== "\t") rows.push([]);
  }
  return rows;
}

const language = document.documentElement.lang || "en";
const NAMES = new Map(); // the first letters of months, with their numbers, and of days of the week, with 0
const keyOf = (name) => name.toLowerCase().slice(0, 3);

for (const locale of ["en", language]) {
  for (const length of ["long", "short"]) {
    const name = (parts, day) => keyOf(new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...parts }).format(day));
    for (let n = 0; n < 7; n++) NAMES.set(name({ weekday: length }, Date.UTC(2026, 0, n + 1)), 0);
    for (let n = 0; n < 12; n++) NAMES.set(name({ month: length }, Date.UTC(2026, n)), n + 1);
  }
}

function isoDay(year, month, day) {
  const found = new Date(Date.UTC(year < 100 ? year + 2000 : year, month - 1, day));
  return found.getUTCMonth() === month - 1 && found.getUTCDate() === day ? found.toISOString().slice(0, 10) : null;
}

/** Every day, as 2026-11-04, that a date may mean: 4/11/2026 is one in April and one in November. */
export function daysOf(text) {
  const numbers = (text.match(/\d+/g) ?? []).map(Number);
  const named = (text.match(/\p{L}+/gu) ?? []).map((word) => NAMES.get(keyOf(word)));
  const [month, ...more] = named.filter((number) => number !== 0);
  const [first, second, third] = numbers;
  let read = [];
  if (named.includes(undefined) || more.length) return [];
  if (month && numbers.length === 2) read = [isoDay(second, month, first)];
  else if (month || numbers.length !== 3) return [];
  else if (first > 31) read = [isoDay(first, second, third)];
  else if (text.includes(".")) read = [isoDay(third, second, first)];
  else read = [isoDay(third, second, first), isoDay(third, first, second)];
  return [...new Set(read)].filter(Boolean);
}

/** A time of day as 16:15, or null. */
export function clockOf(text) {
  const read = /^(\d\d?)(?:[:.h](\d\d))?(?:[:.]00)?\s*(?:([ap])\.?\s?m\.?|(uhr|h))?$/i.exec(text);
  if (!read) return null;
  const [, hour, minute, half, unit] = read;
  const isPossible = half ? hour >= 1 && hour <= 12 : hour < 24 && (minute || unit);
  if (!isPossible || minute > 59) return null;
  const hours = half ? (hour % 12) + (half.toLowerCase() === "p" ? 12 : 0) : hour;
  return `${String(hours).padStart(2, "0")}:${minute ?? "00"}`;
}

const collator = new Intl.Collator(language, { sensitivity: "accent" });
const isSame = (one, other) => collator.compare(one.trim(), other.trim()) === 0;

/** The value of the one option with this name; a room may be named without its building. */
function optionOf(select, text) {
  const options = [...select.options];
  const called = options.filter((option) => isSame(option.text, text));
  const found = called.length ? called : options.filter((option) => isSame(option.text.split(", ").at(-1), text));
  return found.length === 1 ? found[0].value : null;
}

/** What the value of a control has to be for a pasted text, or null if there is no such value. */
function valueOf(control, text) {
  if (control.type === "date") {
    const days = daysOf(text);
    const dated = daysOf(`${text} ${control.value.slice(0, 4)}`); // without a year, it can only be the day that is there
    if ([...days, ...dated].includes(control.value)) return control.value;
    return days.length === 1 ? days[0] : null;
  }
  if (control.type === "time") return clockOf(text);
  if (control.type === "select-one") return text ? optionOf(control, text) : "";
  return text;
}

const KINDS = { "select-one": "choices", date: "dates", time: "times" };

/** Put a text into a cell; return null, or the kind of the problem. A value that is there already is none. */
function fill(cell, text, filled) {
  const control = cell?.querySelector("input:not([type=hidden]), select");
  if (!control) return !text || isSame(cell?.textContent ?? "", text) ? null : "fixed";
  const isKept = !text && (control.disabled || ["date", "time"].includes(control.type)); // a talk always has both
  const value = isKept ? control.value : valueOf(control, text);
  if (value === control.value) return null;
  if (control.disabled) return "fixed";
  if (value === null) return KINDS[control.type];
  filled.push({ control, before: control.value, after: value });
  control.value = value;
  return null;
}

const table = document.querySelector("table.schedule");
const told = document.getElementById("pasted");
const status = told?.querySelector("[role=status]");
const undo = told?.querySelector("button");
const pastes = []; // pastes that can be undone, each a list of the cells that it filled
let isLatest = false; // nothing was typed since the latest paste

function list(values) {
  const whole = document.createElement("ul");
  const shown = values.length > MOST_TOLD ? [...values.slice(0, MOST_TOLD), "…"] : values;
  whole.append(...shown.map((value) => Object.assign(document.createElement("li"), { textContent: value })));
  return whole;
}

/** Show sentences. Each is a name in the data attributes of the region, and a number or the values to list. */
function tell(sentences) {
  const parts = sentences.flatMap(([name, values]) => {
    const sentence = document.createElement("p");
    sentence.textContent = status.dataset[name].replace("{number}", values.length ?? values);
    return Array.isArray(values) ? [sentence, list(values)] : [sentence];
  });
  status.replaceChildren(...parts);
  undo.hidden = !pastes.length;
}

/** Fill the cells from `control` to the right and below, and list what could not be filled in. */
function paste(control, lines) {
  const rows = [...table.querySelectorAll("tbody tr[data-day]")];
  const heads = [...table.tHead.rows[0].cells].map((head) => head.textContent);
  const [top, left] = [rows.indexOf(control.closest("tr")), control.closest("td").cellIndex];
  const filled = [];
  const lost = { rows: [], fixed: [], choices: [], dates: [], times: [] };
  lines.forEach((line, down) => {
    const row = rows[top + down];
    if (!row && line.some(Boolean)) lost.rows.push(line.filter(Boolean).join(", "));
    if (!row) return;
    line.forEach((text, right) => {
      const kind = fill(row.cells[left + right], text, filled);
      const place = [heads[left + right], row.dataset.day].filter(Boolean).join(", ");
      if (kind) lost[kind].push(`${place}: ${text}`);
    });
  });
  if (filled.length) pastes.push(filled);
  isLatest = filled.length > 0;
  tell([["done", filled.length], ...Object.entries(lost).filter(([, values]) => values.length)]);
  control.scrollIntoView({ block: "nearest" }); // the panel must not cover it
}

/** Put back what was in the cells before the latest paste, except in those that were changed since. */
function undoPaste() {
  const filled = pastes.pop();
  const same = filled.filter(({ control, after }) => control.value === after);
  const changed = filled.length - same.length;
  for (const { control, before } of same) control.value = before;
  isLatest = pastes.length > 0;
  tell([["undone", same.length], ...(changed ? [["changed", changed]] : [])]);
  filled[0].control.focus();
}

// Selects, dates and times hold no text cursor, so browsers may send their paste event to the page instead.
document.addEventListener("paste", (event) => {
  const control = document.activeElement;
  if (!table?.contains(control) || !control.matches("td :is(input, select):enabled")) return;
  const text = event.clipboardData.getData("text/plain");
  const lines = cellsOf(text);
  const isOneValue = lines.length === 1 && lines[0].length === 1 && lines[0][0] === text.trim();
  if (!text || (isOneValue && control.type === "text")) return; // as in any text field
  event.preventDefault();
  paste(control, lines);
});

table?.addEventListener("input", () => (isLatest = false));
table?.addEventListener("keydown", (event) => {
  const isUndo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  if (!isUndo || !isLatest) return; // what was typed since is undone by the browser first
  event.preventDefault();
  undoPaste();
});
undo?.addEventListener("click", undoPaste);
const help = document.getElementById("paste-help");
if (help) help.hidden = false;
