"""Search engines: which pages they find, when each one last changed, and which are off limits."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from seminars.actions import lifecycle
from seminars.formats import sitemap
from seminars.models import Appearance, Department, Role, State
from tests.factories import in_new_york, make_draft, make_room, make_series, make_speaker, make_talk, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
SITE = "http://talks.example.edu"
NAMES = {"s": sitemap.NAMESPACE}
INDEXES = ["/", "/series/", "/rooms/", "/speakers/", "/topics/", "/archive/", "/recordings/", "/subscribe/"]


def talk_on(*day, **fields):
    start = in_new_york(*day, 12)
    return make_talk(**{"starts_at": start, "ends_at": start + timedelta(hours=1)} | fields)


def pages(address="/sitemap.xml"):
    """The path of each page in the sitemap, and when it changed."""
    root = ElementTree.fromstring(Client().get(address).content)
    found = {one.find("s:loc", NAMES).text: one.findtext("s:lastmod", None, NAMES) for one in root}
    return {address.removeprefix(SITE): changed for address, changed in found.items()}


def test_every_page_with_a_public_talk_is_in_the_sitemap():
    series, room, ada = make_series(slug="asset"), make_room(slug="r414"), make_speaker(slug="ada")
    topics = [make_topic(slug="engines")]
    shared = {"series": series, "room": room, "speakers": [ada], "topics": topics}
    ahead = talk_on(2025, 11, 5, **shared)
    past = talk_on(2024, 10, 1, also_in=[make_series(slug="priml")], **shared)
    subjects = ["/series/asset/", "/series/priml/", "/rooms/r414/", "/speakers/ada/", "/topics/engines/"]

    assert sorted(pages()) == sorted(
        [*INDEXES, *subjects, "/archive/2024-25/", ahead.get_absolute_url(), past.get_absolute_url()]
    )


def test_the_sitemap_has_nothing_that_visitors_cannot_find():
    everything = {"speakers": ["Hidden Person"], "topics": [make_topic()]}
    make_draft(room=make_room(), series=make_series(is_listed=False), **everything)
    talk_on(2025, 11, 5, room=make_room(), series=make_series(is_listed=False), **everything)
    make_room()
    make_topic()
    make_speaker()

    assert sorted(pages()) == sorted(INDEXES)


def test_a_talk_without_a_speaker_is_noindex_and_not_in_the_sitemap():
    talk = talk_on(2025, 11, 5, speakers=[])

    assert sorted(pages()) == sorted([*INDEXES, talk.series.get_absolute_url()])


@pytest.mark.parametrize("title", ["On Ångström’s engines", "", "Poster", "機関"])
def test_the_sitemap_has_the_current_address_of_each_talk(client, title):
    ada, grace, chair = (make_speaker(name=name) for name in ("Ada Lovelace", "Grace Hopper", "Emmy Noether"))
    talk = talk_on(2025, 11, 5, title=title)
    Appearance.objects.create(talk=talk, speaker=ada, order=2)
    Appearance.objects.create(talk=talk, speaker=grace, order=1)
    Appearance.objects.create(talk=talk, speaker=chair, order=0, role=Role.MODERATOR)

    address = talk.get_absolute_url()
    parts = resolve(address).kwargs
    assert address in pages()
    assert client.get(address).status_code == 200
    assert reverse("talk", kwargs=parts) == address


def test_a_cancelled_talk_stays_found_but_is_not_in_the_archive():
    talk = talk_on(2025, 10, 1, speakers=["Ada Lovelace"], state=State.CANCELLED)

    assert talk.get_absolute_url() in pages()
    assert "/archive/2025-26/" not in pages()


def test_a_page_changed_when_the_latest_of_its_talks_did(monday):
    series, ada = make_series(), make_speaker()
    first = talk_on(2025, 11, 5, series=series, speakers=[ada])
    second = talk_on(2025, 11, 12, series=series)
    monday.move_to(datetime(2025, 11, 4, 8, 30, tzinfo=UTC))
    lifecycle.cancel(second, reason="Snow", by=None)

    told = {page: changed and changed[:16] for page, changed in pages().items()}  # to the minute
    assert told[first.get_absolute_url()] == told[ada.get_absolute_url()] == "2025-11-03T14:00"
    assert told[series.get_absolute_url()] == told["/"] == "2025-11-04T08:30"
    assert told["/series/"] is None


def test_a_large_sitemap_is_split_into_files_with_an_index(monkeypatch, settings):
    for day in range(3):
        talk_on(2025, 11, 5 + day, speakers=["Ada Lovelace"])
    whole = pages()
    monkeypatch.setattr(sitemap, "LONGEST", 5 * len(settings.VISITOR_LANGUAGES))  # each page has an address in each
    cache.clear()

    parts = list(pages())

    assert parts == [f"/sitemap.xml?page={number}" for number in range(1, len(parts) + 1)]
    assert len(parts) == -(-len(whole) // 5)
    assert {path: changed for part in parts for path, changed in pages(part).items()} == whole
    assert [Client().get(f"/sitemap.xml?page={number}").status_code for number in (0, "x", 99)] == [404] * 3


def test_the_queries_do_not_grow_with_the_pages():
    def queries():
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            Client().get("/sitemap.xml")
        return len(asked)

    talk_on(2025, 11, 5, speakers=["Ada Lovelace"], topics=[make_topic()], also_in=[make_series()], room=make_room())
    few = queries()
    for day in range(20):
        talk_on(2025, 10, 1 + day, speakers=["A", "B"], topics=[make_topic()], room=make_room(), title="")

    assert queries() == few <= 12


def test_robots_may_read_feeds_but_neither_the_desk_nor_what_is_private(settings):
    settings.VISITOR_LANGUAGES = ["en", "de"]
    response = Client().get("/robots.txt")
    told = response.content.decode()

    closed = re.findall(r"^Disallow: (.*)$", told, re.M)
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    pages = [f"{root}{page}" for root in ("/", "/en/", "/de/") for page in ("search/?", "talks/*/join/")]
    assert closed == ["/admin/", "/private/", "/sign-in/", "/password/", *pages]
    assert told.endswith(f"\nSitemap: {SITE}/sitemap.xml\n")


def test_every_page_names_its_one_address_and_what_is_shared_of_it(client):
    talk = talk_on(2025, 11, 5, speakers=["Ada Lovelace"], title="On engines", series=make_series(short_name="ASSET"))
    page = client.get(talk.get_absolute_url()).content.decode()

    assert f'<link rel="canonical" href="{SITE}{talk.get_absolute_url()}">' in page
    assert '<meta property="og:title" content="ASSET: Ada Lovelace – On engines">' in page
    assert '<meta name="description" content="Wednesday, 5 November 2025, 12–1 pm, New York time' in page
    for address in pages():
        shown = client.get(address).content.decode()
        assert re.findall(r'rel="canonical" href="(.*?)"', shown) == [SITE + address]
        assert re.findall(r'og:url" content="(.*?)"', shown) == [SITE + address]


def test_a_shared_link_shows_that_a_talk_is_called_off(client):
    talk = talk_on(
        2025, 11, 5, speakers=["Ada Lovelace"], state=State.CANCELLED, series=make_series(short_name="ASSET")
    )

    page = client.get(talk.get_absolute_url()).content.decode()
    assert "<title>Cancelled: ASSET: Ada Lovelace – " in page
    assert 'og:title" content="CANCELLED: ASSET: Ada Lovelace – ' in page


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"state": State.CANCELLED, "notice": "Snow"}, "Cancelled: Snow — Wednesday"),
        ({"state": State.POSTPONED}, "Postponed — Wednesday"),
        ({"state": State.TENTATIVE}, "Provisional — Wednesday"),
        ({"notice": "Room changed to $R_4$"}, "Room changed to R₄ — Wednesday"),
        ({}, "Wednesday"),
    ],
)
def test_the_description_for_sharing_begins_with_the_change(client, fields, told):
    talk = talk_on(2025, 11, 5, speakers=["Ada Lovelace"], abstract="We weave.", **fields)
    page = client.get(talk.get_absolute_url()).text

    for name in ('name="description"', 'property="og:description"'):
        assert f'<meta {name} content="{told}, 5 November 2025' in page


@pytest.mark.parametrize(("address", "is_noindex"), [("/search/", False), ("/search/?q=engines", True)])
def test_the_search_may_be_found_but_not_its_answers(client, address, is_noindex):
    page = client.get(address).text

    assert ('<meta name="robots" content="noindex, follow">' in page) == is_noindex


def test_the_search_describes_the_department(client):
    Department.objects.create(pk=1, name="Computing", tagline="Everybody is welcome.")

    assert '<meta name="description" content="Everybody is welcome.">' in client.get("/search/").text
