"""The queries of a feed, and which rendered entries it keeps."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import set_script_prefix

from seminars import kept_entries, listings
from seminars.actions import lifecycle, talk_changes
from seminars.formats import ics, ics_entry
from seminars.models import Talk

from .factories import (
    in_new_york,
    make_room,
    make_series,
    make_talk,
    make_topic,
)
from .ics_checker import complaints, parsed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LINK = "https://zoom.example/j/95189835192"
NOW = in_new_york(2026, 10, 1, 9)


def uids(answer):
    return [event.value("UID") for event in parsed(answer.content).called("VEVENT")]


def many(number, **fields):
    for day in range(number):
        make_talk(starts_at=NOW + timedelta(days=day + 1), topics=[make_topic()], speakers=["Ada", "Bob"], **fields)


@pytest.mark.parametrize("warm", [False, True], ids=["cold", "warm"])
def test_the_queries_of_a_feed_do_not_grow_with_its_talks(client, django_assert_max_num_queries, warm):
    series, room = make_series(slug="asset"), make_room(slug="room-414")
    many(1, series=series, room=room, also_in=[make_series()])
    counts = []
    for _ in range(2):
        for address in ("/calendar.ics", "/series/asset/calendar.ics", "/rooms/room-414/calendar.ics"):
            cache.clear()
            client.get(address) if warm else None
            with django_assert_max_num_queries(12) as queries:
                client.get(address)
            counts.append(len(queries))
        many(59, series=series, room=make_room(), also_in=[make_series()])

    assert counts[:3] == counts[3:]
    assert max(counts) <= (1 if warm else 11)


def test_after_an_edit_only_the_entry_of_that_talk_is_rendered_and_only_once(client):
    """A title that is written without a stamp shows which entries the feed renders again."""
    many(60)
    client.get("/calendar.ics")
    talk = Talk.objects.soonest_first()[7]
    talk.title = "Another title"
    talk_changes.save(talk)

    Talk.objects.exclude(pk=talk.pk).update(title="Unstamped")
    answer = client.get("/calendar.ics")
    Talk.objects.filter(pk=talk.pk).update(title="Unstamped")
    whole = client.get("/calendar.ics?past=all")

    assert [("Another title" in feed.text, "Unstamped" in feed.text) for feed in (answer, whole)] == [(True, False)] * 2
    assert (len(uids(answer)), complaints(answer.content)) == (60, [])


def test_kept_entries_and_fresh_ones_give_the_same_bytes(client):
    many(60)
    fresh = client.get("/calendar.ics").content
    kept = client.get("/calendar.ics").content
    cache.clear()
    client.get(f"/talks/{Talk.objects.first().pk}/calendar.ics")
    half_kept = client.get("/calendar.ics").content

    assert fresh == kept == half_kept


def test_an_entry_whose_stamp_is_out_of_date_is_not_kept(client):
    make_talk(title="On engines")
    Talk.objects.all().update(title="Raw update")

    first = client.get("/calendar.ics").text
    Talk.objects.all().update(title="Another raw update")
    second = client.get("/calendar.ics").text

    assert ("Raw update" in first, "Another raw update" in second) == (True, True)


def the_entry():
    return parsed(ics.render(listings.everything())).called("VEVENT")[0]


def test_entries_are_kept_apart_by_the_address_of_the_site(settings):
    make_talk()
    before = the_entry().value("URL")
    settings.SITE_URL = "https://talks.example.org"

    assert the_entry().value("URL") == before.replace("http://talks.example.edu", "https://talks.example.org")


def test_entries_are_kept_apart_by_the_prefix_of_the_site():
    make_talk()
    before = the_entry().value("URL")
    set_script_prefix("/seminars/")
    try:
        assert the_entry().value("URL") == before.replace(".edu/", ".edu/seminars/")
    finally:
        set_script_prefix("/")


def test_entries_are_kept_apart_by_zone(settings):
    make_talk(starts_at=in_new_york(2026, 11, 4, 12))
    the_entry()
    settings.TIME_ZONE = "Europe/Berlin"

    start = the_entry().line("DTSTART")

    assert (start.value, start.parameters) == ("20261104T120000", {"TZID": "Europe/Berlin"})


def test_a_talk_that_is_withdrawn_while_the_feed_is_made_is_left_out():
    make_talk(title="Stays")
    withdrawn = make_talk(title="Goes")
    listing = listings.everything()
    marks = listing.talks.soonest_first().entry_marks()
    lifecycle.withdraw(withdrawn, by=None)

    entries = kept_entries.entries(ics_entry.FORM, listing.talks.all(), marks)

    assert [b"Stays" in entry for entry in entries] == [True]
