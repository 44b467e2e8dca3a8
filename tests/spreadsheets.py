"""Make and read spreadsheets for tests."""

import csv
import io
from datetime import date, time

from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from seminars import importing
from seminars.importing import ImportOptions


def csv_of(rows, separator=","):
    """Rows of cells as the bytes of a CSV file."""
    written = io.StringIO()
    csv.writer(written, delimiter=separator).writerows(rows)
    return written.getvalue().encode()


def workbook_of(*sheets, epoch_1904=False):
    """The bytes of an .xlsx: each sheet is a name and rows of cells, or a function that fills it."""
    file = io.BytesIO()
    book = Workbook(file, {"date_1904": epoch_1904, "default_date_format": "yyyy-mm-dd"})
    clock = book.add_format({"num_format": "hh:mm"})
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        if callable(rows):
            rows(book, sheet)
            continue
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(at, column, cell)
                else:
                    sheet.write(at, column, cell, *([clock] if isinstance(cell, time) else []))
    book.close()
    return file.getvalue()


def rows_of_csv(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def rows_of_workbook(content):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def read_file(content, name="file", **columns):
    """What the importer reads from a file."""
    return importing.read_content(content, name=name, columns=columns or None)


def plan_of(content, **options):
    return importing.plan_content(content, ImportOptions(**options), name="file")


def edit(content, **cells):
    """The same file, saved by a spreadsheet after these cells of its first talk were edited, by the header."""
    is_workbook = content.startswith(b"PK")
    rows = rows_of_workbook(content) if is_workbook else rows_of_csv(content)
    for header, cell in cells.items():
        rows[1][rows[0].index(header.replace("_", " "))] = cell
    return workbook_of(("Talks", rows)) if is_workbook else csv_of([_typed(row) for row in rows])


def _typed(row):
    return [f"{cell:%H:%M}" if isinstance(cell, time) else cell.isoformat() if isinstance(cell, date) else cell for cell in row]
