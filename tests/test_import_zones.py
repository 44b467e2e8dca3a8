"""What the time zones of a calendar mean: the zone that an event keeps, and what the plan says about it."""

from datetime import UTC, datetime

import pytest

from seminars.importing.sources.calendar import parse_calendar
from tests.imports import calendar, event


def zone(name, *observances, more=()):
    """A VTIMEZONE; an observance is (kind, onset, offset before, offset after, further lines)."""
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}", *more]
    for kind, onset, before, after, *rest in observances:
        lines += [f"BEGIN:{kind}", f"DTSTART:{onset}", f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{after}"]
        lines += [*rest, f"END:{kind}"]
    return [*lines, "END:VTIMEZONE"]


AS_IN_NEW_YORK = [
    ("STANDARD", "16011104T020000", "-0400", "-0500", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"),
    ("DAYLIGHT", "16010311T020000", "-0500", "-0400", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU"),
]
AS_IN_BERLIN = [
    ("STANDARD", "19701025T030000", "+0200", "+0100", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"),
    ("DAYLIGHT", "19700329T020000", "+0100", "+0200", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"),
]


def read(*lines_before, head=(), **lines):
    """The one event of a calendar with these lines before it."""
    [found] = parse_calendar(calendar(event("DTEND", **lines), head=[*head, *lines_before])).events
    return found


@pytest.mark.parametrize(
    ("name", "known"),
    [("Europe/Berlin", "Europe/Berlin"), ("W. Europe Standard Time", "Europe/Berlin"), ("US/Eastern", "US/Eastern"),
     ("/example.org/20240101/Europe/Berlin", "Europe/Berlin"), ('"europe/berlin"', "Europe/Berlin")],
)  # fmt: skip
def test_an_event_keeps_the_zone_that_its_source_names(name, known):
    assert read(**{f"DTSTART;TZID={name}": "20240306T120000"}).zone == known


def test_an_event_in_utc_has_the_zone_that_its_calendar_names():
    assert read(head=["X-WR-TIMEZONE:Europe/Berlin"], DTSTART="20240306T120000Z").zone == "Europe/Berlin"


def test_an_event_in_utc_of_a_calendar_without_a_zone_has_none():
    assert read(DTSTART="20240306T120000Z").zone == ""


def test_a_definition_that_agrees_with_the_database_is_its_zone():
    found = read(*zone("Europe/Berlin", *AS_IN_BERLIN), **{"DTSTART;TZID=Europe/Berlin": "20240703T120000"})

    assert (found.zone, found.remarks) == ("Europe/Berlin", ())


def test_a_definition_that_differs_from_the_database_counts_and_is_told():
    found = read(
        *zone("America/New_York", ("STANDARD", "20200101T000000", "-0400", "-0400")),
        **{"DTSTART;TZID=America/New_York": "20240306T120000"},
    )

    assert (found.starts_at, found.zone) == (datetime(2024, 3, 6, 16, tzinfo=UTC), "")
    assert found.remarks == (
        "the rules of the time zone “America/New_York” in the file are not those of America/New_York; "
        "used the file’s rules",
    )


def test_a_definition_says_nothing_about_the_time_before_its_first_observance():
    found = read(
        *zone("America/New_York", ("STANDARD", "20300101T000000", "-0400", "-0400")),
        **{"DTSTART;TZID=America/New_York": "20240306T120000"},
    )

    assert (found.starts_at, found.zone) == (datetime(2024, 3, 6, 17, tzinfo=UTC), "America/New_York")


def test_a_name_of_its_own_is_the_zone_at_the_place_that_the_file_names():
    lines = zone("Campus", *AS_IN_BERLIN, more=["X-LIC-LOCATION:Europe/Berlin"])

    assert read(*lines, **{"DTSTART;TZID=Campus": "20240703T120000"}).zone == "Europe/Berlin"


def test_a_name_of_its_own_with_the_departments_clocks_is_the_departments_zone():
    found = read(*zone("EST", *AS_IN_NEW_YORK), **{"DTSTART;TZID=EST": "20240703T120000"})

    assert (found.starts_at, found.zone) == (datetime(2024, 7, 3, 16, tzinfo=UTC), "America/New_York")


def test_a_name_of_its_own_that_has_the_departments_clocks_in_winter_alone_is_not_its_zone():
    found = read(
        *zone("Campus", ("STANDARD", "16010101T000000", "-0500", "-0500")),
        **{"DTSTART;TZID=Campus": "20240106T120000"},
    )

    assert (found.starts_at, found.zone) == (datetime(2024, 1, 6, 17, tzinfo=UTC), "")


def test_a_zone_with_dates_on_every_weekday_is_not_read():
    lines = zone("Campus", ("STANDARD", "16010101T000000", "-0500", "-0500", "RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE"))

    found = parse_calendar(calendar(event(**{"DTSTART;TZID=Campus": "20240306T120000"}), head=lines))

    assert [refusal.reason.split(",")[0] for refusal in found.refusals] == ["The time zone “Campus” is unknown"]


def test_of_many_unknown_zones_only_the_first_get_a_suggestion():
    events = [event(UID=f"{number}", **{f"DTSTART;TZID=Berlin{number}": "20240306T120000"}) for number in range(22)]

    found = parse_calendar(calendar(*events))

    suggested = ["Did you mean" in refusal.reason for refusal in found.refusals]
    assert suggested == [True] * 20 + [False] * 2
