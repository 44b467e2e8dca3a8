"""Read days and times of day in spreadsheets, whatever kind of cell they are in, without guessing."""

import re
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError

from seminars.importing.sources import workbook_worker
from seminars.importing.sources.cells import read_clock
from tests.factories import in_new_york
from tests.spreadsheets import csv_of, first_of, read_file, refusals_of, workbook_of

DAY = date(2026, 11, 5)
NOW = in_new_york(2025, 11, 3, 9)
HEADER = ["Date", "Start", "Title"]


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        (time(15, 30), 930),
        (time(15, 29, 59, 971000), 930),
        (0.645833, 930),
        (timedelta(hours=15, minutes=30), 930),
        (datetime(2026, 11, 5, 15, 30), 930),
        ("15:30", 930),
        ("15.30", 930),
        ("15h30", 930),
        ("3:30 PM", 930),
        ("15:30 Uhr", 930),
        ("PT15H30M", 930),
        ("PT55800S", 930),
        ("PT1111959H30M00.000000838S", 930),
        ("PT015H30M00S", 930),
        (date(1900, 1, 1), 1440),
        (date(1904, 1, 2), 1440),
        ("24:00", 1440),
        (0.0, 0),
    ],
)
def test_a_time_of_day_is_read_whatever_kind_of_cell_it_is_in(cell, minutes):
    assert read_clock(workbook_worker.as_text(cell), date(2026, 11, 5)) == (minutes, None)


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        (timedelta(hours=26), "“26:00” is not a time of day. Enter a time like 15:30."),
        (1530.0, "“1530” is not a time. If it means 15:30, write it so."),
        (datetime(2026, 11, 6, 15, 30),
         "The time “2026-11-06 15:30” is not on the day in the date column, 2026-11-05. Correct one of them."),
        ("PT26H15M00S", "“PT26H15M00S” is not a time of day. Enter a time like 15:30."),
        ("15", "“15” is not a time of day. Enter a time like 15:30."),
        (46331.0, "“46331” is not a time of day. Enter a time like 15:30."),
        ("later", "“later” is not a time of day. Enter a time like 15:30."),
    ],
)  # fmt: skip
def test_a_time_that_would_have_to_be_guessed_is_refused(cell, sentence):
    with pytest.raises(ValidationError) as refused:
        read_clock(workbook_worker.as_text(cell), date(2026, 11, 5))

    assert refused.value.messages == [sentence]


@pytest.mark.parametrize("epoch_1904", [False, True])
def test_real_days_and_times_are_read_in_both_calendars_of_excel(epoch_1904):
    rows = [[*HEADER, "End"], [DAY, time(15, 30), "On engines", time(16, 45)]]

    event = first_of(workbook_of(("Talks", rows), epoch_1904=epoch_1904))

    assert (event.starts_at, event.ends_at) == (in_new_york(2026, 11, 5, 15, 30), in_new_york(2026, 11, 5, 16, 45))


def test_every_minute_of_a_day_comes_in_as_it_is_though_the_cell_holds_six_digits():
    rows = [HEADER, *([DAY, round(minute / 1440, 6), "Talk"] for minute in range(1, 1440))]

    file = read_file(workbook_of(("Talks", rows)))

    assert file.refusals == []
    assert [event.starts_at - file.events[0].starts_at for event in file.events] == [
        timedelta(minutes=minute) for minute in range(1439)
    ]


@pytest.mark.parametrize(
    ("start", "end"), [("15:30–16:45", ""), ("3:30–4:45 pm", ""), ("15:30", "16:45"), ("15:30 Uhr", "16.45 Uhr")]
)
def test_a_time_may_say_its_end(start, end):
    event = first_of(csv_of([[*HEADER, "End"], ["2026-11-05", start, "On engines", end]]))

    assert event.ends_at - event.starts_at == timedelta(minutes=75)


@pytest.mark.parametrize(
    ("typed", "span"),
    [("11-12:30pm", (660, 750)), ("10–12 pm", (600, 720)), ("11:30–1 pm", (690, 780)), ("1–2:30 pm", (780, 870))],
)
def test_a_span_over_noon_with_one_pm_starts_in_the_morning(typed, span):
    assert read_clock(typed, DAY) == span


@pytest.mark.parametrize(
    "typed", ["2026-11-05 15:30", "5.11.2026, 15:30 Uhr", "Thu 5 Nov 2026, 3:30 pm", "jeudi 5 novembre 2026 15h30",
              "November 5, 2026 at 3:30 PM"],
)  # fmt: skip
def test_a_cell_may_hold_day_and_time(typed):
    event = first_of(csv_of([["When", "Title", "Room"], [typed, "On engines", ""]]))

    assert event.starts_at == in_new_york(2026, 11, 5, 15, 30)


def test_a_day_above_twelve_tells_how_the_whole_column_is_written():
    rows = [HEADER, ["05/11/2026", "15:30", "One"], ["19/11/2026", "15:30", "Two"]]

    assert [event.starts_at.day for event in read_file(csv_of(rows)).events] == [5, 19]


def test_days_that_can_be_read_in_two_ways_are_refused_until_somebody_says_how():
    content = csv_of([HEADER, ["05/11/2026", "15:30", "One"]])

    assert refusals_of(content) == [
        (2, "“05/11/2026” could mean two days. Write it like 2026-11-05, or choose on the import page that the day or "
            "the month comes first in this column."),
    ]  # fmt: skip
    assert first_of(content, Date="date-month-first").starts_at == in_new_york(2026, 5, 11, 15, 30)
    assert first_of(content, Date="date-day-first").starts_at == in_new_york(2026, 11, 5, 15, 30)


def test_a_talk_without_a_time_has_its_day_alone():
    event = first_of(csv_of([["Date", "Title", "Speaker"], ["2026-11-05", "On engines", "Ada Lovelace"]]))

    assert (event.day, event.starts_at) == (DAY, None)


def test_a_zone_beside_the_time_is_that_of_the_clock():
    event = first_of(csv_of([[*HEADER, "Time zone"], ["2026-11-05", "15:30", "On engines", "europe/berlin"]]))

    assert (event.starts_at, event.zone) == (datetime(2026, 11, 5, 14, 30, tzinfo=UTC), "Europe/Berlin")


@pytest.mark.parametrize(
    ("header", "cell", "sentence"),
    [
        ("Time zone", "Berlin time", "Time zone: “Berlin time” is not the name of a time zone."),
        ("End", "14:00", "The end must be after the start. Choose a later end."),
        ("State", "perhaps", "State: “perhaps” is not allowed here."),
        ("Shares the room", "perhaps", "Shares the room: “perhaps” is neither “yes” nor “no”."),
        ("Length", "long", "“long” is not a number of minutes. Enter a number like 60."),
        ("Room", "#N/A", "The column “Room” contains #N/A. Correct the formula in the spreadsheet."),
        ("Room", "#BEZUG!", "The column “Room” contains #BEZUG!. Correct the formula in the spreadsheet."),
        ("Host", "Err:509", "The column “Host” contains Err:509. Correct the formula in the spreadsheet."),
        ("Speaker", "0", "The column “Speakers” contains 0. Correct the formula in the spreadsheet."),
    ],
)
def test_a_cell_that_cannot_be_read_says_which_and_why(header, cell, sentence):
    [(line, reason)] = refusals_of(csv_of([[*HEADER, header], ["2026-11-05", "15:30", "On engines", cell]]))

    assert (line, reason[: len(sentence)]) == (2, sentence)


def test_an_error_in_a_workbook_is_a_complaint_and_not_a_blank_cell():
    def fill(book, sheet):
        sheet.write_row(0, 0, [*HEADER, "Room"])
        sheet.write_row(1, 0, ["2026-11-05", "15:30", "On engines"])
        sheet.write_formula(1, 3, "=VLOOKUP(1,A1:B2,2)", None, "#N/A")

    assert refusals_of(workbook_of(("Talks", fill))) == [
        (2, "The column “Room” contains #N/A. Correct the formula in the spreadsheet."),
    ]  # fmt: skip


MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"


def ods_of(*cells):
    """An .ods of one sheet with a header and one row; a cell is text, or a kind of value and the value."""

    def written(cell):
        if isinstance(cell, str):
            return f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        kind, value = cell
        attribute = f"{kind}-value"
        return f'<table:table-cell office:value-type="{kind}" office:{attribute}="{value}"/>'

    rows = "".join(f"<table:table-row>{''.join(map(written, row))}</table:table-row>" for row in (HEADER, cells))
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    file = BytesIO()
    with ZipFile(file, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{MANIFEST}"/>')
        parts.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content{names}><office:body><office:spreadsheet>'
            f'<table:table table:name="Talks">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return file.getvalue()


@pytest.mark.parametrize("clock", ["PT15H30M00S", "PT15H30M", "PT55800S", "PT1111959H30M00.000000838S"])
def test_times_of_libreoffice_are_read_in_all_their_forms(clock):
    event = first_of(ods_of(("date", "2026-11-05"), ("time", clock), "On engines"))

    assert (event.title, event.starts_at) == ("On engines", in_new_york(2026, 11, 5, 15, 30))


def rewritten(content, change):
    """The .ods with its content.xml changed."""
    file = BytesIO()
    with ZipFile(BytesIO(content)) as parts, ZipFile(file, "w") as changed:
        for name in parts.namelist():
            part = parts.read(name).decode()
            changed.writestr(name, change(part) if name == "content.xml" else part)
    return file.getvalue()


def test_an_indented_ods_is_read_as_one_on_a_single_line():
    plain = ods_of(("date", "2026-11-05"), "15:30", "On engines")

    event = first_of(rewritten(plain, lambda cells: re.sub("><(?=/?table:|text:p)", ">\n  <", cells)))

    assert (event.title, event.starts_at) == ("On engines", in_new_york(2026, 11, 5, 15, 30))


def test_tabs_and_line_breaks_in_a_cell_of_an_ods_are_kept_as_white_space():
    event = first_of(ods_of(("date", "2026-11-05"), "15:30", "On<text:tab/>engines<text:line-break/>and looms"))

    assert event.title == "On engines\nand looms"


def test_a_date_without_a_year_is_the_one_closest_to_the_row_above():
    rows = [["17 Sept", "12:00", "First"], ["1 Oct 2029", "12:00", "Second"], ["Wed 9 Jan", "12:00", "Third"],
            ["17.4.", "12:00", "Fourth"], ["4/18", "12:00", "Fifth"]]  # fmt: skip

    file = read_file(csv_of([HEADER, *rows]))

    assert [event.starts_at.date().isoformat() for event in file.events] == [
        "2029-09-17", "2029-10-01", "2030-01-09", "2030-04-17", "2030-04-18",
    ]  # fmt: skip
    assert file.events[0].remarks == ("“17 Sept” has no year and is read as Monday, 17 September 2029",)
    assert file.events[1].remarks == ()


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
def test_a_file_without_any_year_is_of_the_days_closest_to_today():
    file = read_file(csv_of([HEADER, ["5 Nov 3:30 pm", "", "First"], ["14 Jan", "12:00", "Second"]]))

    assert [event.starts_at for event in file.events] == [
        in_new_york(2025, 11, 5, 15, 30), in_new_york(2026, 1, 14, 12),
    ]  # fmt: skip


def test_a_weekday_that_does_not_fit_the_year_that_is_meant_is_asked_about():
    file = read_file(csv_of([HEADER, ["1 Oct 2029", "12:00", "First"], ["Tue 9 Jan", "12:00", "Second"]]))

    assert [one.reason for one in file.refusals] == ["“Tue 9 Jan” would be Wednesday, 9 January 2030. Add the year."]


def test_a_date_without_a_year_that_could_mean_two_days_is_refused():
    file = read_file(csv_of([HEADER, ["3/4", "12:00", "First"]]))

    assert "could mean two days" in file.refusals[0].reason
