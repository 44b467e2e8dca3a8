"""Export talks from the desk: which talks, how they look in a spreadsheet, and an empty sheet to fill in."""

import tracemalloc
from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from seminars.formats import spreadsheet
from seminars.formats.spreadsheet_columns import COLUMNS, cells_of, rows_of
from seminars.importing import Outcome
from seminars.models import JoinAccess, State, Talk
from tests.admin_forms import signed_in
from tests.factories import (
    NEW_YORK,
    in_new_york,
    make_draft,
    make_organiser,
    make_room,
    make_series,
    make_talk,
)
from tests.spreadsheets import (
    csv_of,
    edit,
    exported,
    import_all,
    plan_of,
    rows_of_csv,
    rows_of_workbook,
    workbook_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2026, 10, 1, 9)
FORMS = ["csv", "xlsx"]


# --- how it looks in a spreadsheet ---


def test_a_workbook_has_real_days_and_times_and_text_that_is_never_calculated(administrator_client, full_talk):
    head, row = rows_of_workbook(exported(administrator_client, "xlsx"))
    cells = dict(zip(head, row, strict=True))

    assert [cells[name] for name in ("Date", "Start", "End", "Time zone", "Title", "Passcode")] == [
        date(2026, 11, 5), time(15, 30), time(16, 30), "America/New_York", "=On engines; =1+1", "0123",
    ]  # fmt: skip
    assert (head[0], head[-1]) == ("Date", "UID")


def test_no_cell_of_a_csv_file_can_begin_a_formula_in_any_program(administrator_client):
    make_talk(title="=1+1", host="a;=2", abstract="one\n@three\n\t=four", notes="-5", notice="'=6")

    content = exported(administrator_client)
    rows = rows_of_csv(content)
    cells = dict(zip(rows[0], rows[1], strict=True))

    assert [cells[name] for name in ("Title", "Host", "Abstract", "Private notes", "Notice")] == [
        "'=1+1", "a;'=2", "one\n'@three\n\t'=four", "'-5", "''=6",
    ]  # fmt: skip
    assert content.startswith(b"\xef\xbb\xbfDate,")
    assert [row.outcome for row in plan_of(content).rows] == [Outcome.UNCHANGED]


# --- whose talks ---


def test_the_filters_of_the_list_apply(administrator_client):
    asset, other = make_series(slug="asset"), make_series()
    make_talk(series=asset, title="Ours")
    make_talk(series=asset, title="Over", starts_at=NOW - timedelta(days=9))
    make_talk(series=other, title="Theirs")

    rows = rows_of_csv(exported(administrator_client, query="?series=asset"))

    assert [row[rows[0].index("Title")] for row in rows[1:]] == ["Ours"]


def test_an_action_exports_the_chosen_talks(administrator_client):
    chosen = make_draft(title="Chosen")
    make_talk(title="Not chosen")
    data = {"action": "export_csv", "_selected_action": [chosen.pk]}

    response = administrator_client.post(reverse("admin:seminars_talk_changelist"), data)

    rows = rows_of_csv(b"".join(response.streaming_content))
    assert [row[rows[0].index("Title")] for row in rows[1:]] == ["Chosen"]


def test_the_list_offers_the_exports_with_its_filters(administrator_client):
    page = administrator_client.get(reverse("admin:seminars_talk_changelist") + "?when=past").content.decode()

    for form in (*FORMS, "empty"):
        assert f'href="{reverse("admin:seminars_talk_export", args=[form])}?when=past"' in page


def test_organisers_export_their_talks_and_of_joint_ones_no_private_field():
    ours, theirs = make_series(), make_series()
    client = signed_in(make_organiser(ours))
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


def test_organisers_change_no_talk_of_others_and_move_none_to_them():
    ours, theirs = make_series(short_name="OURS"), make_series(short_name="THEIRS")
    client = signed_in(make_organiser(ours))
    make_draft(series=ours, title="Ours")
    make_talk(series=theirs, also_in=[ours], title="Joint")
    rows = rows_of_csv(exported(client))
    series, title = (rows[0].index(name) for name in ("Series", "Title"))
    mine, joint = sorted(rows[1:], key=lambda row: row[title] != "Ours")
    mine[series], joint[title] = "THEIRS", "Taken over"
    new = [
        {"Date": "2026-12-03", "Start": "12:00", "Title": "New", "Series": "THEIRS"}.get(name, "") for name in rows[0]
    ]

    plan = plan_of(csv_of([rows[0], mine, joint, new]), homes=frozenset({ours.pk}))

    assert [row.outcome for row in plan.rows] == [Outcome.REFUSED] * 3


def test_organisers_add_a_talk_to_no_series_of_others():
    ours, _theirs = make_series(short_name="OURS"), make_series(short_name="THEIRS")
    client = signed_in(make_organiser(ours))
    make_draft(series=ours)

    plan = plan_of(edit(exported(client), Also_in="THEIRS"), homes=frozenset({ours.pk}))

    assert [row.remarks for row in plan.rows] == [
        ["Ask the organisers of THEIRS to add this talk: open it on the desk."]
    ]


# --- an empty sheet ---


def test_an_empty_sheet_has_the_usual_values_of_the_series_and_brings_no_talk(administrator_client):
    make_series(slug="asset", short_name="ASSET", default_start=time(15, 30), default_room=make_room(name="Room 9"))

    content = exported(administrator_client, "empty", "?series=asset")
    head, first, *rest = rows_of_workbook(content)
    cells = dict(zip(head, first, strict=True))

    assert [cells[name] for name in ("Date", "Start", "Series", "Room", "State", "UID")] == [
        "", time(15, 30), "ASSET", "Gutmann Hall, Room 9", "draft", "",
    ]  # fmt: skip
    assert rest == [first] * 19
    assert plan_of(content).rows == []


def test_a_row_that_was_filled_in_is_a_talk(administrator_client):
    series = make_series(slug="asset", short_name="ASSET", default_start=time(15, 30))
    content = exported(administrator_client, "empty", "?series=asset")

    import_all(edit(content, Date=date(2026, 11, 5), Title="On engines", Speakers="Ada Lovelace"))

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


def test_every_column_tells_something_of_a_talk(full_talk):
    full_talk = Talk.objects.for_entries().get(pk=full_talk.pk)

    assert {*cells_of(full_talk), "check"} == {column.name for column in COLUMNS}
    assert full_talk.zone_info.key == NEW_YORK.key


def test_a_workbook_without_our_columns_is_refused_with_a_sentence():
    with pytest.raises(ValidationError, match="We could not tell which column of this spreadsheet has the date"):
        plan_of(workbook_of(("Sheet", [["a", "b"], ["c", "d"]])))
