"""The strict checker finds planted faults in a good feed, and the known faults of the calendar that we replace."""

import re
from pathlib import Path

import pytest

from seminars import listings
from seminars.actions import lifecycle
from seminars.formats import ics

from .factories import in_new_york, make_room, make_series, make_talk, make_topic
from .ics_checker import complaints

SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"

pytestmark = pytest.mark.django_db


@pytest.fixture
def good():
    series = make_series(short_name="ASSET", contact_name="The office")
    talk = make_talk(
        series=series, title="On engines — and ücherei", starts_at=in_new_york(2026, 11, 4, 12), uid="first",
        room=make_room(latitude="39.954510", longitude="-75.187530"), topics=[make_topic(name="Logic")],
        created_at=in_new_york(2026, 1, 1), join_url="https://zoom.example/j/1",
    )  # fmt: skip
    lifecycle.cancel(make_talk(series=series, starts_at=talk.ends_at, uid="second", title="Off"), by=None)
    return ics.render(listings.everything(), past_too=True)


def test_a_good_feed_gives_no_complaint(good):
    assert complaints(good) == []


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        (b"BEGIN:VCALENDAR", b"\xef\xbb\xbfBEGIN:VCALENDAR", "a byte order mark"),
        (b"END:VCALENDAR\r\n", b"END:VCALENDAR", "no CRLF at the end"),
        (b"VERSION:2.0\r\n", b"VERSION:2.0\n", "a line break that is not CRLF"),
        (b"VERSION:2.0\r\n", b"VERSION:2.0\r\n\r\n", "is empty"),
        (b"SUMMARY:", b"SUMMARY:" + b"x" * 75, "octets"),
        ("—".encode(), b"\xe2\r\n \x80\x94", "is not UTF-8"),
        (b"On engines", b"On\x07 engines", "has a control character"),
        (b"CATEGORIES:Logic", b"CATEGORIES:", "an empty value"),
        (b"URL:http", b"URL http", "no content line"),
        (b"END:VEVENT\r\n", b"", "ends what did not begin"),
        (b"CALSCALE:GREGORIAN", b"METHOD:PUBLISH", "VCALENDAR has METHOD"),
        (b"CONTACT:", b"ORGANIZER:", "VEVENT has ORGANIZER"),
        (b"X-WR-CALNAME:", b"X-WR-CALNAME:The ", "NAME and X-WR-CALNAME differ"),
        (b"COLOR:steelblue", b"COLOR:#1A5FB4", "wrong value: COLOR"),
        (b"SOURCE;VALUE=URI:http", b"SOURCE;VALUE=URI:webcal", "wrong value: SOURCE"),
        (b"UID:second", b"UID:first", "UID first occurs twice"),
        (b"UID:second\r\n", b"", "VEVENT has UID 0 times"),
        (b"SEQUENCE:1", b"SEQUENCE:1.0", "wrong value: SEQUENCE"),
        (b"STATUS:CONFIRMED", b"STATUS:POSTPONED", "wrong value: STATUS"),
        (b"TRANSP:TRANSPARENT", b"TRANSP:OPAQUE", "wrong value: TRANSP"),
        (b"CREATED:2026", b"CREATED:2099", "CREATED is later than LAST-MODIFIED"),
        (b"DTSTAMP:20", b"DTSTAMP:19", "DTSTAMP and LAST-MODIFIED differ"),
        (b"CREATED:20260101T050000Z", b"CREATED:20260101T050000", "wrong value: CREATED"),
        (b"DTSTART;TZID=America/New_York:20261104", b"DTSTART:20261104", "neither in UTC nor in a zone"),
        (b"DTSTART;TZID=America/New_York:2026", b"DTSTART;TZID=Europe/Berlin:2026", "does not tell"),
        (b"DTSTART;TZID=America/New_York:20261104", b"DTSTART;VALUE=DATE:20261104", "has the parameter VALUE"),
        (b"DTEND;TZID=America/New_York:20261104", b"DTEND;TZID=America/New_York:20261103", "not after DTSTART"),
        (b"TZOFFSETTO:-0500", b"TZOFFSETTO:-0600", "the VTIMEZONE is wrong at 20261104T120000"),
        (b"BYDAY=1SU", b"BYDAY=2SU", "the VTIMEZONE is wrong at 20261104T120000"),
        (b"TZNAME:EST", b"COMMENT:EST", "STANDARD has COMMENT"),
        (b"T020000\r\nRRULE", b"T070000Z\r\nRRULE", "wrong value: DTSTART"),
        (b"X-WR-TIMEZONE:America/New_York", b"X-WR-TIMEZONE:Europe/Berlin", "not exactly the VTIMEZONE"),
        (b"SUMMARY:ASSET: ", b"SUMMARY:ASSET\\n: ", "longer than 255 characters or one line"),
        (b"SUMMARY:ASSET: ", b"SUMMARY:ASSET, ", "wrong value: SUMMARY"),
        (b"SUMMARY:ASSET: ", b"SUMMARY:ASSET\\N ", "wrong value: SUMMARY"),
        (b"SUMMARY:ASSET: ", b"SUMMARY:ASSET\\: ", "wrong value: SUMMARY"),
        (b"SUMMARY:CANCELLED: ", b"SUMMARY:", "does not say that the talk is called off"),
        (b"END:VEVENT", b"BEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM\r\nEND:VEVENT", "another component"),
        (b"BEGIN:VTIMEZONE", b"BEGIN:VTODO\r\nUID:x\r\nEND:VTODO\r\nBEGIN:VTIMEZONE", "a component VTODO"),
        (b"Details: http", b"Details: gone", "does not end with the address of the page"),
        (b"Join online: http", b"Join online: ftp", "the only place that tells how to join"),
    ],
)
def test_a_planted_fault_is_found(good, right, wrong, complaint):
    assert right in good, "the fault was planted"

    found = complaints(good.replace(right, wrong))

    assert any(complaint in one for one in found), found


def test_a_duplicate_entry_is_found(good):
    entry = re.search(rb"BEGIN:VEVENT\r\nUID:first.*?END:VEVENT\r\n", good, re.S)[0]

    assert complaints(good.replace(entry, entry * 2)) == ["UID first occurs twice"]


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the calendar of the old system is not here")
def test_the_calendar_that_we_replace_has_the_faults_we_know():
    body = b"\r\n".join((SEEDS / "events-calendar.ics").read_bytes().splitlines()) + b"\r\n"

    found = [re.sub(r"\d{2,}", "…", complaint) for complaint in complaints(body)]

    assert {
        "line … has … octets",
        "VCALENDAR has METHOD",
        "VEVENT has ORGANIZER",
        "VEVENT has SEQUENCE 0 times",
        "VEVENT has STATUS 0 times",
        "VEVENT has a wrong value: DTSTAMP:…T…",
    } <= set(found)
