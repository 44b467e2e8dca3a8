"""A whole calendar: stamps, times, and the lines around the entries."""

from datetime import UTC, timedelta

import pytest
import time_machine

from seminars import listings
from seminars.actions import shared_rows, talk_changes
from seminars.formats import ics
from seminars.formats.ics_colours import nearest_name
from seminars.models import Department, Talk

from .factories import (
    in_new_york,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)
from .ics_checker import moment, read_text
from .ics_reading import calendar_of, entry, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LINK = "https://zoom.example/j/95189835192"
NOW = in_new_york(2026, 10, 1, 9)
NOON = in_new_york(2026, 11, 4, 12)


# --- stamps ---


def test_stamps_come_from_the_row():
    talk = make_talk(created_at=in_new_york(2026, 8, 1, 10), starts_at=NOON)

    assert [said(talk, name) for name in ("DTSTAMP", "LAST-MODIFIED", "CREATED")] == [
        f"{talk.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"{talk.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        "20260801T140000Z",
    ]


def test_the_same_rows_give_the_same_bytes_whenever_they_are_asked_for():
    make_talk(starts_at=NOON, join_url=LINK, speakers=["Ada Lovelace", "Charles Babbage"], topics=[make_topic()])
    first = ics.render(listings.everything())

    with time_machine.travel(in_new_york(2026, 12, 24, 20), tick=False):
        again = ics.render(listings.everything())

    assert again == first


def test_an_entry_without_stamps_is_still_whole():
    talk = make_talk(starts_at=NOON)
    Talk.objects.all().update(entry_digest="", changed_at=None)

    assert said(Talk.objects.get(), "LAST-MODIFIED") == f"{talk.created_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def test_a_save_without_a_change_alters_no_byte():
    talk = make_talk(starts_at=NOON)
    before = ics.render(listings.everything())

    with time_machine.travel(NOON, tick=False):
        talk_changes.save(talk)

        assert ics.render(listings.everything()) == before


def test_a_renamed_room_changes_the_entries_that_print_it_and_no_other():
    room = make_room(name="Room 307")
    talk, other = make_talk(room=room, starts_at=NOON), make_talk(starts_at=NOON)
    unchanged = ics.render(listings.of_talk(other))

    room.name = "Room 414"
    shared_rows.save(room)

    assert (said(talk, "SEQUENCE"), said(talk, "LOCATION")) == ("1", "Gutmann Hall, Room 414")
    assert ics.render(listings.of_talk(other)) == unchanged


def test_an_imported_uid_is_kept_verbatim():
    talk = make_talk(uid="20919-1762344000-1762348500@seasevents.nmsdev7.com")

    assert said(talk, "UID") == "20919-1762344000-1762348500@seasevents.nmsdev7.com"


# --- time ---

ZONES = [
    "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca",
    "America/St_Johns", "Africa/Cairo", "UTC", "Etc/UTC", "Etc/GMT+5",
]  # fmt: skip


@pytest.mark.parametrize("zone", ZONES)
def test_each_start_is_the_same_moment_in_the_department_s_zone(settings, zone):
    settings.TIME_ZONE = zone
    wanted = [in_new_york(2026, month, day, 12) for month in range(1, 13) for day in (8, 28)]
    for start in wanted:
        make_talk(starts_at=start)

    calendar = calendar_of(listings.everything(), past_too=True)

    assert [moment(event.line("DTSTART")) for event in calendar.called("VEVENT")] == wanted
    assert {event.line("DTSTART").parameters.get("TZID", "UTC") for event in calendar.called("VEVENT")} == {zone}


@pytest.mark.parametrize(
    ("minutes", "written"),
    [
        (-1, "20261101T005900"),
        (0, "20261101T050000Z"),
        (59, "20261101T055900Z"),
        (60, "20261101T060000Z"),
        (119, "20261101T065900Z"),
        (120, "20261101T020000"),
    ],
)
def test_a_local_time_that_occurs_twice_is_in_utc_both_times(minutes, written):
    first = in_new_york(2026, 11, 1, 1).astimezone(UTC)
    talk = make_talk(starts_at=first + timedelta(minutes=minutes))

    start = entry(talk).line("DTSTART")

    assert start.value == written
    assert moment(start) == talk.starts_at


def test_new_york_has_two_observances():
    make_talk(starts_at=NOON)

    zone = calendar_of(listings.everything()).called("VTIMEZONE")[0]

    assert sorted(part.value("RRULE") for part in zone.parts) == [
        "FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
    ]


# --- what stands around the entries ---


def test_the_calendar_has_its_name_colour_and_source():
    Department.objects.create(pk=1, name="Computer Science", tagline="Talks, open to all", accent="#ff0001")

    envelope = {line.name: read_text(line.value) for line in calendar_of(listings.everything()).lines}

    assert envelope == {
        "VERSION": "2.0",
        "PRODID": "-//Seminars//Calendar feed//EN",
        "CALSCALE": "GREGORIAN",
        "NAME": "Computer Science",
        "X-WR-CALNAME": "Computer Science",
        "DESCRIPTION": "Talks, open to all",
        "X-WR-CALDESC": "Talks, open to all",
        "X-WR-TIMEZONE": "America/New_York",
        "COLOR": "red",
        "X-APPLE-CALENDAR-COLOR": "#FF0001",
        "REFRESH-INTERVAL": "PT1H",
        "X-PUBLISHED-TTL": "PT1H",
        "SOURCE": "http://talks.example.edu/calendar.ics",
        "URL": "http://talks.example.edu/",
    }


def test_each_scope_has_its_own_name_and_address():
    series = make_series(name="Logic Seminar", short_name="Logic", slug="logic", colour="#008000")
    room, topic = make_room(name="Room 414", slug="room-414"), make_topic(name="Proofs", slug="proofs")
    speaker = make_speaker(name="Ada Lovelace", slug="ada")
    talk = make_talk(series=series, room=room, speakers=[speaker], topics=[topic], title="On engines")
    scopes = [
        listings.everything(), listings.of_series(series), listings.of_room(room), listings.of_speaker(speaker),
        listings.of_topic(topic), listings.of_talk(talk), listings.filtered({"topic": ["proofs"], "series": ["logic"]}),
    ]  # fmt: skip

    calendars = [calendar_of(listing) for listing in scopes]

    assert [[calendar.value(name) for name in ("NAME", "COLOR")] for calendar in calendars] == [
        ["Seminars", "steelblue"],
        ["Logic Seminar", "green"],
        [r"Talks in Gutmann Hall\, Room 414", "steelblue"],
        ["Talks with Ada Lovelace", "steelblue"],
        ["Talks on Proofs", "steelblue"],
        ["On engines", "steelblue"],
        [r"Seminars: Logic Seminar\, Proofs", "steelblue"],
    ]
    assert [calendar.value("SOURCE").removeprefix("http://talks.example.edu") for calendar in calendars] == [
        "/calendar.ics", "/series/logic/calendar.ics", "/rooms/room-414/calendar.ics", "/speakers/ada/calendar.ics",
        "/topics/proofs/calendar.ics", f"/talks/{talk.pk}/calendar.ics", "/calendar.ics?series=logic&topic=proofs",
    ]  # fmt: skip


def test_the_feed_of_everything_past_too_comes_from_its_own_address():
    make_series(slug="logic")
    whole, filtered = listings.everything(), listings.filtered({"series": ["logic"]})

    sources = [calendar_of(listing, past_too=True).value("SOURCE") for listing in (whole, filtered)]

    assert [source.removeprefix("http://talks.example.edu") for source in sources] == [
        "/calendar.ics?past=all",
        "/calendar.ics?series=logic&past=all",
    ]


def test_a_feed_without_talks_is_a_valid_calendar():
    calendar = calendar_of(listings.everything())

    assert [part.name for part in calendar.parts] == ["VTIMEZONE"]


def test_a_feed_holds_this_and_the_previous_academic_year_and_all_that_follows():
    starts = [in_new_york(2025, 7, 31, 23), in_new_york(2025, 8, 1), NOON, in_new_york(2031, 5, 1, 12)]
    made = [make_talk(starts_at=start) for start in reversed(starts)][::-1]

    def shown(**options):
        events = calendar_of(listings.everything(), **options).called("VEVENT")
        return [event.value("UID") for event in events]

    assert shown() == [talk.uid for talk in made[1:]]
    assert shown(past_too=True) == [talk.uid for talk in made]
    assert said(made[0], "UID") == made[0].uid


@pytest.mark.parametrize(
    ("code", "name"), [("#ff0000", "red"), ("#010080", "navy"), ("#fefefe", "white"), ("#1A5FB4", "steelblue")]
)
def test_a_colour_has_the_nearest_css_name(code, name):
    assert nearest_name(code) == name
