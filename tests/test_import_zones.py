"""What the time zones of a calendar mean: the zone that an event keeps, and what the plan says about it."""

from datetime import UTC, datetime

import pytest
import time_machine

from seminars.importing import ImportOptions, plan_content
from seminars.importing.sources.calendar import parse_calendar
from tests.factories import make_series
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

    assert read(*lines, **{"DTSTART;TZID=Campus": "20240306T120000"}).zone_asked == "Campus"


def test_of_many_unknown_zones_only_the_first_get_a_proposal():
    events = [
        event(UID=f"{number}", **{f"DTSTART;TZID=Europe/Berlin{number}": "20240306T120000"}) for number in range(22)
    ]

    found = parse_calendar(calendar(*events))

    assert [one.zones_proposed for one in found.events] == [("Europe/Berlin",)] * 20 + [()] * 2


@pytest.mark.parametrize(
    ("name", "hour"),
    [("UTC+2", 10), ("GMT+0100", 11), ("GMT-5", 17), ("+02:00", 10), ("(UTC-05:30)", 17), ("UTC\u22123", 15),
     ("tzone://Microsoft/Utc", 12), ("Etc/GMT+5", 17)],
)  # fmt: skip
def test_a_name_that_is_an_offset_is_that_offset(name, hour):
    found = read(**{f'DTSTART;TZID="{name}"': "20240703T120000"})

    assert (found.starts_at.hour, found.zone_asked, found.remarks) == (hour, "", ())


@pytest.mark.parametrize(
    ("name", "known"),
    [("(UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien", "Europe/Amsterdam"),
     ("GMT+01:00 Amsterdam / Berlin", "Europe/Amsterdam"),
     ("(GMT-06.00) Central Time (US & Canada)", "America/Chicago"),
     ("(UTC-05:00) Eastern Time (US & Canada)", "America/New_York"), ("Eastern Daylight Time", "America/New_York"),
     ("(UTC+01:00) Brüssel, Kopenhagen, Madrid, Paris", "Europe/Madrid"),
     ("(UTC) Coordinated Universal Time", "Etc/UTC"),
     ("(UTC+10:00) Canberra, Melbourne, Sydney", "Australia/Canberra"), ("Mitteleuropäische Zeit", "Europe/Berlin"),
     ("Mitteleuropäische Sommerzeit", "Europe/Berlin"), ("Heure normale d’Europe centrale", "Europe/Berlin"),
     ("US-Eastern", "US/Eastern"), ("Berlin", "Europe/Berlin"), ("(UTC-05) Bogota", "America/Bogota")],
)  # fmt: skip
def test_a_name_that_people_read_is_the_zone_that_it_describes_and_the_plan_says_so(name, known):
    found = read(**{f'DTSTART;TZID="{name}"': "20240703T120000"})

    assert (found.zone, found.remarks) == (known, (f"the time zone “{name}” was read as {known}",))


@pytest.mark.parametrize(
    ("name", "proposed"),
    [("Europe/Berlni", ("Europe/Berlin",)), ("Campus", ()), ("tzone://Microsoft/Custom", ()), ("CST", ()),
     ("(UTC+01:00) Somewhere", ("Etc/GMT-1",)), ("Denver, Phoenix", ("America/Denver", "America/Phoenix"))],
)  # fmt: skip
def test_a_name_that_nobody_can_know_is_asked_for(name, proposed):
    found = read(**{f'DTSTART;TZID="{name}"': "20240703T120000"})

    assert (found.zone_asked, found.zones_proposed) == (name, proposed)


def test_all_times_of_an_event_in_an_unknown_zone_are_in_the_zone_of_its_start():
    lines = {"DTSTART;TZID=Campus": "20240703T120000", "DTEND;TZID=Campus": "20240703T130000",
             "RRULE": "FREQ=WEEKLY;COUNT=3", "EXDATE;TZID=Campus": "20240710T120000"}  # fmt: skip

    with time_machine.travel(datetime(2024, 7, 1, tzinfo=UTC)):
        found = parse_calendar(calendar(event(**lines))).events

    assert [(one.starts_at.day, one.starts_at.hour, one.ends_at.hour) for one in found] == [(3, 16, 17), (17, 16, 17)]


# --- what somebody answers ---


def plan_in(zone, name="Campus", **choices):
    """The plan for one event in a zone that nobody knows, into a series with a zone."""
    make_series(slug="engine", zone=zone)
    lines = {f'DTSTART;TZID="{name}"': "20240703T120000", f'DTEND;TZID="{name}"': "20240703T130000"}
    return plan_content(calendar(event(**lines)), ImportOptions("engine", choices=choices), name="talks.ics")


@pytest.mark.django_db
def test_without_an_answer_the_zone_of_the_series_is_proposed_and_the_plan_is_not_certain():
    plan = plan_in("Europe/Berlin")

    [doubt] = [doubt for doubt in plan.doubts if doubt.key == "zone:campus"]
    assert (doubt.chosen, doubt.is_answered, plan.is_certain) == ("Europe/Berlin", False, False)
    assert doubt.question == "Which time zone is “Campus”? Enter its IANA name, for example: Europe/Berlin."
    assert plan.talks[0].talk.starts_at == datetime(2024, 7, 3, 10, tzinfo=UTC)


@pytest.mark.django_db
def test_an_answer_sets_start_end_and_zone():
    plan = plan_in("", **{"zone:campus": "asia/tokyo"})

    talk = plan.talks[0].talk
    assert (talk.starts_at, talk.ends_at, talk.zone) == (
        datetime(2024, 7, 3, 3, tzinfo=UTC), datetime(2024, 7, 3, 4, tzinfo=UTC), "Asia/Tokyo",
    )  # fmt: skip


@pytest.mark.django_db
def test_the_zone_of_the_series_comes_before_another_with_the_offset_that_the_name_says():
    plan = plan_in("Africa/Lagos", name="(UTC+01:00) Somewhere")

    assert [doubt.chosen for doubt in plan.doubts] == ["Africa/Lagos"]


@pytest.mark.django_db
def test_an_answer_that_is_no_zone_refuses_the_events_and_keeps_the_question():
    plan = plan_in("", **{"zone:campus": "Berlni"})

    assert [row.remarks for row in plan.rows] == [
        ["“Berlni” is not the name of a time zone. Did you mean Europe/Berlin?"]
    ]
    assert [doubt.chosen for doubt in plan.doubts] == ["Berlni"]
