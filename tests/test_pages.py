"""What all pages have in common, and the pages for errors."""

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from seminars.models import Department, FormerAddress
from seminars.static_files import STYLE_SHEETS
from seminars.views import errors
from tests.factories import (
    in_new_york,
    make_draft,
    make_member,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)
from tests.pages import main, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
ROOT = Path(__file__).resolve().parent.parent
ZOOM = "https://example.zoom.us/j/910"


def talk_on(*day, **fields):
    start = in_new_york(*day, 12)
    return make_talk(**{"starts_at": start, "ends_at": start + timedelta(hours=1)} | fields)


@pytest.fixture
def busy():
    """One row of everything that a page prints, and the addresses of all pages."""
    Department.objects.create(pk=1, name="Statistics", contact_name="The office", contact_email="office@example.edu")
    series, room = make_series(name="Asset", short_name="ASSET"), make_room(name="Room 414")
    ada, topic = make_speaker(name="Ada Lovelace", email="ada@example.net"), make_topic(name="Engines")
    both = {"series": series, "room": room, "speakers": [ada], "topics": [topic], "join_url": ZOOM}
    ahead = [talk_on(2025, 11, day, notes="Pay her taxi.", **both) for day in (5, 12)]
    past = talk_on(2025, 10, 1, recording_url="https://videos.example.org/1", **both)
    subjects = [thing.get_absolute_url() for thing in (series, room, ada, topic)]
    indexes = ["/", "/series/", "/rooms/", "/speakers/", "/topics/", "/archive/", "/archive/2025-26/"]
    indexes += ["/recordings/"]
    every = {"series": series.slug, "room": room.slug, "speaker": ada.slug, "topic": topic.slug, "mode": "hybrid"}
    filtered = "/?" + "&".join(f"{name}={value}" for name, value in every.items())
    talks = [ahead[0].get_absolute_url(), past.get_absolute_url()]
    return {"addresses": [*indexes, filtered, *subjects, *talks], "series": series, "room": room, "topic": topic}


def queries_of(address):
    cache.clear()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert Client().get(address).status_code == 200
    return len(asked)


@pytest.mark.thorough
def test_every_page_asks_at_most_twelve_questions_however_many_talks_there_are(busy):
    few = {address: queries_of(address) for address in busy["addresses"]}

    shared = {"series": busy["series"], "room": busy["room"], "topics": [busy["topic"]], "also_in": [make_series()]}
    for number in range(60):
        talk_on(
            2026, 1 + number % 5, 1 + number % 28, shares_room=True, speakers=["Grace Hopper", "Mary Shaw"], **shared
        )
        talk_on(2025, 9, 1 + number % 28, shares_room=True, speakers=["Emmy Noether"], **shared)

    assert {address: queries_of(address) for address in busy["addresses"]} == few
    assert max(few.values()) <= 12, few


def test_no_page_has_an_inline_style_or_script_or_sets_a_cookie(busy):
    for address in [*busy["addresses"], "/sign-in/", "/password/forgotten/", "/nothing/"]:
        response = Client().get(address)
        page = response.content.decode()

        page = re.sub(r'<script type="application/ld\+json">[^<]*</script>', "", page)  # is read, not run
        assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page) == [], address
        assert "style-src 'self'" in response.headers["Content-Security-Policy"]
        if not address.startswith(("/sign-in", "/password")):
            assert response.cookies == {}, address


def test_private_notes_and_speakers_addresses_are_on_no_page(busy):
    shown = "".join(Client().get(address).content.decode() for address in busy["addresses"])

    assert "taxi" not in shown
    assert "ada@example.net" not in shown
    assert "office@example.edu" in shown


def test_every_page_says_that_it_shows_example_data(busy):
    missing = [a for a in busy["addresses"] if "Example data." in Client().get(a).content.decode()]
    Department.objects.update(is_example=True)

    said = [
        a
        for a in [*busy["addresses"], "/sign-in/", "/nothing/"]
        if "Example data." in words(Client().get(a).content.decode())
    ]

    assert missing == []
    assert said == [*busy["addresses"], "/sign-in/", "/nothing/"]


def test_the_departments_notice_is_at_the_top_of_every_page(busy):
    Department.objects.update(notice="The lift is out of order.")

    assert all("The lift is out of order." in Client().get(a).content.decode() for a in busy["addresses"])


def test_typed_text_is_never_markup(client):
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    Department.objects.create(pk=1, name=evil, tagline=evil, notice=evil, contact_name=evil)
    series = make_series(name=evil[:200], short_name=evil[:40], tagline=evil, about=evil)
    ada = make_speaker(name=evil, affiliation=evil, biography=evil, pronouns=evil[:40])
    room = make_room(name=evil, building=evil, getting_there=evil, formerly=evil)
    talk = talk_on(2025, 11, 5, series=series, title=evil, abstract=evil, notice=evil, programme=evil, host=evil,
                   language='x"><script>', room=room, speakers=[ada], topics=[make_topic(name=evil)])  # fmt: skip

    for thing in ("/", "/speakers/", "/rooms/", "/series/", "/topics/", talk, series, ada, room):
        page = client.get(thing if isinstance(thing, str) else thing.get_absolute_url()).content.decode()
        assert "<script>" not in page
        assert "<img src=x" not in page


def test_pages_and_styles_stay_light(busy):
    for number in range(30):
        talk_on(2026, 1 + number % 3, 1 + number % 28, speakers=["Grace Hopper"], abstract="On compilers. " * 100)

    pages = {a: len(gzip.compress(Client().get(a).content)) for a in busy["addresses"]}
    sheets = [ROOT / "static" / name for name in STYLE_SHEETS if name != "css/fonts.css"]
    styles = len(gzip.compress(b"".join(sheet.read_bytes() for sheet in sheets)))  # a running site sends one file
    scripts = sum(len(gzip.compress(path.read_bytes())) for path in (ROOT / "static/js").glob("your-*.js"))

    assert max(pages.values()) < 15_000, pages
    assert styles < 9_000
    assert scripts < 5_000


def test_a_listing_names_its_calendar_for_programs(busy):
    page = Client().get(busy["series"].get_absolute_url()).content.decode()

    assert '<link rel="alternate" type="text/calendar" title="ASSET: Asset" href="/series/asset/calendar.ics">' in page


def test_pages_speak_the_departments_language(busy, settings):
    settings.LANGUAGE_CODE = "de"
    page = Client().get("/").content.decode()

    assert '<html lang="de" data-dates="de">' in page
    assert "Mittwoch, 12. November" in words(page)
    assert "12:00" in words(page)


def test_a_visitor_who_signed_in_can_sign_out_and_an_organiser_finds_the_desk(client):
    client.force_login(make_member())
    assert "Sign out" in client.get("/").content.decode()
    assert "Desk" not in client.get("/").content.decode()

    client.force_login(make_organiser())
    assert "Desk" in client.get("/").content.decode()


def test_an_old_address_leads_to_where_its_talk_is_now(client):
    talk = talk_on(2025, 11, 4)
    FormerAddress.objects.remember("/event/asset-seminar-7/", talk)

    response = client.get("/event/asset-seminar-7/")

    assert (response.status_code, response.headers["Location"]) == (302, talk.get_absolute_url())


def test_an_old_address_does_not_tell_of_drafts_or_their_speakers(client):
    hidden = make_speaker(name="Hidden Person")
    draft = make_draft(speakers=[hidden])
    FormerAddress.objects.remember("/event/draft/", draft)
    FormerAddress.objects.remember("/people/hidden/", hidden)

    assert client.get("/event/draft/").status_code == 404
    assert client.get("/people/hidden/").status_code == 404


def test_a_renamed_series_is_found_under_its_old_address(client):
    series = make_series(slug="old")
    series.slug = "new"
    series.save()

    assert client.get("/series/old/").headers["Location"] == "/series/new/"


def test_a_missing_page_is_friendly_and_reveals_nothing(client):
    response = client.get("/talks/999/")

    assert response.status_code == 404
    assert "Page not found" in words(main(response))
    assert "matches the given query" not in response.content.decode()


def test_a_broken_page_says_so_without_the_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        response = errors.failed(RequestFactory().get("/"))

    assert response.status_code == 500
    assert "Something went wrong" in words(response.content.decode())


def test_a_name_that_no_database_can_hold_is_not_found(client):
    routes = [str(route.pattern) for route in get_resolver().url_patterns if "<name:" in str(route.pattern)]
    names = [re.sub("<feed:.*?>", "calendar.ics", re.sub("<name:.*?>", "a%00b", route)) for route in routes]

    statuses = {client.get(f"/{name}").status_code for name in names}

    assert len(names) > 15
    assert statuses == {404}
