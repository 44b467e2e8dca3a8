"""Feeds of upcoming talks alone, at most so many: what they hold, how they are cached and what they refuse."""

import gzip
import json
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from seminars.actions import talk_changes
from seminars.page_cache import cached_responses
from tests.admin_forms import signed_in
from tests.atom_checker import complaints
from tests.database_queries import queries_of
from tests.factories import in_new_york, make_organiser, make_series, make_talk
from tests.feeds import ATOM, rows
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2026, 10, 1, 12, 30)
SITE = "http://talks.example.edu"
GZIP = {"accept-encoding": "gzip"}
each_address = pytest.mark.parametrize("address", ["/feed.json", "/series/asset/feed.json", "/feed.atom", "/talks.csv"])


@pytest.fixture
def talks():
    """One that is over, one that is under way and three that are ahead, announced in another order."""
    asset = make_series(slug="asset")
    starts = {"Over": 2, "Now": 12, "Soon": 24 + 12, "Later": 48 + 12, "Last": 72 + 12}
    midnight = NOW.replace(hour=0, minute=0)
    announced = {"Soon": 5, "Later": 2, "Last": 9}
    return {
        title: make_talk(
            title=title,
            series=asset,
            starts_at=midnight + timedelta(hours=hours),
            ends_at=midnight + timedelta(hours=hours + 1),
            published_at=NOW - timedelta(days=announced.get(title, 20)),
        )
        for title, hours in starts.items()
    }


def titles(address, answer):
    """The titles of the talks in a feed, in its order."""
    if ".csv" in address:
        return [row["title"] for row in rows(answer)]
    if ".json" in address:
        return [item["_seminars"]["title"] for item in json.loads(answer.content)["items"]]
    found = [entry.findtext(f"{ATOM}title") for entry in ElementTree.fromstring(answer.content).iter(f"{ATOM}entry")]
    return [re.search("Over|Now|Soon|Later|Last", title)[0] for title in found]


@each_address
def test_only_upcoming_talks_are_in_it_and_the_soonest_with_a_limit(client, talks, address):
    shown = titles(address, client.get(f"{address}?upcoming"))
    soonest = titles(address, client.get(f"{address}?upcoming&limit=3"))

    assert (sorted(shown), sorted(soonest)) == (["Last", "Later", "Now", "Soon"], ["Later", "Now", "Soon"])


def test_each_format_keeps_its_order(client, talks):
    assert titles(".json", client.get("/feed.json?upcoming")) == ["Now", "Soon", "Later", "Last"]
    assert titles(".atom", client.get("/feed.atom?upcoming")) == ["Later", "Soon", "Last", "Now"]


def test_filters_hold_and_years_do_not_matter(client, talks):
    make_talk(title="Elsewhere", starts_at=NOW + timedelta(hours=1), ends_at=NOW + timedelta(hours=2))

    assert titles(".json", client.get("/feed.json?upcoming&limit=2&series=asset&past=all&year=1999")) == ["Now", "Soon"]


@pytest.mark.parametrize("query", ["upcoming&limit=1", "limit=x"])
def test_a_calendar_is_always_whole(client, talks, query):
    whole = client.get("/calendar.ics").content
    client_of_the_desk = signed_in(make_organiser())

    assert client.get(f"/calendar.ics?{query}").content == whole
    assert client_of_the_desk.get(f"/calendar.ics?{query}").content == whole


def test_it_says_its_own_address_and_is_not_the_same_feed_as_the_whole_one(client, talks):
    told = json.loads(client.get("/feed.json?limit=2&upcoming=").content)
    atom = client.get("/series/asset/feed.atom?upcoming&limit=2").content
    identities = {
        ElementTree.fromstring(client.get(f"/feed.atom{query}").content).findtext(f"{ATOM}id")
        for query in ("", "?past=all", "?upcoming", "?upcoming&limit=2")
    }

    link = ElementTree.fromstring(atom).find(f"{ATOM}link[@rel='self']").get("href")
    assert told["feed_url"] == f"{SITE}/feed.json?upcoming&limit=2"
    assert link == f"{SITE}/series/asset/feed.atom?upcoming&limit=2"
    assert (complaints(atom), len(identities)) == ([], 4)


@pytest.mark.parametrize("limit", ["0", "51", "-1", "x", "05", "1.5", " ", "٣", "9" * 100])
@pytest.mark.parametrize("file", ["feed.json", "feed.atom", "talks.csv"])
def test_a_limit_that_is_not_possible_is_refused_with_the_possible_ones(client, talks, file, limit):
    answer = client.get(f"/{file}", {"upcoming": "", "limit": limit})

    said = f"“{limit}” is not a valid limit. Enter a number from 1 to 50."
    assert (answer.status_code, " ".join(said.split()) in words(answer.text)) == (404, True)


def test_a_limit_without_upcoming_is_refused_with_a_way_out(client, talks):
    answer = client.get("/feed.atom?limit=5")

    assert answer.status_code == 404
    assert "“limit” only works together with “upcoming”. Add “upcoming” to the address." in words(answer.text)


def test_a_talk_leaves_it_within_a_minute_of_its_end_and_no_date_is_claimed(client, talks, clock):
    before = client.get("/feed.json?upcoming&limit=1")
    clock.move_to(NOW + timedelta(minutes=31))
    condition = {"If-Modified-Since": "Thu, 01 Oct 2026 17:30:00 GMT"}
    after = client.get("/feed.json?upcoming&limit=1", headers=condition)

    assert (titles(".json", before), titles(".json", after)) == (["Now"], ["Soon"])
    assert (before.has_header("Last-Modified"), before["Cache-Control"]) == (False, "public, max-age=300")


@pytest.mark.parametrize("address", ["/feed.json?upcoming&limit=2", "/series/asset/feed.atom?upcoming&limit=50"])
def test_a_limited_feed_is_compressed_where_that_is_accepted(client, talks, address):
    plain, small = client.get(address), client.get(address, headers=GZIP)

    assert gzip.decompress(small.content) == plain.content
    assert (small["Content-Encoding"], small["Vary"]) == ("gzip", "Accept-Encoding")
    assert (plain.has_header("Content-Encoding"), plain["Vary"]) == (False, "Accept-Encoding")
    assert client.get(address, headers=GZIP | {"If-None-Match": small["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("/feed.json?upcoming&limit=5", "/feed.json?limit=5&upcoming=yes&x=1"),
        ("/feed.json?upcoming=&limit=5&series=asset", "/feed.json?series=asset&limit=7&upcoming&limit=5&past=all"),
        ("/series/asset/feed.atom?upcoming&limit=5", "/series/asset/feed.atom?limit=5&year=2001&upcoming"),
    ],
)
def test_equal_questions_share_one_entry_of_the_cache_until_an_edit(client, talks, monkeypatch, first, again):
    monkeypatch.setattr(cached_responses, "MAX_BODY_OF_UNBOUNDED", 100)
    client.get(first)

    queries = queries_of(lambda: client.get(again))
    talks["Soon"].title = "On looms"
    talk_changes.save(talks["Soon"])

    assert (queries <= 2, "On looms" in client.get(again).text) == (True, True)


def test_the_endless_ways_to_combine_filters_with_a_limit_are_not_kept(client, talks, monkeypatch):
    monkeypatch.setattr(cached_responses, "MAX_BODY_OF_UNBOUNDED", 100)
    address = "/feed.json?upcoming&limit=5&series=asset&mode=online&mode=in-person"
    client.get(address)

    assert queries_of(lambda: client.get(address)) > 2
