"""The most frequent tasks of an organiser, on a phone and on the front desk, counted in taps and clicks."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from seminars.models import Break, Talk, Weekday
from seminars.times import today
from tests.browser.arriving import visits
from tests.browser.signing_in import sign_in
from tests.factories import make_organiser, make_room, make_series, make_talk

pytestmark = pytest.mark.django_db(transaction=True)

COUNT = "addEventListener('pointerdown', () => console.log('A finger is put down.'), true)"


@pytest.fixture
def series():
    usual = {"default_weekday": Weekday.WEDNESDAY, "default_start": time(12), "default_minutes": 75}
    return make_series(short_name="ASSET", default_room=make_room(name="Room 307", capacity=60), **usual)


@pytest.fixture
def talk(series):
    soon = timezone.now() + timedelta(days=2)
    return make_talk(series=series, title="On engines", speakers=["Ada"], room=series.default_room, starts_at=soon)


def counted(page):
    """A list that gets one item for each tap or click on the page."""
    taps = []
    page.add_init_script(COUNT)
    page.on("console", lambda line: taps.append(1) if line.text == "A finger is put down." else None)
    return taps


@pytest.fixture
def phone(new_context, live_server):
    page = new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True).new_page()
    page.refusals = []
    page.on("console", lambda line: page.refusals.append(line.text) if "Content Security Policy" in line.text else None)
    return visits(page, live_server.url)


@pytest.mark.parametrize("start", ["admin:index", "admin:seminars_talk_changelist"])
@pytest.mark.parametrize("change", ["Room", "Link", "Title", "Cancel"])
def test_a_change_on_a_telephone_takes_three_taps(phone, talk, start, change):
    make_room(name="Room 414", capacity=80)
    sign_in(phone, make_organiser(talk.series))
    taps = counted(phone)
    phone.visit(reverse(start))

    phone.get_by_role("link", name=f"{change}: Ada – On engines").tap()
    if change == "Room":
        phone.get_by_label("Room 414").tap()
    elif change == "Cancel":
        phone.get_by_label("Reason").tap()
        phone.keyboard.type("Snow")
    else:
        field = phone.get_by_label({"Link": "Join link", "Title": "Title"}[change])
        field.tap()
        field.fill({"Link": "https://example.org/new", "Title": "On looms"}[change])
    phone.locator("#content .submit-row input.default").tap()
    phone.locator(".messagelist .success").wait_for()

    now = Talk.objects.get()
    found = {"Room": now.room.name, "Link": now.join_url, "Title": now.title, "Cancel": (now.state, now.notice)}
    assert found[change] == {
        "Room": "Room 414", "Link": "https://example.org/new", "Title": "On looms", "Cancel": ("cancelled", "Snow"),
    }[change]  # fmt: skip
    assert phone.url.endswith(reverse(start))
    assert len(taps) == 3


def test_the_chosen_room_proposes_the_notice_to_be_edited(desk, talk):
    make_room(name="Room 414", capacity=80)
    make_room(name="Aula", capacity=300)
    sign_in(desk, make_organiser(talk.series))
    desk.visit(reverse("admin:seminars_talk_transition", args=["room"]) + f"?talk={talk.pk}")
    notice = desk.get_by_label("Notice")

    desk.get_by_label("Room 414").check()
    proposed = notice.input_value()
    desk.get_by_label("Aula").check()
    followed = notice.input_value()
    notice.fill("Now in the Aula")
    desk.get_by_label("Room 414").check()

    told = "Room changed from Gutmann Hall, Room 307 to Gutmann Hall, {}"
    assert [proposed, followed] == [told.format("Room 414"), told.format("Aula")]
    expect(notice).to_have_value("Now in the Aula")
    assert desk.refusals == []


def test_a_prepared_notice_takes_two_taps(phone, talk):
    sign_in(phone, make_organiser(talk.series))
    taps = counted(phone)
    phone.visit(reverse("admin:index"))

    phone.get_by_role("link", name="Notice: Ada – On engines").tap()
    phone.get_by_role("button", name="Last talk of the term").tap()
    phone.get_by_text("The notice has been changed.").wait_for()

    assert Talk.objects.get().notice == "Last talk of the term"
    assert len(taps) == 2


def test_a_term_of_fourteen_weeks_takes_eight_clicks_and_less_than_a_minute(desk, series):
    pause = today() + timedelta(weeks=3)
    Break.objects.create(first_on=pause, last_on=pause + timedelta(days=6), reason="Fall break")
    make_series(short_name="PRiML")
    sign_in(desk, make_organiser(series, make_series(short_name="TRUST")))
    clicks = counted(desk)
    desk.visit(reverse("admin:index"))
    begun = timezone.now()

    desk.get_by_role("link", name="Plan a term", exact=True).click()
    desk.get_by_role("link", name="ASSET").click()
    desk.get_by_label("Thursday").click()
    desk.get_by_role("button", name="Preview").click()
    desk.get_by_text("Fall break").first.wait_for()
    desk.get_by_role("checkbox").nth(3).click()
    desk.get_by_role("button", name="Create drafts").click()
    desk.locator(".messagelist .success").wait_for()

    assert len(clicks) <= 8
    assert timezone.now() - begun < timedelta(minutes=1)
    assert Talk.objects.count() == 27 - 2 - 1
    assert desk.refusals == []
