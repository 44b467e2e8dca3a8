"""The first page of the desk, its search and the statistics in a real browser: by keyboard, by touch, and with axe."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from seminars.models import Department
from tests.browser.arriving import arrive_at, visits
from tests.browser.signing_in import sign_in
from tests.factories import make_draft, make_organiser, make_room, make_series, make_talk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def series():
    """A series with a draft in six weeks and another two weeks later, on its usual day."""
    start = timezone.now().replace(hour=17, minute=0, second=0, microsecond=0) + timedelta(weeks=6)
    made = make_series(short_name="ASSET", default_weekday=start.weekday(), default_start=time(12))
    make_draft(series=made, title="On looms", starts_at=start)
    make_draft(series=made, title="", speakers=["Ada Lovelace"], starts_at=start + timedelta(weeks=2))
    make_talk(series=made, title="Past", speakers=["Bo Reed"], room=make_room(), starts_at=start - timedelta(weeks=20))
    return made


@pytest.fixture
def phone(new_context, live_server):
    page = new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).new_page()
    return visits(page, live_server.url)


def test_by_keyboard_one_finds_a_draft_from_any_page(desk, series):
    sign_in(desk, make_organiser(series))
    desk.visit(reverse("admin:plan"))

    desk.keyboard.press("Control+k")
    assert desk.evaluate("document.activeElement.id") == "desk-search"
    desk.keyboard.type("loom")
    desk.keyboard.press("Enter")
    arrive_at(desk, reverse("admin:search") + "?q=loom")
    link = desk.get_by_role("link", name="On looms")
    link.focus()
    desk.keyboard.press("Enter")

    desk.wait_for_url("**/change/")
    assert desk.get_by_label("Title").input_value() == "On looms"
    assert desk.refusals == []


def test_by_touch_a_free_date_leads_to_a_new_talk_and_the_first_steps_are_hidden(phone, series):
    Department.objects.update_or_create(pk=1, defaults={"name": "Mathematics"})
    sign_in(phone, make_organiser(series))
    phone.visit(reverse("admin:index"))

    phone.get_by_role("button", name="Hide this list").tap()
    phone.get_by_role("heading", name="First steps").wait_for(state="detached")
    phone.get_by_role("link", name="is free").tap()

    phone.wait_for_url("**/talk/add/?**on=**")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
