"""Make and read spreadsheets for tests."""

import csv
import io
from datetime import date, time

from django.urls import reverse
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from seminars import importing
from seminars.importing import ImportOptions
from seminars.models import Appearance, JoinAccess, Recording, Role
from tests.factories import in_new_york, make_room, make_series, make_speaker, make_talk, make_topic


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


def first_of(content, **columns):
    """The first talk of a file, which has no refusals."""
    file = read_file(content, **columns)
    assert file.refusals == []
    return file.events[0]


def refusals_of(content, **columns):
    return [(one.line, one.reason) for one in read_file(content, **columns).refusals]


def plan_of(content, **options):
    return importing.plan_content(content, ImportOptions(**options), name="file")


def import_all(content, **options):
    """Import a file as it is planned, and return the plan."""
    plan = plan_of(content, **options)
    importing.apply_plan(plan)
    return plan


def edit(content, **cells):
    """The same file, saved by a spreadsheet after these cells of its first talk were edited, by the header."""
    is_workbook = content.startswith(b"PK")
    rows = rows_of_workbook(content) if is_workbook else rows_of_csv(content)
    for header, cell in cells.items():
        rows[1][rows[0].index(header.replace("_", " "))] = cell
    return workbook_of(("Talks", rows)) if is_workbook else csv_of([_typed(row) for row in rows])


def _typed(row):
    return [
        f"{cell:%H:%M}" if isinstance(cell, time) else cell.isoformat() if isinstance(cell, date) else cell
        for cell in row
    ]


def exported(client, form="csv", query="?when=all"):
    """The file that the list of talks offers."""
    response = client.get(reverse("admin:seminars_talk_export", args=[form]) + query)
    return b"".join(response.streaming_content)


def make_full_talk():
    """A talk of which every field says something; a series called SYS is there beside it."""
    asset = make_series(short_name="ASSET")
    speakers = [make_speaker(name="Ada Lovelace", affiliation="London; Ockham"), make_speaker(name="Mary Somerville")]
    talk = make_talk(
        series=asset, also_in=[make_series(short_name="PRiML")], kind="Colloquium", title="=On engines; =1+1",
        language="de", abstract="- one\n- two $x < y$\n\nThe end", starts_at=in_new_york(2026, 11, 5, 15, 30),
        speakers=speakers, room=make_room(name="Room 4, left", building="Babbage Hall"), shares_room=True,
        join_url="https://zoom.example/j/1", passcode="0123", join_access=JoinAccess.MEMBERS,
        topics=[make_topic(name="Logic"), make_topic(name="Looms")], host="@Grace", audience="All", programme="Coffee",
        notice="+1 talk", recording=Recording.PLANNED, slides_url="https://a.example/s", notes="Allergic to nuts",
        recording_url="https://a.example/r", paper_url="https://a.example/p", code_url="https://a.example/c",
    )  # fmt: skip
    for order, role in enumerate((Role.MODERATOR, Role.COMMITTEE), start=2):
        Appearance.objects.create(talk=talk, speaker=make_speaker(name=str(role.label)), role=role, order=order)
    make_series(short_name="SYS")
    return talk
