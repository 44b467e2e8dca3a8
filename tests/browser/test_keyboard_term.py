"""An organiser runs a term without a mouse. Pages and the feed show the result of each step."""

import urllib.request
from datetime import time, timedelta

import pytest
from playwright.sync_api import expect

from seminars.models import Break, Talk, Weekday
from seminars.times import local, today
from tests.factories import make_organiser, make_room, make_series
from tests.ics_checker import complaints, parsed, read_text
from tests.signing_in import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

FARTHEST = 300  # presses of Tab; nothing on a page may be farther away
PEOPLE = ["Ada Lovelace", "Grace Hopper", "Emmy Noether"]
TITLES = ["On engines", "On compilers", "On rings"]


class Hands:
    """Uses the page by keyboard alone: Tab moves the focus, and keys go to the focused control."""

    def __init__(self, page):
        self.page = page

    def reach(self, place):
        for _ in range(FARTHEST):
            if place.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {place}")

    def press(self, place, key="Enter"):
        self.reach(place)
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def write(self, words, place=None):
        if place:
            self.reach(place)
            self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)

    def follow(self, name, **options):
        self.press(self.page.get_by_role("link", name=name, **options))

    def push(self, name):
        self.press(self.page.get_by_role("button", name=name, exact=True))


class Visitor:
    """A visitor who reads the front page and the feed of the series."""

    def __init__(self, site):
        self.site = site

    def _read(self, address):
        with urllib.request.urlopen(self.site + address) as answer:
            return answer.read()

    @property
    def page(self):
        return self._read("/series/asset/").decode()

    @property
    def feed(self):
        """The state, start, place, notice and SEQUENCE in the entry of each speaker."""
        body = self._read("/series/asset/calendar.ics")
        assert complaints(body) == []
        return {_speaker(event): _told(event) for event in parsed(body).called("VEVENT")}


def _speaker(event):
    return next(name for name in PEOPLE if name in event.value("SUMMARY"))


def _told(event):
    return {
        "state": event.value("STATUS"),
        "hour": event.value("DTSTART")[9:],
        "place": read_text(event.value("LOCATION")),
        "sequence": event.value("SEQUENCE"),
    }


@pytest.fixture
def series():
    usual = {"default_weekday": Weekday.WEDNESDAY, "default_start": time(12), "default_minutes": 75}
    hall = make_room(name="Room 307", building="Hall", capacity=40)
    return make_series(slug="asset", short_name="ASSET", announce_days=28, default_room=hall, **usual)


def sign_in(desk, person):
    hands = Hands(desk)
    desk.visit("/sign-in/?next=/admin/")
    hands.write(person.username, desk.get_by_label("Username"))
    hands.write(PASSWORD, desk.get_by_label("Password"))
    with desk.expect_navigation(url="**/admin/"):
        desk.keyboard.press("Enter")
    return hands


PLANNED = {"state": "CONFIRMED", "hour": "120000", "place": "Hall, Room 307", "sequence": "0"}
MOVED = PLANNED | {"hour": "143000", "sequence": "1"}
ELSEWHERE = PLANNED | {"place": "Hall, Room 414", "sequence": "1"}


def plan(desk, hands, visitor):
    """Plan fourteen Wednesdays without the one in the break."""
    hands.follow("Plan a term", exact=True)
    hands.push("Preview")
    assert "Fall break" in desk.locator(".plan-dates").inner_text()
    hands.push("Create drafts")
    desk.get_by_text("13 drafts were added to ASSET.").wait_for()
    starts = [local(talk.starts_at) for talk in Talk.objects.soonest_first()]
    assert {(start.weekday(), start.hour) for start in starts} == {(Weekday.WEDNESDAY, 12)}
    assert visitor.feed == {}


def fill(desk, hands, visitor):
    """Type three speakers and titles down the columns of the grid and save all rows."""
    first = desk.locator(".schedule tbody tr").first
    for column, words in (("speaker", PEOPLE), ("title", TITLES)):
        hands.reach(first.locator(f".cell-{column} input"))
        for word in words[:-1]:
            hands.write(word)
            desk.keyboard.press("Enter")
        hands.write(words[-1])
        if column == "speaker":
            desk.keyboard.press("Shift+Enter")
            desk.keyboard.press("Shift+Enter")
    with desk.expect_navigation():
        desk.keyboard.press("Control+Enter")
    desk.get_by_text("3 talks were changed.").wait_for()
    assert Talk.objects.exclude(title="").count() == 3
    assert "On engines" not in visitor.page
    assert visitor.feed == {}


def announce(desk, hands, visitor):
    hands.follow("Desk", exact=True)
    for name in PEOPLE:
        hands.press(desk.locator(".timetable > li", has_text=name).locator(".urgent a"))
        hands.push("Announce")
    assert [title in visitor.page for title in TITLES] == [True, True, True]
    assert visitor.feed == dict.fromkeys(PEOPLE, PLANNED)


def move(desk, hands, visitor):
    hands.follow("Time: Ada Lovelace")
    hands.write("2:30 pm", desk.get_by_role("textbox", name="Start"))
    hands.push("Move")
    assert "Previously" in visitor.page
    assert visitor.feed == dict.fromkeys(PEOPLE, PLANNED) | {"Ada Lovelace": MOVED}


def change_room(desk, hands, visitor):
    hands.follow("Room: Grace Hopper")
    hands.reach(desk.get_by_label("Room 307"))
    desk.keyboard.press("ArrowDown")
    expect(desk.get_by_label("Room 414")).to_be_checked()
    hands.push("Change the room")
    assert "Room changed from Hall, Room 307 to Hall, Room 414" in visitor.page
    assert visitor.feed == dict.fromkeys(PEOPLE, PLANNED) | {"Ada Lovelace": MOVED, "Grace Hopper": ELSEWHERE}


def cancel(desk, hands, visitor):
    hands.follow("Cancel: Emmy Noether")
    hands.write("The speaker is ill.", desk.get_by_label("Reason"))
    hands.push("Cancel the talk")
    assert "The speaker is ill." in visitor.page
    assert visitor.feed["Emmy Noether"] == PLANNED | {"state": "CANCELLED", "sequence": "1"}


def undo(desk, hands, visitor):
    hands.press(desk.locator(".messagelist").get_by_role("button", name="Undo"))
    assert "The speaker is ill." not in visitor.page
    assert visitor.feed == {
        "Ada Lovelace": MOVED, "Grace Hopper": ELSEWHERE, "Emmy Noether": PLANNED | {"sequence": "2"}
    }  # fmt: skip


def test_a_term_is_planned_filled_announced_changed_and_corrected_by_keyboard(desk, live_server, series):
    make_room(name="Room 414", building="Hall", capacity=60)
    pause = today() + timedelta(weeks=5)
    Break.objects.create(first_on=pause, last_on=pause + timedelta(days=6), reason="Fall break")
    visitor, hands = Visitor(live_server.url), sign_in(desk, make_organiser(series))

    for step in (plan, fill, announce, move, change_room, cancel, undo):
        step(desk, hands, visitor)

    assert desk.refusals == []
