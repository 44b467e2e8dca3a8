"""Talks as a table that people edit and import again: CSV, or a workbook of Excel (.xlsx)."""

import csv
import io
from collections.abc import Iterable
from datetime import date, time
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO

from django.utils.translation import gettext as _

from seminars.formats.spreadsheet_columns import CHECK, COLUMNS, NAMES, NO, YES, Cell, Row, as_text
from seminars.text.cells import guarded

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

CSV_TYPE = "text/csv; charset=utf-8; header=present"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for another encoding
MOST_ROWS = 1_048_575  # of a sheet, below its header
FIRST_YEAR = 1901  # Excel counts the days of 1900 wrongly, and knows no earlier ones
FORMATS = {"day": "yyyy-mm-dd", "clock": "hh:mm", "text": "@"}


def write_csv(file: BinaryIO, rows: Iterable[Row]) -> None:
    """Write rows as CSV in UTF-8 (RFC 4180). An apostrophe stands wherever a spreadsheet would calculate."""
    lines = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    lines.write(BYTE_ORDER_MARK)
    table = csv.writer(lines)
    table.writerow([str(column.header) for column in COLUMNS])
    for row in rows:
        table.writerow([guarded(as_text(row.get(name, ""))) for name in NAMES])
    lines.detach()


def write_workbook(file: BinaryIO, rows: Iterable[Row]) -> None:
    """Write rows as a workbook, one at a time: the memory that it needs does not grow with them.

    Days and times are real ones; all else is text, which Excel never calculates.
    """
    library = import_module("xlsxwriter")  # when one is written: it takes 7 MB
    book = library.Workbook(file, {"constant_memory": True})
    formats = {name: book.add_format({"num_format": form, "valign": "top"}) for name, form in FORMATS.items()}
    bold = book.add_format({"bold": True})
    talks = book.add_worksheet(_("Talks"))
    _head(talks, formats, bold)
    last = 0
    for last, row in enumerate(rows, start=1):
        for at, name in enumerate(NAMES):
            _write(talks, (last, at), row.get(name, ""), formats)
    talks.autofilter(0, 0, max(last, 1), len(COLUMNS) - 1)
    _explain(book.add_worksheet(_("Explanations")), bold, book.add_format({"text_wrap": True, "valign": "top"}))
    book.close()


def _head(sheet: "Worksheet", formats: dict[str, "Format"], bold: "Format") -> None:
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(COLUMNS):
        form = {"date": "day", "end_date": "day", "start": "clock", "end": "clock"}.get(column.name, "text")
        is_hidden = {"hidden": column.name == CHECK}
        sheet.set_column(at, at, column.width, formats[form], is_hidden)
        sheet.write_string(0, at, str(column.header), bold)
        choices = [YES, NO] if column.name == "shares_room" else list(column.choices or ())
        if choices:
            sheet.data_validation(1, at, MOST_ROWS, at, {"validate": "list", "source": [str(one) for one in choices]})


def _write(sheet: "Worksheet", place: tuple[int, int], cell: Cell, formats: dict[str, "Format"]) -> None:
    if isinstance(cell, time):
        sheet.write_datetime(*place, cell, formats["clock"])
    elif isinstance(cell, date) and cell.year >= FIRST_YEAR:
        sheet.write_datetime(*place, cell, formats["day"])
    elif told := as_text(cell):
        sheet.write_string(*place, told, formats["text"])


def _explain(sheet: "Worksheet", bold: "Format", wrapped: "Format") -> None:
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 2, 50, wrapped)
    for at, header in enumerate((_("Column"), _("What it says"), _("Example"))):
        sheet.write_string(0, at, header, bold)
    for line, column in enumerate(COLUMNS, start=1):
        choices = "\n".join(f"{choice.value}: {choice.label}" for choice in column.choices or ())
        explained = "\n".join(filter(None, (str(column.help), choices)))
        for at, told in enumerate((str(column.header), explained, _example().get(column.name, ""))):
            sheet.write_string(line, at, told, wrapped)
    for line, rule in enumerate(_rules(), start=len(COLUMNS) + 2):
        sheet.write_string(line, 1, rule, wrapped)


def _rules() -> list[str]:
    return [
        _("Import this file on the desk when you have edited it. Only the cells that you have edited change a talk."),
        _("A cell that you clear clears the field. A column that you delete changes nothing."),
        _("A row that you delete does not delete its talk. Set its state to “cancelled” instead."),
        _("Add new talks below the last row, and leave UID and Check blank."),
    ]


def _example() -> dict[str, str]:
    """Return an example row. It goes on the sheet of explanations, which an import does not read."""
    return {
        "date": "2026-11-05", "start": "15:30", "end": "16:30", "zone": "Europe/Berlin", "title": _("On engines"),
        "speakers": "Ada Lovelace\nMary Somerville", "affiliations": "University of London\nOxford",
        "room": "Gutmann Hall, Room 414", "state": "draft", "topics": _("Computing"), "language": "en",
        "join_access": "open", "shares_room": NO, "recording": "planned", "programme": _("Coffee at 15:00"),
    }  # fmt: skip
