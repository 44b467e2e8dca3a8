"""The archive of a long feed: a reader that follows its links gets every talk exactly once."""

import json
from xml.etree import ElementTree

import pytest
from django.core.cache import cache

from seminars import listings
from seminars.actions import talk_changes
from seminars.models import State
from seminars.models.page_addresses import urn
from seminars.page_cache import cached_responses
from tests.atom_checker import complaints
from tests.database_queries import queries_of
from tests.factories import in_new_york, make_series, make_talk, make_topic
from tests.feeds import ATOM, FILES, held

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2026, 10, 1, 9)
SITE = "http://talks.example.edu"
HISTORY = "{http://purl.org/syndication/history/1.0}"
MONTHS = [(2027, 3), (2026, 11), (2026, 8), (2025, 8), (2025, 7), (2024, 9), (2021, 7), (2020, 8), (1999, 1)]
YEARS = ["2024-25", "2020-21", "1998-99"]  # 2025-26 is the first year in the feed
both_formats = pytest.mark.parametrize("file", ["feed.atom", "feed.json"])


@pytest.fixture
def talks(monkeypatch):
    """A long list of talks of a series and on a topic, in some years none."""
    monkeypatch.setattr(listings, "MANY_TALKS", 8)
    asset, logic = make_series(slug="asset"), make_topic(slug="logic")
    return [make_talk(series=asset, topics=[logic], starts_at=in_new_york(*month, 1, 12)) for month in MONTHS]


def links(feed):
    """The links of an Atom feed to feeds, by relation, without the site."""
    found = ElementTree.fromstring(feed).findall(f"{ATOM}link")
    return {one.get("rel"): one.get("href").removeprefix(SITE) for one in found if one.get("rel") != "alternate"}


def older(file, answer):
    """The address of the part that comes before."""
    if file == "feed.json":
        return json.loads(answer.content).get("next_url", "").removeprefix(SITE)
    return links(answer.content).get("prev-archive", "")


def followed(client, file, address):
    """The answers that a reader gets who follows the links."""
    answers = []
    while address and len(answers) < len(MONTHS):
        answers.append(client.get(address))
        address = older(file, answers[-1])
    return answers


@both_formats
@pytest.mark.parametrize("scope", ["/", "/series/asset/", "/topics/logic/"])
def test_a_reader_that_follows_the_links_gets_every_talk_exactly_once(client, talks, file, scope):
    make_talk(state=State.DRAFT, series=talks[0].series, starts_at=in_new_york(2012, 3, 3, 12))

    answers = followed(client, file, f"{scope}{file}")

    assert sorted(uid for answer in answers for uid in held(file, answer)) == sorted(urn(talk.uid) for talk in talks)
    assert [len(held(file, answer)) for answer in answers] == [4, 2, 2, 1]


@both_formats
def test_filters_hold_in_the_archive_too(client, talks, file):
    make_talk(starts_at=in_new_york(2012, 3, 3, 12))

    answers = followed(client, file, f"/{file}?series=asset&topic=logic")

    assert sorted(uid for answer in answers for uid in held(file, answer)) == sorted(urn(talk.uid) for talk in talks)


def test_the_parts_of_an_archive_lead_to_each_other_and_to_the_feed(client, talks):
    feed, *archive = followed(client, "feed.atom", "/feed.atom")

    assert links(feed.content) == {"self": "/feed.atom", "prev-archive": "/feed.atom?year=2024-25"}
    assert [links(part.content) for part in archive] == [
        {"self": "/feed.atom?year=2024-25", "prev-archive": "/feed.atom?year=2020-21", "current": "/feed.atom"},
        {
            "self": "/feed.atom?year=2020-21",
            "prev-archive": "/feed.atom?year=1998-99",
            "next-archive": "/feed.atom?year=2024-25",
            "current": "/feed.atom",
        },
        {"self": "/feed.atom?year=1998-99", "next-archive": "/feed.atom?year=2020-21", "current": "/feed.atom"},
    ]


def test_archives_are_valid_say_what_they_are_and_are_the_same_feed(client, talks):
    feed, *archive = [answer.content for answer in followed(client, "feed.atom", "/feed.atom")]

    parts = [ElementTree.fromstring(part) for part in (feed, *archive)]

    assert [complaints(feed), *map(complaints, archive)] == [[], *[[f"{HISTORY}archive does not belong here"]] * 3]
    assert [part.find(f"{HISTORY}archive") is not None for part in parts] == [False, True, True, True]
    assert len({part.findtext(f"{ATOM}id") for part in parts}) == 1


@both_formats
@pytest.mark.parametrize("address", ["/{}", "/series/asset/{}"])
def test_a_feed_of_few_talks_has_no_link_more(client, talks, monkeypatch, file, address):
    monkeypatch.setattr(listings, "MANY_TALKS", 9)

    answer = client.get(address.format(file))

    assert (older(file, answer), len(held(file, answer))) == ("", 4)


@both_formats
def test_a_feed_with_all_talks_is_whole_and_leads_nowhere(client, talks, file):
    answer = client.get(f"/{file}?past=all")

    assert (older(file, answer), len(held(file, answer))) == ("", 9)


@pytest.mark.parametrize("file", FILES)
def test_each_format_has_the_archived_years_and_no_other(client, talks, file):
    unknown = ["2025-26", "2026-27", "1997-98", "2024", "2024-26", "x", "-1", "9999-00"]

    there = [client.get(f"/series/asset/{file}?year={year}&past=all") for year in YEARS]
    not_there = [client.get(f"/{scope}{file}?year={year}") for year in unknown for scope in ("", "series/asset/")]

    assert [len(held(file, answer)) for answer in there] == [2, 2, 1]
    assert {answer.status_code for answer in not_there} == {404}


@pytest.mark.parametrize("file", FILES)
def test_a_year_without_talks_between_others_is_an_empty_part(client, talks, file):
    assert [held(file, client.get(f"/{scope}{file}?year=2023-24")) for scope in ("", "series/asset/")] == [[], []]


def test_a_part_without_talks_is_valid_and_leads_to_the_nearest_parts_with_talks(client, talks):
    part = client.get("/feed.atom?year=2022-23").content

    assert complaints(part) == [f"{HISTORY}archive does not belong here"]
    assert links(part) == {
        "self": "/feed.atom?year=2022-23",
        "prev-archive": "/feed.atom?year=2020-21",
        "next-archive": "/feed.atom?year=2024-25",
        "current": "/feed.atom",
    }


def test_a_calendar_of_an_archived_year_says_its_own_address(client, talks):
    body = client.get("/calendar.ics?year=2024-25").text

    assert f"SOURCE;VALUE=URI:{SITE}/calendar.ics?year=2024-25" in body


def test_a_talk_has_one_calendar_whatever_year_is_asked_for(client, talks):
    address = talks[0].calendar_path
    visitors = client.get(address).content
    client.cookies["sessionid"] = "x"  # past the page cache, which takes away what an address does not know

    assert client.get(f"{address}?year=1998-99").content == visitors


def test_an_archived_year_is_answered_from_the_cache_until_something_changes(client, talks, monkeypatch):
    monkeypatch.setattr(cached_responses, "MAX_BODY_OF_UNBOUNDED", 100)
    address = "/feed.json?year=2024-25"
    client.get(address)

    again = queries_of(lambda: client.get(address))
    talks[4].title = "On looms"
    talk_changes.save(talks[4])

    assert (again, b"On looms" in client.get(address).content) == (1, True)


@pytest.mark.parametrize("query", ["year=x", "year=1990-91", "year=2020-21&year=2024-25"])
def test_the_endless_ways_to_ask_for_a_year_are_not_kept(client, talks, monkeypatch, query):
    monkeypatch.setattr(cached_responses, "MAX_BODY_OF_UNBOUNDED", 100)
    client.get(f"/feed.json?{query}")

    assert queries_of(lambda: client.get(f"/feed.json?{query}")) > 1


def test_when_a_new_academic_year_begins_its_former_first_year_is_archived(client, talks, clock):
    clock.move_to(in_new_york(2027, 8, 1, 9))
    cache.clear()

    answers = followed(client, "feed.json", "/feed.json")

    assert [len(held("feed.json", answer)) for answer in answers] == [3, 1, 2, 2, 1]
    assert sorted(uid for answer in answers for uid in held("feed.json", answer)) == sorted(
        urn(talk.uid) for talk in talks
    )
