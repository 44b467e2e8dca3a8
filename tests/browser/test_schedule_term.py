"""A term that is pasted into the schedule and saved at once, by keyboard and by touch."""

from datetime import timedelta

import pytest

from seminars import times
from seminars.models import Change, Speaker, Talk
from seminars.times import local, today
from tests.browser.arriving import visits
from tests.browser.schedule import make_weekly_series, opened, press
from tests.factories import make_draft, make_topic

pytestmark = pytest.mark.django_db(transaction=True)

TERM = [
    (f"Speaker {chr(65 + n)}{chr(98 + n) * 5}", f"Place {n}", f"On rings, part {n}", f"Host {n}") for n in range(14)
]


@pytest.fixture
def series():
    return make_weekly_series()


@pytest.fixture
def phone(new_context, live_server, series):
    page = new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).new_page()
    return visits(page, live_server.url)


def fourteen(series):
    """Fourteen drafts, one a day from tomorrow."""
    start = times.start_of(today() + timedelta(days=1)) + timedelta(hours=12)
    return [make_draft(series=series, title="", starts_at=start + timedelta(days=n)) for n in range(14)]


def term_as_text():
    return "\n".join(f"14:{n + 10}\t" + "\t".join(row) for n, row in enumerate(TERM))


def saved(series):
    talks = series.talks.soonest_first().for_lists()
    return [
        (f"{local(talk.starts_at):%H:%M}", talk.speaker_names, talk.speakers[0].affiliation, talk.title, talk.host)
        for talk in talks
    ]


WANTED = [(f"14:{n + 10}", *row) for n, row in enumerate(TERM)]
QUERY = "?column=speaker&column=affiliation&column=title&column=host"


def check_what_visitors_get(page, series, titles):
    """The page and the feed of the series show these titles and no others."""
    answers = [page.request.get(page.url.split("/admin")[0] + path).text()
               for path in ("/series/asset/", "/series/asset/calendar.ics")]  # fmt: skip
    for answer in answers:
        assert [row[2] for row in TERM if row[2].replace(",", "\\,") in answer or row[2] in answer] == titles


def undo(page):
    page.locator(".messagelist").get_by_role("button", name="Undo").click()
    page.wait_for_load_state("networkidle")


def test_fourteen_rows_of_five_columns_are_pasted_saved_and_undone_by_keyboard(desk, series, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    talks = fourteen(series)
    Talk.objects.filter(pk=talks[0].pk).update(state="confirmed", published_at=talks[0].created_at)
    desk.set_viewport_size({"width": 1280, "height": 800})
    grid = opened(desk, series, QUERY)
    grid.evaluate("text => navigator.clipboard.writeText(text)", term_as_text())
    for _tab in range(80):
        if grid.at() == f"talk-{talks[0].pk}-start":
            break
        press(grid, "Tab")

    press(grid, "Control+V", "Control+Enter")
    grid.get_by_text("14 talks were changed.").wait_for()
    pasted = saved(series)
    check_what_visitors_get(grid, series, [TERM[0][2]])
    change = Change.objects.latest_first().first()
    undo(grid)

    assert pasted == WANTED
    assert (str(change), change.is_undone) == ("Schedule changed", False)
    assert {talk.title for talk in series.talks.all()} == {""}
    assert not Speaker.objects.exists()
    check_what_visitors_get(grid, series, [])
    assert desk.refusals == []


def test_a_term_is_filled_in_by_touch(phone, series):
    talks = fourteen(series)
    make_topic(name="Rings")
    phone = opened(phone, series, QUERY)
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    phone.evaluate("text => navigator.clipboard.writeText(text)", term_as_text())

    phone.cell(talks[0], "start").tap()
    press(phone, "Control+V")  # as the menu of a phone does
    phone.cell(talks[0], "host").tap()
    phone.get_by_role("button", name="Fill down").tap()
    filled = set(phone.values("host"))
    phone.get_by_role("button", name="Undo", exact=True).tap()
    sizes = [box.bounding_box() for box in phone.locator("#pasted .submit-row :is(input, button):visible").all()]
    phone.get_by_role("button", name="Save all rows").tap()
    phone.get_by_text("14 talks were changed.").wait_for()
    pasted = saved(series)
    undo(phone)

    assert filled == {"Host 0"}
    assert pasted == WANTED
    assert {talk.title for talk in series.talks.all()} == {""}
    assert min(size["height"] for size in sizes) >= 40
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
