"""The table of states (docs/terms.md), row by row: listing, page, poster, screen and embed agree."""

import re
from datetime import timedelta

import pytest

from seminars.actions import example, lifecycle
from seminars.models import State, Talk
from tests.factories import in_new_york, make_draft, make_organiser, make_room, make_series, make_talk
from tests.pages import main, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
NOW = in_new_york(2025, 11, 3, 9)
NOON = in_new_york(2025, 11, 5, 12)
LINK = "https://example.zoom.us/j/910"


def at_noon(**fields):
    common = {"starts_at": NOON, "ends_at": NOON + timedelta(hours=1), "title": "On engines", "speakers": ["Ada"]}
    return make_talk(**common | {"series": make_series(slug="asset"), "join_url": LINK} | fields)


def moved():
    return lifecycle.move(at_noon(), starts_at=NOON + timedelta(days=1), by=make_organiser())


def moved_online():
    return lifecycle.change_room(at_noon(room=make_room()), room=None, by=make_organiser())


def in_another_room():
    old, new = make_room(name="Room 307", building=""), make_room(name="Room 414", building="")
    return lifecycle.change_room(at_noon(room=old), room=new, by=make_organiser())


def happening():
    return at_noon(starts_at=NOW - timedelta(minutes=5), ends_at=NOW + timedelta(hours=1))


# How to bring a talk into each state, the words of every rendering, and whether people can still join.
STATES = {
    "title missing": (lambda: at_noon(title=""), ["Ada", "Title to be announced"], True),
    "speaker missing": (lambda: at_noon(speakers=[]), ["On engines", "Speaker to be announced"], True),
    "nothing known": (lambda: at_noon(title="", speakers=[]), ["To be announced"], True),
    "tentative": (lambda: at_noon(state=State.TENTATIVE), ["On engines", "Provisional"], True),
    "confirmed": (at_noon, ["On engines", "Ada"], True),
    "moved": (moved, ["Moved", "Previously Wednesday, 5 November, 12 noon"], True),
    "moved online": (moved_online, ["Online only"], True),
    "room changed": (in_another_room, ["Room changed from Room 307 to Room 414", "Room 414"], True),
    "postponed": (
        lambda: lifecycle.postpone(at_noon(), reason="Ill.", by=make_organiser()), ["Postponed", "Ill."], False,
    ),
    "cancelled": (
        lambda: lifecycle.cancel(at_noon(), reason="Snow.", by=make_organiser()), ["Cancelled", "Snow."], False,
    ),
    "happening now": (happening, ["Happening now", "On engines"], True),
}  # fmt: skip
BADGES = ["Provisional", "Moved", "Online only", "Postponed", "Cancelled", "Happening now"]


def renderings(client, talk):
    """The text that visitors see of a talk, by rendering."""
    addresses = {
        "front": "/", "listing": "/series/asset/", "page": talk.get_absolute_url(),
        "poster": f"/talks/{talk.pk}/poster/", "screen": "/screen/",
        "embed": "/embed/", "embed of the series": "/series/asset/embed/",
    }  # fmt: skip
    return {name: main(client.get(address)) for name, address in addresses.items()}


@pytest.mark.parametrize("state", STATES)
def test_every_rendering_says_the_state_and_no_other(client, state):
    make, told, is_joined = STATES[state]
    talk = make()

    for name, shown in renderings(client, talk).items():
        said = words(shown)
        missing = [phrase for phrase in told if phrase not in said]
        wrong = [badge for badge in BADGES if badge in said and badge not in told]
        assert (missing, wrong) == ([], []), name
        assert ("<s>" in shown) == (state == "cancelled"), name
        assert is_joined or "/join/" not in shown, name
        assert "zoom.us" not in shown or name == "page", name


def test_a_talk_that_is_over_is_muted_in_lists_and_gone_from_walls_and_other_sites(client):
    start = in_new_york(2025, 10, 1, 12)
    talk = at_noon(starts_at=start, ends_at=start + timedelta(hours=1), recording_url="https://example.org/film")

    shown = renderings(client, talk)

    assert "is-over" in shown["listing"]
    for name in ("page", "poster"):
        assert "This talk has taken place." in words(shown[name])
    for name in ("screen", "embed"):
        assert "On engines" not in shown[name]
    assert [name for name, markup in shown.items() if "/join/" in markup] == []
    assert shown["page"].index("https://example.org/film") < shown["page"].index("<dl")


def test_a_draft_is_in_no_rendering(client):
    talk = make_draft(series=make_series(slug="asset"), starts_at=NOON, title="Secret plan", speakers=["Hidden Person"])

    for address in ("/", "/series/asset/", "/screen/", "/embed/", "/series/asset/embed/", "/series/asset/poster/"):
        assert [word for word in ("Secret", "Hidden") if word in client.get(address).content.decode()] == []
    for address in (talk.get_absolute_url(), f"/talks/{talk.pk}/poster/"):
        assert client.get(address).status_code == 404


@pytest.mark.thorough
def test_the_example_shows_every_state_in_its_lists_and_on_the_pages_and_posters_of_its_talks(client):
    example.load()
    listing = words("".join(main(client.get(f"/?page={page}")) for page in (1, 2)))
    each = {"page": "", "poster": ""}
    for talk in Talk.objects.public().upcoming().filter(starts_at__lt=NOW + timedelta(days=120)):
        each["page"] += words(main(client.get(talk.get_absolute_url())))
        each["poster"] += words(main(client.get(f"/talks/{talk.pk}/poster/")))
    embed = words(main(client.get("/embed/?limit=50")))

    told = [*BADGES, "Title to be announced", "Speaker to be announced", "Previously", "Room changed from"]
    for name, said in (each | {"listing": listing, "embed": embed}).items():
        assert [phrase for phrase in told if phrase not in said] == [], name
    assert re.search(r"Now Today, .* Happening now", words(main(client.get("/screen/"))))
