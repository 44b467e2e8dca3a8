"""Parsing a spreadsheet: CSV, cells pasted from one, or a workbook that was turned into CSV; one talk on each row."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars import times
from seminars.importing.events import Refusal, SourceEvent, SourceFile
from seminars.importing.sources.cells import read_moment
from seminars.importing.sources.column_meanings import DATES, DAY_FIRST, MONTH_FIRST
from seminars.importing.sources.spreadsheet_rows import RowReader
from seminars.importing.sources.tables import Table
from seminars.text.cells import unguarded
from seminars.typed_dates import orders_of

MOST = 20_000  # talks
MOST_SHOWN = 10  # numbers of rows, or headers, in one remark
_NAMES_OF_TALKS = ("uid", "title", "speakers", "given_name", "family_name")


class NoDateColumn(ValidationError):
    """Nobody has said which column of a spreadsheet is the date."""


@dataclass(frozen=True)
class NumberedRow:
    """A row of the spreadsheet, from 1, and its cells by what they mean."""

    number: int
    cells: dict[str, str]

    @property
    def day(self) -> str:
        return next((self.cells[name] for name in DATES if name in self.cells), "")

    @property
    def names_a_talk(self) -> bool:
        return any(self.cells.get(name) for name in _NAMES_OF_TALKS)

    @property
    def is_heading(self) -> bool:
        """Tell whether it has a single cell, which is no day: "November", "Summer term"."""
        if self.names_a_talk or sum(map(bool, self.cells.values())) != 1:
            return False
        try:
            read_moment(self.day, "day-first")
        except ValueError:
            return True
        return False


def parse_spreadsheet(table: Table, chosen: Mapping[str, str], most: int = MOST, order: str = "") -> SourceFile:
    """Parse a table of talks; `chosen` is what an organiser said that columns mean, by header.

    `order` says how 05/11/2026 is read: "day-first", "month-first" or, by default, as the dates tell. Raise
    NoDateColumn if no column has days, ValidationError if more than `most` rows are new or edited.
    """
    means = table.means(chosen)
    if not {*DATES, "uid"} & set(means):
        raise NoDateColumn(
            _("We could not tell which column of this spreadsheet has the date. Choose it, or call it “Date”.")
        )
    rows = list(_rows(table, means))
    talks = [row for row in rows if row.names_a_talk or (row.day and not row.is_heading)]
    order = order or _order(talks, means)
    reader = RowReader(is_exported=table.is_exported, order=order, near=_first_day(talks, order) or times.today())
    remarks = list(_remarks_on(table, means, [row for row in rows if row.is_heading]))
    file = SourceFile(remarks=remarks, headers=tuple(table.headers))
    for row in talks:
        _add(file, reader, row)
    _refuse_doubles(file)
    if sum(event.edited != frozenset() for event in file.events) > most:
        sentence = _("This spreadsheet has more than %(most)d new or edited talks. Import fewer rows at once.")
        raise ValidationError(sentence % {"most": most})
    return file


def _rows(table: Table, means: list[str]) -> Iterator[NumberedRow]:
    """Yield the rows that have cells, but not the header where it is repeated."""
    known, is_ours = [name for name in means if name], table.is_exported
    for number, row in enumerate(table.rows, start=table.number + 1):
        if not any(row) or [" ".join(cell.split()) for cell in row] == table.headers:
            continue
        cells = {name: _stripped(name, cell) for name, cell in zip(means, row, strict=False) if name}
        if is_ours:
            cells = {name: unguarded(cell) for name, cell in cells.items()}
        yield NumberedRow(number, dict.fromkeys(known, "") | cells)  # a row can be shorter than the header


def _stripped(name: str, cell: str) -> str:
    """Keep line ends around affiliations: each is on the line of its speaker, and the last may be blank."""
    return cell.strip(" ") if name == "affiliations" else cell.strip()


def _order(rows: list[NumberedRow], means: list[str]) -> str:
    """Return in which order days such as 05/11/2026 are written, as far as the column or any of its days tells."""
    if DAY_FIRST in means or MONTH_FIRST in means:
        return "day-first" if DAY_FIRST in means else "month-first"
    possible = [orders for row in rows if (orders := orders_of(row.day))]
    common = set.intersection(*possible) if possible else set()
    return common.pop() if len(common) == 1 else ""


def _first_day(rows: list[NumberedRow], order: str) -> date | None:
    """Return the first day that is written with its year."""
    for row in rows:
        with suppress(ValueError):
            return read_moment(row.day, order)[0].day
    return None


def _add(file: SourceFile, reader: RowReader, row: NumberedRow) -> None:
    try:
        file.events.append(reader.event(row.number, row.cells))
    except ValidationError as error:
        name = row.cells.get("title") or row.cells.get("speakers") or row.day
        uid = row.cells.get("uid", "")
        file.refusals.append(Refusal(row.number, name, " ".join(error.messages), uid))


def _refuse_doubles(file: SourceFile) -> None:
    """Keep the first of several rows with one UID: a copied row is meant to be another talk."""
    first: dict[str, SourceEvent] = {}
    for event in file.events:
        known = first.setdefault(event.uid, event)
        if known is not event:
            sentence = _("This row has the same UID as row %(row)d. If it is a new talk, clear its UID and Check.")
            file.refusals.append(Refusal(event.line, event.name, sentence % {"row": known.line}, event.uid))
    file.events = list(first.values())


def _remarks_on(table: Table, means: list[str], headings: list[NumberedRow]) -> Iterator[str]:
    unknown = [header for header, one in zip(table.headers, means, strict=True) if header and not one]
    if unknown:
        yield _("Columns that are not imported: %(columns)s.") % {"columns": _some(unknown)}
    if headings and not table.is_exported:  # ours has rows to fill in
        numbers = [str(row.number) for row in headings]
        yield _("Rows with a single cell were left out: %(rows)s.") % {"rows": _some(numbers)}


def _some(words: list[str]) -> str:
    shown = ", ".join(words[:MOST_SHOWN])
    return f"{shown} …" if len(words) > MOST_SHOWN else shown
