"""The desk shows the size of each feed beside the limits of Google Calendar."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from seminars.formats import ics_sizes
from seminars.models import State
from seminars.models.department import department_read_once
from tests.admin_forms import signed_in
from tests.factories import (
    make_administrator,
    make_draft,
    make_member,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)
from tests.pages import words

pytestmark = pytest.mark.django_db


def by_address():
    return {size.listing.address_of("calendar.ics"): size for size in ics_sizes.sizes()}


def test_each_size_is_that_of_the_feed_as_it_is_sent(client):
    asset, room = make_series(name="Asset", slug="asset", tagline="At noon"), make_room(slug="r")
    make_talk(series=asset, room=room, speakers=["Ada Lovelace"], abstract="Über $x$. " * 100)
    make_talk(also_in=[asset], state=State.CANCELLED)
    make_talk(series=make_series(slug="hidden", is_listed=False), room=room, shares_room=True)
    make_draft(series=asset, room=room, shares_room=True)
    make_series(slug="empty")

    sizes = by_address()

    assert {"/calendar.ics", "/series/asset/calendar.ics", "/series/hidden/calendar.ics"} <= sizes.keys()
    for address, size in sizes.items():
        body = client.get(address).content
        assert (address, size.octets, size.events) == (address, len(body), body.count(b"BEGIN:VEVENT"))
    assert [sizes[f"/{scope}calendar.ics"].events for scope in ("", "series/asset/", "rooms/r/", "series/empty/")] == [
        2, 2, 1, 0,
    ]  # fmt: skip


def test_speakers_and_topics_are_named_only_when_their_feed_is_large(monkeypatch):
    ada, logic = make_speaker(slug="ada"), make_topic(slug="logic")
    make_talk(speakers=[ada], topics=[logic])
    make_talk(topics=[logic])
    assert "/topics/logic/calendar.ics" not in by_address()

    monkeypatch.setattr(ics_sizes, "MOST_EVENTS", 2)

    assert by_address()["/topics/logic/calendar.ics"].is_large
    assert "/speakers/ada/calendar.ics" not in by_address()


@pytest.mark.parametrize(
    ("events", "octets", "percent", "is_large", "is_too_large"),
    [
        (0, 300, 0, False, False),
        (699, 300, 70, False, False),
        (700, 300, 70, True, False),
        (1000, 300, 100, True, False),
        (1001, 300, 100, True, True),
        (5, 699_999, 70, False, False),
        (5, 700_000, 70, True, False),
        (5, 1_000_001, 100, True, True),
    ],
)
def test_a_feed_is_large_from_70_percent_of_either_limit(events, octets, percent, is_large, is_too_large):
    size = ics_sizes.Size(None, events, octets)

    assert (size.percent, size.is_large, size.is_too_large) == (percent, is_large, is_too_large)


def test_sizes_cost_the_same_queries_for_one_talk_as_for_many():
    def queries():
        with CaptureQueriesContext(connection) as asked, department_read_once():  # as in a request
            ics_sizes.sizes()
        return len(asked)

    make_talk(room=make_room(), speakers=["Ada"], topics=[make_topic()])
    few = queries()
    for number in range(8):
        make_talk(room=make_room(), speakers=[f"Person {number}"], topics=[make_topic()])

    assert (queries(), few <= 18) == (few, True)


# --- on the desk ---


def page_of(person):
    return signed_in(person).get(reverse("admin:feeds")).text


def feeds_on(page):
    return [words(found) for found in re.findall(r'<th scope="row">.*?</th>', page)]


def test_administrators_see_every_feed_and_organisers_those_of_their_series():
    asset = make_series(name="Asset")
    make_series(name="Priml")
    make_room(name="Room 414", building="")

    organisers, administrators = page_of(make_organiser(asset)), page_of(make_administrator())

    assert feeds_on(organisers) == [f"{asset.short_name}: Asset"]
    assert [name.rpartition(": ")[2] for name in feeds_on(administrators)] == [
        "Seminars", "Asset", "Priml", "Talks in Room 414",
    ]  # fmt: skip


def test_members_and_visitors_see_no_feed_sizes(client):
    for one in (client, signed_in(make_member())):
        assert one.get(reverse("admin:feeds")).status_code == 302


@pytest.mark.parametrize(("limit", "warning"), [(1500, "Nearly too large:"), (1000, "Too large:")])
def test_the_warning_is_written_in_words(monkeypatch, limit, warning):
    make_talk(series=make_series(name="Asset", short_name="ASSET"))
    boss = make_administrator()
    assert "All feeds are below 70 % of these limits." in page_of(boss)

    monkeypatch.setattr(ics_sizes, "MOST_OCTETS", limit)
    page = words(page_of(boss))

    assert f"{warning} “ASSET: Asset” uses" in page
    assert "Ask people to subscribe to single series or topics instead." in page
    assert "All feeds are below 70 % of these limits." not in page


def test_the_first_page_of_the_desk_links_to_both_pages():
    page = signed_in(make_organiser()).get("/admin/").text

    assert f'href="{reverse("admin:feeds")}"' in page
    assert f'href="{reverse("admin:my-calendar")}"' in page
