"""Read spreadsheets of all kinds: where the table is, what its columns mean, and what a cell says."""

from datetime import date, time

import pytest

from seminars.actions import stamping
from seminars.importing import Outcome
from seminars.importing.events import Person
from seminars.importing.sources.column_meanings import meanings_of
from seminars.models import Appearance, Break, Talk
from tests.factories import in_new_york, make_series, make_speaker, make_talk
from tests.spreadsheets import csv_of, first_of, import_all, plan_of, read_file, workbook_of

NOW = in_new_york(2026, 10, 1, 9)
DAY = date(2026, 11, 5)
HEADER = ["Date", "Start", "Title"]


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
    rows = [[], [], ["", *HEADER], ["", "2026-11-05", "15:30", "On engines"]]
    titled = [["Seminar, winter term"], *rows[1:]]
    contents = (csv_of(rows), workbook_of(("Talks", rows)), csv_of(titled), workbook_of(("Talks", titled)))

    assert [first_of(content).line for content in contents] == [4, 4, 4, 4]


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
        sheet.write_row(2, 0, ["2026-11-05", "15:30", "Hidden too"])
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
        ["Hidden"], ["1 row is hidden in the spreadsheet: row 2. It is read too."],
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
        ["Data", "Ora", "Relatore", "Università", "Titolo", "Riassunto", "Aula", "Invitato da"],
        ["Datum", "Tijd", "Spreker", "Universiteit", "Onderwerp", "Samenvatting", "Zaal", "Gastheer"],
        ["Data", "Horário", "Palestrante", "Instituição", "Título da palestra", "Resumo", "Sala", "Anfitrião"],
        [
            "*Date:",
            "start_time",
            "SPEAKER(S)",
            "Speaker’s affiliation",
            "Topic",
            "Talk abstract",
            "Venue",
            "Invited by",
        ],
    ],
)
def test_headers_of_many_languages_are_known(headers):
    assert meanings_of(headers, {}) == [
        "date", "start", "speakers", "affiliations", "title", "abstract", "room", "host",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "headers",
    [["Who", "What", "When", "Where"], ["Wer?", "Was?", "Wann?", "Wo?"], ["Qui ?", "Quoi ?", "Quand ?", "Où ?"],
     ["¿Quién?", "¿Qué?", "¿Cuándo?", "¿Dónde?"], ["Chi", "Cosa", "Quando", "Dove"], ["Wie", "Wat", "Wanneer", "Waar"],
     ["Quem", "O quê", "Quando", "Onde"]],
)  # fmt: skip
def test_the_four_questions_are_headers(headers):
    assert meanings_of(headers, {}) == ["speakers", "title", "when", "room"]


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

    assert event.available_fields == {"starts_at", "ends_at", "title"}


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
        "Number of speakers: 2, of affiliations: 1. Write one on each line.",
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

    import_all(content, series="asset")

    assert [row.outcome for row in plan_of(content, series="asset").rows] == [Outcome.UNCHANGED]
    assert Talk.objects.get().speaker_names == "Ada Lovelace"


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
def test_a_repeated_import_follows_the_people_of_the_spreadsheet():
    make_series(slug="asset")
    head = ["UID", "Date", "Time", "Title", "Speaker", "Chair"]
    row = ["1", "2026-11-05", "15:30", "On engines", "Ada Lovelace", "Grace Hopper"]
    import_all(csv_of([head, row]), series="asset")
    row[4:] = ["Mary Somerville", ""]

    import_all(csv_of([head, row]), series="asset")

    talk = Talk.objects.for_pages().get()
    assert [(one.role, one.speaker.name) for one in talk.appearances.all()] == [("speaker", "Mary Somerville")]


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
def test_a_chair_who_was_replaced_here_stays():
    make_series(slug="asset")
    head = ["UID", "Date", "Time", "Title", "Chair"]
    row = ["1", "2026-11-05", "15:30", "On engines", "Grace Hopper"]
    import_all(csv_of([head, row]), series="asset")
    Appearance.objects.update(speaker=make_speaker(name="Joan Clarke"))
    row[4] = "Mary Somerville"

    plan = import_all(csv_of([head, row]), series="asset")

    assert [str(one.speaker) for one in Appearance.objects.all()] == ["Joan Clarke"]
    assert [row.remarks for row in plan.rows] == [
        ["moderators: not changed, because it was edited here (Joan Clarke). The file says Mary Somerville"]
    ]


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
def test_a_row_that_says_that_there_is_no_talk_is_a_break():
    make_series(slug="asset")
    rows = [[*HEADER, "Speaker"], ["2026-11-26", "15:30", "No seminar (Thanksgiving)", ""]]

    import_all(csv_of(rows), series="asset")

    assert [(one.first_on, one.reason) for one in Break.objects.all()] == [(date(2026, 11, 26), "Thanksgiving")]
    assert Talk.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(("clock_cell", "state"), [("15:30", "confirmed"), ("", "draft")])
def test_without_a_column_of_states_a_talk_is_confirmed_and_without_a_time_a_draft(clock_cell, state):
    make_series(slug="asset")

    import_all(csv_of([HEADER, ["2026-11-05", clock_cell, "On engines"]]), series="asset")

    assert Talk.objects.get().state == state


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
def test_a_spreadsheet_may_have_uids_and_no_dates():
    talk = make_talk(series=make_series(slug="asset"), uid="1", abstract="")
    rows = [["UID", "Abstract", "Title"], ["1", "One", talk.title], ["2", "Two", "On cards"]]

    plan = import_all(csv_of(rows), series="asset")

    talk.refresh_from_db()
    assert [row.remarks for row in plan.rows] == [[], ["This row has no date. Enter one like 2026-11-05."]]
    assert (talk.abstract, Talk.objects.count()) == ("One", 1)


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("title", ["Ada Lovelace: On engines", "Dr. Ada Lovelace (London): On engines"])
def test_a_title_names_no_speaker_where_there_is_a_column_for_speakers(title):
    make_series(slug="asset")

    plan = import_all(csv_of([[*HEADER, "Speaker"], ["2026-11-05", "15:30", title, ""]]), series="asset")

    talk = Talk.objects.for_pages().get()
    assert (talk.title, talk.speaker_names, plan.doubts) == (title, "", [])


# --- people in other roles ---


@pytest.mark.django_db
def test_a_committee_may_say_roles_and_affiliations():
    make_series(slug="asset")
    named = "Emmy Noether (Göttingen), chair\nGrace Hopper (Yale)\nMary Somerville – Betreuerin"
    rows = [["2026-11-05", "15:30", "On engines", "Ada Lovelace", named, "Kim Lee; Bo Reed (Larkfield)"]]

    import_all(csv_of([[*HEADER, "Speaker", "Kommission", "Panel"], *rows]), series="asset")

    people = Talk.objects.get().appearances.order_by("role", "order")
    assert [(one.role, one.speaker.name, one.affiliation) for one in people] == [
        ("chair", "Emmy Noether", "Göttingen"),
        ("committee", "Grace Hopper", "Yale"),
        ("panelist", "Kim Lee", ""),
        ("panelist", "Bo Reed", "Larkfield"),
        ("speaker", "Ada Lovelace", ""),
        ("supervisor", "Mary Somerville", ""),
    ]


# --- what subscribers see ---


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
def test_a_new_talk_has_sequence_0_whatever_parts_it_has():
    make_series(slug="asset")
    make_series(slug="sys", short_name="SYS")
    head = [*HEADER, "Speaker", "Chair", "Committee", "Also in", "Topics"]
    rows = [["2026-11-05", "15:30", "On engines", "Ada Lovelace", "Grace Hopper", "Joan Clarke", "SYS", "Looms"],
            ["2026-11-12", "15:30", "On looms", "", "", "", "", ""]]  # fmt: skip

    import_all(csv_of([head, *rows]), series="asset")

    assert list(Talk.objects.values_list("sequence", flat=True)) == [0, 0]
    assert stamping.stamp(Talk.objects.all()) == 0
