"""The form of a talk in a real browser: two screens at 1280 by keyboard, one thumb at 390, Save in sight."""

from datetime import time

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from seminars.forms.next_page import with_next
from seminars.models import Talk
from tests.browser.arriving import arrive_at, visits
from tests.browser.signing_in import sign_in
from tests.factories import make_organiser, make_room, make_series, make_speaker, make_talk, make_topic

pytestmark = pytest.mark.django_db(transaction=True)

UNDER_THE_BAR = """() => {
    const bar = document.querySelector(".save-bar").getBoundingClientRect();
    const one = document.activeElement.closest(".save-bar") ? null : document.activeElement.getBoundingClientRect();
    return !!one && one.height > 0 && one.top < bar.bottom
        && one.top + Math.min(one.height, 60) > bar.top && bar.bottom >= innerHeight - 1;
}"""
SMALL = """() => [...document.querySelectorAll("#talk_form :is(input, select, button, summary, .button)")]
    .filter(one => one.checkVisibility() && one.type !== "checkbox" && one.type !== "hidden")
    .map(one => [one, one.getBoundingClientRect()])
    .filter(([, box]) => box.height > 0 && box.width > 1 && box.height < 44)
    .map(([one]) => one.id || one.className || one.textContent)"""


@pytest.fixture
def series():
    return make_series(default_weekday=2, default_start=time(12), default_room=make_room())


@pytest.fixture
def talk(series):
    ada = make_speaker(name="Ada Lovelace", affiliation="London", biography="Born in 1815.")
    return make_talk(
        series=series, title="On engines", speakers=[ada], abstract="They weave $x^2$. " * 20, topics=[make_topic()]
    )


def open_form(desk, series, talk, *, width, height, page="/admin/"):
    desk.set_viewport_size({"width": width, "height": height})
    sign_in(desk, make_organiser(series))
    desk.visit(with_next(reverse("admin:seminars_talk_change", args=[talk.pk]), page))


def test_a_usual_talk_takes_two_screens_and_save_is_always_in_sight(desk, series, talk):
    open_form(desk, series, talk, width=1280, height=800)

    assert desk.evaluate("document.documentElement.scrollHeight") <= 1600
    for top in (0, 300, 600, 900):
        desk.evaluate("top => scrollTo(0, top)", top)
        desk.get_by_role("button", name="Save", exact=True).click(trial=True, timeout=2000)
    assert desk.refusals == []


def test_nothing_that_has_the_focus_is_under_the_bar(desk, series, talk):
    open_form(desk, series, talk, width=1280, height=500)
    desk.locator("#id_title").focus()

    hidden = []
    for _press in range(40):
        desk.keyboard.press("Tab")
        if desk.evaluate(UNDER_THE_BAR):
            hidden.append(desk.evaluate("document.activeElement.outerHTML.slice(0, 80)"))

    assert hidden == []


def test_a_talk_is_changed_by_keyboard_and_leads_back_to_where_one_came_from(desk, series, talk):
    open_form(desk, series, talk, width=1280, height=800, page="/admin/seminars/talk/?q=engines")
    desk.locator("#id_title").focus()
    desk.keyboard.press("Control+A")
    desk.keyboard.type("On looms")
    desk.get_by_role("button", name="Add another Person").focus()
    desk.keyboard.press("Enter")
    desk.locator("#appearances-1 .select2-selection").focus()
    desk.keyboard.press("Enter")
    desk.locator(".select2-search__field:focus").wait_for()
    desk.keyboard.type("Emmy Noether")
    desk.locator(".select2-results__option", has_text="Emmy Noether").wait_for()
    desk.keyboard.press("Enter")
    desk.locator("#appearances-1").get_by_role("button", name="Move up").focus()
    desk.keyboard.press("Enter")
    desk.locator("#id_ends_at_1").focus()
    desk.keyboard.press("Control+A")
    desk.keyboard.type("45 min")
    desk.keyboard.press("Enter")
    arrive_at(desk, reverse("admin:seminars_talk_changelist") + "?q=engines")

    talk = Talk.objects.get()
    assert talk.title == "On looms"
    assert [one.speaker.name for one in talk.appearances.in_order()] == ["Emmy Noether", "Ada Lovelace"]
    assert (talk.ends_at - talk.starts_at).total_seconds() == 45 * 60
    expect(desk.get_by_role("link", name="On looms").first).to_be_visible()
    assert desk.refusals == []


def test_a_talk_is_changed_with_one_thumb(browser, live_server, series, talk):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    desk = context.new_page()
    desk.refusals = []
    desk.on("pageerror", lambda error: desk.refusals.append(str(error)))
    visits(desk, live_server.url)
    open_form(desk, series, talk, width=390, height=844)

    assert desk.evaluate(SMALL) == []
    desk.get_by_text("Biography and photo of Ada Lovelace").tap()
    desk.locator("#id_appearances-0-biography").fill("Wove.")
    desk.get_by_text("For visitors").tap()
    desk.locator("#id_host").fill("Grace Hopper")
    desk.get_by_role("button", name="Save", exact=True).tap()
    arrive_at(desk, "/admin/")

    talk = Talk.objects.get()
    assert (talk.host, talk.appearances.get().speaker.biography) == ("Grace Hopper", "Wove.")
    assert desk.refusals == []
    context.close()


def test_without_script_new_people_are_typed_and_saved(browser, live_server, series, talk):
    talk.appearances.all().delete()
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/sign-in/?next=/admin/seminars/talk/{talk.pk}/change/")
    page.get_by_label("Username").fill(make_organiser(series).username)
    page.get_by_label("Password").fill("open sesame 7")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()

    page.locator("#id_appearances-0-new_name").fill("Emmy Noether")
    page.get_by_role("button", name="Add another person").click()
    page.locator("#id_appearances-1-new_name").fill("Grace Hopper")
    page.get_by_role("button", name="Save", exact=True).click()

    assert "was saved" in page.locator(".messagelist").inner_text()
    assert Talk.objects.get().speaker_names == "Emmy Noether, Grace Hopper"
    page.context.close()
