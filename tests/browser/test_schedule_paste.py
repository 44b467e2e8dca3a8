"""Cells from a spreadsheet are pasted into the schedule: rows and columns fill, and what has no place is told."""

from datetime import timedelta

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import reverse
from playwright.sync_api import expect

from seminars import times
from seminars.date_formats import day
from seminars.models import Department, State, Talk
from seminars.times import local, today
from tests.browser.axe import violations_in_both_themes
from tests.browser.signing_in import sign_in
from tests.factories import make_draft, make_organiser, make_room, make_series, make_talk

pytestmark = pytest.mark.django_db(transaction=True)

COLUMNS = ("day", "start", "room", "speaker", "affiliation", "title")
SAVED_NOTHING = "Nothing is saved yet."

CLIPBOARDS = {
    "cells and rows, as Excel ends them": ("Ada\tLondon\r\nGrace\tNavy\r\n", [["Ada", "London"], ["Grace", "Navy"]]),
    "LibreOffice ends them so": ("Ada\tLondon\nGrace\tNavy\n", [["Ada", "London"], ["Grace", "Navy"]]),
    "Google Sheets leaves the last end out": ("Ada\tLondon\nGrace\tNavy", [["Ada", "London"], ["Grace", "Navy"]]),
    "ends of old Macs": ("Ada\rGrace\r", [["Ada"], ["Grace"]]),
    "one cell": ("Ada\r\n", [["Ada"]]),
    "a line break in a cell": (
        '"Ada\r\nLovelace"\tLondon\r\nGrace\t\r\n',
        [["Ada\nLovelace", "London"], ["Grace", ""]],
    ),
    "a line break and quotes in a cell": ('"On ""rings""\nand fields"\tx', [['On "rings"\nand fields', "x"]]),
    "a tab in a cell": ('"Ada\tLovelace"\tLondon', [["Ada Lovelace", "London"]]),
    "a title in quotes of its own": ('"On rings"\n"On fields"\n', [['"On rings"'], ['"On fields"']]),
    "a title that begins with a quotation": ('"Rings" and "fields"\tx\n', [['"Rings" and "fields"', "x"]]),
    "a quote that never ends": ('"On rings\nOn fields', [['"On rings'], ["On fields"]]),
    "empty cells at every side": ("\tAda\t\n\t\t", [["", "Ada", ""], ["", "", ""]]),
    "an empty row between": ("Ada\n\nGrace\n", [["Ada"], [""], ["Grace"]]),
    "spaces around": (" Ada \t\u00a0London\n", [["Ada", "London"]]),
    "nothing": ("", [[""]]),
}


@pytest.fixture
def series():
    Department.objects.create(pk=1, name="Statistics")
    return make_series(short_name="ASSET")


@pytest.fixture
def talks(series):
    """Three drafts on one day, at 9, 11 and 13 o'clock in Room 307."""
    room = make_room(name="Room 307", building="Hall")
    start = times.start_of(today()) + timedelta(hours=9)
    return [
        make_draft(series=series, title=f"Old {n}", room=room, starts_at=start + timedelta(hours=2 * n))
        for n in range(3)
    ]


@pytest.fixture
def schedule(desk, series, context):
    """The schedule of the term, open for its organiser, who can copy anything."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(desk, make_organiser(series))
    desk.cell = lambda talk, column: desk.locator(
        f"#talk-{talk.pk} .cell-{column} :is(input, select):not([type=hidden], .unseen)"
    )
    desk.row = lambda talk: [desk.cell(talk, column).input_value() for column in COLUMNS]
    desk.told = desk.locator("#pasted").get_by_role("status")
    return desk


def show(schedule):
    schedule.visit(reverse("admin:schedule"))


def copy(schedule, text):
    schedule.evaluate("text => navigator.clipboard.writeText(text)", text)


def paste(schedule, talk, column, text):
    """Paste as people do: copy elsewhere, go to the cell, press Control and V."""
    copy(schedule, text)
    schedule.cell(talk, column).focus()
    schedule.keyboard.press("Control+V")


def values(schedule, talks, *columns):
    return [[schedule.cell(talk, column).input_value() for column in columns] for talk in talks]


def told(schedule):
    """The sentences and lists of values that the page shows about a paste."""
    return schedule.told.inner_text().replace("\u00a0", " ").split("\n\n")


def call(schedule, function, text):
    address = staticfiles_storage.url("js/schedule-clipboard.js")
    return schedule.evaluate(f"async text => (await import({address!r})).{function}(text)", text)


def test_clipboards_of_every_spreadsheet_are_read(schedule):
    show(schedule)

    read = {name: call(schedule, "cellsOf", text) for name, (text, _wanted) in CLIPBOARDS.items()}

    assert read == {name: wanted for name, (_text, wanted) in CLIPBOARDS.items()}


def test_a_block_fills_rows_and_columns_and_is_saved_only_by_saving(schedule, talks):
    show(schedule)

    paste(schedule, talks[0], "speaker", "Ada Lovelace\tLondon\tOn engines\r\nGrace Hopper\tNavy\t\r\n")

    assert values(schedule, talks, "speaker", "affiliation", "title") == [
        ["Ada Lovelace", "London", "On engines"], ["Grace Hopper", "Navy", ""], ["", "", "Old 2"]
    ]  # fmt: skip
    assert told(schedule) == [f"Cells changed: 6. {SAVED_NOTHING}"]
    assert sorted(Talk.objects.values_list("title", flat=True)) == ["Old 0", "Old 1", "Old 2"]
    schedule.keyboard.press("Control+Enter")
    schedule.get_by_text("2 talks were changed.").wait_for()
    assert [(talk.title, talk.speaker_names) for talk in Talk.objects.soonest_first()] == [
        ("On engines", "Ada Lovelace"), ("", "Grace Hopper"), ("Old 2", "")
    ]  # fmt: skip
    assert schedule.refusals == []


def test_dates_times_and_rooms_are_pasted_as_a_spreadsheet_shows_them(schedule, talks):
    other = make_room(name="Room 414", building="Hall")
    tomorrow = today() + timedelta(days=1)
    show(schedule)

    paste(
        schedule, talks[0], "day",
        f"{tomorrow:%d.%m.%Y}\t4:15 PM\thall, room 414\n{today():%-d-%b}\t\tROOM 414\n\t9.30\t–",
    )  # fmt: skip

    shown = values(schedule, talks, "day", "start", "room")
    schedule.get_by_text(day(tomorrow, with_year=True)).wait_for()
    schedule.get_by_text("9:30 am").wait_for()
    summary = told(schedule)
    schedule.keyboard.press("Control+Enter")
    schedule.get_by_text("3 talks were changed.").wait_for()

    assert shown == [
        [f"{tomorrow:%d.%m.%Y}", "4:15 PM", str(other.pk)],
        [f"{today():%-d-%b}", "11:00", str(other.pk)],
        [f"{today()}", "9.30", ""],
    ]
    assert summary == [f"Cells changed: 7. {SAVED_NOTHING}"]
    saved = [(f"{local(talk.starts_at):%Y-%m-%d %H:%M}", talk.room) for talk in Talk.objects.soonest_first()]
    assert saved == [(f"{today()} 09:30", None), (f"{today()} 11:00", other), (f"{tomorrow} 16:15", other)]
    assert schedule.refusals == []


def test_a_paste_into_a_room_a_date_or_a_time_is_taken_even_if_it_is_one_value(schedule, talks):
    other = make_room(name="Room 414", building="Hall")
    show(schedule)

    for column, text in (("day", f"{today() + timedelta(days=1)}"), ("start", "16.15"), ("room", "Room 414")):
        paste(schedule, talks[0], column, text)

    assert schedule.row(talks[0])[:3] == [f"{today() + timedelta(days=1)}", "16.15", str(other.pk)]


def test_a_date_and_a_time_that_cannot_be_read_stay_in_their_cells_and_are_told_there(schedule, talks):
    show(schedule)

    paste(schedule, talks[0], "day", "31.2.2026\tsoon")
    schedule.keyboard.press("Control+Enter")
    schedule.locator(".problems").wait_for()

    assert schedule.row(talks[0])[:2] == ["31.2.2026", "soon"]
    assert schedule.locator(".problems li").all_inner_texts() == [
        f"Date, {day(today())}: “31.2.2026” is not a date. Enter a date such as 17 March or 2027-03-17.",
        f"Time, {day(today())}: “soon” is not a time. Enter a time such as 15:30 or 3:30 pm.",
    ]


def test_a_day_that_does_not_fit_its_weekday_is_asked_about_and_may_be_meant(schedule, talks):
    tomorrow = today() + timedelta(days=1)
    show(schedule)

    paste(schedule, talks[0], "day", f"{today():%a} {tomorrow:%-d %B}")
    schedule.keyboard.press("Control+Enter")
    schedule.get_by_label(f"Yes, I mean {day(tomorrow, with_year=True)}").check()
    struck = schedule.locator("tr.is-removed").count()
    schedule.get_by_role("button", name="Save all rows").click()
    schedule.get_by_text("1 talk was changed.").wait_for()

    assert struck == 0
    assert local(Talk.objects.get(pk=talks[0].pk).starts_at).date() == tomorrow


def test_what_has_no_place_is_told_and_nothing_else_is_moved(schedule, series, talks):
    pair = make_talk(
        series=series, title="", speakers=["Ada", "Grace"], room=None, state=State.CANCELLED,
        starts_at=talks[2].starts_at + timedelta(hours=2),
    )  # fmt: skip
    before = f"{local(pair.starts_at):%H:%M}"
    show(schedule)

    paste(
        schedule, talks[2], "start",
        "soon\tRoom 9\tEmmy\tGöttingen\tOn rings\tDraft\tmore\n"
        "16:15\tRoom 307\tBo\tLarkfield\tOn fields\tConfirmed\t\n"
        "17:00\t\tCy\n\n18:00\n",
    )  # fmt: skip

    assert schedule.row(talks[2])[1:] == ["soon", str(talks[2].room_id), "Emmy", "Göttingen", "On rings"]
    assert schedule.row(pair)[1:] == [before, "", "Ada, Grace", "", "On fields"]
    on = day(local(pair.starts_at))
    assert told(schedule) == [
        f"Cells changed: 8. {SAVED_NOTHING}",
        "Values that did not fit, because the cell is missing or cannot be changed here: 6",
        f"{on}: more\nTime, {on}: 16:15\nRoom, {on}: Room 307\nSpeaker, {on}: Bo\nAffiliation, {on}: Larkfield\n"
        f"State, {on}: Confirmed",
        "Values that are not in the list of the cell: 1", f"Room, {on}: Room 9",
    ]  # fmt: skip


def test_a_cell_that_cannot_be_changed_may_be_pasted_what_it_holds(schedule, series):
    start = times.start_of(today()) + timedelta(hours=15)
    hall = make_room(name="Room 307", building="Hall")
    talk = make_talk(
        series=series, title="", speakers=["Ada", "Grace"], room=hall, state=State.CANCELLED, starts_at=start
    )
    above = make_draft(series=series, starts_at=start - timedelta(hours=3))
    show(schedule)
    paste(schedule, above, "day", f"\n{local(start):%Y-%m-%d}\t15:00\troom 307\tAda, Grace\t\tOn rings\tcancelled")

    assert schedule.row(talk)[5] == "On rings"
    assert told(schedule) == [f"Cells changed: 1. {SAVED_NOTHING}"]


def test_a_paste_goes_on_below_a_row_that_could_not_be_saved(schedule, talks):
    show(schedule)
    schedule.cell(talks[1], "speaker").evaluate("(cell, name) => (cell.value = name)", "x" * 201)
    schedule.cell(talks[0], "title").press("Control+Enter")
    schedule.locator(".problems").wait_for()

    paste(schedule, talks[0], "title", "One\nTwo\nThree")

    assert values(schedule, talks, "title") == [["One"], ["Two"], ["Three"]]


def test_one_value_is_pasted_by_the_browser_and_a_cell_with_a_line_break_loses_only_its_quotes(schedule, talks):
    show(schedule)

    paste(schedule, talks[0], "title", "On rings\r\n")
    schedule.keyboard.press("F2")
    schedule.keyboard.press("End")
    schedule.keyboard.press("Control+V")
    paste(schedule, talks[1], "title", '"On rings\nand fields"\r\n')

    assert values(schedule, talks, "title") == [["On ringsOn rings"], ["On rings and fields"], ["Old 2"]]


def test_control_and_z_takes_back_pastes_one_after_another(schedule, talks):
    show(schedule)
    paste(schedule, talks[0], "title", "One\nTwo")
    paste(schedule, talks[1], "title", "Three\nFour")

    schedule.keyboard.press("Control+Z")
    once = values(schedule, talks, "title")
    schedule.keyboard.press("Control+Z")
    twice = values(schedule, talks, "title")

    assert (once, twice) == ([["One"], ["Two"], ["Old 2"]], [["Old 0"], ["Old 1"], ["Old 2"]])
    assert told(schedule) == ["Undone. Cells restored: 2."]
    expect(schedule.get_by_role("button", name="Undo", exact=True)).to_be_disabled()


def test_what_was_typed_since_a_paste_is_undone_first(schedule, talks):
    show(schedule)
    paste(schedule, talks[0], "title", "One\nTwo")
    schedule.cell(talks[1], "title").focus()
    schedule.keyboard.press("F2")
    schedule.keyboard.type("!")

    schedule.keyboard.press("Control+Z")
    by_browser = values(schedule, talks, "title")
    schedule.keyboard.type("?")
    schedule.get_by_role("button", name="Undo", exact=True).press("Enter")
    typed = values(schedule, talks, "title")
    schedule.get_by_role("button", name="Undo", exact=True).press("Enter")

    assert by_browser == typed == [["One"], ["Two"], ["Old 2"]]
    assert values(schedule, talks, "title") == [["Old 0"], ["Old 1"], ["Old 2"]]


@pytest.mark.parametrize("width", [360, 1280])
def test_what_a_paste_did_is_in_view_and_accessible(schedule, series, talks, width):
    for n in range(20):
        make_draft(series=series, starts_at=talks[2].starts_at + timedelta(hours=n / 4 + 1))
    schedule.set_viewport_size({"width": width, "height": 800})
    show(schedule)

    paste(schedule, talks[0], "room", "\n".join(f"Room {n}" for n in range(60)))

    schedule.get_by_role("button", name="Undo", exact=True).wait_for()
    panel, cell = (place.bounding_box() for place in (schedule.locator("#pasted"), schedule.cell(talks[0], "room")))
    assert 0 <= cell["y"] <= cell["y"] + cell["height"] <= panel["y"] <= 800 - panel["height"]
    assert schedule.get_by_role("button", name="Undo", exact=True).bounding_box()["y"] < 800 - 40
    expect(schedule.told.get_by_role("listitem")).to_have_count(21)
    assert schedule.refusals == []
    assert violations_in_both_themes(schedule) == []
    assert schedule.evaluate("document.documentElement.scrollWidth") <= width
