"""Extreme talks on the narrowest phone: none breaks a page, and late visitors see where to go."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from seminars import times
from seminars.actions import photos
from seminars.models import Department
from seminars.times import today
from tests.factories import in_new_york, make_room, make_series, make_speaker, make_talk
from tests.pictures import picture

pytestmark = pytest.mark.django_db(transaction=True)

ZOOM = "https://example.zoom.us/j/91064109577"
WORDS = "Antidisestablishmentarianism reconsidered, or: how long a title may become before anybody objects to it, "
FORMULA = (
    r"$\sum_{k=1}^{n} \frac{x_k^2}{1 + \alpha_k} \le \int_0^\infty e^{-t^2} + \frac{t}{2} + o(t)\,dt$ and $$"
    + "x + " * 36
    + "y = 0$$\n\n"
)
# Rows of lists that are not on the screen are not laid out, and no row is wider than its list.
LAY_OUT_ALL = "() => document.querySelectorAll('.talks > li').forEach((li) => (li.style.contentVisibility = 'visible'))"


def long_abstract():
    """Ten thousand characters with a hundred formulas, half of them wider than a phone."""
    text = "".join(f"Lemma {number}. {FORMULA}" for number in range(50))
    return text + "w" * 200 + " words" * ((9_700 - len(text)) // 6)


@pytest.fixture
def series():
    Department.objects.create(pk=1, name="Department of Computing and Mathematics")
    return make_series(name="Asset", short_name="ASSET")


def extremes(series):
    midnight = times.start_of(today() + timedelta(days=3))
    eight = [make_speaker(name=f"Speaker {WORDS[:28]} {number}", affiliation=WORDS) for number in range(8)]
    rooms = [
        make_room(name="Room " + "4" * 60, building=WORDS, getting_there=WORDS * 9),
        make_room(name="חדר 414", building=""),
    ]
    return {
        "a title of 300 characters": make_talk(series=series, title=(WORDS * 3)[:300], room=rooms[0]),
        "a title of one word": make_talk(series=series, title="W" * 300),
        "no title": make_talk(series=series, title="", speakers=["Ada Lovelace"]),
        "neither title nor speaker": make_talk(series=series, title=""),
        "eight speakers": make_talk(series=series, speakers=eight, join_url=ZOOM + "/" + "9" * 200, passcode="4" * 60),
        "an endless abstract": make_talk(series=series, abstract=long_abstract()),
        "past midnight": make_talk(
            series=series, starts_at=midnight - timedelta(hours=1), ends_at=midnight + timedelta(hours=1)
        ),
        "people and places of one word": make_talk(
            series=make_series(name="W" * 200, short_name="W" * 40, slug="w", kind="W" * 60),
            title="Analysis", speakers=[make_speaker(name="W" * 200, affiliation="W" * 200)],
        ),
        "neither room nor link": make_talk(series=series, title="Nowhere"),
        "right to left": make_talk(
            series=series, title="על מנועים אנליטיים", language="he", speakers=["עדה לאבלייס"], room=rooms[1],
            abstract="הקדמה קצרה עם $x^2$ ו-*הדגשה*.", notice="החדר שונה", host="צ׳ארלס",
        ),
    }  # fmt: skip


@pytest.mark.parametrize("width", [320, 1280])
def test_no_extreme_talk_breaks_a_page(live_server, new_context, series, width):
    talks = extremes(series)
    assert len(talks["an endless abstract"].abstract) > 9_500
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    series.name = WORDS
    series.save()
    lists = {"front": "/", "series": series.get_absolute_url(), "found": "/search/?q=anti", "speakers": "/speakers/"}
    lists |= {"rooms": "/rooms/", "screen": "/screen/", "embed": "/embed/", "programme": f"{lists['series']}poster/"}
    for name, talk in talks.items():
        lists |= {f"{name}: poster": f"/talks/{talk.pk}/poster/", f"{name}: join": f"/talks/{talk.pk}/join/"}
    subjects = [talks["eight speakers"].speakers[0].speaker, talks["a title of 300 characters"].room]
    lists |= {str(thing): thing.get_absolute_url() for thing in subjects}
    too_wide = {}
    for name, address in ({name: talk.get_absolute_url() for name, talk in talks.items()} | lists).items():
        page.goto(live_server.url + address)
        expect(page.locator("h1"), name).to_have_count(1)
        page.evaluate(LAY_OUT_ALL)
        too_wide[name] = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    assert too_wide == dict.fromkeys(too_wide, 0)


def test_placeholders_for_missing_values_are_in_the_right_places(live_server, page, series):
    talks = extremes(series)

    page.goto(live_server.url + talks["neither title nor speaker"].get_absolute_url())
    expect(page.locator("h1")).to_have_text("To be announced")
    expect(page.locator(".people")).to_have_text("Speaker to be announced")

    page.goto(live_server.url + talks["neither room nor link"].get_absolute_url())
    assert "Place to be announced" in page.locator(".facts").inner_text()

    page.goto(live_server.url + talks["past midnight"].get_absolute_url())
    assert "11\N{NO-BREAK SPACE}pm–1\N{NO-BREAK SPACE}am the next day" in page.locator("dd > time").inner_text()


def test_right_to_left_text_keeps_its_direction(live_server, page, series):
    talk = extremes(series)["right to left"]
    page.goto(live_server.url + talk.get_absolute_url())

    directions = {
        part: page.locator(part).first.evaluate("node => getComputedStyle(node).direction")
        for part in ("h1 > span", ".person", ".prose", ".banner", ".place", "body")
    }

    assert directions == {
        "h1 > span": "rtl", ".person": "rtl", ".prose": "rtl", ".banner": "rtl", ".place": "rtl", "body": "ltr",
    }  # fmt: skip


# --- five minutes late ---


def under_way(**fields):
    start = timezone.now() - timedelta(minutes=5)
    return make_talk(**{"starts_at": start, "ends_at": start + timedelta(hours=1), "join_url": ZOOM} | fields)


PANEL = {
    "Ada Lovelace": "Analytical Society", "Grace Hopper": "Harvard University", "Emmy Noether": "Bryn Mawr College",
    "Sofia Kovalevskaya": "Stockholm University", "Hedy Lamarr": "Institute of Radio Engineers",
    "Katherine Johnson": "NASA Langley", "Annie Easley": "Lewis Research Center",
    "Mary Somerville": "Royal Astronomical Society",
}  # fmt: skip


@pytest.mark.parametrize(("width", "height"), [(375, 667), (390, 844)])
def test_eight_people_leave_room_and_link_on_the_first_screen(live_server, new_context, series, width, height):
    photo = photos.keep(picture())
    people = [make_speaker(name=name, affiliation=affiliation, photo=photo) for name, affiliation in PANEL.items()]
    room = make_room(name="Room 414", building="Linden Hall", street="210 Orchard Walk", city="Philadelphia")
    talk = under_way(series=series, room=room, title="Panel: what comes after the transformer", speakers=people)
    page = new_context(viewport={"width": width, "height": height}).new_page()
    page.goto(live_server.url + talk.get_absolute_url())

    parts = page.locator("h1"), page.locator(".people"), page.locator(".join .button"), page.locator(".place")
    ends = [round(box["y"] + box["height"]) for part in parts if (box := part.bounding_box())]

    assert len(ends) == 4
    assert max(ends) <= height
    expect(page.locator(".people .face:visible")).to_have_count(0)


@pytest.mark.parametrize(
    "now", [in_new_york(2027, 2, 10, 12), in_new_york(2027, 2, 10, 23, 50)], ids=["noon", "midnight"]
)
@pytest.mark.parametrize(("width", "height"), [(360, 740), (390, 844)])
def test_a_late_visitor_sees_room_way_and_link_without_scrolling(live_server, new_context, series, now, width, height):
    with time_machine.travel(now):
        assert unseen_by_who_is_late(live_server, new_context, series, width, height) == {}


def unseen_by_who_is_late(live_server, new_context, series, width, height):
    """The parts of a current talk that end below the first screen."""
    room = make_room(
        name="Room 414", building="Linden Hall", street="210 Orchard Walk", city="Philadelphia",
        map_url="https://example.org/map", getting_there="Four minutes from the tram stop. Sign in at the front desk.",
    )  # fmt: skip
    talk = under_way(
        series=series, room=room, title="The coverage principle, and how pre-training enables what follows",
        speakers=[make_speaker(name="Ada Lovelace", affiliation="Analytical Society")],
        passcode="472119", notice="Room changed from 307 to 414",
    )  # fmt: skip
    page = new_context(viewport={"width": width, "height": height}, timezone_id="Europe/Berlin").new_page()
    page.goto(live_server.url + talk.get_absolute_url())

    parts = {
        "state": page.get_by_text("Happening now"),
        "notice": page.get_by_text("Room changed from 307 to 414"),
        "link": page.get_by_role("link", name="Join now"),
        "passcode": page.get_by_text("472119"),
        "room": page.get_by_role("link", name="Linden Hall, Room 414"),
        "map": page.get_by_role("link", name="Map"),
        "way": page.get_by_text("Four minutes from the tram stop."),
    }
    ends = {name: round(box["y"] + box["height"]) for name, part in parts.items() if (box := part.bounding_box())}

    return {name: ends.get(name) for name in parts if ends.get(name, 9999) > height}
