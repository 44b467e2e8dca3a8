"""The page cache: what it stores, for how long and for whom, and what an edit does to it."""

import gzip
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.urls import get_resolver

from seminars.actions import lifecycle, shared_rows, talk_changes
from seminars.formats import sitemap
from seminars.models import Edition, FormerAddress, Speaker
from seminars.page_cache import cache_keys, cached_responses

from .database_queries import queries_of
from .factories import in_new_york, make_draft, make_organiser, make_room, make_series, make_talk

pytestmark = pytest.mark.django_db

OTHERS = {  # addresses that are never answered from the edition, and why
    "join": "must show the latest change to late visitors",
    "search": "has as many answers as there are words",
    "photo": "never changes, so it has a stronger promise of its own",
    "portrait": "never changes, so it has a stronger promise of its own",
    "thumbnail": "never changes, so it has a stronger promise of its own",
    "mark": "never changes, so it has a stronger promise of its own",
    **dict.fromkeys(("card", "talk-card", "series-card"), "never changes, and is cached by its digest"),
    "private-calendar": "is for one person, and must not lie in a cache",
    "talk-preview": "shows a draft to people with the address, and must not be cached",
    "api": "is loaded by the first program that asks, and answers each with what it may see",
    "next": "must lead to the talk that is next at this very moment",
    "calendar": "must lead to the present month",
    "series-next": "must lead to the talk that is next at this very moment",
    "icon": "leads to a file that never changes, and may be kept for an hour",
    "robots": "is the same whatever the rows say",
    "embed-script": "is the same whatever the rows say",
    "healthz": "asks about the process",
    "metrics": "says how the site is at this moment",
    "readyz": "asks about the database",
    "sign-in": "sets a cookie",
    "sign-out": "changes a session",
    **dict.fromkeys(("sso", "sso-return"), "signs one person in"),
    "second-step": "is for one person",
    "second-step-code": "sets a cookie",
    "invitation": "is for one person",
    "invitation-link": "sets a cookie",
    "subscribe-mail": "holds a signed time",
    "subscribe-mail-sent": "belongs to a form",
    "talk-invitation": "holds a signed time",
    "mail-choice": "is for one person",
    "mail-confirmation": "is for one person",
    "speak": "is for one person",
    "password_change": "is for one person",
    "password_change_done": "is for one person",
    "password_reset": "sets a cookie",
    "password_reset_done": "belongs to a form",
    "password_reset_confirm": "is for one person",
    "password_reset_complete": "belongs to a form",
}


def test_every_public_address_is_answered_from_the_edition_or_has_a_reason():
    names = {pattern.name for pattern in get_resolver().url_patterns if hasattr(pattern, "name")}

    assert names == {*cache_keys.PAGES, *cache_keys.FEEDS, *OTHERS}


@pytest.mark.parametrize("address", ["/", "/calendar.ics"])
def test_an_address_that_was_answered_before_costs_one_query(client, address):
    make_talk()
    client.get(address)

    assert queries_of(lambda: client.get(address)) == 1


def test_the_next_request_after_an_edit_shows_it(client):
    talk = make_talk(title="Engines")
    assert b"Engines" in client.get("/calendar.ics").content

    talk.title = "Looms"
    talk_changes.save(talk)

    answer = client.get("/calendar.ics").content
    assert (b"Looms" in answer, b"Engines" in answer) == (True, False)


def test_a_change_that_is_rolled_back_makes_no_edition():
    talk = make_talk()
    before = Edition.objects.number()

    with transaction.atomic():
        talk_changes.save(talk)
        transaction.set_rollback(True)

    assert Edition.objects.number() == before


def test_a_page_is_rendered_again_every_minute_and_a_feed_every_day(client):
    with time_machine.travel(in_new_york(2026, 3, 2, 23, 58, 10), tick=False) as clock:
        for address in ("/", "/calendar.ics"):
            client.get(address)
        clock.shift(60)
        rendered_again = [queries_of(lambda: client.get("/")) > 1, queries_of(lambda: client.get("/calendar.ics")) > 1]
        clock.shift(60)
        assert rendered_again == [True, False]
        assert queries_of(lambda: client.get("/calendar.ics")) > 1


def test_a_feed_says_since_when_it_is_as_it_is(client):
    with time_machine.travel(in_new_york(2026, 3, 2, 9), tick=False) as clock:
        make_talk()
        clock.shift(timedelta(hours=2))
        same_day = client.get("/calendar.ics")["Last-Modified"]
        clock.shift(timedelta(days=1))
        next_day = client.get("/calendar.ics")["Last-Modified"]

    assert same_day == "Mon, 02 Mar 2026 14:00:00 GMT"
    assert next_day == "Tue, 03 Mar 2026 05:00:00 GMT"


def test_pages_are_revalidated_and_feeds_are_cached_for_five_minutes(client):
    assert client.get("/")["Cache-Control"] == "public, no-cache"
    assert client.get("/")["Vary"] == "Accept-Encoding"
    assert client.get("/calendar.ics")["Cache-Control"] == "public, max-age=300"
    assert not client.get("/calendar.ics").has_header("Vary")


def test_a_compressed_page_is_cached_with_its_own_etag(client):
    make_talk()
    plain = client.get("/")
    small = client.get("/", headers={"accept-encoding": "br, gzip;q=0.8"})

    assert small["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content) == plain.content
    assert small["ETag"] != plain["ETag"]
    assert not client.get("/", headers={"accept-encoding": "gzip;q=0"}).has_header("Content-Encoding")


@pytest.mark.parametrize(
    ("offered", "accepted"),
    [
        ("gzip", True),
        ("deflate, GZIP ;q=1.0", True),
        ("gzip; q=0.001", True),
        ("*", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0.000", False),
        ("gzip;q=0, *", False),
        ("*;q=0", False),
        ("*, gzip;q=0", False),
    ],
)
def test_an_answer_is_compressed_for_clients_that_accept_gzip(client, offered, accepted):
    answer = client.get("/", headers={"accept-encoding": offered})

    assert answer.has_header("Content-Encoding") == accepted


@pytest.mark.parametrize("address", ["/", "/feed.json", "/calendar.ics"])
def test_a_cached_answer_is_the_same_for_clients_with_and_without_gzip(client, address):
    encodings = ["gzip", "identity"]

    first = [client.get(address, headers={"accept-encoding": encoding}) for encoding in encodings]
    again = [client.get(address, headers={"accept-encoding": encoding}) for encoding in reversed(encodings)]

    assert [(one.content, one["ETag"]) for one in again] == [(one.content, one["ETag"]) for one in reversed(first)]
    assert len({text_of(one) for one in first}) == 1


def text_of(answer):
    """The bytes of an answer as a client reads them."""
    return gzip.decompress(answer.content) if answer.has_header("Content-Encoding") else answer.content


def test_of_a_page_only_the_compressed_bytes_are_cached(client):
    page = client.get("/", headers={"accept-encoding": "identity"})

    key = cache_keys.cached_address("/", "").key
    _etag, body = cache.get(f"{key}:gzip")

    assert gzip.decompress(body) == page.content
    assert cache.get(f"{key}:identity") is None


@pytest.mark.parametrize("address", ["/", "/calendar.ics"])
def test_an_unchanged_answer_is_a_304_with_its_validators(client, address):
    first = client.get(address)

    again = client.get(address, headers={"if-none-match": f'"other", {first["ETag"]}'})

    assert (again.status_code, again.content) == (304, b"")
    for header in ("ETag", "Cache-Control", "Last-Modified", "Vary"):
        assert again.get(header) == first.get(header)


def test_the_first_request_for_an_answer_may_be_conditional_too(client):
    etag = client.get("/calendar.ics")["ETag"]
    cache.clear()

    assert client.get("/calendar.ics", headers={"if-none-match": etag}).status_code == 304


def test_conditions_on_dates_are_ignored_by_pages_which_have_none(client):
    etag = client.get("/")["ETag"]
    dates = {
        "if-unmodified-since": "Mon, 02 Mar 2100 14:00:00 GMT",
        "if-modified-since": "Mon, 02 Mar 2100 14:00:00 GMT",
    }

    answers = [client.get("/", headers=dates), client.get("/", headers=dates | {"if-none-match": etag})]

    assert [answer.status_code for answer in answers] == [200, 304]


def test_head_is_get_without_the_bytes(client):
    got = client.get("/calendar.ics")
    cache.clear()

    head = client.head("/calendar.ics")

    assert head.content == b""
    assert (head.status_code, head["ETag"], head["Content-Length"]) == (200, got["ETag"], str(len(got.content)))


def test_requests_of_signed_in_people_bypass_the_cache_and_store_nothing(client):
    series = make_series()
    draft = make_draft(series=series, title="Not yet")
    organiser = make_organiser(series)
    client.force_login(organiser)

    seen = client.get(draft.get_absolute_url())
    client.logout()

    assert (seen.status_code, seen["Cache-Control"]) == (200, "private, no-store")
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_unknown_parameters_share_one_entry(client):
    make_talk()
    client.get("/calendar.ics")

    kept = [queries_of(lambda n=n: client.get(f"/calendar.ics?x={n}")) for n in range(3)]

    assert kept == [2, 2, 2]  # the former addresses are asked, then the edition


def test_parameters_in_another_order_or_twice_share_one_entry(client):
    a, b = make_series(), make_series()
    first = client.get(f"/calendar.ics?series={a.slug}&series={b.slug}")

    again = lambda: client.get(f"/calendar.ics?series={b.slug}&series={a.slug}&series={b.slug}")  # noqa: E731

    assert queries_of(again) == 1
    assert again().content == first.content


def test_all_unknown_values_of_past_share_one_entry(client):
    client.get("/calendar.ics")

    assert [queries_of(lambda n=n: client.get(f"/calendar.ics?past={n}")) for n in range(3)] == [1, 1, 1]


def test_combined_filters_fill_no_memory_with_large_answers(client):
    a, b = make_series(), make_series()
    for series in (a, b):
        make_talk(series=series, abstract="Looms and engines. " * 4000)
    one, both = f"/calendar.ics?series={a.slug}", f"/calendar.ics?series={a.slug}&series={b.slug}&past=all"

    first = [client.get(address).content for address in (one, both)]

    assert queries_of(lambda: client.get(one)) == 1
    assert queries_of(lambda: client.get(both)) > 1
    assert [client.get(address).content for address in (one, both)] == first


def test_the_parts_of_a_long_sitemap_are_kept_but_not_the_endless_ways_to_ask_for_one(client, monkeypatch):
    monkeypatch.setattr(sitemap, "LONGEST", 5)
    monkeypatch.setattr(cached_responses, "MAX_BODY_OF_UNBOUNDED", 100)
    make_talk(speakers=["Ada Lovelace"])
    part, endless = "/sitemap.xml?page=2", "/sitemap.xml?page=10&page=2"

    first = [client.get(address) for address in (part, endless)]

    assert [answer.status_code for answer in first] == [200, 200]
    assert queries_of(lambda: client.get(part)) == 1
    assert queries_of(lambda: client.get(endless)) > 1


def test_only_the_validators_of_a_large_response_are_cached(client, monkeypatch):
    monkeypatch.setattr(cached_responses, "MAX_BODY", 1000)
    make_talk(abstract="Looms and engines. " * 100)
    first = client.get("/calendar.ics")
    conditions = {"If-None-Match": first["ETag"]}

    rendering = queries_of(lambda: client.get("/calendar.ics"))
    comparing = queries_of(lambda: client.get("/calendar.ics", headers=conditions))

    assert (rendering > 1, comparing) == (True, 1)
    assert client.get("/calendar.ics").content == first.content
    assert client.get("/calendar.ics", headers=conditions).status_code == 304


@pytest.mark.parametrize("query", ["1", "series=1", "past=1"])
def test_old_addresses_with_a_query_fill_no_memory_with_large_answers(client, monkeypatch, query):
    monkeypatch.setattr(cached_responses, "MAX_BODY_OF_UNBOUNDED", 1000)
    talk = make_talk(abstract="Looms and engines. " * 100)
    FormerAddress.objects.remember("/events/old.ics", talk.series)

    first = client.get(f"/events/old.ics?{query}")

    assert first.status_code == 200
    assert queries_of(lambda: client.get(f"/events/old.ics?{query}")) > 3


def test_addresses_without_end_fill_no_memory(client):
    before = cache_keys._cached_address.cache_info().currsize

    answer = client.get("/?unknown=" + "x" * 4000)

    assert (answer.status_code, cache_keys._cached_address.cache_info().currsize) == (200, before)


def test_an_old_address_can_be_the_query_string_of_a_current_one(client):
    talk = make_talk()
    FormerAddress.objects.remember("/?p=20919", talk)
    client.get("/")

    answer = client.get("/?p=20919")

    assert (answer.status_code, answer["Location"]) == (302, talk.get_absolute_url())
    assert client.get("/?p=20920").status_code == 200


def test_an_old_address_of_a_draft_says_nothing(client):
    FormerAddress.objects.remember("/?p=1", make_draft(title="Hidden"))

    assert client.get("/?p=1").status_code == 200


def test_a_name_that_is_not_our_host_is_refused_even_where_an_answer_is_kept(client):
    client.get("/")

    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_no_visitor_chooses_the_prefix_of_the_links_that_others_get(client):
    client.get("/", SCRIPT_NAME="/evil")

    assert b"/evil/" not in client.get("/").content


def test_a_visitor_without_https_is_sent_there_even_where_an_answer_is_kept(client, settings):
    client.get("/")
    settings.SECURE_SSL_REDIRECT = True

    assert type(client)().get("/").status_code == 301


@pytest.mark.parametrize(
    "change",
    [
        lambda talk: lifecycle.cancel(talk, reason="Snow", by=None),
        lambda talk: lifecycle.move(talk, starts_at=talk.starts_at + timedelta(days=1), by=None),
        lambda talk: lifecycle.change_room(talk, room=make_room(name="Looms Hall"), by=None),
        lambda talk: lifecycle.withdraw(talk, by=None),
        lambda talk: shared_rows.save(_named(talk.appearances.first().speaker, "Grace Hopper")),
        lambda talk: shared_rows.save(_named(talk.room, "The Old Mill")),
        lambda talk: Speaker.objects.update(name="Grace Hopper"),
        lambda talk: talk.appearances.all().delete(),
    ],
    ids=["cancel", "move", "room", "withdraw", "speaker renamed", "room renamed", "bulk update", "people removed"],
)
def test_each_kind_of_edit_shows_at_the_next_request(client, change):
    talk = make_talk(speakers=["Ada Lovelace"], room=make_room())
    before = client.get("/").content

    change(talk)

    assert client.get("/").content != before


def _named(thing, name):
    thing.name = name
    return thing


def test_a_kept_page_is_not_shown_to_a_site_that_offers_other_languages(client, settings):
    settings.VISITOR_LANGUAGES = ["en", "de"]
    before = client.get("/").text

    settings.VISITOR_LANGUAGES = []

    assert ["Deutsch" in page for page in (before, client.get("/").text)] == [True, False]
