"""JSON Feeds: version 1.1, with an extension for time, place and people."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from seminars import listings
from seminars.actions import lifecycle
from seminars.formats import jsonfeed
from seminars.models import Appearance, Department, JoinAccess, Role, State

from .factories import in_new_york, make_room, make_series, make_speaker, make_talk, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

DOCUMENTATION = Path(__file__).resolve().parent.parent / "docs" / "feeds.md"
SITE = "http://talks.example.edu"
LINK = "https://zoom.example/j/95189835192"
NOW = in_new_york(2026, 10, 1, 9)
NOON = in_new_york(2026, 11, 4, 12)
HOSTILE = "</script><!--<script>alert(1)</script>\x07\u2028 \U0001f9ee \u202eתיבה"
ROOM_TOLD = {
    "name": "Room 414",
    "building": "Gutmann Hall",
    "former_name": None,
    "address": "3333 Chestnut Street, Philadelphia",
    "latitude": 39.9545,
    "longitude": -75.1901,
    "url": f"{SITE}/rooms/room-414/",
}


def rendered(listing=None, **options):
    return json.loads(jsonfeed.render(listing or listings.everything(), **options))


def the_extension():
    return rendered()["items"][0]["_seminars"]


def complaints(feed):
    """The violations of version 1.1 of the specification (jsonfeed.org/version/1.1)."""
    found = [] if feed.get("version") == "https://jsonfeed.org/version/1.1" else ["version"]
    found += [] if feed.get("title") and isinstance(feed.get("items"), list) else ["title or items"]
    for item in feed["items"]:
        found += [] if isinstance(item.get("id"), str) and item["id"] else ["id"]
        found += [] if item.get("content_html") or item.get("content_text") else ["content"]
        found += [name for name in ("date_published", "date_modified") if not datetime.fromisoformat(item[name]).tzinfo]
        found += ["author" for author in item.get("authors", []) if not {"name", "url", "avatar"} & set(author)]
        found += ["tags" for tag in item.get("tags", []) if not isinstance(tag, str)]
    ids = [item["id"] for item in feed["items"]]
    return found + ([] if len(ids) == len(set(ids)) else ["an id twice"])


def test_a_feed_has_what_the_specification_requires():
    make_talk(speakers=["Ada"], topics=[make_topic()], room=make_room(), join_url=LINK)
    for number, state in enumerate([State.TENTATIVE, State.POSTPONED, State.CANCELLED]):
        make_talk(state=state, title="", starts_at=NOON + timedelta(days=number))

    assert complaints(rendered()) == []
    assert complaints(rendered(past_too=True)) == []


def test_a_feed_without_talks_is_one_too():
    assert (complaints(rendered()), rendered()["items"]) == ([], [])


def test_a_feed_says_what_and_where_it_is():
    Department.objects.create(pk=1, name="Computer Science", tagline="What we *think* about")
    make_series(slug="asset", name="ASSET Seminar", short_name="ASSET")

    feed = rendered(listings.filtered({"series": ["asset"]}), past_too=True)

    assert {name: value for name, value in feed.items() if name != "items"} == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Computer Science: ASSET Seminar",
        "description": "What we think about",
        "home_page_url": f"{SITE}/?series=asset",
        "feed_url": f"{SITE}/feed.json?series=asset&past=all",
        "language": "en",
        "authors": [{"name": "Computer Science"}],
        "_seminars": {"is_example": False},
    }


def test_an_item_has_the_standard_fields():
    ada = make_speaker(name="Ada Lovelace", slug="ada")
    talk = make_talk(
        title="On $x^2$ engines", speakers=[ada], topics=[make_topic(name="Logic")], starts_at=NOON, language="fr",
        abstract="A **bold** claim.", series=make_series(short_name="ASSET"), room=make_room(name="Room 414"),
    )  # fmt: skip

    (item,) = rendered()["items"]

    assert "<strong>bold</strong>" in item.pop("content_html")
    item.pop("_seminars")
    assert item == {
        "id": f"urn:uuid:{talk.uid}",
        "url": f"{SITE}{talk.get_absolute_url()}",
        "title": "Wednesday, 4 November 2026: ASSET: Ada Lovelace – On x² engines",
        "summary": "Wednesday, 4 November 2026, 12–1 pm, New York time · Gutmann Hall, Room 414 — A bold claim.",
        "date_published": "2026-10-01T13:00:00Z",
        "date_modified": "2026-10-01T13:00:01Z",
        "authors": [{"name": "Ada Lovelace", "url": f"{SITE}/speakers/ada/"}],
        "tags": ["Logic"],
        "language": "fr",
    }


def test_an_item_leaves_out_what_is_not_known():
    make_talk(title="")

    assert list(rendered()["items"][0]) == [
        "id", "url", "title", "content_html", "summary", "date_published", "date_modified", "_seminars",
    ]  # fmt: skip


def make_talk_of_which_all_is_known():
    ada = make_speaker(name="Ada Lovelace", slug="ada", affiliation="London")
    room = make_room(
        name="Room 414", building="Gutmann Hall", slug="room-414", street="3333 Chestnut Street", city="Philadelphia",
        latitude="39.954500", longitude="-75.190100",
    )  # fmt: skip
    asset = make_series(short_name="ASSET", name="ASSET Seminar", slug="asset", kind="Seminar")
    talk = make_talk(
        title="On engines", series=asset, speakers=[ada], room=room, starts_at=NOON, join_url=LINK, passcode="tea",
        programme="Coffee 11:30", notice="Bring a pen.", kind="Colloquium",
    )  # fmt: skip
    for order, role in enumerate([Role.MODERATOR, Role.COMMITTEE], 1):
        Appearance.objects.create(talk=talk, speaker=make_speaker(name=role, slug=role), role=role, order=order)
    return talk


def test_the_extension_says_all_that_is_known():
    talk = make_talk_of_which_all_is_known()

    assert the_extension() == {
        "uid": talk.uid,
        "state": "confirmed",
        "kind": "Colloquium",
        "mode": "hybrid",
        "title": "On engines",
        "abstract": talk.abstract or None,
        "start": "2026-11-04T12:00:00-05:00",
        "end": "2026-11-04T13:00:00-05:00",
        "zone": "America/New_York",
        "moved_from": None,
        "moved_at": None,
        "is_online_only": False,
        "room": ROOM_TOLD,
        "speakers": [{"name": "Ada Lovelace", "affiliation": "London", "url": f"{SITE}/speakers/ada/"}],
        "moderators": [{"name": "moderator", "affiliation": None, "url": f"{SITE}/speakers/moderator/"}],
        "committee": [{"name": "committee", "affiliation": None, "url": f"{SITE}/speakers/committee/"}],
        "series": [{"short_name": "ASSET", "name": "ASSET Seminar", "url": f"{SITE}/series/asset/"}],
        "programme": "Coffee 11:30",
        "notice": "Bring a pen.",
        "join": {"address": f"{SITE}/talks/{talk.pk}/join/", "link": LINK, "passcode": "tea"},
    }


def test_the_documentation_names_every_key():
    make_talk(room=make_room(), speakers=["Ada"], join_url=LINK)
    told = the_extension()
    keys = {*told, *told["room"], *told["join"], *told["speakers"][0], *told["series"][0]}

    assert keys - set(re.findall(r"`(\w+)`", DOCUMENTATION.read_text())) == set()


def test_an_unknown_value_is_null():
    make_talk(title="")

    told = the_extension()

    assert [name for name, value in told.items() if value is None] == [
        "mode", "title", "abstract", "moved_from", "moved_at", "room", "programme", "notice", "join",
    ]  # fmt: skip
    assert (told["speakers"], told["moderators"], told["committee"]) == ([], [], [])


@pytest.mark.parametrize("access", [JoinAccess.TIMED, JoinAccess.MEMBERS])
def test_a_restricted_link_appears_only_as_our_join_address(access):
    talk = make_talk(join_url=LINK, passcode="tea", join_access=access)

    assert the_extension()["join"] == {"address": f"{SITE}/talks/{talk.pk}/join/", "link": None, "passcode": None}
    assert b"zoom" not in jsonfeed.render(listings.everything())


def test_a_talk_that_is_called_off_is_not_joined():
    talk = lifecycle.cancel(make_talk(join_url=LINK, passcode="tea"), reason="Snow", by=None)

    told = the_extension()

    assert (talk.join_address, talk.open_join_url, talk.open_passcode) == ("", "", "")

    assert (told["state"], told["notice"], told["join"]) == ("cancelled", "Snow", None)
    assert b"zoom" not in jsonfeed.render(listings.everything())


def test_the_addresses_of_unlisted_series_and_of_their_speakers_are_kept_back():
    hidden = make_series(is_listed=False, short_name="HIDDEN", name="Hidden")
    make_talk(series=hidden, speakers=["Ada"])

    told = rendered(listings.of_series(hidden))["items"][0]["_seminars"]

    assert told["series"] == [{"short_name": "HIDDEN", "name": "Hidden", "url": None}]
    assert told["speakers"] == [{"name": "Ada", "affiliation": None, "url": None}]


@pytest.mark.parametrize("home_is_listed", [True, False])
def test_an_unlisted_series_of_a_joint_talk_is_not_named(home_is_listed):
    home, other = make_series(is_listed=home_is_listed), make_series(is_listed=not home_is_listed)
    listed = home if home_is_listed else other
    make_talk(series=home, also_in=[other])

    told = rendered()["items"][0]["_seminars"]

    assert [series["short_name"] for series in told["series"]] == [listed.short_name]


def test_times_carry_the_offset_of_their_day():
    make_talk(starts_at=in_new_york(2026, 10, 31, 23, 30), ends_at=in_new_york(2026, 11, 1, 0, 30))
    make_talk(starts_at=in_new_york(2026, 11, 1, 12))

    told = [item["_seminars"] for item in rendered()["items"]]

    assert [(item["start"], item["end"]) for item in told] == [
        ("2026-10-31T23:30:00-04:00", "2026-11-01T00:30:00-04:00"),
        ("2026-11-01T12:00:00-05:00", "2026-11-01T13:00:00-05:00"),
    ]


def test_hostile_text_stays_text():
    make_talk(
        title=HOSTILE, abstract=HOSTILE, notice=HOSTILE, speakers=[make_speaker(name=HOSTILE)],
        topics=[make_topic(name=HOSTILE)], room=make_room(name=HOSTILE), series=make_series(name=HOSTILE),
    )  # fmt: skip

    body = jsonfeed.render(listings.everything())

    assert (b"</" in body, b"<!--" in body) == (False, False)
    feed = json.loads(body)
    assert complaints(feed) == []
    assert "<script" not in feed["items"][0]["content_html"]
    assert feed["items"][0]["_seminars"]["title"] == "</script><!--<script>alert(1)</script> \U0001f9ee \u202eתיבה"
    assert feed["items"][0]["tags"] == ["</script><!--<script>alert(1)</script>\n \U0001f9ee \u202eתיבה"]
