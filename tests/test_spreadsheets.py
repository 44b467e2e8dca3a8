"""Read spreadsheets of all kinds: where the table is, what its columns mean, and what a cell says."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError

from seminars.importing import Outcome
from seminars.importing.events import Person
from seminars.importing.sources import workbook_worker
from seminars.importing.sources.cells import read_clock
from seminars.importing.sources.columns import meanings_of
from seminars.models import Talk
from tests.factories import in_new_york, make_series
from tests.spreadsheets import csv_of, plan_of, read_file, workbook_of

NOW = in_new_york(2026, 10, 1, 9)
DAY = date(2026, 11, 5)
HEADER = ["Date", "Start", "Title"]


def first_of(content, **columns):
    """The first talk of a file, which has no refusals."""
    file = read_file(content, **columns)
    assert file.refusals == []
    return file.events[0]


def refusals_of(content, **columns):
    return [(one.line, one.reason) for one in read_file(content, **columns).refusals]


# --- CSV ---


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_any_separator_and_encoding_is_read(separator, encoding):
    rows = [["Datum", "Beginn", "Titel", "Vortragende"], ["5.11.2026", "15:30", "Über Größen", "Jürgen Groß"]]
    text = "\n".join(separator.join(row) for row in rows)

    event = first_of(text.encode(encoding))

    assert (event.title, event.people, event.starts_at) == (
        "Über Größen", [Person("Jürgen Groß")], in_new_york(2026, 11, 5, 15, 30),
    )  # fmt: skip


def test_line_ends_of_an_old_macintosh_are_line_ends():
    assert first_of(b"Date,Start,Title\r2026-11-05,15:30,On engines\r").title == "On engines"


def test_a_line_for_excel_alone_is_no_header():
    event = first_of(b"sep=;\nDate;Start;Title\n2026-11-05;15:30;On engines\n")

    assert (event.line, event.title) == (3, "On engines")


def test_a_cell_may_hold_separators_quotation_marks_and_line_ends():
    rows = [[*HEADER, "Abstract"], ["2026-11-05", "15:30", 'On "engines", etc.', "one\n\ntwo; three"]]

    event = first_of(csv_of(rows))

    assert (event.title, event.abstract) == ('On "engines", etc.', "one\n\ntwo; three")


def test_cells_pasted_from_a_spreadsheet_keep_their_columns_though_the_first_is_blank():
    event = first_of(b"\tDate\tStart\tTitle\n1\t2026-11-05\t15:30\tOn engines\n")

    assert event.title == "On engines"


def test_a_mail_with_commas_is_no_spreadsheet():
    mail = b"Ada Lovelace (London): On engines, looms, and cards\n\nAbstract\n\nOn dates, times, and titles, much.\n"

    assert read_file(mail).events[0].title == "On engines, looms, and cards"


# --- where the table is ---


def test_rows_above_the_header_do_not_shift_the_numbers_of_rows():
    rows = [["Seminar, winter term"], [], ["", *HEADER], ["", "2026-11-05", "15:30", "On engines"]]

    assert [first_of(content).line for content in (csv_of(rows), workbook_of(("Talks", rows)))] == [4, 4]


def test_the_sheet_with_talks_is_read_and_the_plan_says_which():
    content = workbook_of(
        ("Budget", [["Item", "Cost"], ["Tea", 3]]), ("Talks", [HEADER, [DAY, time(15, 30), "On engines"]])
    )

    file = read_file(content)

    assert ([event.title for event in file.events], file.remarks) == (
        ["On engines"], ["Read from the sheet “Talks”. Not read: “Budget”."],
    )  # fmt: skip


def test_hidden_sheets_are_not_read():
    def fill(book, sheet):
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["2026-11-04", "15:30", "Hidden"])
        sheet.hide()

    content = workbook_of(("Shown", [HEADER, [DAY, time(15, 30), "Shown"]]), ("Hidden", fill))

    assert [event.title for event in read_file(content).events] == ["Shown"]


def test_hidden_rows_are_read_and_the_plan_says_so():
    def fill(book, sheet):
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["2026-11-05", "15:30", "Hidden"])
        sheet.set_row(1, None, None, {"hidden": True})

    file = read_file(workbook_of(("Talks", fill)))

    assert ([event.title for event in file.events], file.remarks) == (
        ["Hidden"], ["1 rows are hidden in the spreadsheet, from row 2. They are read too."],
    )  # fmt: skip


def test_a_cell_merged_over_rows_holds_for_each_of_them():
    def fill(book, sheet):
        sheet.write_row(0, 0, HEADER)
        sheet.merge_range(1, 0, 2, 0, DAY, book.add_format({"num_format": "dd.mm.yyyy"}))
        sheet.write_row(1, 1, ["10:00", "Morning"])
        sheet.write_row(2, 1, ["15:30", "Afternoon"])

    file = read_file(workbook_of(("Talks", fill)))

    assert [(event.title, event.starts_at) for event in file.events] == [
        ("Morning", in_new_york(2026, 11, 5, 10)), ("Afternoon", in_new_york(2026, 11, 5, 15, 30)),
    ]  # fmt: skip


def test_headings_repeated_headers_and_blank_rows_are_no_talks():
    rows = [HEADER, ["November", "", ""], ["2026-11-05", "15:30", "On engines"], [], HEADER, ["", "", "On looms"]]

    file = read_file(csv_of(rows))

    assert [event.title for event in file.events] == ["On engines"]
    assert file.remarks == ["Rows with a single cell were left out: 2."]
    assert [(one.line, one.reason) for one in file.refusals] == [
        (6, "This row has no date. Enter one like 2026-11-05."),
    ]  # fmt: skip


def test_a_row_that_is_shorter_than_the_header_has_blank_cells():
    event = first_of(b"Date,Start,Title,Host\n2026-11-05,15:30\n")

    assert (event.title, event.fields["host"]) == ("", "")


# --- what the columns mean ---


@pytest.mark.parametrize(
    "headers",
    [
        ["Date", "Time", "Speaker", "Affiliation", "Title", "Abstract", "Room", "Host"],
        ["Datum", "Uhrzeit", "Vortragende", "Universität", "Titel", "Zusammenfassung", "Raum", "Gastgeber"],
        ["Date", "Heure", "Intervenant", "Établissement", "Titre", "Résumé", "Salle", "Hôte"],
        ["Fecha", "Hora", "Ponente", "Institución", "Título", "Resumen", "Sala", "Anfitrión"],
    ],
)
def test_headers_of_four_languages_are_known(headers):
    assert meanings_of(headers, {}) == [
        "date", "start", "speakers", "affiliations", "title", "abstract", "room", "host",
    ]  # fmt: skip


def test_a_column_means_what_the_organiser_says():
    content = csv_of([["Wann?", "Wer?", "Was?"], ["2026-11-05 15:30", "Ada Lovelace", "On engines"]])

    event = first_of(content, **{"Wann?": "when", "Wer?": "speakers", "Was?": ""})

    assert (event.people, event.title, event.starts_at) == (
        [Person("Ada Lovelace")], "", in_new_york(2026, 11, 5, 15, 30),
    )  # fmt: skip


def test_columns_that_are_not_known_are_left_out_and_named():
    file = read_file(csv_of([[*HEADER, "Catering"], ["2026-11-05", "15:30", "On engines", "Tea"]]))

    assert file.remarks == ["Columns that are not imported: Catering."]


def test_only_columns_that_are_there_tell_anything():
    event = first_of(csv_of([HEADER, ["2026-11-05", "15:30", "On engines"]]))

    assert event.told == {"starts_at", "ends_at", "title"}


def test_names_in_two_columns_are_one_person():
    rows = [
        [*HEADER, "First name", "Last name", "Affiliation"],
        ["2026-11-05", "15:30", "", "Ada", "Lovelace", "London"],
    ]

    assert first_of(csv_of(rows)).people == [Person("Ada Lovelace", "London")]


def test_affiliations_belong_to_speakers_in_their_order_or_are_refused():
    rows = [[*HEADER, "Speakers", "Affiliations"],
            ["2026-11-05", "15:30", "One", "Ada Lovelace; Mary Somerville", "London; Oxford"],
            ["2026-11-06", "15:30", "Two", "Ada Lovelace; Mary Somerville", "London"]]  # fmt: skip

    file = read_file(csv_of(rows))

    assert file.events[0].people == [Person("Ada Lovelace", "London"), Person("Mary Somerville", "Oxford")]
    assert [one.reason for one in file.refusals] == [
        "There are 2 speakers but 1 affiliations. Write one on each line.",
    ]  # fmt: skip


# --- days and times ---


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
         "The time “2026-11-06 15:30” is of another day than the date, 2026-11-05. Correct one of them."),
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
        (2, "“05/11/2026” can be two different days. Write it like 2026-11-05, or say on the desk whether the day or "
            "the month is first."),
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
        ("State", "perhaps", "State: “perhaps” is not possible here."),
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


# --- identity ---


def test_a_row_without_uid_is_known_again_by_its_start_and_title():
    content = csv_of([HEADER, ["2026-11-05", "15:30", "On engines"], ["2026-11-12", "15:30", "On looms"]])

    first, second = ([event.uid for event in read_file(content).events] for _time in range(2))

    assert (first == second, len(set(first))) == (True, 2)


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
def test_a_second_import_changes_nothing():
    make_series(slug="asset")
    content = csv_of([[*HEADER, "Speaker"], ["2026-11-05", "15:30", "On engines", "Ada Lovelace"]])

    plan_of(content, series="asset").apply()

    assert [row.outcome for row in plan_of(content, series="asset").rows] == [Outcome.UNCHANGED]
    assert Talk.objects.get().speaker_names == "Ada Lovelace"
