"""The schedule as a grid: keys, ranges, copying, filling down, undo, new rows, marks, conflicts, touch."""

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import expect

from seminars import times
from seminars.date_formats import day
from seminars.models import Talk, Weekday
from seminars.times import local, today
from tests.browser.schedule import make_weekly_series, opened, press, row_of
from tests.factories import make_draft, make_room

pytestmark = pytest.mark.django_db(transaction=True)

COLUMNS = ("day", "start", "room", "speaker", "affiliation", "title")


@pytest.fixture
def series():
    return make_weekly_series()


@pytest.fixture
def talks(series):
    """Three drafts on one day, at 9, 11 and 13 o'clock."""
    start = times.start_of(today()) + timedelta(hours=9)
    return [make_draft(series=series, title=f"Old {n}", starts_at=start + timedelta(hours=2 * n)) for n in range(3)]


@pytest.fixture
def grid(desk, series, talks, context):
    """The schedule of the term, open for its organiser, who can copy anything."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    return opened(desk, series)


def clipboard(page):
    return page.evaluate("navigator.clipboard.readText()")


def paste_html(page, html, text=""):
    """Paste what a spreadsheet put on the clipboard in both forms."""
    page.evaluate(
        """([html, text]) => navigator.clipboard.write([new ClipboardItem({
            'text/html': new Blob([html], {type: 'text/html'}),
            'text/plain': new Blob([text], {type: 'text/plain'})})])""",
        [html, text],
    )
    page.refusals.clear()  # of the styles in what was copied
    press(page, "Control+V")


# --- keys ---


def test_arrow_keys_home_and_end_go_from_cell_to_cell(grid, talks):
    first, second, third = (row_of(talk) for talk in talks)
    grid.cell(first, "speaker").focus()
    places = []

    for key in ("ArrowDown", "ArrowRight", "ArrowUp", "End", "Home", "Control+End", "Control+Home", "ArrowUp"):
        press(grid, key)
        places.append(grid.at())

    assert places == [
        f"{second}-speaker", f"{second}-affiliation", f"{first}-affiliation", f"{first}-title", f"{first}-day",
        f"{third}-title", f"{first}-day", f"{first}-day",
    ]  # fmt: skip
    assert grid.values("title") == ["Old 0", "Old 1", "Old 2"]


def test_in_a_cell_that_is_edited_the_arrows_move_the_text_cursor(grid, talks):
    grid.cell(talks[0], "title").focus()

    press(grid, "F2", "ArrowLeft", "ArrowLeft")
    grid.keyboard.type("er")
    stayed = grid.at()
    press(grid, "Enter")
    below = grid.at()
    press(grid, "Enter", "Home")
    grid.keyboard.type("So ")
    press(grid, "Shift+Enter")

    assert (stayed, below) == (f"talk-{talks[0].pk}-title", f"talk-{talks[1].pk}-title")
    assert grid.values("title") == ["Older 0", "So Old 1", "Old 2"]
    assert grid.at() == f"talk-{talks[0].pk}-title"


def test_typing_replaces_a_cell_and_escape_takes_that_back(grid, talks):
    grid.cell(talks[0], "title").focus()
    grid.keyboard.type("New")
    typed = grid.values("title")
    press(grid, "Escape", "ArrowDown")

    assert (typed, grid.values("title")) == (["New", "Old 1", "Old 2"], ["Old 0", "Old 1", "Old 2"])
    assert grid.at() == f"talk-{talks[1].pk}-title"


def test_a_room_is_chosen_by_keyboard_only_while_its_cell_is_edited(grid, talks):
    make_room(name="Room 414")
    grid.reload()
    grid.cell(talks[0], "room").focus()

    press(grid, "ArrowDown", "Enter", "ArrowDown", "Enter")

    assert [grid.cell(talk, "room").evaluate("cell => cell.selectedIndex") for talk in talks] == [0, 1, 0]
    assert grid.at() == f"talk-{talks[2].pk}-room"


# --- ranges ---


def test_a_range_is_copied_as_cells_and_pasted_elsewhere(grid, talks):
    room = make_room(name="Room 414", building="Hall")
    Talk.objects.filter(pk=talks[0].pk).update(room=room, title='On "rings"')
    grid.reload()
    grid.cell(talks[0], "room").focus()

    press(grid, "Shift+ArrowDown", "Shift+End", "Control+C")
    copied = clipboard(grid)
    press(grid, "ArrowDown", "Control+V")

    assert copied == 'Hall, Room 414\t\t\tOn "rings"\n\t\t\tOld 1'
    assert grid.values("title") == ['On "rings"', 'On "rings"', "Old 1"]
    expect(grid.cell(talks[1], "room")).to_have_value(str(room.pk))


def test_the_whole_grid_is_selected_and_copied(grid, talks):
    grid.cell(talks[1], "title").focus()

    press(grid, "Control+A", "Control+C")

    lines = clipboard(grid).split("\n")
    assert [line.split("\t")[1:] for line in lines] == [
        [f"{9 + 2 * n:02}:00", "", "", "", f"Old {n}"] for n in range(3)
    ]  # fmt: skip
    assert "Selected: 3 × 6 cells" in grid.told.inner_text()


def test_a_range_is_chosen_by_shift_and_click_and_by_dragging(grid, talks):
    grid.cell(talks[0], "speaker").click()
    grid.cell(talks[1], "title").click(modifiers=["Shift"])
    clicked = grid.locator(".is-selected").count()

    grid.cell(talks[0], "title").hover()
    grid.mouse.down()
    grid.cell(talks[2], "title").hover()
    grid.mouse.up()

    assert (clicked, grid.locator(".is-selected").count()) == (6, 3)


def test_cells_are_cut_and_cleared_but_never_a_date(grid, talks):
    before = grid.values("day")
    grid.cell(talks[0], "title").focus()
    press(grid, "Shift+ArrowDown", "Control+X")
    cut = clipboard(grid), grid.values("title")
    press(grid, "Control+A", "Delete")

    assert cut == ("Old 0\nOld 1", ["", "", "Old 2"])
    assert (grid.values("title"), grid.values("day")) == (["", "", ""], before)


def test_one_copied_value_fills_a_range(grid, talks):
    grid.evaluate("navigator.clipboard.writeText('Vienna')")
    grid.cell(talks[0], "affiliation").focus()

    press(grid, "Shift+ArrowDown", "Shift+ArrowDown", "Control+V")

    assert grid.values("affiliation") == ["Vienna"] * 3


# --- filling down, undo, redo ---


def test_cells_are_filled_down_from_the_first_row_or_the_one_above(grid, talks):
    grid.cell(talks[0], "title").focus()
    press(grid, "ArrowDown", "Control+D")
    single = grid.values("title")
    press(grid, "ArrowUp", "Shift+ArrowDown", "Shift+ArrowDown", "Control+D")

    assert single == ["Old 0", "Old 0", "Old 2"]
    assert grid.values("title") == ["Old 0"] * 3


def test_every_kind_of_step_is_undone_and_done_again(grid, talks):
    grid.cell(talks[0], "title").focus()
    grid.keyboard.type("Typed")
    press(grid, "Enter", "Control+D")
    grid.get_by_label("Delete, ").last.check()
    grid.get_by_role("button", name="Add a row").click()
    states = []

    def state():
        return grid.values("title"), grid.locator("tr.is-removed").count()

    for _step in range(4):
        grid.get_by_role("button", name="Undo").click()
        states.append(state())
    undone = grid.get_by_role("button", name="Undo").is_disabled()
    for _step in range(4):
        grid.get_by_role("button", name="Redo").click()

    assert states == [
        (["Typed", "Typed", "Old 2"], 1), (["Typed", "Typed", "Old 2"], 0), (["Typed", "Old 1", "Old 2"], 0),
        (["Old 0", "Old 1", "Old 2"], 0),
    ]  # fmt: skip
    assert undone
    assert state() == (["Typed", "Typed", "Old 2", ""], 1)


# --- what spreadsheets copy ---


def test_a_table_of_google_sheets_is_pasted_with_line_breaks_and_merged_cells(desk, series, talks, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    grid = opened(desk, series, "?column=host&column=notes&column=title")
    grid.cell(talks[0], "title").focus()

    paste_html(
        grid,
        "<google-sheets-html-origin><style>td {border: 1px}</style><table><colgroup><col></colgroup><tbody>"
        "<tr><td>On   \n rings</td><td rowspan=2>Emmy</td><td>One<br>two</td></tr>"
        '<tr><td data-sheets-formula="=A1&amp;B1">On fields</td><td>&amp; more</td></tr></tbody></table>',
        "no table",
    )

    assert grid.values("title") == ["On rings", "On fields", "Old 2"]
    assert grid.values("host") == ["Emmy", "", ""]
    assert [grid.cell(talk, "notes").input_value() for talk in talks] == ["One\ntwo", "& more", ""]
    assert desk.refusals == []


def test_pasted_rows_beyond_the_end_become_drafts_on_the_next_free_days(grid, series, talks):
    grid.evaluate("navigator.clipboard.writeText('Ada\\nGrace\\nEmmy')")
    grid.cell(talks[2], "speaker").focus()

    press(grid, "Control+V")
    days = grid.values("day")
    press(grid, "Control+Z")
    undone = len(grid.values("day"))
    press(grid, "Control+Y")
    identities = grid.locator("tbody input[name$=-uid]").evaluate_all("all => all.map((one) => one.value)")
    press(grid, "Control+Enter")
    grid.get_by_text("1 talk was changed. 2 drafts were added.").wait_for()

    first = today() + timedelta(days=1 + (Weekday.WEDNESDAY - today().weekday() - 1) % 7)
    assert days[3:] == [f"{first}", f"{first + timedelta(weeks=1)}"]
    assert undone == 3
    assert [talk.speaker_names for talk in series.talks.soonest_first()][2:] == ["Ada", "Grace", "Emmy"]
    assert [talk.uid for talk in series.talks.soonest_first()][3:] == [str(UUID(one)) for one in identities]
    assert grid.refusals == []


# --- marks ---


def test_cells_that_are_not_saved_are_marked_and_counted_and_leaving_asks(grid, talks):
    asked = []
    grid.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    grid.cell(talks[0], "title").focus()
    grid.keyboard.type("New")
    press(grid, "Enter")

    expect(grid.locator(".is-unsaved")).to_have_count(1)
    assert grid.cell(talks[0], "title").get_attribute("title") == "Not saved yet"
    expect(grid.get_by_text("Not saved yet: 1")).to_be_visible()
    grid.get_by_role("link", name="Plan more dates").click()
    grid.wait_for_url("**/plan/**")
    assert asked == ["beforeunload"]


def test_saving_does_not_ask_whether_to_leave(grid, talks):
    asked = []
    grid.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    grid.cell(talks[0], "title").focus()
    grid.keyboard.type("New")
    press(grid, "Control+Enter")
    grid.get_by_text("1 talk was changed.").wait_for()

    assert asked == []
    expect(grid.locator(".is-unsaved")).to_have_count(0)


def test_a_conflict_shows_both_values_and_either_can_be_taken(grid, talks):
    Talk.objects.filter(pk=talks[0].pk).update(title="Theirs", host="Kept")
    grid.cell(talks[0], "title").focus()
    grid.keyboard.type("Mine")
    press(grid, "Control+Enter")

    grid.get_by_text("has changed this to “Theirs”").first.wait_for()
    mine = grid.cell(talks[0], "title").input_value()
    grid.get_by_role("button", name="Use “Theirs”").click()
    taken = grid.cell(talks[0], "title").input_value(), grid.locator(".is-unsaved").count()
    press(grid, "Control+Z", "Control+Enter")
    grid.get_by_text("1 talk was changed.").wait_for()

    assert (mine, taken) == ("Mine", ("Theirs", 0))
    assert Talk.objects.get(pk=talks[0].pk).title == "Mine"


def test_the_list_of_problems_leads_to_the_cell(grid, talks):
    grid.cell(talks[1], "affiliation").focus()
    grid.keyboard.type("Vienna")
    press(grid, "Control+Enter")

    grid.locator(".problems").get_by_role("link").click()

    assert grid.at() == f"talk-{talks[1].pk}-speaker"
    described = grid.cell(talks[1], "speaker").get_attribute("aria-describedby")
    expect(grid.locator(f"#{described}")).to_have_text("Enter the person who has this affiliation.")


# --- for everybody ---


def test_a_screen_reader_hears_each_cell_with_its_headings(grid, talks):
    on = day(local(talks[0].starts_at))

    expect(grid.locator("table.schedule")).to_match_aria_snapshot(f"""
    - table:
      - rowgroup:
        - row:
          - columnheader "Date"
          - columnheader "Time"
          - columnheader "Room"
          - columnheader "Speaker"
          - columnheader "Affiliation"
          - columnheader "Title"
          - columnheader "State"
      - rowgroup:
        - row:
          - rowheader:
            - textbox "Date, {on}"
          - cell:
            - textbox "Time, {on}"
          - cell:
            - combobox "Room, {on}"
          - cell:
            - combobox "Speaker, {on}"
          - cell:
            - textbox "Affiliation, {on}"
          - cell:
            - textbox "Title, {on}": Old 0
          - cell:
            - 'link "Draft: open Old 0"'
            - checkbox "Delete, {on}"
    """)


def test_a_screen_reader_hears_every_column_and_new_rows_with_their_headings(desk, series, talks):
    more = ("minutes", "join_url", "host", "topics", "language", "notes")
    grid = opened(desk, series, "?" + "&".join(f"column={name}" for name in (*COLUMNS, *more)))
    grid.get_by_role("button", name="Add a row").click()
    heads = grid.locator("thead th").all_inner_texts()
    rows = grid.locator("tbody tr[data-day]")

    assert (rows.count(), len(heads)) == (4, len(COLUMNS) + len(more) + 1)
    for row in rows.all():
        controls = row.locator(":is(th, td):not(.cell-state) :is(input:not(.unseen), select, textarea)").all()
        for head, control in zip(heads, controls, strict=False):
            expect(control).to_have_accessible_name(f"{head}, {row.get_attribute('data-day')}", ignore_case=True)
        assert len(controls) == len(heads) - 1
