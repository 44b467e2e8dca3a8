"""The pages of a month and a week, and another zone's times, in a real browser."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from seminars.models import State
from seminars.times import local, today
from tests.browser.axe import violations
from tests.factories import make_talk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def talks():
    noon = local(timezone.now()).replace(hour=12, minute=0, second=0, microsecond=0)
    ahead = {"starts_at": noon + timedelta(days=1), "ends_at": noon + timedelta(days=1, hours=1)}
    off = {"starts_at": noon + timedelta(days=2), "ends_at": noon + timedelta(days=2, hours=1)}
    return [
        make_talk(title="On engines", speakers=["Ada Lovelace"], **ahead),
        make_talk(title="On looms " * 12, state=State.CANCELLED, **off),
    ]


def months_of(talks):
    return sorted({f"{local(talk.starts_at):%Y-%m}" for talk in talks})


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_months_and_weeks_are_accessible_and_fit(live_server, page, talks, width):
    page.set_viewport_size({"width": width, "height": 800})
    week = "{}-W{:02}".format(*local(talks[0].starts_at).isocalendar()[:2])

    for part in (*months_of(talks), week):
        page.goto(f"{live_server.url}/calendar/{part}/")
        assert violations(page) == [], part
        assert page.evaluate("document.documentElement.scrollWidth") <= width, part


def test_a_phone_shows_a_month_as_a_list_of_its_busy_days(live_server, page, talks):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{live_server.url}/calendar/{local(talks[0].starts_at):%Y-%m}/")

    shown = [cell for cell in page.locator("td.cell").all() if cell.is_visible()]
    named = [talk for talk in talks if f"{local(talk.starts_at):%Y-%m}" == f"{local(talks[0].starts_at):%Y-%m}"]

    assert len(shown) - sum("is-today" in cell.get_attribute("class") for cell in shown) == len(named)
    expect(page.locator(".cell .cell-full").filter(has_text=f"{local(talks[0].starts_at).day} ").first).to_be_visible()


@pytest.mark.parametrize(("width", "shown"), [(320, [False, True]), (1280, [True, True])])
def test_today_is_named_once_on_a_phone_and_has_its_number_in_the_grid(live_server, page, talks, width, shown):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_server.url}/calendar/{today():%Y-%m}/")
    cell = page.locator(".cell.is-today")

    assert [cell.locator(part).is_visible() for part in (".cell-number", ".cell-full")] == shown


def test_the_keyboard_goes_from_the_list_to_the_month_and_on(live_server, page, talks):
    page.goto(live_server.url)
    page.get_by_role("link", name="Month", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/calendar/*/")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{today():%B %Y}")

    page.locator(".periods a[rel=next]").focus()
    page.keyboard.press("Enter")
    page.locator(".periods a[rel=prev]", has_text=f"{today():%B %Y}").wait_for()


def test_a_reader_chooses_the_zone_in_which_a_list_shows_times_too(live_server, new_context, talks):
    page = new_context(timezone_id="America/New_York").new_page()
    make_talk(title="Later", starts_at=talks[0].starts_at + timedelta(days=7))
    page.goto(live_server.url)
    line = page.locator("article", has_text="Later").locator(".your-time")
    expect(line).to_be_hidden()

    page.get_by_label("Also show times in").select_option("Asia/Tokyo")
    first = line.inner_text()
    page.reload()

    assert (line.inner_text(), first.startswith("Tokyo time: ")) == (first, True)
    page.get_by_label("Also show times in").select_option("America/New_York")
    expect(line).to_be_hidden()
