"""An organiser at the desk in a real browser: no script or style is refused, and axe finds nothing."""

from datetime import time

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from seminars.models import State, Talk
from tests.browser.arriving import arrive_at
from tests.browser.axe import violations
from tests.browser.signing_in import sign_in
from tests.factories import (
    make_administrator,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_organiser_enters_a_talk_with_a_new_speaker_announces_and_cancels_it(desk):
    series = make_series(default_weekday=2, default_start=time(12), default_room=make_room())
    sign_in(desk, make_organiser(series))

    desk.visit(reverse("admin:seminars_talk_add"))
    desk.get_by_label("Title").fill("On engines")
    with desk.expect_popup() as opened:
        desk.locator("#add_id_appearances-0-speaker").click()
    opened.value.get_by_label("Name:", exact=True).fill("Ada Lovelace")
    opened.value.get_by_role("button", name="Save", exact=True).click()
    desk.locator("#id_appearances-0-speaker option", has_text="Ada Lovelace").wait_for(state="attached")
    desk.get_by_role("button", name="Save and announce").click()
    desk.get_by_role("button", name="Announce").click()
    desk.get_by_role("link", name="Cancel the talk").click()
    desk.get_by_label("Reason").fill("Snow")
    desk.get_by_role("button", name="Cancel the talk").click()
    desk.get_by_text("The talk has been cancelled.").wait_for()

    talk = Talk.objects.get()
    assert (talk.headline, talk.speaker_names) == ("On engines", "Ada Lovelace")
    assert (talk.state, talk.notice, talk.sequence) == (State.CANCELLED, "Snow", 1)
    assert desk.refusals == []


def test_a_printed_list_of_talks_has_the_talks_without_what_one_presses(desk):
    talk = make_talk(speakers=["Ada Lovelace"], room=make_room())
    sign_in(desk, make_administrator())
    desk.visit(reverse("admin:seminars_talk_changelist"))
    desk.emulate_media(media="print", color_scheme="dark")

    pressed = ["#header", ".breadcrumbs", ".object-tools", "#toolbar", "#changelist-filter", ".shortcuts"]
    assert [part for part in pressed if desk.locator(part).first.is_visible()] == []
    expect(desk.get_by_text(talk.title)).to_be_visible()
    assert desk.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_no_page_of_the_desk_breaks_its_content_security_policy(desk):
    talk = make_talk(speakers=["Ada Lovelace"], topics=[make_topic()], room=make_room())
    person = make_administrator()
    sign_in(desk, person)
    rows = [talk, talk.series, talk.room, make_speaker(), talk.topics.get(), person]
    pages = [
        reverse(f"admin:seminars_{row._meta.model_name}_{page}", args=[row.pk])
        for row in rows
        for page in ("change", "history", "delete")
    ]
    lists = [reverse(f"admin:seminars_{kind}_changelist") for kind in ("talk", "break", "formeraddress", "user")]
    adding = [reverse(f"admin:seminars_{kind}_add") for kind in ("break", "formeraddress", "user")]
    password = reverse("admin:auth_user_password_change", args=[person.pk])

    for address in [*pages, *lists, *adding, password]:
        desk.visit(address)
    desk.visit(reverse("admin:seminars_talk_change", args=[talk.pk]))
    desk.get_by_role("button", name="Choose a date: Start: date").click()
    desk.keyboard.press("Escape")
    desk.locator(".field-room .select2-selection").click()
    desk.keyboard.type(talk.room.name)
    desk.locator(".select2-results__option", has_text=talk.room.name).wait_for()

    assert desk.refusals == []


@pytest.mark.parametrize(("width", "theme"), [(360, "dark"), (1280, "light")])
def test_a_preview_says_what_a_change_will_do_and_then_the_change_is_saved(desk, width, theme):
    talk = make_talk(title="On engines", room=make_room(), speakers=["Ada Lovelace"])
    desk.set_viewport_size({"width": width, "height": 900})
    desk.emulate_media(color_scheme=theme)
    sign_in(desk, make_organiser(talk.series))
    desk.visit(reverse("admin:seminars_talk_change", args=[talk.pk]))
    desk.get_by_label("Title").fill("On looms")
    desk.get_by_role("button", name="Preview for subscribers").click()
    desk.get_by_text("The title changes from “On engines” to “On looms”.").wait_for()

    assert Talk.objects.get().title == "On engines"
    assert desk.refusals == []
    found = violations(desk)
    assert found == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= width
    desk.get_by_role("button", name="Save", exact=True).click()
    arrive_at(desk, reverse("admin:seminars_talk_changelist"))
    assert (Talk.objects.get().title, Talk.objects.get().sequence) == ("On looms", 1)
