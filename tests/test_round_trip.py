"""Export talks, edit the file, import it: exactly what was edited changes, and nothing else."""

import pytest
from django.forms.models import model_to_dict
from django.utils import translation

from seminars import importing
from seminars.actions import undoing
from seminars.formats.spreadsheet_columns import LONGEST, TOO_LONG
from seminars.importing import Outcome
from seminars.models import Edition, Series, Speaker, State, Talk
from tests.factories import in_new_york, make_room, make_series, make_talk
from tests.spreadsheets import csv_of, edit, exported, import_all, plan_of, rows_of_csv

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2026, 10, 1, 9)
FORMS = ["csv", "xlsx"]


def all_of(talk):
    """Every field of a talk, with people, topics and series."""
    talk = Talk.objects.for_pages().get(pk=talk.pk)
    people = [(one.role, one.speaker.name, one.affiliation) for one in talk.appearances.all()]
    fields = model_to_dict(talk) | {"people": sorted(people, key=lambda one: one[0]), "uid": talk.uid}
    return fields | {
        "topics": sorted(map(str, talk.topics.all())),
        "also_in": sorted(one.short_name for one in talk.also_in.all()),
    }


def without(content, header):
    """The same CSV file without a column."""
    rows = rows_of_csv(content)
    at = rows[0].index(header)
    return csv_of([row[:at] + row[at + 1 :] for row in rows])


def changed(before, after):
    return {name: value for name, value in after.items() if before[name] != value}


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_nobody_edited_changes_nothing(administrator_client, full_talk, form):
    content = exported(administrator_client, form)
    before, edition = all_of(full_talk), Edition.objects.current()

    plan = import_all(content)

    assert [(row.outcome, row.remarks) for row in plan.rows] == [(Outcome.UNCHANGED, [])]
    assert (all_of(full_talk), Edition.objects.current()) == (before, edition)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("header", "cell", "expected"),
    [
        ("Date", "2026-11-06",
         {"starts_at": in_new_york(2026, 11, 6, 15, 30), "ends_at": in_new_york(2026, 11, 6, 16, 30)}),
        ("Start", "15:00", {"starts_at": in_new_york(2026, 11, 5, 15)}),
        ("End", "17:00", {"ends_at": in_new_york(2026, 11, 5, 17)}),
        ("End date", "2026-11-06", {"ends_at": in_new_york(2026, 11, 6, 16, 30)}),
        ("Also in", "SYS", {"also_in": ["SYS"]}),
        ("Also in", "", {"also_in": []}),
        ("Kind", "", {"kind": ""}),
        ("Title", "On looms", {"title": "On looms"}),
        ("Title", "", {"title": ""}),
        ("Speakers", "Mary Somerville\nAda Lovelace",
         {"people": [("committee", "Committee", ""), ("moderator", "Moderator", ""),
                     ("speaker", "Mary Somerville", "London; Ockham"), ("speaker", "Ada Lovelace", "")]}),
        ("Speakers", "Mary Somerville",
         {"people": [("committee", "Committee", ""), ("moderator", "Moderator", ""),
                     ("speaker", "Mary Somerville", "London; Ockham")]}),
        ("Affiliations", "Paris\nOxford",
         {"people": [("committee", "Committee", ""), ("moderator", "Moderator", ""),
                     ("speaker", "Ada Lovelace", "Paris"), ("speaker", "Mary Somerville", "Oxford")]}),
        ("Moderators", "",
         {"people": [("committee", "Committee", ""),
                     ("speaker", "Ada Lovelace", "London; Ockham"), ("speaker", "Mary Somerville", "")]}),
        ("Committee", "Committee\nGrace Hopper",
         {"people": [("committee", "Committee", ""), ("committee", "Grace Hopper", ""), ("moderator", "Moderator", ""),
                     ("speaker", "Ada Lovelace", "London; Ockham"), ("speaker", "Mary Somerville", "")]}),
        ("Chair of the committee", "Grace Hopper",
         {"people": [("chair", "Grace Hopper", ""), ("committee", "Committee", ""), ("moderator", "Moderator", ""),
                     ("speaker", "Ada Lovelace", "London; Ockham"), ("speaker", "Mary Somerville", "")]}),
        ("State", "cancelled", {"state": "cancelled", "notice": ""}),
        ("State", "Provisional", {"state": "tentative"}),
        ("Notice", "New", {"notice": "New"}),
        ("Abstract", "- one", {"abstract": "- one"}),
        ("Topics", "Looms\nCards", {"topics": ["Cards", "Looms"]}),
        ("Language", "", {"language": ""}),
        ("Host", "Bob", {"host": "Bob"}),
        ("Audience", "Staff", {"audience": "Staff"}),
        ("Programme", "Tea", {"programme": "Tea"}),
        ("Join link", "https://zoom.example/j/2", {"join_url": "https://zoom.example/j/2"}),
        ("Passcode", "tea", {"passcode": "tea"}),
        ("Who sees the link", "open", {"join_access": "open"}),
        ("Shares the room", "no", {"shares_room": False}),
        ("Recording", "declined", {"recording": "declined"}),
        ("Link to the recording", "", {"recording_url": ""}),
        ("Slides", "", {"slides_url": ""}),
        ("Paper", "", {"paper_url": ""}),
        ("Code", "", {"code_url": ""}),
        ("Private notes", "Vegan", {"notes": "Vegan"}),
        ("Page of the talk", "elsewhere", {}),
    ],
)  # fmt: skip
def test_an_edited_cell_changes_its_field_alone(administrator_client, full_talk, form, header, cell, expected):
    content = edit(exported(administrator_client, form), **{header: cell})
    before = all_of(full_talk)

    import_all(content)

    assert changed(before, all_of(full_talk)) == expected


@pytest.mark.parametrize("form", FORMS)
def test_an_edited_room_series_or_zone_changes_its_field(administrator_client, full_talk, form):
    hall = make_room(name="Hall", building="Gutmann Hall")
    content = edit(
        exported(administrator_client, form), Room="Gutmann Hall, Hall", Series="SYS", Time_zone="America/Chicago"
    )
    before = all_of(full_talk)

    import_all(content)

    assert changed(before, all_of(full_talk)) == {
        "notice": "Room changed from Babbage Hall, Room 4, left to Gutmann Hall, Hall",
        "room": hall.pk,
        "series": Series.objects.get(short_name="SYS").pk,
        "zone": "America/Chicago",
        "starts_at": in_new_york(2026, 11, 5, 16, 30),
        "ends_at": in_new_york(2026, 11, 5, 17, 30),
    }


def test_a_column_that_is_missing_changes_nothing_and_a_cell_that_is_cleared_clears_its_field(
    administrator_client, full_talk
):
    content = without(edit(exported(administrator_client), Host=""), "Abstract")
    before = all_of(full_talk)

    import_all(content)

    assert changed(before, all_of(full_talk)) == {"host": ""}


def test_what_was_changed_here_after_the_export_stays(administrator_client, full_talk):
    content = edit(exported(administrator_client), Title="From the file", Host="From the file")
    Talk.objects.filter(pk=full_talk.pk).update(title="From the desk")

    plan = import_all(content)

    full_talk.refresh_from_db()
    assert (full_talk.title, full_talk.host) == ("From the desk", "From the file")
    assert [([str(change) for change in row.changes], row.remarks) for row in plan.rows] == [
        (
            ["host: @Grace → From the file"],
            ["title: not changed, because it was edited here (From the desk). The file says From the file"],
        )
    ]


def test_excel_may_write_dates_times_and_choices_in_its_own_way(administrator_client, full_talk):
    content = edit(
        exported(administrator_client), Date="05.11.2026", Start="3:30 PM", End="16:30:00", State="Confirmed"
    )

    plan = plan_of(content)

    assert [(row.outcome, row.remarks) for row in plan.rows] == [(Outcome.UNCHANGED, [])]


def test_the_headers_follow_the_language_and_are_known_in_every_one(administrator_client, full_talk):
    with translation.override("de"):
        content = edit(exported(administrator_client, "xlsx"))
    with translation.override("ja"):
        plan = plan_of(content)

    assert [row.outcome for row in plan.rows] == [Outcome.UNCHANGED]


def test_a_row_without_uid_and_check_is_a_new_talk(administrator_client, full_talk):
    rows = rows_of_csv(exported(administrator_client))
    new = {"Date": "2026-12-03", "Start": "12:00", "Series": "ASSET", "Title": "On cards", "Host": "Bob",
           "Speakers": "Ada Lovelace\nJoseph Jacquard", "Affiliations": "London\nLyon"}  # fmt: skip
    content = csv_of([*rows, [new.get(header, "") for header in rows[0]]])

    import_all(content, draft=True)

    made = Talk.objects.get(title="On cards")
    assert (made.series, made.starts_at, made.host, made.state) == (
        full_talk.series, in_new_york(2026, 12, 3, 12), "Bob", State.DRAFT,
    )  # fmt: skip
    assert [(one.speaker.name, one.affiliation) for one in made.speakers] == [
        ("Ada Lovelace", "London"), ("Joseph Jacquard", "Lyon"),
    ]  # fmt: skip
    assert Speaker.objects.filter(name="Ada Lovelace").count() == 1


def test_a_start_that_is_cleared_becomes_the_usual_one_of_the_series(administrator_client, full_talk):
    plan = import_all(
        edit(exported(administrator_client), Start=""), choices={f"time:{full_talk.series.slug}": "14:00"}
    )

    full_talk.refresh_from_db()
    assert [row.remarks for row in plan.rows] == [["no time of day given; used 2 pm"]]
    assert (full_talk.starts_at, full_talk.state) == (in_new_york(2026, 11, 5, 14), State.CONFIRMED)


def test_a_copied_row_is_refused_and_says_what_to_do(administrator_client, full_talk):
    rows = rows_of_csv(exported(administrator_client))

    plan = plan_of(csv_of([*rows, rows[1]]))

    assert [(row.line, row.outcome, row.remarks) for row in plan.rows if row.outcome == Outcome.REFUSED] == [
        (3, Outcome.REFUSED,
         ["This row has the same UID as row 2. If it is a new talk, clear its UID and Check."]),
    ]  # fmt: skip


def test_a_talk_that_ends_on_another_day_and_one_in_another_zone_come_back(administrator_client):
    make_talk(starts_at=in_new_york(2026, 10, 31, 23), ends_at=in_new_york(2026, 11, 1, 1, 30))
    make_talk(zone="Asia/Tokyo")

    rows = rows_of_csv(exported(administrator_client))
    plan = plan_of(csv_of(rows))

    told = {row[rows[0].index("Time zone")]: row[rows[0].index("End date")] for row in rows[1:]}
    assert told == {"America/New_York": "2026-11-01", "Asia/Tokyo": ""}
    assert [row.outcome for row in plan.rows] == [Outcome.UNCHANGED] * 2


def test_a_text_that_fits_into_no_cell_stays_as_it_is(administrator_client):
    talk = make_talk(abstract="x" * (LONGEST + 1))

    for form in FORMS:
        content = exported(administrator_client, form)
        import_all(edit(content, Host="Bob"))

    talk.refresh_from_db()
    rows = rows_of_csv(exported(administrator_client))
    assert rows[1][rows[0].index("Abstract")] == TOO_LONG
    assert (len(talk.abstract), talk.host) == (LONGEST + 1, "Bob")


# --- what else may happen to a file ---


def test_an_import_of_every_edited_part_is_undone_as_a_whole(administrator_client, full_talk):
    before = all_of(full_talk)
    content = edit(
        exported(administrator_client), Title="On looms", Speakers="Grace Hopper", Affiliations="",
        Moderators="Mary Somerville", Committee="", Also_in="SYS",
        Topics="Cards", Series="SYS2", Room="", State="draft",
    )  # fmt: skip
    make_series(short_name="SYS2")

    change = importing.apply_plan(plan_of(content))
    changed_to = changed(before, all_of(full_talk))
    undoing.restore(change, by=None, even_public=True)

    assert changed_to.keys() == {"title", "people", "also_in", "topics", "series", "room", "state"}
    assert changed(before, all_of(full_talk)) == {}


def test_an_edited_talk_gets_one_new_sequence_however_many_parts_changed(administrator_client, full_talk):
    sequence = full_talk.sequence

    import_all(edit(exported(administrator_client), Title="On looms", Committee="", Moderators="", Also_in="SYS"))

    full_talk.refresh_from_db()
    assert full_talk.sequence == sequence + 1


def test_the_search_finds_a_talk_by_its_new_committee(administrator_client, full_talk):
    import_all(edit(exported(administrator_client), Committee="Grace Hopper"))

    assert Talk.objects.filter(search_text__contains="grace hopper").get() == full_talk


def test_speakers_keep_their_affiliations_where_the_column_is_missing(administrator_client, full_talk):
    content = without(
        edit(exported(administrator_client), Speakers="Ada Lovelace\nMary Somerville\nGrace Hopper"), "Affiliations"
    )

    import_all(content)

    speakers = [(name, affiliation) for role, name, affiliation in all_of(full_talk)["people"] if role == "speaker"]
    assert speakers == [("Ada Lovelace", "London; Ockham"), ("Mary Somerville", ""), ("Grace Hopper", "")]


def test_affiliations_without_the_speakers_are_refused(administrator_client, full_talk):
    plan = plan_of(without(edit(exported(administrator_client), Affiliations="Paris\nOxford"), "Speakers"))

    assert [row.remarks for row in plan.rows] == [
        ["The file does not have the columns that this edit needs: Speakers. Export the talks again."]
    ]


@pytest.mark.parametrize("header", ["Date", "Start", "End", "Time zone"])
def test_without_a_column_of_times_other_edits_are_taken_over_and_times_stay(administrator_client, header):
    talk = make_talk(zone="Asia/Tokyo")
    before = all_of(talk)

    import_all(without(edit(exported(administrator_client), Host="Bob"), header))

    assert changed(before, all_of(talk)) == {"host": "Bob"}


@pytest.mark.parametrize("header", ["Start", "End", "Time zone"])
def test_a_new_date_needs_the_columns_of_the_times(administrator_client, full_talk, header):
    plan = plan_of(without(edit(exported(administrator_client), Date="2026-11-06"), header))

    assert [row.remarks for row in plan.rows] == [
        [f"The file does not have the columns that this edit needs: {header}. Export the talks again."]
    ]


def test_a_talk_that_was_deleted_here_does_not_come_back(administrator_client, full_talk):
    content = exported(administrator_client)
    edited = edit(content, Host="Bob")
    Talk.objects.all().delete()

    found = [(row.outcome, row.remarks) for file in (content, edited) for row in plan_of(file).rows]

    sentence = "This talk is no longer on this site. To add it again, clear the cells “UID” and “Check” of its row."
    assert found == [(Outcome.REFUSED, [sentence])] * 2


def test_a_deleted_row_is_no_reason_to_cancel_an_imported_talk(administrator_client):
    make_series(slug="asset")
    import_all(
        csv_of([["Date", "Time", "Title"], *([f"2026-11-0{day}", "15:30", f"On {day}"] for day in (4, 5, 6))]),
        series="asset",
    )
    rows = rows_of_csv(exported(administrator_client))
    start = rows[0].index("Start")
    rows[1][start] = rows[3][start] = "15:00"

    plan = plan_of(csv_of([rows[0], rows[1], rows[3]]))

    assert ([row.outcome for row in plan.rows], plan.doubts) == ([Outcome.CHANGED] * 2, [])


def test_an_edit_in_an_export_is_an_edit_made_here_for_the_next_import(administrator_client):
    make_series(slug="asset")
    sheet = [["UID", "Date", "Time", "Title", "Abstract"], ["1", "2026-11-05", "15:30", "On engines", "One"]]
    import_all(csv_of(sheet), series="asset")
    import_all(edit(exported(administrator_client), Title="From the export"))
    sheet[1][3:] = ["From the source", "Two"]

    import_all(csv_of(sheet), series="asset")

    talk = Talk.objects.get()
    assert (talk.title, talk.abstract) == ("From the export", "Two")


def test_of_two_rooms_with_the_same_words_the_one_as_written_is_meant(administrator_client, full_talk):
    rooms = [make_room(name="Library", building="Lecture Hall"), make_room(name="Lecture Hall", building="Library")]

    for room, written in zip(rooms, ("Lecture Hall, Library", "Library, Lecture Hall"), strict=True):
        import_all(edit(exported(administrator_client), Room=written))

        full_talk.refresh_from_db()
        assert full_talk.room == room


def test_an_abstract_with_a_link_to_a_meeting_is_taken_over_as_typed(administrator_client, full_talk):
    abstract = "Abstract: join at https://zoom.us/j/123456789, passcode 1234"

    plan = import_all(edit(exported(administrator_client), Abstract=abstract))

    full_talk.refresh_from_db()
    assert (full_talk.abstract, plan.doubts) == (abstract, [])
