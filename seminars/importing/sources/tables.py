"""Find the table of talks in a spreadsheet: which sheet, which separator, which row is the header."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seminars.importing.sources.column_meanings import DATES, FoundColumn, is_exported, meanings_of
from seminars.importing.sources.workbook import Sheet, sheets_of
from seminars.text.cells import guarded

SEPARATORS = ",;\t|"
SAMPLES = 3  # values of each column that people are shown
_HEADER_WITHIN = 30  # rows
_LONGEST_SAMPLE = 80  # characters
_NONE: dict[str, str] = {}


@dataclass
class Table:
    """A table: its headers, the number of its header row from 1, and the rows below it."""

    headers: list[str]
    number: int
    rows: list[list[str]] = field(default_factory=list)

    def means(self, chosen: Mapping[str, str] = _NONE) -> list[str]:
        return meanings_of(self.headers, chosen)

    @property
    def is_exported(self) -> bool:
        return is_exported(self.headers)

    def found_columns(self, chosen: Mapping[str, str] = _NONE) -> list[FoundColumn]:
        """Return what each column with a header seems to mean, with its first values."""
        columns = zip(self.headers, self.means(chosen), strict=True)
        return [
            FoundColumn(header, means, tuple(self._samples(at))) for at, (header, means) in enumerate(columns) if header
        ]

    def _samples(self, at: int) -> list[str]:
        values = (" ".join(row[at].split())[:_LONGEST_SAMPLE] for row in self.rows if at < len(row))
        return list(dict.fromkeys(filter(None, values)))[:SAMPLES]


def text_of_workbook(content: bytes) -> tuple[str, list[str]]:
    """Return the sheet with talks of a workbook as CSV, and sentences on what else there is to say.

    Rows keep their numbers. Raise ValidationError if the workbook cannot be read, or has nothing in it.
    """
    sheets = [sheet for sheet in sheets_of(content) if any(any(row) for row in sheet.rows)]
    if not sheets:
        raise ValidationError(_("This spreadsheet is empty. Check that you chose the right file."))
    sheet = max(sheets, key=_likeness)
    table = table_in(sheet.rows, is_sure=True)
    written = io.StringIO()
    is_own = table is not None and table.is_exported
    csv.writer(written).writerows([guarded(cell) for cell in row] if is_own else row for row in sheet.rows)
    return written.getvalue(), list(_remarks_on(sheet, sheets, table))


def _likeness(sheet: Sheet) -> tuple[int, int]:
    table = table_in(sheet.rows)
    return (sum(map(bool, table.means())), len(table.rows)) if table else (0, 0)


def _remarks_on(sheet: Sheet, sheets: list[Sheet], table: Table | None) -> Iterator[str]:
    if len(sheets) > 1 and not (table and table.is_exported):
        others = ", ".join(f"“{other.name}”" for other in sheets if other is not sheet)
        yield _("Read from the sheet “%(sheet)s”. Not read: %(others)s.") % {"sheet": sheet.name, "others": others}
    first = table.number if table else 0
    if hidden := [number for number in sheet.hidden if number > first and any(sheet.rows[number - 1 : number])]:
        sentence = ngettext(
            "%(count)d row is hidden in the spreadsheet: row %(first)d. It is read too.",
            "%(count)d rows are hidden in the spreadsheet, from row %(first)d. They are read too.",
            len(hidden),
        )
        yield sentence % {"count": len(hidden), "first": hidden[0]}


def table_of(text: str, chosen: Mapping[str, str] = _NONE, *, is_sure: bool = False) -> Table | None:
    """Return the table in a text whose cells are separated by commas, semicolons, tabs or bars; None if it is none.

    `is_sure` says that it must be one, whatever its headers. Raise ValidationError if a cell cannot be read.
    """
    named, _newline, rest = text.partition("\n")
    if named.strip().lower().startswith("sep=") and len(named.strip()) <= 5:  # a line for Excel alone
        text = f"\n{rest}"
    beginning = "\n".join(text.split("\n", 200)[:200])
    tables = [(table_in(_rows(beginning, one), chosen, is_sure=is_sure), one) for one in SEPARATORS]
    found = [(sum(map(bool, table.means(chosen))), len(table.headers), one) for table, one in tables if table]
    if not found:
        return None
    separator = max(found, key=lambda one: one[:2])[2]
    return table_in(_rows(text, separator), chosen, is_sure=is_sure)


def table_in(rows: list[list[str]], chosen: Mapping[str, str] = _NONE, *, is_sure: bool = False) -> Table | None:
    """Return the table below the row that has the most known headers; None if no row has two.

    Then, if `is_sure`, or if all rows have the same shape, the first row with two cells is the header.
    """
    headers = [[" ".join(cell.split()) for cell in row] for row in rows[:_HEADER_WITHIN]]
    scores = [_score(row, chosen) for row in headers]
    best = max(scores, default=0)
    if best < 2:
        if not (is_sure or _is_regular(rows)):
            return None
        scores = [sum(map(bool, row)) > 1 for row in headers]
        best = max(scores, default=False)
        if not best:
            return None
    at = scores.index(best)
    return Table(_all_different(headers[at]), at + 1, rows[at + 1 :])


def _score(headers: list[str], chosen: Mapping[str, str]) -> int:
    means = meanings_of(headers, chosen)
    is_of_talks = any(one in {*DATES, "title", "speakers", "uid"} for one in means)
    return sum(map(bool, means)) + sum(header in chosen for header in headers) if is_of_talks else 0


def _is_regular(rows: list[list[str]]) -> bool:
    shapes = {len(row) for row in rows if any(row)}
    return len(shapes) == 1 and min(shapes) >= 3 and sum(any(row) for row in rows) >= 3


def _all_different(headers: list[str]) -> list[str]:
    """Return the headers, with "Speaker (2)" for a second "Speaker"."""
    seen: dict[str, int] = {}
    different = []
    for header in headers:
        seen[header] = seen.get(header, 0) + 1
        different.append(f"{header} ({seen[header]})" if header and seen[header] > 1 else header)
    return different


def _rows(text: str, separator: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return list(reader)
    except csv.Error as error:
        sentence = _("Line %(line)d of the table cannot be read. Check its quotation marks.")
        raise ValidationError(sentence % {"line": reader.line_num}) from error
