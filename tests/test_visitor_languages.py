"""Visitors read the pages in another language at an address of its own, and everything else stays as it was."""

import re
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from django.urls import resolve, set_script_prefix

from seminars import languages
from seminars import settings as defaults
from seminars.models import Department, FormerAddress, Series
from tests import one_of_each
from tests.database_queries import before_queries, queries_of
from tests.factories import in_new_york, make_room, make_series, make_talk
from tests.pages import words
from tests.translations import ROOT

pytestmark = pytest.mark.django_db
SITE = "http://talks.example.edu"
NOON = in_new_york(2035, 11, 7, 12)
LANG = re.compile(r'<html lang="(\w+)"')


def pages():
    """The paths of all pages that the sitemap names, in the department's language."""
    found = ElementTree.fromstring(Client().get("/sitemap.xml").content)
    return [urlsplit(loc.text).path for loc in found.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]


def alternates(page):
    """The addresses of a page by language, as its head tells them."""
    return dict(re.findall(r'<link rel="alternate" hreflang="([\w-]+)" href="(.*?)">', page))


def language_of(answer):
    return LANG.search(answer.content.decode())[1]


def choices(page):
    """The links of the language menu: language, address and name."""
    menu = re.search(r'<nav aria-label="(?:Language|Sprache)">.*?</nav>', page, re.S)
    link = r'<a href="(.*?)" lang="(\w+)" hreflang="(\w+)"( aria-current="true")?>(.*?)</a>'
    return re.findall(link, menu[0]) if menu else []


@pytest.fixture(autouse=True)
def _three_languages(settings):
    """Offer the same languages whatever catalogues there are."""
    settings.VISITOR_LANGUAGES = ["en", "de", "es"]


@pytest.fixture
def things(monday):
    return one_of_each.make()


# --- what a page in another language is, and where it leads ---


def test_every_page_is_in_the_language_of_its_address_whatever_the_browser_says(talk):
    client = Client(headers={"Accept-Language": "es", "Cookie": "django_language=es"})
    for page in pages():
        answer = client.get(f"/de{page}")

        told = (
            language_of(answer),
            answer.cookies,
            {*answer.headers.get("Vary", "").split(", ")} & {"Accept-Language"},
        )
        assert (page, *told) == (page, "de", {}, set())


def test_pages_lead_to_pages_in_their_language_and_to_the_one_address_of_everything_else(things):
    wrong = []
    for address in one_of_each.addresses(things):
        if address.startswith(("/sign-in/", "/password/")):
            continue
        page = Client().get(f"/de{address}").content.decode()
        page = re.sub(r"<a [^>]*hreflang=.*?</a>", "", page)
        for linked in re.findall(r'(?:href|src|action)="(/[^"?#]*)', page):
            named = resolve(languages.without(linked)).url_name if not linked.startswith("/static/") else ""
            is_page = named in languages.page_names()
            wrong += [(address, linked)] * (linked.startswith("/de/") != is_page)

    assert wrong == []


def test_the_menu_names_each_language_in_itself_and_leads_to_the_same_page(client, talk):
    page = client.get("/de/?series=asset").content.decode()

    assert choices(page) == [
        ("/?series=asset", "en", "en", "", "English"),
        ("/de/?series=asset", "de", "de", ' aria-current="true"', "Deutsch"),
        ("/es/?series=asset", "es", "es", "", "Español"),
    ]


@pytest.mark.parametrize("address", ["/sign-in/", "/nothing/", "/de/nothing/"])
def test_what_has_one_address_for_all_languages_has_no_menu(client, address):
    assert choices(client.get(address).content.decode()) == []


def test_all_languages_of_a_page_name_each_other_and_each_names_itself(talk):
    told, named = {}, {}
    for path in pages():
        for language in ("", "de", "es"):
            address = languages.address_in(path, language)
            page = Client().get(address).content.decode()
            told[address] = alternates(page)
            named[address] = re.findall(r'<link rel="canonical" href="(.*?)">', page)

    expected = {
        languages.address_in(path, language): {
            code: f"{SITE}{languages.address_in(path, there)}"
            for code, there in {"en": "", "x-default": "", "de": "de", "es": "es"}.items()
        }
        for path in pages()
        for language in ("", "de", "es")
    }
    assert told == expected
    assert named == {address: [f"{SITE}{address}"] for address in expected}


def test_the_sitemap_names_the_languages_of_each_page(client, talk):
    entry = client.get("/sitemap.xml").text.split("<url>")[-1]

    links = re.findall(r'<xhtml:link rel="alternate" hreflang="(\w+)" href="(.*?)"/>', entry)
    path = urlsplit(re.search("<loc>(.*?)</loc>", entry)[1]).path
    assert links == [("en", SITE + path), ("de", f"{SITE}/de{path}"), ("es", f"{SITE}/es{path}")]


def test_the_pages_of_a_site_below_a_path_have_the_language_after_it(client, settings, talk):
    settings.FORCE_SCRIPT_NAME = "/seminars"
    set_script_prefix("/seminars/")
    try:
        page = client.get("/de/").content.decode()
    finally:
        set_script_prefix("/")

    assert f'href="/seminars/de/talks/{talk.pk}/on-engines/"' in page
    assert alternates(page)["de"] == f"{SITE}/seminars/de/"
    assert choices(page)[0][0] == "/seminars/"
    assert 'href="/seminars/calendar.ics"' in page


@pytest.mark.parametrize(
    ("address", "there"),
    [
        ("/en/series/asset/", "/series/asset/"),
        ("/en/?series=asset", "/?series=asset"),
        ("/de/calendar.ics?past=all", "/calendar.ics?past=all"),
        ("/de/series/asset/feed.atom", "/series/asset/feed.atom"),
        ("/de/admin/", "/admin/"),
        ("/ja/series/asset/", "/series/asset/"),
        ("/de", "/de/"),
        ("/de?series=asset", "/de/?series=asset"),
        ("/en?series=asset", "/?series=asset"),
        ("/en/series/asset", "/series/asset"),
        ("/ja?series=asset", "/?series=asset"),
        ("/de/series/asset", "/de/series/asset/"),
    ],
)
def test_an_address_with_a_language_that_nothing_has_leads_to_what_there_is(client, talk, address, there):
    answer = client.get(address)

    assert (answer.status_code, answer.headers["Location"]) in {(302, there), (301, there)}


@pytest.mark.parametrize(
    "address", ["/en//evil.example/", "/en///evil.example", "/en/%5Cevil.example/", "/ja//evil.example/"]
)
def test_no_address_with_a_language_leads_to_another_site(client, address):
    there = client.get(address).headers.get("Location", "/")

    assert re.match(r"/(?![/\\])", there)


@pytest.mark.parametrize("address", ["/de/nothing/", "/de/series/nothing/", "/de//", "/de/de/", "/de/talks/0/"])
def test_what_is_not_there_is_said_in_the_language_of_the_address(client, address):
    answer = client.get(address)

    assert (answer.status_code, language_of(answer)) == (404, "de")


@pytest.mark.parametrize("address", ["/DE/", "/xx/", "/deu/", "/de-at/", "/d%00e/", "/%FF/"])
def test_what_is_no_language_names_none(client, address):
    answer = client.get(address)

    assert (answer.status_code, language_of(answer)) == (404, "en")


# --- which languages there are ---


def test_a_language_is_offered_if_its_texts_are_compiled():
    compiled = {path.parent.parent.name for path in ROOT.glob("locale/*/LC_MESSAGES/django.mo")}

    assert {code for code, _name in defaults.LANGUAGES} == {"en", *compiled}
    assert set(defaults.VISITOR_LANGUAGES) == {"en", *compiled} - {"ja"}


def test_an_operator_may_offer_fewer_languages(client, settings, talk):
    settings.VISITOR_LANGUAGES = ["de"]
    page = client.get("/").content.decode()

    assert {*alternates(page)} == {"en", "x-default", "de"}
    assert client.get("/es/series/asset/").headers["Location"] == "/series/asset/"


def test_a_site_in_one_language_has_no_menu_and_no_alternates(client, settings, talk):
    settings.VISITOR_LANGUAGES = []
    page = client.get("/").content.decode()

    assert (choices(page), alternates(page)) == ([], {})
    assert "xhtml" not in client.get("/sitemap.xml").text


# --- texts in another language than the page ---


@pytest.mark.parametrize(
    ("address", "language", "marked"), [("", "", ""), ("/de", "", "en"), ("", "fr", "fr"), ("/de", "fr", "fr")]
)
def test_a_title_and_an_abstract_name_their_language(client, address, language, marked):
    talk = make_talk(title="Engines", abstract="Looms.", language=language, starts_at=NOON)
    page = client.get(f"{address}{talk.get_absolute_url()}").content.decode()

    attribute = f' lang="{marked}"' if marked else ""
    assert f'<span dir="auto"{attribute}>Engines</span>' in page
    abstract = re.search(r'<div class="prose" dir="auto">(?:<(?:div|p)( lang="\w+")?>)*Looms\.', page)
    assert (abstract[1] or "") == attribute


def test_what_organisers_type_names_the_departments_language(client):
    Department.objects.create(pk=1, name="Q", tagline="Talks", notice="Snow")
    room = make_room(getting_there="Up.")
    talk = make_talk(
        series=make_series(slug="q", tagline="All", about="Of all."), room=room, title="Engines", starts_at=NOON
    )

    marked = {}
    for path in ("/series/q/", room.get_absolute_url(), talk.get_absolute_url()):
        page = re.sub("<a [^>]*hreflang=.*?</a>", "", client.get(f"/de{path}").text)
        marked[path.split("/")[1]] = re.findall(r'lang="en">(?:<p>)?([\w .]+)<', page)
    assert marked == {
        "series": ["Snow", "Talks", "All", "Of all.", "Engines"],
        "rooms": ["Snow", "Talks", "Up.", "Engines"],
        "talks": ["Snow", "Talks", "Engines", "Up."],
    }


def test_moved_online_is_said_once_in_the_language_of_the_page(client):
    talk = make_talk(room=None, join_url=one_of_each.ZOOM, notice="Online only", moved_online_at=NOON, starts_at=NOON)

    page = words(client.get(f"/de{talk.get_absolute_url()}").text)
    assert "Online only" not in page
    assert "Nur online" in page


# --- what stays as it was ---


@pytest.mark.parametrize("file", ["calendar.ics", "feed.atom", "feed.json", "talks.csv", "talks/{}/calendar.ics"])
def test_feeds_are_the_same_bytes_whatever_pages_were_read_before(client, talk, file):
    address = f"/{file.format(talk.pk)}"
    first = client.get(address).content

    cache.clear()
    for page in ("/de/", f"/de{talk.get_absolute_url()}", "/es/subscribe/"):
        client.get(page)
    assert client.get(address).content == first
    assert b"/de/" not in first


def test_posters_in_every_language_lead_to_the_same_address(client, talk):
    codes = {
        re.search(r"<svg.*?</svg>", client.get(f"{start}{talk.poster_path}").text, re.S)[0] for start in ("", "/de")
    }

    assert len(codes) == 1


def test_search_engines_know_a_talk_by_one_address(client, talk):
    told = {
        re.search(r'"@id": "(.*?)"', client.get(f"{start}{talk.get_absolute_url()}").text)[1] for start in ("", "/de")
    }

    assert told == {f"{SITE}/talks/{talk.pk}/"}


# --- caches ---


@pytest.mark.django_db(transaction=True)
def test_cached_pages_never_mix_languages(wsgi_client, monday):
    things = one_of_each.make()
    addresses = [path for path in one_of_each.addresses(things) if not path.startswith(("/sign-in/", "/password/"))]
    rounds = []
    for _round in range(2):
        answers = {}
        for address in addresses:
            for language in ("de", "", "es"):
                status, headers, body = wsgi_client.get(languages.address_in(address, language))
                assert (status, LANG.search(body.decode())[1]) == ("200 OK", language or "en"), (address, language)
                answers[address, language] = (headers.get("ETag"), body)
        rounds.append(answers)

    assert rounds[0] == rounds[1]
    assert wsgi_client.asked < 2 * 3 * len(addresses)  # some came from the caches


def test_a_page_in_another_language_costs_one_query_when_it_is_cached(client, talk, monday):
    client.get("/de/")

    assert queries_of(lambda: client.get("/de/")) == 1


# --- former addresses ---


def test_former_addresses_lead_to_the_page_in_the_language_of_the_address(client, talk):
    series = Series.objects.get()
    series.slug = "new"
    series.save()
    FormerAddress.objects.remember("/?p=12", talk)
    FormerAddress.objects.remember("/de/programm.html", series)

    there = [client.get(old).headers["Location"] for old in ("/de/series/asset/", "/de/?p=12", "/de/programm.html")]
    assert there == ["/de/series/new/", f"/de{talk.get_absolute_url()}", "/de/series/new/"]


@pytest.mark.parametrize("old", ["/de/old.ics", "/de/?ical=1"])
def test_an_old_calendar_with_a_language_is_answered_as_the_present_one(client, talk, old):
    FormerAddress.objects.remember("/old.ics", talk.room)
    FormerAddress.objects.remember("/?ical=1", talk.room)

    answer = client.get(old)
    cache.clear()
    assert answer.content == client.get("/rooms/307/calendar.ics").content


@pytest.mark.parametrize(("old", "answer"), [("/en/old.ics", 200), ("/en/programm.html", 302)])
def test_former_addresses_may_begin_with_the_departments_own_language(client, talk, old, answer):
    FormerAddress.objects.remember("/en/old.ics", talk.room)
    FormerAddress.objects.remember("/en/programm.html", talk.room)

    assert client.get(old).status_code == answer
    assert client.get(old, follow=True).status_code == 200


# --- failures ---


def test_a_failing_database_is_reported_in_the_language_of_the_address(talk):
    def fail():
        raise OperationalError("gone")

    client = Client(raise_request_exception=False)
    with before_queries("seminars_", fail):
        answers = [client.get(address) for address in ("/de/", "/", "/de/search/")]

    assert [(answer.status_code, language_of(answer)) for answer in answers] == [(503, "de"), (503, "en"), (503, "de")]


def test_health_checks_ask_no_department(client):
    assert queries_of(lambda: client.get("/healthz")) == 0


def test_what_needs_no_rows_answers_while_the_database_fails(client):
    def fail():
        raise OperationalError("gone")

    with before_queries("seminars_", fail):
        assert client.get("/robots.txt").status_code == 200
