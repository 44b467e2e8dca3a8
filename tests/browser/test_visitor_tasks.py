"""What visitors come for, in three browser engines: each task starts at the front page and uses visible words only."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.drivers import Chromium, Firefox, SessionLost, WebKit, firefox, has_webkit
from tests.browser.visitor import Visitor

PHONE = {"width": 390, "height": 844}


OTHER_ENGINES = [pytest.param(name, marks=pytest.mark.engines) for name in ("firefox", "webkit")]


@pytest.fixture(scope="module", params=["chromium", *OTHER_ENGINES])
def driver(request, tmp_path_factory):
    if request.param == "chromium":
        yield Chromium(request.getfixturevalue("browser").new_context(permissions=["clipboard-write"]).new_page())
        return
    if request.param == "firefox" and not firefox():
        pytest.skip("no Firefox on this machine: install the package firefox-esr, then run the tests again")
    if request.param == "webkit" and not has_webkit():
        pytest.skip("no WebKitGTK on this machine: install webkit2gtk-driver and xvfb, then run the tests again")
    driver = {"firefox": Firefox, "webkit": WebKit}[request.param](tmp_path_factory.mktemp(request.param))
    yield driver
    driver.end()


@pytest.fixture
def visitor(driver, site):
    """A visitor on the front page, in a session of their own. Who loses it while they arrive gets another browser."""
    visitor = Visitor(driver, f"http://127.0.0.1:{site.port}/")
    try:
        driver.restart()
        visitor.arrives()
    except SessionLost:
        visitor.begins_again()
    return visitor


def test_a_visitor_finds_the_talks_of_this_week(visitor):
    visitor.follows("Week")

    visitor.sees("Folding paper along curves")
    visitor.does_not_see("Spectral gaps of hyperbolic surfaces")


def test_a_visitor_finds_the_talks_of_one_series(visitor):
    visitor.follows("Series")
    visitor.follows("Geometry Tea")

    assert visitor.heading() == "Geometry Tea"
    visitor.sees("Spectral gaps of hyperbolic surfaces")
    visitor.sees("Tangles in polymers")


def test_a_visitor_finds_a_talk_by_a_half_remembered_word(visitor):
    visitor.searches("hyperbollic")

    visitor.sees("Showing results for hyperbolic")
    visitor.follows("Spectral gaps of hyperbolic surfaces")
    assert visitor.heading() == "Spectral gaps of hyperbolic surfaces"


def test_a_visitor_finds_talks_on_a_topic_that_they_can_attend_in_person(visitor):
    visitor.presses("Filters")
    visitor.chooses("Topic", "Knot theory")
    visitor.chooses("How to attend", "In person")
    visitor.sends("Apply")

    visitor.sees("1 upcoming talk")
    visitor.sees("Ribbons and slices")
    visitor.does_not_see("Knots on a screen")


def test_a_visitor_finds_a_recording(visitor):
    visitor.searches("recording polymers")

    visitor.sees("Tangles in polymers")
    assert visitor.link("Recording") == "https://videos.example.org/tangles"


def test_a_visitor_finds_a_recording_of_a_series_in_the_archive(visitor):
    visitor.follows("Archive")
    visitor.follows("Recordings and slides")
    visitor.presses("Filters")
    visitor.chooses("Series", "Geometry Tea")
    visitor.chooses("Material", "Recording")
    visitor.sends("Apply")

    visitor.sees("Tangles in polymers")
    assert visitor.link("Recording") == "https://videos.example.org/tangles"


def test_a_visitor_finds_the_room_and_the_way_there(visitor):
    visitor.follows("Folding paper along curves")
    visitor.sees("3 Quarry Lane, Philadelphia")
    visitor.follows("Quarry House, Theatre 2")

    assert visitor.heading() == "Theatre 2"
    visitor.sees("Take tram 11 to Quarry Lane.")
    assert visitor.link("Show on a map") == "https://www.openstreetmap.org/#map=18/39.95/-75.19"


def test_a_visitor_joins_from_a_phone(visitor):
    visitor.arrives(**PHONE)

    assert visitor.sees_without_scrolling("Join now")
    visitor.follows("Join now", near="Folding paper along curves")
    visitor.sees("Passcode: 271828")
    assert visitor.sees_without_scrolling("Join now")
    assert visitor.link("Join now") == "https://meet.example.org/tea"


def test_a_visitor_adds_a_talk_to_google_calendar(visitor):
    visitor.follows("Folding paper along curves")
    visitor.presses("Add to calendar")
    visitor.sees("Google Calendar")

    link = urlsplit(visitor.link("Google Calendar"))
    [span] = parse_qs(link.query)["dates"]
    assert f"{link.scheme}://{link.netloc}{link.path}" == "https://calendar.google.com/calendar/render"
    assert re.fullmatch(r"\d{8}T\d{6}Z?/\d{8}T\d{6}Z?", span)


def test_a_visitor_finds_all_talks_of_a_person(visitor):
    visitor.searches("achterberg")
    visitor.follows("Tangles in polymers")
    visitor.follows("Rosalind Achterberg")

    assert visitor.heading() == "Rosalind Achterberg"
    for title in ("Folding paper along curves", "Spectral gaps of hyperbolic surfaces", "Tangles in polymers"):
        visitor.sees(title)


def test_a_visitor_shares_a_talk(visitor):
    visitor.follows("Folding paper along curves")
    visitor.presses("Share")
    visitor.presses("Copy link")

    visitor.sees("Link copied")


attempts = []


@pytest.mark.parametrize("driver", [OTHER_ENGINES[1]], indirect=True)
def test_a_visitor_whose_window_crashes_tries_once_more(visitor):
    attempts.append("one")
    if attempts == ["one"]:
        visitor.driver.crash()

    visitor.follows("Week")

    assert attempts == ["one", "one"]


tries = []


@pytest.mark.parametrize("driver", ["chromium"], indirect=True)
@pytest.mark.xfail(raises=AssertionError, strict=True)
def test_a_visitor_who_does_not_find_something_does_not_try_again(visitor):
    tries.append("one")

    assert tries == ["one", "one"]
