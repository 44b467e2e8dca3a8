"""Plan and edit a term in a real browser: few clicks, by keyboard, accessible, and without JavaScript too."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from seminars.models import Break, Talk, Weekday
from seminars.times import local, today
from tests.browser.signing_in import sign_in
from tests.factories import make_draft, make_organiser, make_room, make_series, make_talk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def series():
    usual = {"default_weekday": Weekday.WEDNESDAY, "default_start": time(12), "default_minutes": 75}
    return make_series(short_name="ASSET", default_room=make_room(name="Room 414"), **usual)


def test_fourteen_wednesdays_are_planned_in_four_clicks(desk, series):
    pause = today() + timedelta(weeks=3)
    Break.objects.create(first_on=pause, last_on=pause + timedelta(days=6), reason="Fall break")
    sign_in(desk, make_organiser(series))
    desk.visit("/admin/")

    desk.get_by_role("link", name="Plan a term", exact=True).click()
    desk.get_by_role("button", name="Preview").click()
    desk.get_by_text("Fall break").wait_for()
    desk.get_by_role("button", name="Create drafts").click()
    desk.get_by_text("13 drafts were added to ASSET.").wait_for()

    starts = [local(talk.starts_at) for talk in Talk.objects.all()]
    assert {(start.weekday(), start.hour) for start in starts} == {(2, 12)}
    assert desk.refusals == []


def test_the_schedule_is_filled_by_keyboard_and_enter_moves_down(desk, series):
    first = timezone.now().replace(hour=17, minute=0, second=0, microsecond=0)
    one, other = (make_draft(series=series, title="", starts_at=first + timedelta(minutes=90 * n)) for n in (0, 1))
    sign_in(desk, make_organiser(series))
    desk.visit(reverse("admin:schedule"))

    desk.locator(f"#talk-{one.pk} .cell-speaker input").focus()
    desk.keyboard.type("Ada Lovelace")
    desk.keyboard.press("Enter")
    desk.keyboard.type("Grace Hopper")
    desk.keyboard.press("Tab")
    desk.keyboard.type("Navy")
    desk.keyboard.press("Shift+Enter")
    desk.keyboard.type("London")
    desk.keyboard.press("Control+Enter")
    desk.get_by_text("2 talks were changed.").wait_for()

    assert [str(Talk.objects.get(pk=talk.pk).speakers[0]) for talk in (one, other)] == [
        "Ada Lovelace (London)",
        "Grace Hopper (Navy)",
    ]
    assert desk.refusals == []


def test_planning_and_keeping_a_term_need_no_script(live_server, new_context, series):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/sign-in/?next=/admin/plan/")
    page.get_by_label("Username").fill(make_organiser(series).username)
    page.get_by_label("Password").fill("open sesame 7")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Create drafts").click()
    page.locator(".cell-title input").first.fill("On engines")
    page.get_by_role("button", name="Save all rows").click()

    expect(page.get_by_text("1 talk was changed.")).to_be_visible()
    assert Talk.objects.filter(title="On engines").count() == 1


def test_a_button_copies_the_text(desk, series):
    talk = make_talk(series=series, title="On engines")
    sign_in(desk, make_organiser(series))
    desk.visit(reverse("admin:announcement") + f"?talk={talk.pk}")

    desk.get_by_role("button", name="Copy the text").click()

    desk.get_by_role("button", name="Copied").wait_for()
    assert desk.locator("#plain").input_value().endswith("/on-engines/\n")
    assert desk.refusals == []
