// What spreadsheets put on the clipboard, and what they take from it; knows no page.

const CELL = /("[^"]*(?:""[^"]*)*"(?=[\t\r\n]|$)|[^\t\r\n]*)(\t|\r\n|\r|\n|$)/g;
const MOST_SPANNED = 50; // columns or rows of one merged cell

/**
 * The rows of a text/plain clipboard. Spreadsheets put a tab between cells and a line end after rows, and quote only
 * cells that contain one of these; the quotes of any other cell belong to its text. Line breaks in a cell stay.
 */
export function cellsOf(text) {
  const rows = [[]];
  for (const [, cell, end] of text.replace(/(\r\n|\r|\n)$/, "").matchAll(CELL)) {
    const isQuoted = /[\t\r\n]/.test(cell);
    const inside = isQuoted ? cell.slice(1, -1).replaceAll('""', '"').replace(/\r\n?/g, "\n") : cell;
    rows.at(-1).push(inside.replaceAll("\t", " ").trim());
    if (!end) break;
    if (end !== "\t") rows.push([]);
  }
  return rows;
}

/** The text of a cell as people see it: a <br> or a paragraph is a line, other white space is a blank. */
function textOfCell(cell) {
  for (const end of cell.querySelectorAll("br, p + p, div + div")) end.before("\u2028");
  const lines = cell.textContent.replace(/[^\S\u2028]+/g, " ").split("\u2028");
  return lines.map((line) => line.trim()).join("\n").trim();
}

// A document that is only read has our policy too, so styles in it would be refused, and the refusals reported.
const STYLE = /\sstyle\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi;
const withoutStyles = (html) =>
  html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(STYLE, ""));

/** The rows of the table in a text/html clipboard, null if there is none; a merged cell has its text in its first. */
export function tableOf(html) {
  const table = new DOMParser().parseFromString(withoutStyles(html), "text/html").querySelector("table");
  if (!table) return null;
  const rows = [...table.rows].map(() => []);
  [...table.rows].forEach((row, down) => {
    let right = 0;
    for (const cell of row.cells) {
      while (rows[down][right] !== undefined) right += 1;
      const [wide, high] = [cell.colSpan, cell.rowSpan].map((span) => Math.min(span, MOST_SPANNED));
      for (let y = 0; y < high && rows[down + y]; y += 1) {
        for (let x = 0; x < wide; x += 1) rows[down + y][right + x] = x || y ? "" : textOfCell(cell);
      }
      right += wide;
    }
  });
  return rows.some((row) => row.length) ? rows.map((row) => Array.from(row, (text) => text ?? "")) : null;
}

/** Rows of cells as text/plain, in the form in which every spreadsheet reads them. */
export function textOf(rows) {
  const quoted = (text) => (/[\t\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => row.map(quoted).join("\t")).join("\n");
}

/** Rows of cells as text/html: spreadsheets that read it keep line breaks, and make no formula of a text. */
export function htmlOf(rows) {
  const table = document.createElement("table");
  for (const texts of rows) {
    const row = table.insertRow();
    for (const text of texts) row.insertCell().append(...text.split("\n").flatMap((line, n) => (n ? [document.createElement("br"), line] : [line])));
  }
  return table.outerHTML;
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
