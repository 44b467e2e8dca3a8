"""`import_talks` for a spreadsheet: what its columns mean and how its dates are read, said on the command line."""

import pytest

from seminars.models import Talk
from tests.factories import in_new_york, make_series
from tests.imports import importing, written
from tests.spreadsheets import csv_of

pytestmark = pytest.mark.django_db

ROWS = [["Slot", "Mensch", "Sache"], ["05/03/2024 15:30", "Ada Lovelace", "On engines"]]
COLUMNS = ["Slot=when", "Mensch=speakers", "Sache=title"]


@pytest.fixture
def sheet(tmp_path):
    make_series(slug="engine")
    return written(tmp_path, csv_of(ROWS), "talks.csv")


@pytest.mark.parametrize(("order", "day"), [("dmy", (3, 5)), ("mdy", (5, 3))])
def test_columns_and_the_order_of_dates_are_as_somebody_says(sheet, order, day):
    said = importing(sheet, series="engine", column=COLUMNS, date_order=order)

    talk = Talk.objects.get()
    assert said.splitlines()[-1] == "Imported."
    assert (talk.title, talk.speaker_names, talk.starts_at) == (
        "On engines", "Ada Lovelace", in_new_york(2024, *day, 15, 30),
    )  # fmt: skip


def test_without_a_date_the_command_says_how_to_name_its_column(sheet):
    assert importing(sheet, series="engine") == (
        "REFUSED: We could not tell which column of this spreadsheet has the date. Choose it, or call it “Date”. "
        "For example: --column Wann=date"
    )


def test_a_column_can_be_left_out(sheet):
    importing(sheet, series="engine", column=["Slot=when", "Mensch=", "Sache=title"], date_order="dmy")

    assert [talk.speaker_names for talk in Talk.objects.all()] == [""]


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        ("Slot", "--column Slot: write HEADER=MEANING. “import_talks --help” lists the meanings."),
        ("Slot=tea", "--column Slot=tea: write HEADER=MEANING. “import_talks --help” lists the meanings."),
        ("Solt=date", "--column Solt: the file has no column with this header. Check its spelling."),
    ],
)
def test_a_column_that_cannot_be_so_is_refused(sheet, column, reason):
    assert importing(sheet, series="engine", column=[*COLUMNS, column]) == f"REFUSED: {reason}"
    assert Talk.objects.count() == 0
