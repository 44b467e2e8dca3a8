"""The first page of the desk, its search and the statistics in a real browser: by keyboard, by touch, and with axe."""

import re
from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from seminars.models import Department
from tests.browser.arriving import arrive_at, visits
from tests.browser.axe import violations
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

    desk.wait_for_url("**/change/?next=**")
    expect(desk.get_by_label("Title")).to_have_value("On looms")
    assert desk.refusals == []


def test_the_search_suggests_while_one_types_and_arrows_choose(desk, series):
    sign_in(desk, make_organiser(series))
    desk.visit(reverse("admin:plan"))
    desk.keyboard.press("Control+k")
    desk.keyboard.type("loo")
    field, option = desk.get_by_role("combobox", name="Search the desk"), desk.get_by_role("option", name="On looms")
    option.wait_for()

    assert field.get_attribute("aria-expanded") == "true"
    expect(desk.get_by_role("listbox").get_by_role("group", name="Talks")).to_have_count(1)
    desk.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    assert option.get_attribute("aria-selected") == "true"
    desk.keyboard.press("Escape")
    assert (option.is_visible(), field.input_value()) == (False, "loo")
    desk.keyboard.type("m")
    option.wait_for()
    desk.keyboard.press("ArrowUp")
    desk.keyboard.press("Enter")

    desk.wait_for_url("**/change/?next=**")
    desk.get_by_role("button", name="Save", exact=True).click()
    arrive_at(desk, reverse("admin:search") + "?q=loom")
    assert desk.refusals == []


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light")])
def test_a_suggestion_is_pressed_and_a_page_leads_to_the_form_and_back(desk, series, width, theme):
    desk.set_viewport_size({"width": width, "height": 844})
    desk.emulate_media(color_scheme=theme)
    sign_in(desk, make_organiser(series))
    desk.visit(reverse("admin:index"))
    desk.get_by_role("combobox", name="Search the desk").fill("bo reed")
    desk.get_by_role("option", name="Bo Reed").first.wait_for()
    desk.keyboard.press("ArrowDown")
    assert violations(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= width
    desk.get_by_role("group", name="Speakers").get_by_role("option", name="Bo Reed").click()
    desk.wait_for_url("**/speaker/**/change/?next=**")

    page = series.get_absolute_url()
    desk.visit(page)
    assert violations(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= width
    desk.get_by_role("link", name=re.compile("^Edit")).click()
    desk.get_by_role("button", name="Save", exact=True).click()
    arrive_at(desk, page)


def test_by_touch_a_free_date_leads_to_a_new_talk_and_the_first_steps_are_hidden(phone, series):
    Department.objects.update_or_create(pk=1, defaults={"name": "Mathematics"})
    sign_in(phone, make_organiser(series))
    phone.visit(reverse("admin:index"))

    phone.get_by_role("button", name="Hide this list").tap()
    phone.get_by_role("heading", name="First steps").wait_for(state="detached")
    phone.get_by_role("link", name="is free").tap()

    phone.wait_for_url("**/talk/add/?**on=**")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
