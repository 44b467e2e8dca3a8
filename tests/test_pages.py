"""What all pages have in common, and the front page and the subjects' pages one by one."""

import gzip
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from seminars.models import Break, Department, FormerAddress, State
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
from tests.pages import main, rows, titles, words

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent
ZOOM = "https://example.zoom.us/j/910"


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(in_new_york(2025, 11, 3, 9), tick=False):
        yield


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
    past = talk_on(2025, 10, 1, **both)
    subjects = [thing.get_absolute_url() for thing in (series, room, ada, topic)]
    indexes = ["/", "/series/", "/rooms/", "/speakers/", "/topics/", "/archive/", "/archive/2025-26/"]
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


# --- all pages ---


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


def test_no_page_holds_a_style_a_script_or_a_cookie_of_its_own(busy):
    for address in [*busy["addresses"], "/sign-in/", "/password/forgotten/", "/nothing/"]:
        response = Client().get(address)
        page = response.content.decode()

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


def test_the_departments_notice_stands_above_every_page(busy):
    Department.objects.update(notice="The lift is out of order.")

    assert all("The lift is out of order." in Client().get(a).content.decode() for a in busy["addresses"])


def test_typed_text_stays_text(client):
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
    styles = sum(len(gzip.compress((ROOT / f"static/css/{name}.css").read_bytes()))
                 for name in ("tokens", "base", "layout", "components", "print"))  # fmt: skip
    scripts = sum(len(gzip.compress(path.read_bytes())) for path in (ROOT / "static/js").glob("your-*.js"))

    assert max(pages.values()) < 15_000, pages
    assert styles < 10_000
    assert scripts < 5_000


def test_a_listing_names_its_calendar_for_programs(busy):
    page = Client().get(busy["series"].get_absolute_url()).content.decode()

    assert '<link rel="alternate" type="text/calendar" title="ASSET: Asset" href="/series/asset/calendar.ics">' in page


def test_pages_speak_the_departments_language(busy):
    with translation.override("de"):
        page = Client().get("/").content.decode()

    assert '<html lang="de">' in page
    assert "Mittwoch, 12. November" in words(page)
    assert "12:00" in words(page)


def test_a_visitor_who_signed_in_can_sign_out_and_an_organiser_finds_the_desk(client):
    client.force_login(make_member())
    assert "Sign out" in client.get("/").content.decode()
    assert "Desk" not in client.get("/").content.decode()

    client.force_login(make_organiser())
    assert "Desk" in client.get("/").content.decode()


# --- the front page ---


def test_the_next_talk_is_large_and_the_others_follow_by_week_and_month(client):
    for day in ((2025, 11, 4), (2025, 11, 7), (2025, 11, 19), (2025, 12, 3)):
        talk_on(*day, title=f"Talk of {day[2]}")

    front = main(client.get("/"))

    assert words(re.search(r'<h2 class="hero-title".*?</h2>', front, re.S)[0]) == "Talk of 4"
    assert "Next talk Tomorrow, 12 noon to 1 pm" in words(front)
    assert [words(found) for found in re.findall(r"<h2>.*?</h2>", front)] == [
        "This week",
        "November 2025",
        "December 2025",
    ]
    assert titles(client.get("/")) == ["Talk of 7", "Talk of 19", "Talk of 3"]


def test_a_talk_that_was_called_off_is_never_the_next_one(client):
    talk_on(2025, 11, 4, title="Off", state=State.CANCELLED)
    talk_on(2025, 11, 5, title="On")

    front = client.get("/")

    assert '<h2 class="hero-title"><a' in main(front)
    assert titles(front) == ["Off"]


def test_breaks_stand_in_their_places(client):
    talk_on(2025, 11, 4)
    talk_on(2025, 11, 19, title="Before")
    talk_on(2025, 12, 3, title="After")
    Break.objects.create(first_on=date(2025, 11, 26), last_on=date(2025, 11, 26), reason="Thanksgiving")
    Break.objects.create(
        series=make_series(is_listed=False), first_on=date(2025, 11, 27), last_on=date(2025, 11, 27), reason="secret"
    )

    front = words(main(client.get("/")))

    assert re.search(r"Before.*Wednesday, 26 November No seminar, Thanksgiving.*December 2025.*After", front)
    assert "secret" not in front


def test_filters_narrow_the_list_and_say_how_many_were_found(client):
    asset, priml = make_series(name="Asset"), make_series(name="Priml")
    talk_on(2025, 11, 4, series=asset, title="Here", room=make_room())
    talk_on(2025, 11, 5, series=asset, title="There", join_url=ZOOM)
    talk_on(2025, 11, 6, series=priml, title="Elsewhere", join_url=ZOOM)

    assert titles(client.get("/?series=asset")) == ["Here", "There"]
    assert "2 upcoming talks · Asset" in words(main(client.get("/?series=asset")))
    assert titles(client.get("/?series=asset&mode=online&topic=")) == ["There"]
    assert "1 upcoming talk · Asset · Online" in words(main(client.get("/?series=asset&mode=online")))


def test_the_filters_offer_what_is_upcoming_and_keep_what_was_chosen(client):
    ada = make_speaker(name="Ada Lovelace")
    talk_on(2025, 11, 4, series=make_series(name="Asset"), speakers=[ada], topics=[make_topic(name="Engines")])
    talk_on(2025, 10, 1, series=make_series(name="Old"), speakers=["Charles Babbage"])
    make_draft(series=make_series(name="Hidden"), speakers=["Nobody"])

    def offered(address):
        return re.findall(r'<option value="([^"]+)"( selected)?', client.get(address).content.decode())

    assert offered("/") == [
        ("asset", ""), ("engines", ""), ("ada-lovelace", ""), ("in-person", ""), ("online", ""), ("hybrid", ""),
    ]  # fmt: skip
    assert offered("/?series=old")[0] == ("old", " selected")
    assert ("asset", " selected") in offered("/?series=asset")
    assert " multiple" in client.get("/?series=asset&series=old").content.decode()


def test_an_unknown_filter_is_a_404_that_says_which(client):
    response = client.get("/?series=nonsense")

    assert response.status_code == 404
    assert "There is no series “nonsense”." in words(main(response))


def test_with_nothing_ahead_the_front_page_shows_the_last_talk(client):
    talk_on(2025, 9, 1, title="Older")
    talk_on(2025, 10, 1, title="Last")

    assert "No talks are announced yet." in words(main(client.get("/")))
    assert titles(client.get("/")) == ["Last"]


def test_an_empty_department_has_pages(client):
    for address in ("/", "/series/", "/rooms/", "/speakers/", "/topics/", "/archive/", "/archive/2025-26/"):
        assert client.get(address).status_code == 200
    assert "No talks are announced yet." in words(main(client.get("/")))


def test_talks_of_unlisted_series_are_on_the_page_of_their_series_only(client):
    unlisted = make_series(is_listed=False)
    talk_on(2025, 11, 4, series=unlisted, title="Quiet", speakers=["Ada Lovelace"])

    assert titles(client.get(unlisted.get_absolute_url())) == ["Quiet"]
    assert "Quiet" not in client.get("/").content.decode()
    assert unlisted.name not in client.get("/series/").content.decode()
    assert "Ada Lovelace" not in client.get("/speakers/").content.decode()


# --- one talk ---


def test_another_slug_leads_to_the_right_address(client):
    talk = talk_on(2025, 11, 4, title="On engines")

    for address in (f"/talks/{talk.pk}/", f"/talks/{talk.pk}/old-title/"):
        response = client.get(address)
        assert (response.status_code, response.headers["Location"]) == (302, f"/talks/{talk.pk}/on-engines/")


def test_a_talk_page_links_series_rooms_topics_and_speakers_with_a_page(client):
    room, topic, ada = make_room(), make_topic(), make_speaker()
    asset, priml = make_series(), make_series()
    talk = talk_on(2025, 11, 4, series=asset, also_in=[priml], room=room, topics=[topic], speakers=[ada])

    page = main(client.get(talk.get_absolute_url()))

    for thing in (room, topic, ada, asset, priml):
        assert f'href="{thing.get_absolute_url()}"' in page


def test_a_speaker_of_unlisted_talks_only_is_named_without_a_link(client):
    ada = make_speaker(name="Ada Lovelace")
    talk = talk_on(2025, 11, 4, series=make_series(is_listed=False), speakers=[ada])

    page = main(client.get(talk.get_absolute_url()))

    assert "Ada Lovelace" in words(page)
    assert "/speakers/" not in page


def test_a_title_in_another_language_says_which(client):
    talk = talk_on(2025, 11, 4, title="Über Maschinen", language="de", abstract="Ein *kurzer* Abriss.")

    page = main(client.get(talk.get_absolute_url()))

    assert '<span dir="auto" lang="de">Über Maschinen</span>' in page
    assert '<div lang="de"><p>Ein <em>kurzer</em> Abriss.</p>' in page
    assert "Language German" in words(page)


def test_formulas_in_titles_and_abstracts_are_typeset(client):
    talk = talk_on(2025, 11, 4, title="Bounds of $n^2$", abstract="Let $x$ be small.")

    page = main(client.get(talk.get_absolute_url()))

    assert page.count("<math") == 2


def test_everybody_at_a_talk_is_named_in_their_role(client):
    talk = talk_on(2025, 11, 4, speakers=["Ada Lovelace"])
    talk.appearances.create(speaker=make_speaker(name="Mary Somerville"), role="moderator")
    talk.appearances.create(speaker=make_speaker(name="A. De Morgan"), role="committee")

    said = words(main(client.get(talk.get_absolute_url())))

    assert "Moderator Mary Somerville" in said
    assert "Committee A. De Morgan" in said


# --- subjects ---


@pytest.mark.parametrize("noun", ["series", "room", "speaker", "topic"])
def test_the_page_of_a_subject_shows_what_is_upcoming_and_then_what_is_past(client, noun):
    thing = {"series": make_series, "room": make_room, "speaker": make_speaker, "topic": make_topic}[noun]()
    as_field = {noun: thing} if noun in ("series", "room") else {f"{noun}s": [thing]}
    for day in ((2025, 10, 1), (2025, 9, 1), (2025, 11, 5), (2025, 11, 12)):
        talk_on(*day, title=f"{day[1]}/{day[2]}", **as_field)
    talk_on(2025, 11, 6, title="Another's")

    response = client.get(thing.get_absolute_url())

    assert titles(response) == ["11/5", "11/12", "10/1", "9/1"]
    assert words(main(response)).index("Upcoming") < words(main(response)).index("Past 2")


def test_past_talks_are_turned_page_by_page(client):
    series = make_series()
    for number in range(70):
        talk_on(2025, 5 + number // 28, 1 + number % 28, series=series)

    first, second = (client.get(f"{series.get_absolute_url()}?page={number}") for number in (1, 2))

    assert (len(rows(first)), len(rows(second))) == (60, 10)
    assert 'rel="next" href="?page=2"' in main(first)
    assert 'rel="prev" href="?page=1"' in main(second)


def test_speakers_stand_under_their_letters(client):
    talk_on(2025, 11, 5, speakers=["Émilie du Châtelet", "Ada Lovelace", "Dorothy Crowfoot"])

    page = main(client.get("/speakers/"))

    assert [words(letter) for letter in re.findall(r"<h2.*?</h2>", page)] == ["C", "D", "L"]


# --- what is not there ---


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


def test_a_missing_page_is_friendly_and_tells_nothing(client):
    response = client.get("/talks/999/")

    assert response.status_code == 404
    assert "Nothing here" in words(main(response))
    assert "matches the given query" not in response.content.decode()


def test_a_broken_page_says_so_without_the_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        response = errors.failed(RequestFactory().get("/"))

    assert response.status_code == 500
    assert "Something broke" in words(response.content.decode())
