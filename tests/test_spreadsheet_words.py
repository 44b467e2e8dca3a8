"""What the words of other people's spreadsheets mean: headers with further words, states, titles that name people."""

import pytest

from seminars.importing.sources.column_meanings import meanings_of
from seminars.models import State, Talk
from seminars.typed_dates import day_in
from tests.factories import make_series
from tests.spreadsheets import csv_of, first_of, import_all, plan_of, read_file

DAY = "2030-03-06"


def said(**columns):
    """What a row says with these columns beside a date and a time."""
    return first_of(csv_of([["Date", "Start", *columns], [DAY, "12:00", *columns.values()]]))


@pytest.mark.parametrize(
    ("header", "means"),
    [
        ("Date of the seminar", "date"), ("Planned date", "date"), ("Day & date", "date"),
        ("Termin des Vortrags", "date"),
        ("Date de la séance", "date"), ("Fecha de la ponencia", "date"), ("Start – end", "start"),
        ("Working title", "title"), ("Title (if known)", "title"), ("Title of the lecture", "title"),
        ("Vorläufiger Titel", "title"), ("Titre provisoire", "title"), ("Título provisional", "title"),
        ("Speaker & affiliation", "speakers"), ("Speaker and institution", "speakers"),
        ("External speaker", "speakers"),
        ("Vortragende/r", "speakers"), ("Eingeladener Referent", "speakers"), ("Orateur ou oratrice", "speakers"),
        ("Orateur invité", "speakers"), ("Ponente invitado", "speakers"), ("Ponente o ponentes", "speakers"),
        ("Home institution", "affiliations"), ("Institución de origen", "affiliations"),
        ("Speaker’s institution", "affiliations"), ("Host (us)", "host"), ("Local host", "host"),
        ("Confirmed?", "confirmed"),
        ("Zugesagt", "confirmed"), ("Confirmé ?", "confirmed"), ("Confirmado", "confirmed"),
        ("Presenter name", "speakers"), ("Name of the lecturer", "speakers"), ("Nom de l’orateur", "speakers"),
        ("Nombre del ponente", "speakers"), ("Referent/in (Institution)", "speakers"), ("Presentation topic", "title"),
        ("Arbeitstitel", "title"), ("Título de la ponencia", "title"), ("Talk date", "date"), ("Vortragsdatum", "date"),
        ("Fecha de la sesión", "date"), ("Uhrzeit von", "start"), ("Uhrzeit bis", "end"),
        ("Laboratoire", "affiliations"), ("Procedencia", "affiliations"), ("Nom et prénom", "speakers"),
        ("Name, Vorname", "speakers"), ("Confirmed by speaker", "confirmed"), ("Confirmación", "confirmed"),
        ("Universidad de origen", "affiliations"), ("Accepted?", "confirmed"), ("Cancelled", "cancelled"),
        ("Presentation link", ""), ("Seminar code", ""), ("Guest title", ""),
        ("Talk no.", ""), ("Speaker title", ""), ("Title (Prof./Dr.)", ""), ("Date of arrival", ""),
        ("Deadline date", ""),
        ("Speaker email", ""), ("Backup speaker", ""), ("Time & place", ""), ("Title and abstract", ""),
    ],
)  # fmt: skip
def test_a_header_may_have_further_words(header, means):
    assert meanings_of([header], {}) == [means]


def test_a_header_without_further_words_counts_before_one_with_some():
    assert meanings_of(["Working title", "Title", "Invited speaker", "Date"], {}) == ["", "title", "speakers", "date"]


def test_a_choice_of_the_organiser_counts_before_likely_meanings():
    assert meanings_of(["Working title", "What it is"], {"What it is": "title"}) == ["", "title"]


@pytest.mark.parametrize("cell", ["Mar 10, 2027", "mar 10 2027", "Mar. 10, 2027", "10 Mar 2027", "mer. 10 mars 2027"])
def test_a_day_in_march_is_no_tuesday(cell):
    assert day_in(cell).day.isoformat() == "2027-03-10"


# --- states ---


@pytest.mark.parametrize(
    ("columns", "state", "remarks"),
    [
        ({"Confirmed": "yes"}, State.CONFIRMED, 0), ({"Confirmed": "✓"}, State.CONFIRMED, 0),
        ({"Confirmed": "no"}, State.DRAFT, 1), ({"Confirmed": ""}, State.DRAFT, 1),
        ({"Confirmed": "waiting for an answer"}, State.DRAFT, 1), ({"Confirmed": "pending"}, State.TENTATIVE, 1),
        ({"Cancelled": "yes"}, State.CANCELLED, 0), ({"Cancelled": "no"}, State.CONFIRMED, 0),
        ({"Cancelled": ""}, State.CONFIRMED, 0), ({"Cancelled": "x", "Confirmed": "yes"}, State.CANCELLED, 0),
        ({"Status": "confirmed"}, State.CONFIRMED, 0), ({"Status": "tentative"}, State.TENTATIVE, 0),
        ({"Status": "draft"}, State.DRAFT, 0), ({"Status": "invited"}, State.DRAFT, 1),
        ({"Status": "angefragt"}, State.TENTATIVE, 1), ({"Status": "accepted"}, State.CONFIRMED, 0),
        ({"Status": "en attente"}, State.DRAFT, 1), ({"Status": "pendiente"}, State.DRAFT, 1),
        ({"Status": "abgesagt"}, State.CANCELLED, 0), ({"Status": "reportée"}, State.POSTPONED, 0),
        ({"Status": "confirmed", "Title": "CANCELLED: On looms"}, State.CANCELLED, 0),
        ({"Speaker": "Hold"}, State.DRAFT, 1), ({"Speaker": "reserviert"}, State.DRAFT, 1),
        ({"Speaker": "Bo Reed (tentative)"}, State.TENTATIVE, 1), ({"Speaker": "Bo Reed?"}, State.TENTATIVE, 1),
        ({"Speaker": "entfällt", "Title": ""}, State.CANCELLED, 0),
    ],
)  # fmt: skip
def test_a_row_tells_its_state_in_many_words(columns, state, remarks):
    event = said(**{"Title": "On engines"} | columns)

    assert (event.state, len(event.remarks)) == (state, remarks)


@pytest.mark.parametrize(
    ("title", "speaker", "expected"),
    [
        ("CANCELLED: On looms", "Bo Reed", ("On looms", ["Bo Reed"])),
        ("On looms (postponed)", "Bo Reed", ("On looms", ["Bo Reed"])),
        ("Placeholder", "", ("", [])),
        ("TBA", "TBA", ("", [])),
        ("On looms", "Bo Reed (tentative)", ("On looms", ["Bo Reed"])),
        ("On looms", "Reserved", ("On looms", [])),
        ("Reserved words in Rust", "Bo Reed", ("Reserved words in Rust", ["Bo Reed"])),
    ],
)
def test_words_that_tell_the_state_are_no_part_of_title_and_name(title, speaker, expected):
    event = said(Title=title, Speaker=speaker)

    assert (event.title, [person.name for person in event.people]) == expected


def test_a_state_that_nobody_knows_is_refused():
    [refusal] = read_file(csv_of([["Date", "Title", "Status"], [DAY, "On engines", "green"]])).refusals

    assert refusal.reason == (
        "State: “green” is not allowed here. Enter one of these: draft, tentative, confirmed, postponed, cancelled."
    )


# --- titles that name people ---


def imported(*titles):
    """The titles and speakers of talks from a spreadsheet that has no column for speakers."""
    make_series(slug="asset")
    rows = [[f"2030-03-{day:02}", "12:00", title] for day, title in enumerate(titles, start=6)]
    plan = import_all(csv_of([["Date", "Start", "Talk"], *rows]), series="asset")
    return plan, [
        (talk.title, talk.speaker_names, talk.state) for talk in Talk.objects.for_pages().order_by("starts_at")
    ]


@pytest.mark.django_db
def test_without_a_column_for_speakers_a_title_may_name_them():
    plan, talks = imported("Bo Reed (Larkfield): On looms", "On engines", "Hold")

    assert talks == [("On looms", "Bo Reed", "confirmed"), ("On engines", "", "confirmed"), ("", "", "draft")]
    assert plan.doubts == []


@pytest.mark.django_db
def test_a_title_that_may_name_people_is_a_question():
    plan, _talks = imported("Bo Reed: On looms")

    assert [doubt.key for doubt in plan.doubts] == ["reading:name: title or title"]


@pytest.mark.django_db
def test_a_second_import_of_titles_that_name_people_changes_nothing():
    titles = ["Bo Reed (Larkfield): On looms", "On engines"]
    imported(*titles)
    rows = [[f"2030-03-{day:02}", "12:00", title] for day, title in enumerate(titles, start=6)]

    plan = plan_of(csv_of([["Date", "Start", "Talk"], *rows]), series="asset")

    assert [row.outcome for row in plan.rows] == ["unchanged", "unchanged"]
