"""The calendar feeds over HTTP: other readers agree with the rows, and Last-Modified is right."""

from datetime import timedelta
from email.utils import parsedate_to_datetime

import icalendar
import pytest
import vobject
from django.core.cache import cache
from django.urls import set_script_prefix
from django.utils import timezone
from ical.calendar_stream import IcsCalendarStream

from seminars.actions import talk_changes
from seminars.formats import ics_entry
from seminars.formats.ics_facts import facts_of
from seminars.models import State, Talk

from .factories import (
    in_new_york,
    make_draft,
    make_room,
    make_talk,
)
from .feeds import ADDRESSES, make_talk_of_every_scope
from .ics_checker import complaints, parsed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LINK = "https://zoom.example/j/95189835192"
NOW = in_new_york(2026, 10, 1, 9)


def uids(answer):
    return [event.value("UID") for event in parsed(answer.content).called("VEVENT")]


# --- answers ---


def test_every_scope_answers_with_a_good_calendar_of_its_talk(client):
    talk = make_talk_of_every_scope()
    addresses = [*(address for address in ADDRESSES if ".ics" in address), f"/talks/{talk.pk}/calendar.ics"]

    answers = [client.get(address) for address in addresses]

    assert [complaints(answer.content) for answer in answers] == [[]] * len(addresses)
    assert [uids(answer) for answer in answers] == [[talk.uid]] * len(addresses)


def test_the_file_of_a_talk_holds_it_however_old_it_is(client):
    long_past = make_talk(starts_at=in_new_york(2020, 3, 4, 12))

    assert uids(client.get(f"/talks/{long_past.pk}/calendar.ics")) == [long_past.uid]


def test_three_other_readers_agree_with_the_database_on_every_talk(client):
    engines = {
        "title": "On engines, looms; or \\",
        "speakers": ["Ada, Countess of Lovelace"],
        "abstract": "Let $x$, y; z\\n.\n\n— ü",
        "join_url": LINK,
    }
    for weeks, state in enumerate([State.CONFIRMED, State.TENTATIVE, State.CANCELLED, State.POSTPONED, State.DRAFT]):
        make_talk(**engines, state=state, starts_at=NOW + timedelta(weeks=8 * weeks))  # on both sides of both changes
    text = client.get("/calendar.ics").text

    by_icalendar = icalendar.Calendar.from_ical(text).events
    by_vobject = vobject.readOne(text).vevent_list
    by_ical = IcsCalendarStream.calendar_from_ics(text).events

    rows = list(Talk.objects.public().soonest_first())
    states = {"confirmed": "CONFIRMED", "tentative": "TENTATIVE", "cancelled": "CANCELLED", "postponed": "CANCELLED"}
    told = [(row.starts_at, row.ends_at, ics_entry.summary(facts_of(row)), states[row.state], row.uid) for row in rows]
    assert len(told) == 4
    assert [
        (event.start, event.end, str(event["SUMMARY"]), str(event["STATUS"]), str(event["UID"]))
        for event in by_icalendar
    ] == told
    assert [
        (event.dtstart.value, event.dtend.value, event.summary.value, event.status.value, event.uid.value)
        for event in by_vobject
    ] == told
    assert [(event.start, event.end, event.summary, event.status, event.uid) for event in by_ical] == told


def test_addresses_carry_the_prefix_under_which_the_site_runs(client, settings):
    talk = make_talk(title="On engines", join_url=LINK)
    without = client.get("/calendar.ics").text
    cache.clear()  # as a restart with the other setting does
    settings.FORCE_SCRIPT_NAME = "/seminars"
    set_script_prefix("/seminars/")
    try:
        calendar = parsed(client.get("/calendar.ics").content)
    finally:
        set_script_prefix("/")

    assert f"URL:http://talks.example.edu/talks/{talk.pk}/on-engines/" in without
    assert calendar.value("SOURCE") == "http://talks.example.edu/seminars/calendar.ics"
    event = calendar.called("VEVENT")[0]
    assert event.value("URL") == f"http://talks.example.edu/seminars/talks/{talk.pk}/on-engines/"
    assert event.value("CONFERENCE") == f"http://talks.example.edu/seminars/talks/{talk.pk}/join/"


# --- conditional requests ---


def test_the_date_is_that_of_the_edition_or_the_start_of_today(client, clock):
    talk = make_talk()
    clock.shift(60)
    first = parsedate_to_datetime(client.get("/calendar.ics")["Last-Modified"])
    talk.title = "Another title"
    talk_changes.save(talk)
    clock.shift(60)
    edited = parsedate_to_datetime(client.get("/calendar.ics")["Last-Modified"])
    clock.move_to(in_new_york(2026, 10, 3, 9))
    later = parsedate_to_datetime(client.get("/calendar.ics")["Last-Modified"])

    assert (first, edited) == (NOW, NOW + timedelta(seconds=60))
    assert later == in_new_york(2026, 10, 3)


def test_a_second_change_within_one_second_reaches_a_client_that_knows_only_dates(client, clock):
    talk = make_talk()
    got = client.get("/calendar.ics")
    clock.shift(0.5)
    talk.title = "Another title"
    talk_changes.save(talk)
    clock.shift(60)

    answer = client.get("/calendar.ics", headers={"if-modified-since": got["Last-Modified"]})

    assert (answer.status_code, "Another title" in answer.text) == (200, True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lasted", [0.1, 5], ids=lambda seconds: f"{seconds} seconds")
def test_a_change_in_the_same_second_as_another_reaches_a_client_that_knows_only_dates(client, clock, lasted):
    talk = make_talk(title="Engines")
    clock.shift(300)
    talk.save()
    begun = timezone.now() + timedelta(milliseconds=300)
    clock.shift(4)
    before = client.get("/calendar.ics")
    clock.move_to(begun)
    talk.title = "Looms"
    talk_changes.save(talk)
    clock.shift(lasted)

    answer = client.get("/calendar.ics", headers={"if-modified-since": before["Last-Modified"]})

    assert (answer.status_code, "Looms" in answer.text) == (200, True)


def test_a_change_right_after_a_settled_date_reaches_a_client_that_knows_only_dates(client, clock):
    talk = make_talk(title="Engines")
    clock.shift(1.5)
    before = client.get("/calendar.ics")
    clock.shift(0.1)
    talk.title = "Looms"
    talk_changes.save(talk)
    clock.shift(0.1)

    answer = client.get("/calendar.ics", headers={"if-modified-since": before["Last-Modified"]})

    assert (answer.status_code, "Looms" in answer.text) == (200, True)


@pytest.mark.django_db(transaction=True)
def test_no_date_gives_a_304_while_the_times_of_quick_changes_are_ahead(client, clock):
    room = make_room()
    for _ in range(300):
        room.save()
    clock.shift(2)
    first = client.get("/calendar.ics")
    by_date = client.get("/calendar.ics", headers={"if-modified-since": first["Last-Modified"]})
    by_tag = client.get("/calendar.ics", headers={"if-none-match": first["ETag"]})
    clock.shift(300)
    later = client.get("/calendar.ics")
    settled = client.get("/calendar.ics", headers={"if-modified-since": later["Last-Modified"]})

    assert parsedate_to_datetime(first["Last-Modified"]) == NOW + timedelta(seconds=1)
    assert [by_date.status_code, by_tag.status_code, settled.status_code] == [200, 304, 304]


def test_the_file_of_a_draft_is_not_found(client):
    assert client.get(f"/talks/{make_draft().pk}/calendar.ics").status_code == 404
