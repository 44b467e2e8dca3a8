"""Export talks from the desk, edit the file, import it: exactly what was edited changes, and nothing else."""

import tracemalloc
from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.urls import reverse
from django.utils import translation

from seminars.formats import spreadsheet
from seminars.formats.spreadsheet_columns import COLUMNS, LONGEST, TOO_LONG, cells_of, rows_of
from seminars.importing import Outcome
from seminars.models import Appearance, Edition, JoinAccess, Recording, Role, Series, Speaker, State, Talk
from tests.factories import (
    NEW_YORK,
    in_new_york,
    make_administrator,
    make_draft,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)
from tests.spreadsheets import csv_of, edit, plan_of, rows_of_csv, rows_of_workbook, workbook_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2026, 10, 1, 9)
FORMS = ["csv", "xlsx"]


@pytest.fixture
def admin_client(client):
    client.force_login(make_administrator())
    return client


@pytest.fixture
def talk():
    """A talk of which every field says something."""
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


def exported(client, form="csv", query="?when=all"):
    response = client.get(reverse("admin:seminars_talk_export", args=[form]) + query)
    return b"".join(response.streaming_content)


def all_of(talk):
    """Every field of a talk, with people, topics and series."""
    talk = Talk.objects.for_pages().get(pk=talk.pk)
    people = [(one.role, one.speaker.name, one.affiliation) for one in talk.appearances.all()]
    fields = model_to_dict(talk) | {"people": sorted(people, key=lambda one: one[0]), "uid": talk.uid}
    return fields | {"topics": sorted(map(str, talk.topics.all())), "also_in": sorted(one.short_name for one in talk.also_in.all())}


def changed(before, after):
    return {name: value for name, value in after.items() if before[name] != value}


# --- what is in the file ---


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_nobody_edited_changes_nothing(admin_client, talk, form):
    content = exported(admin_client, form)
    before, edition = all_of(talk), Edition.objects.current()

    plan = plan_of(content)
    plan.apply()

    assert [(row.outcome, row.remarks) for row in plan.rows] == [(Outcome.UNCHANGED, [])]
    assert (all_of(talk), Edition.objects.current()) == (before, edition)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("header", "cell", "expected"),
    [
        ("Date", "2026-11-06", {"starts_at": in_new_york(2026, 11, 6, 15, 30), "ends_at": in_new_york(2026, 11, 6, 16, 30)}),
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
def test_an_edited_cell_changes_its_field_alone(admin_client, talk, form, header, cell, expected):
    content = edit(exported(admin_client, form), **{header: cell})
    before = all_of(talk)

    plan_of(content).apply()

    assert changed(before, all_of(talk)) == expected


@pytest.mark.parametrize("form", FORMS)
def test_an_edited_room_series_or_zone_changes_its_field(admin_client, talk, form):
    hall = make_room(name="Hall", building="Gutmann Hall")
    content = edit(exported(admin_client, form), Room="Gutmann Hall, Hall", Series="SYS", Time_zone="America/Chicago")
    before = all_of(talk)

    plan_of(content).apply()

    assert changed(before, all_of(talk)) == {
        "notice": "Room changed from Babbage Hall, Room 4, left to Gutmann Hall, Hall",
        "room": hall.pk,
        "series": Series.objects.get(short_name="SYS").pk,
        "zone": "America/Chicago",
        "starts_at": in_new_york(2026, 11, 5, 16, 30),
        "ends_at": in_new_york(2026, 11, 5, 17, 30),
    }


def test_a_column_that_is_missing_changes_nothing_and_a_cell_that_is_cleared_clears_its_field(admin_client, talk):
    rows = rows_of_csv(edit(exported(admin_client), Host=""))
    at = rows[0].index("Abstract")
    content = csv_of([row[:at] + row[at + 1 :] for row in rows])
    before = all_of(talk)

    plan_of(content).apply()

    assert changed(before, all_of(talk)) == {"host": ""}


def test_what_was_changed_here_after_the_export_stays(admin_client, talk):
    content = edit(exported(admin_client), Title="From the file", Host="From the file")
    Talk.objects.filter(pk=talk.pk).update(title="From the desk")

    plan = plan_of(content)
    plan.apply()

    talk.refresh_from_db()
    assert (talk.title, talk.host) == ("From the desk", "From the file")
    assert [row.remarks for row in plan.rows] == [
        [
            "host: @Grace → From the file",
            "title: not changed, because it was edited here (From the desk). The file says From the file",
        ]
    ]


def test_excel_may_write_dates_times_and_choices_in_its_own_way(admin_client, talk):
    content = edit(exported(admin_client), Date="05.11.2026", Start="3:30 PM", End="16:30:00", State="Confirmed")

    plan = plan_of(content)

    assert [(row.outcome, row.remarks) for row in plan.rows] == [(Outcome.UNCHANGED, [])]


def test_the_headers_follow_the_language_and_are_known_in_every_one(admin_client, talk):
    with translation.override("de"):
        content = edit(exported(admin_client, "xlsx"))
    with translation.override("ja"):
        plan = plan_of(content)

    assert [row.outcome for row in plan.rows] == [Outcome.UNCHANGED]


def test_a_row_without_uid_and_check_is_a_new_talk(admin_client, talk):
    rows = rows_of_csv(exported(admin_client))
    new = {"Date": "2026-12-03", "Start": "12:00", "Series": "ASSET", "Title": "On cards", "Host": "Bob",
           "Speakers": "Ada Lovelace\nJoseph Jacquard", "Affiliations": "London\nLyon"}  # fmt: skip
    content = csv_of([*rows, [new.get(header, "") for header in rows[0]]])

    plan_of(content, draft=True).apply()

    made = Talk.objects.get(title="On cards")
    assert (made.series, made.starts_at, made.host, made.state) == (
        talk.series, in_new_york(2026, 12, 3, 12), "Bob", State.DRAFT,
    )  # fmt: skip
    assert [(one.speaker.name, one.affiliation) for one in made.speakers] == [
        ("Ada Lovelace", "London"), ("Joseph Jacquard", "Lyon"),
    ]  # fmt: skip
    assert Speaker.objects.filter(name="Ada Lovelace").count() == 1


def test_a_copied_row_is_refused_and_says_what_to_do(admin_client, talk):
    rows = rows_of_csv(exported(admin_client))

    plan = plan_of(csv_of([*rows, rows[1]]))

    assert [(row.line, row.outcome, row.remarks) for row in plan.rows if row.outcome == Outcome.REFUSED] == [
        (3, Outcome.REFUSED,
         ["This row has the same UID as row 2. If it is a new talk, clear its UID and Check."]),
    ]  # fmt: skip


def test_a_talk_that_ends_on_another_day_and_one_in_another_zone_come_back(admin_client):
    make_talk(starts_at=in_new_york(2026, 10, 31, 23), ends_at=in_new_york(2026, 11, 1, 1, 30))
    make_talk(zone="Asia/Tokyo")

    rows = rows_of_csv(exported(admin_client))
    plan = plan_of(csv_of(rows))

    told = {row[rows[0].index("Time zone")]: row[rows[0].index("End date")] for row in rows[1:]}
    assert told == {"America/New_York": "2026-11-01", "Asia/Tokyo": ""}
    assert [row.outcome for row in plan.rows] == [Outcome.UNCHANGED] * 2


def test_a_text_that_fits_into_no_cell_stays_as_it_is(admin_client):
    talk = make_talk(abstract="x" * (LONGEST + 1))

    for form in FORMS:
        content = exported(admin_client, form)
        plan_of(edit(content, Host="Bob")).apply()

    talk.refresh_from_db()
    rows = rows_of_csv(exported(admin_client))
    assert rows[1][rows[0].index("Abstract")] == TOO_LONG
    assert (len(talk.abstract), talk.host) == (LONGEST + 1, "Bob")


# --- how it looks in a spreadsheet ---


def test_a_workbook_has_real_days_and_times_and_text_that_is_never_calculated(admin_client, talk):
    head, row = rows_of_workbook(exported(admin_client, "xlsx"))
    cells = dict(zip(head, row, strict=True))

    assert [cells[name] for name in ("Date", "Start", "End", "Time zone", "Title", "Passcode")] == [
        date(2026, 11, 5), time(15, 30), time(16, 30), "America/New_York", "=On engines; =1+1", "0123",
    ]  # fmt: skip
    assert (head[0], head[-1]) == ("Date", "UID")


def test_no_cell_of_a_csv_file_can_begin_a_formula_in_any_program(admin_client):
    make_talk(title="=1+1", host="a;=2", abstract="one\n@three\n\t=four", notes="-5", notice="'=6")

    content = exported(admin_client)
    rows = rows_of_csv(content)
    cells = dict(zip(rows[0], rows[1], strict=True))

    assert [cells[name] for name in ("Title", "Host", "Abstract", "Private notes", "Notice")] == [
        "'=1+1", "a;'=2", "one\n'@three\n\t'=four", "'-5", "''=6",
    ]  # fmt: skip
    assert content.startswith(b"\xef\xbb\xbfDate,")
    assert [row.outcome for row in plan_of(content).rows] == [Outcome.UNCHANGED]


# --- whose talks ---


def test_the_filters_of_the_list_apply(admin_client):
    asset, other = make_series(slug="asset"), make_series()
    make_talk(series=asset, title="Ours")
    make_talk(series=asset, title="Over", starts_at=NOW - timedelta(days=9))
    make_talk(series=other, title="Theirs")

    rows = rows_of_csv(exported(admin_client, query="?series=asset"))

    assert [row[rows[0].index("Title")] for row in rows[1:]] == ["Ours"]


def test_an_action_exports_the_chosen_talks(admin_client):
    chosen = make_draft(title="Chosen")
    make_talk(title="Not chosen")
    data = {"action": "export_csv", "_selected_action": [chosen.pk]}

    response = admin_client.post(reverse("admin:seminars_talk_changelist"), data)

    rows = rows_of_csv(b"".join(response.streaming_content))
    assert [row[rows[0].index("Title")] for row in rows[1:]] == ["Chosen"]


def test_the_list_offers_the_exports_with_its_filters(admin_client):
    page = admin_client.get(reverse("admin:seminars_talk_changelist") + "?when=past").content.decode()

    for form in (*FORMS, "empty"):
        assert f'href="{reverse("admin:seminars_talk_export", args=[form])}?when=past"' in page


def test_organisers_export_their_talks_and_of_joint_ones_no_private_field(client):
    ours, theirs = make_series(), make_series()
    client.force_login(make_organiser(ours))
    make_draft(series=ours, title="Ours", notes="Vegan")
    joint = make_talk(
        series=theirs, also_in=[ours], title="Joint", notes="Secret", join_url="https://zoom.example/j/7",
        passcode="tea", join_access=JoinAccess.MEMBERS,
    )  # fmt: skip
    make_draft(series=theirs, title="Theirs")

    content = exported(client)
    rows = rows_of_csv(content)
    columns = [rows[0].index(name) for name in ("Title", "Private notes", "Join link", "Passcode")]
    plan = plan_of(edit(content), homes=frozenset({ours.pk}))

    assert sorted([row[at] for at in columns] for row in rows[1:]) == [["Joint", "", "", ""], ["Ours", "Vegan", "", ""]]
    assert b"Secret" not in content
    assert [row.outcome for row in plan.rows] == [Outcome.UNCHANGED] * 2
    assert Talk.objects.get(pk=joint.pk).notes == "Secret"


def test_organisers_change_no_talk_of_others_and_move_none_to_them(client):
    ours, theirs = make_series(short_name="OURS"), make_series(short_name="THEIRS")
    client.force_login(make_organiser(ours))
    make_draft(series=ours, title="Ours")
    make_talk(series=theirs, also_in=[ours], title="Joint")
    rows = rows_of_csv(exported(client))
    series, title = (rows[0].index(name) for name in ("Series", "Title"))
    mine, joint = sorted(rows[1:], key=lambda row: row[title] != "Ours")
    mine[series], joint[title] = "THEIRS", "Taken over"
    new = [{"Date": "2026-12-03", "Start": "12:00", "Title": "New", "Series": "THEIRS"}.get(name, "") for name in rows[0]]

    plan = plan_of(csv_of([rows[0], mine, joint, new]), homes=frozenset({ours.pk}))

    assert [row.outcome for row in plan.rows] == [Outcome.REFUSED] * 3


def test_organisers_add_a_talk_to_no_series_of_others(client):
    ours, theirs = make_series(short_name="OURS"), make_series(short_name="THEIRS")
    client.force_login(make_organiser(ours))
    make_draft(series=ours)

    plan = plan_of(edit(exported(client), Also_in="THEIRS"), homes=frozenset({ours.pk}))

    assert [row.remarks for row in plan.rows] == [
        ["Ask the organisers of THEIRS to add this talk: open it on the desk."]
    ]


# --- an empty sheet ---


def test_an_empty_sheet_has_the_usual_values_of_the_series_and_brings_no_talk(admin_client):
    make_series(slug="asset", short_name="ASSET", default_start=time(15, 30), default_room=make_room(name="Room 9"))

    content = exported(admin_client, "empty", "?series=asset")
    head, first, *rest = rows_of_workbook(content)
    cells = dict(zip(head, first, strict=True))

    assert [cells[name] for name in ("Date", "Start", "Series", "Room", "State", "UID")] == [
        "", time(15, 30), "ASSET", "Gutmann Hall, Room 9", "draft", "",
    ]  # fmt: skip
    assert rest == [first] * 19
    assert plan_of(content).rows == []


def test_a_row_that_was_filled_in_is_a_talk(admin_client):
    series = make_series(slug="asset", short_name="ASSET", default_start=time(15, 30))
    content = exported(admin_client, "empty", "?series=asset")

    plan_of(edit(content, Date=date(2026, 11, 5), Title="On engines", Speakers="Ada Lovelace")).apply()

    talk = Talk.objects.get()
    assert (talk.series, talk.title, talk.speaker_names, talk.starts_at, talk.state) == (
        series, "On engines", "Ada Lovelace", in_new_york(2026, 11, 5, 15, 30), State.DRAFT,
    )  # fmt: skip


# --- how much ---


def test_memory_does_not_grow_with_the_talks(tmp_path):
    talk = Talk.objects.for_entries().get(pk=make_talk(abstract="word " * 200).pk)
    peaks = []
    for count in (300, 3000):
        tracemalloc.start()
        with (tmp_path / "talks.xlsx").open("wb") as file:
            spreadsheet.write_workbook(file, rows_of(talk for _number in range(count)))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] * 2


def test_every_column_tells_something_of_a_talk(talk):
    talk = Talk.objects.for_entries().get(pk=talk.pk)

    assert {*cells_of(talk), "check"} == {column.name for column in COLUMNS}
    assert talk.zone_info == NEW_YORK


def test_a_workbook_without_our_columns_is_refused_with_a_sentence():
    with pytest.raises(ValidationError, match="No column of this spreadsheet is known to be the date"):
        plan_of(workbook_of(("Sheet", [["a", "b"], ["c", "d"]])))
