"""The page of recordings and slides, and the filter for them on other pages and in feeds."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache

from seminars.models import State
from seminars.page_cache.cache_keys import cached_address
from tests.database_queries import queries_of
from tests.factories import in_new_york, make_draft, make_room, make_series, make_talk, make_topic
from tests.pages import main, rows, titles, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

VIDEO, SLIDES = "https://videos.example.org/1", "https://files.example.org/1.pdf"
NOINDEX = '<meta name="robots" content="noindex, follow">'


def talk_on(*day, make=make_talk, **fields):
    start = in_new_york(*day, 12)
    return make(starts_at=start, ends_at=start + timedelta(hours=1), **fields)


def recorded_on(*day, **fields):
    return talk_on(*day, recording_url=VIDEO, **fields)


@pytest.fixture
def three():
    """A talk with a recording, one with slides and one with both."""
    recorded_on(2025, 10, 1, title="Recording")
    talk_on(2025, 10, 2, title="Slides", slides_url=SLIDES)
    recorded_on(2025, 10, 3, title="Both", slides_url=SLIDES)
    talk_on(2025, 10, 4, title="Neither", paper_url=SLIDES)


# --- the page ---


def test_the_page_lists_past_talks_with_a_recording_or_slides_latest_first(client, three):
    assert titles(client.get("/recordings/")) == ["Both", "Slides", "Recording"]


def test_the_page_leaves_out_what_the_archive_leaves_out(client):
    recorded_on(2025, 11, 5, title="Ahead")
    recorded_on(2025, 10, 2, title="Cancelled", state=State.CANCELLED)
    recorded_on(2025, 10, 3, title="Draft", make=make_draft)
    recorded_on(2025, 10, 4, title="Unlisted", series=make_series(is_listed=False))

    page = client.get("/recordings/")

    assert titles(page) == []
    assert "No past talk has a recording or slides yet." in words(main(page))


def test_each_talk_leads_to_its_recording_and_slides(client):
    recorded_on(2025, 10, 3, slides_url=SLIDES)

    [row] = rows(client.get("/recordings/"))

    assert re.findall(r'href="(https://[^"]+)"', row) == [VIDEO, SLIDES]


def test_talks_stand_under_their_academic_years(client):
    for title, day in {"Now": (2025, 9, 1), "July": (2025, 7, 31), "Earlier": (2024, 9, 1)}.items():
        recorded_on(*day, title=title)

    said = words(main(client.get("/recordings/")).partition("</form>")[2])

    assert re.search("2025–26 .* Now .*2024–25 .* July .* Earlier", said)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("has=recording", ["Both", "Recording"]),
        ("has=slides", ["Both", "Slides"]),
        ("has=slides&has=recording", ["Both", "Slides", "Recording"]),
        ("has=", ["Both", "Slides", "Recording"]),
    ],
)
def test_the_page_can_be_narrowed_to_recordings_or_to_slides(client, three, query, found):
    assert titles(client.get(f"/recordings/?{query}")) == found


def test_the_page_can_be_narrowed_by_series_topic_and_academic_year(client):
    algebra, engines = make_series(slug="algebra"), make_topic(slug="engines")
    recorded_on(2024, 10, 1, title="Wanted", series=algebra, topics=[engines])
    recorded_on(2023, 10, 1, title="Another year", series=algebra, topics=[engines])
    recorded_on(2024, 10, 2, title="Another series", topics=[engines])
    recorded_on(2024, 10, 3, title="Another topic", series=algebra)

    found = {
        query: titles(client.get(f"/recordings/?{query}"))
        for query in ("series=algebra&topic=engines&year=2024-25", "year=2024-25&year=2023-24", "year=2022-23")
    }

    assert list(found.values()) == [
        ["Wanted"],
        ["Another topic", "Another series", "Wanted", "Another year"],
        [],
    ]


def test_the_filters_offer_what_there_is(client):
    algebra, engines = make_series(name="Algebra"), make_topic(name="Engines")
    recorded_on(2025, 10, 1, series=algebra, topics=[engines], room=make_room())
    recorded_on(2024, 10, 1, series=algebra)
    talk_on(2023, 10, 1, series=make_series(name="Logic"), topics=[make_topic(name="Looms")])

    form = main(client.get("/recordings/"))
    offered = {
        name: words(options)
        for name, options in re.findall(r'<select[^>]* name="(\w+)".*?>(.*?)<(?=/select)', form, re.S)
    }

    assert (offered["series"], offered["topic"]) == ("All Algebra", "All Engines")
    assert (offered["has"], offered["year"]) == ("All Recording Slides", "All 2025–26 2024–25")
    assert offered.keys() == {"series", "topic", "mode", "has", "year"}


def test_each_filter_can_be_taken_off(client):
    page = main(client.get("/recordings/?has=slides&year=2024-25"))

    assert re.findall(r'<a class="chip" href="([^"]+)" rel="nofollow">', page) == [
        "/recordings/?year=2024-25", "/recordings/?has=slides",
    ]  # fmt: skip
    assert "× Remove filter Material: Slides × Remove filter Academic year: 2024–25" in words(page)


@pytest.mark.parametrize("query", ["has=sandwiches", "year=2024-26", "year=never", "year=0000-01", "series=nothing"])
def test_a_filter_that_names_nothing_is_not_found(client, query):
    assert client.get(f"/recordings/?{query}").status_code == 404


def test_a_selection_without_talks_says_so(client, three):
    page = words(main(client.get("/recordings/?year=2020-21")))

    assert "0 talks" in page
    assert "No talks match these filters." in page


def test_many_recordings_are_turned_page_by_page(client):
    for number in range(70):
        recorded_on(2025, 5 + number // 28, 1 + number % 28)

    first, second = (client.get(f"/recordings/?has=recording&page={number}") for number in (1, 2))

    assert (len(rows(first)), len(rows(second))) == (60, 10)
    assert 'rel="next" href="?has=recording&amp;page=2"' in main(first)


# --- how it is found ---


def test_search_engines_list_the_page_but_not_its_filtered_forms(client, three):
    whole, part = (client.get(f"/recordings/{query}").content.decode() for query in ("", "?has=slides"))

    assert (NOINDEX in whole, NOINDEX in part) == (False, True)
    assert '<link rel="canonical" href="http://talks.example.edu/recordings/">' in whole
    assert "http://talks.example.edu/recordings/" in client.get("/sitemap.xml").content.decode()


@pytest.mark.parametrize("address", ["/archive/", "/search/?q=nothing"])
def test_pages_lead_to_the_recordings(client, address):
    assert '<a href="/recordings/">Recordings and slides</a>' in main(client.get(address))


def test_the_foot_of_every_page_leads_to_the_recordings(client):
    assert '<a href="/recordings/">Recordings and slides</a>' in client.get("/").content.decode()


def test_the_page_is_cached_and_combinations_of_filters_are_unbounded(client, three):
    client.get("/recordings/")

    assert queries_of(lambda: client.get("/recordings/")) == 1
    unbounded = {
        query: cached_address("/recordings/", query).is_unbounded
        for query in ("", "has=slides", "year=2024-25", "has=slides&year=2024-25", "page=2")
    }
    assert list(unbounded.values()) == [False, False, False, True, True]


def test_the_queries_do_not_grow_with_the_talks(client):
    def queries(address):
        cache.clear()
        return queries_of(lambda: client.get(address))

    addresses = ("/recordings/", "/recordings/?series=algebra&topic=engines&has=recording&year=2024-25")
    shared = {"series": make_series(slug="algebra"), "topics": [make_topic(slug="engines")]}
    recorded_on(2024, 10, 1, speakers=["Ada Lovelace"], **shared)
    few = [queries(address) for address in addresses]
    for number in range(40):
        recorded_on(2024, 11, 1 + number % 28, speakers=["Grace Hopper"], also_in=[make_series()], **shared)
        recorded_on(2003 + number % 20, 10, 1, speakers=["Emmy Noether"], topics=[make_topic()])

    assert [queries(address) for address in addresses] == few
    assert max(few) <= 14


# --- the same filter elsewhere ---


def has_options(page):
    """The values that the filter `has` offers on a page."""
    field = re.search(r'<select[^>]* name="has".*?</select>|$', main(page), re.S)[0]
    return re.findall(r'<option value="(\w*)"', field)


def test_a_year_of_the_archive_can_be_narrowed_to_recordings(client, three):
    page = client.get("/archive/2025-26/?has=recording")

    assert titles(page) == ["Both", "Recording"]
    assert has_options(page) == ["", "recording", "slides"]
    assert has_options(client.get("/archive/2025-26/")) == ["", "recording", "slides"]


def test_a_search_can_be_narrowed_to_slides(client):
    talk_on(2025, 10, 2, title="Looms with slides", slides_url=SLIDES)
    talk_on(2025, 10, 3, title="Looms")

    page = client.get("/search/?q=looms&has=slides")

    assert titles(page) == ["Looms with slides"]
    assert has_options(client.get("/search/")) == ["", "recording", "slides"]


def test_the_word_in_a_search_finds_what_the_filter_finds(client, three):
    assert sorted(titles(client.get("/search/?q=recording"))) == sorted(
        titles(client.get("/recordings/?has=recording"))
    )
    assert sorted(titles(client.get("/search/?q=slides"))) == sorted(titles(client.get("/recordings/?has=slides")))


def test_the_front_page_does_not_offer_recordings_of_upcoming_talks(client):
    talk_on(2025, 11, 5)

    assert has_options(client.get("/")) == []


@pytest.mark.parametrize("file", ["feed.json", "feed.atom", "calendar.ics", "talks.csv"])
def test_a_feed_can_be_narrowed_to_recordings(client, file):
    recorded_on(2025, 10, 1, title="Looms"), talk_on(2025, 10, 2, title="Wheels", slides_url=SLIDES)

    feed = client.get(f"/{file}?has=recording").content.decode()

    assert ("Looms" in feed, "Wheels" in feed) == (True, False)


# --- feeds of what a page shows ---


def feed_of(client, page):
    """The address of the Atom feed to which a page leads."""
    found = re.search(r'type="application/atom\+xml" title="[^"]*" href="([^"]+)"', client.get(page).content.decode())
    return found[1].replace("&amp;", "&")


def test_a_page_leads_to_the_feed_of_what_it_shows(client):
    recorded_on(2019, 10, 1, title="Old"), recorded_on(2025, 10, 1)

    pages = ["/recordings/", "/recordings/?has=slides", "/recordings/?year=2019-20", "/recordings/?year=2025-26"]
    pages += ["/archive/2019-20/", "/archive/2019-20/?has=recording", "/archive/2025-26/"]

    assert [feed_of(client, page) for page in pages] == [
        "/feed.atom?has=recording&has=slides",
        "/feed.atom?has=slides",
        "/feed.atom?has=recording&has=slides&year=2019-20",
        "/feed.atom?has=recording&has=slides",
        "/feed.atom?year=2019-20",
        "/feed.atom?has=recording&year=2019-20",
        "/feed.atom",
    ]
    assert "Old" in client.get(feed_of(client, "/recordings/?year=2019-20")).content.decode()
