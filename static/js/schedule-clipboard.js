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
