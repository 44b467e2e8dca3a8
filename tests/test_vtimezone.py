"""VTIMEZONE: a calendar program computes the same offsets from it as `zoneinfo`, for every zone."""

import re
import struct
import zoneinfo
from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from dateutil.rrule import rrulestr
from icalendar import Timezone

from seminars.formats import vtimezone
from tests.zones import reading

ZONES = sorted(zoneinfo.available_timezones())
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
AROUND_A_CHANGE = [*(HOUR * hours for hours in range(-2, 3)), -SECOND, SECOND, -HOUR - SECOND, HOUR + SECOND]


# Read a VTIMEZONE as in RFC 5545 §3.6.5, with dateutil's recurrence rules and without our code.


def offset_of(value):
    match = re.fullmatch(r"([+-])(\d\d)(\d\d)(\d\d)?", value)
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    return int(f"{match[1]}1") * timedelta(hours=hours, minutes=minutes, seconds=seconds)


def observances(lines):
    """Name and properties of each observance."""
    found = []
    for name, value in (line.split(":", 1) for line in lines[2:-1]):
        if name == "BEGIN":
            found.append((value, {}))
        elif name == "END":
            assert value == found[-1][0]
        else:
            assert name not in found[-1][1], "at most once: RFC 5545 §3.6.5"
            found[-1][1][name] = value
    return found


def rule_of(properties):
    """The rule for wall times; UNTIL, which is UTC, is read in the offset before the change."""
    rule, _, until = properties["RRULE"].partition(";UNTIL=")
    if until:
        until = datetime.fromisoformat(until.rstrip("Z")) + offset_of(properties["TZOFFSETFROM"])
        rule += f";UNTIL={until:%Y%m%dT%H%M%S}"
    return rrulestr(rule, dtstart=datetime.fromisoformat(properties["DTSTART"]))


def onsets(properties, years_end):
    start = datetime.fromisoformat(properties["DTSTART"])
    if "RRULE" in properties:
        recurring = rule_of(properties).between(datetime(1, 1, 1), datetime(years_end, 12, 31))
        assert not recurring or recurring[0] == start, "DTSTART is the first of its rule: RFC 5545 §3.8.2.4"
        return recurring
    return [start, *(datetime.fromisoformat(date) for date in properties.get("RDATE", "").split(",") if date)]


@cache
def told(lines, years_end):
    """Wall time, moment in UTC and offset from then on, of every onset, in order."""
    return sorted(
        (onset, onset - offset_of(properties["TZOFFSETFROM"]), offset_of(properties["TZOFFSETTO"]))
        for _, properties in observances(("", "", *lines, ""))
        for onset in onsets(properties, years_end)
    )


# What zoneinfo says.


@cache
def changes(zone, first_year, last_year):
    """The moments in those years when the offset of the zone changes, to the second."""
    clock = ZoneInfo(zone)
    days = [datetime(first_year, 1, 1, tzinfo=UTC) + DAY * day for day in range((last_year - first_year + 1) * 366)]
    offsets = [day.astimezone(clock).utcoffset() for day in days]
    before = [day for day, (now, then) in zip(days, pairwise(offsets), strict=False) if now != then]
    return [first_moment_after(day, clock) for day in before]


def first_moment_after(day, clock):
    before = day.astimezone(clock).utcoffset()
    seconds = range(86400)
    return day + SECOND * bisect_left(
        seconds, 1, key=lambda s: (day + SECOND * s).astimezone(clock).utcoffset() != before
    )


def moments(zone, first_year, last_year):
    years = range(first_year, last_year + 1)
    months = [datetime(year, month, 15, 12, tzinfo=UTC) for year in years for month in range(1, 13)]
    new_year = datetime(first_year, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return [new_year, *months, *(at + near for at in changes(zone, first_year, last_year) for near in AROUND_A_CHANGE)]


def disagreements(zone, first_year, last_year):
    """Moments, and wall times that happen once, for which our VTIMEZONE and zoneinfo give different offsets."""
    known = told(render(zone, first_year)[2:-1], last_year + 1)
    walls, starts, offsets = ([onset[part] for onset in known] for part in range(3))
    new_year = datetime(first_year, 1, 1)
    for at in moments(zone, first_year, last_year):
        local = at.astimezone(ZoneInfo(zone))
        wall, offset = local.replace(tzinfo=None, fold=0), local.utcoffset()
        if wall < new_year:
            continue
        if offsets[bisect_right(starts, at.replace(tzinfo=None)) - 1] != offset:
            yield at
        happens_once = local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset()
        if happens_once and offsets[bisect_right(walls, wall) - 1] != offset:
            yield wall
    if starts[0] > new_year - offsets[0]:
        yield f"{zone} begins at {walls[0]}"


@cache
def render(zone, first_year=2020):
    return vtimezone.render(zone, first_year)


def rules(zone, first_year=2020):
    return [line for line in render(zone, first_year) if line.startswith(("RRULE", "RDATE"))]


@pytest.mark.thorough
def test_every_zone_has_the_offsets_of_the_zone_database_from_2020_to_2035():
    wrong = {zone: found for zone in ZONES if (found := list(disagreements(zone, 2020, 2035))[:3])}

    assert wrong == {}


@pytest.mark.parametrize("first_year", [1950, 1969, 1975, 1996, 2005, 2007, 2008, 2015, 2090])
def test_zones_with_many_past_changes_are_right_from_any_first_year(first_year):
    restless = ["Africa/Casablanca", "Africa/Windhoek", "America/Caracas", "America/New_York", "America/Sao_Paulo"]
    restless += ["Asia/Gaza", "Asia/Pyongyang", "Europe/Berlin", "Europe/Dublin", "Europe/Istanbul", "Europe/Lisbon"]
    restless += ["America/Argentina/San_Luis", "Antarctica/Casey", "Asia/Amman", "Pacific/Apia", "Pacific/Fiji"]

    wrong = {zone: found for zone in restless if (found := list(disagreements(zone, first_year, first_year + 16))[:3])}

    assert wrong == {}


def test_every_rule_names_a_month_and_a_weekday_and_nothing_unusual():
    week = r"BYDAY=(-1|[1-4])(MO|TU|WE|TH|FR|SA|SU)|BYMONTHDAY=\d+(,\d+){0,6};BYDAY=(MO|TU|WE|TH|FR|SA|SU)"
    rule = re.compile(
        rf"RRULE:FREQ=YEARLY;BYMONTH=\d+;({week})(;UNTIL=\d{{8}}T\d{{6}}Z)?|RDATE:\d{{8}}T\d{{6}}(,\d{{8}}T\d{{6}})*"
    )

    unusual = {line for zone in ZONES for line in rules(zone) if not rule.fullmatch(line)}

    assert unusual == set()


def test_every_ended_rule_ends_with_its_last_onset_in_utc():
    every = [properties for zone in ZONES for _, properties in observances(render(zone, 2005))]
    ended = [properties for properties in every if "UNTIL" in properties.get("RRULE", "")]

    for properties in ended:
        last = onsets(properties, 2100)[-1] - offset_of(properties["TZOFFSETFROM"])

        assert properties["RRULE"].endswith(f";UNTIL={last:%Y%m%dT%H%M%SZ}")
    assert ended


def test_dates_are_listed_only_where_no_rule_fits():
    listed = [
        pair
        for zone in ZONES
        for _, properties in observances(render(zone))
        if "RDATE" in properties
        for pair in pairwise(onsets(properties, 2100))
    ]
    for one, other in listed:
        same_clock = (one.weekday(), one.time()) == (other.weekday(), other.time())
        within_a_week = abs(other.replace(year=2000) - one.replace(year=2000)) < 7 * DAY

        assert not (same_clock and within_a_week and other.year == one.year + 1), (one, other)
    assert listed


def test_every_zone_whose_clock_no_longer_changes_has_one_standard_observance():
    still = [zone for zone in ZONES if not changes(zone, 2020, 2035) and len(rules(zone)) == 0]

    found = {zone: [name for name, _ in observances(render(zone))] for zone in still}

    assert found == {zone: ["STANDARD"] for zone in still}


def test_no_daylight_observance_puts_the_clock_back():
    behind = {
        zone
        for zone in ZONES
        for name, properties in observances(render(zone))
        if name == "DAYLIGHT" and offset_of(properties["TZOFFSETTO"]) < offset_of(properties["TZOFFSETFROM"])
    }

    assert behind == set()


def test_the_offset_from_is_always_the_offset_to_of_the_change_before():
    for zone in ZONES:
        known = told(render(zone)[2:-1], 2036)
        for (_, _, offset), (wall, moment, _) in pairwise(known):
            if datetime(2019, 12, 31) <= wall < datetime(2036, 1, 1):
                assert wall - moment == offset, zone


def test_no_zone_today_needs_seconds_in_an_offset():
    long = {line for zone in ZONES for line in render(zone) if re.match(r"TZOFFSET.*:.\d{6}", line)}

    assert long == set()


# Zones by name.


def test_new_york_today_is_exactly_two_observances():
    assert vtimezone.render("America/New_York", 2026) == (
        "BEGIN:VTIMEZONE",
        "TZID:America/New_York",
        "BEGIN:DAYLIGHT",
        "DTSTART:20070311T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
        "TZOFFSETFROM:-0500",
        "TZOFFSETTO:-0400",
        "TZNAME:EDT",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20071104T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
        "TZOFFSETFROM:-0400",
        "TZOFFSETTO:-0500",
        "TZNAME:EST",
        "END:STANDARD",
        "END:VTIMEZONE",
    )


@pytest.mark.parametrize("first_year", range(2007, 2040))
def test_new_york_is_two_endless_observances_from_2007_on(first_year):
    found = [
        (name, properties["RRULE"])
        for name, properties in observances(vtimezone.render("America/New_York", first_year))
    ]

    assert sorted(found) == [
        ("DAYLIGHT", "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU"),
        ("STANDARD", "FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"),
    ]


def test_a_rule_of_new_york_that_ended_says_until_when():
    assert rules("America/New_York", 2005) == [
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20061029T060000Z",
        "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20060402T070000Z",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
        "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
    ]


RULES_TODAY = {
    "Europe/Berlin": ["DAYLIGHT 02:00 3;BYDAY=-1SU", "STANDARD 03:00 10;BYDAY=-1SU"],
    "Australia/Lord_Howe": ["STANDARD 02:00 4;BYDAY=1SU", "DAYLIGHT 02:00 10;BYDAY=1SU"],
    "America/St_Johns": ["STANDARD 02:00 11;BYDAY=1SU", "DAYLIGHT 02:00 3;BYDAY=2SU"],
    "Europe/Dublin": ["DAYLIGHT 01:00 3;BYDAY=-1SU", "STANDARD 02:00 10;BYDAY=-1SU"],
    "Antarctica/Troll": ["DAYLIGHT 01:00 3;BYDAY=-1SU", "STANDARD 03:00 10;BYDAY=-1SU"],
    # Thursday 26:00
    "Asia/Jerusalem": ["STANDARD 02:00 10;BYDAY=-1SU", "DAYLIGHT 02:00 3;BYMONTHDAY=23,24,25,26,27,28,29;BYDAY=FR"],
    # an hour before the last Sunday
    "America/Nuuk": ["DAYLIGHT 23:00 3;BYMONTHDAY=24,25,26,27,28,29,30;BYDAY=SA", "STANDARD 00:00 10;BYDAY=-1SU"],
    # Thursday 24:00, which for the last Thursday in October can be in November
    "Africa/Cairo": [
        "DAYLIGHT 00:00 4;BYDAY=-1FR",
        "STANDARD 00:00 10;BYMONTHDAY=26,27,28,29,30,31;BYDAY=FR",
        "STANDARD 00:00 11;BYMONTHDAY=1;BYDAY=FR",
    ],
}


@pytest.mark.parametrize(("zone", "expected"), RULES_TODAY.items())
def test_the_rules_of_a_zone_today(zone, expected):
    found = [
        f"{name} {datetime.fromisoformat(properties['DTSTART']):%H:%M} {properties['RRULE'][20:]}"
        for name, properties in observances(vtimezone.render(zone, 2026))
    ]

    assert found == expected


def test_lord_howe_moves_its_clocks_by_half_an_hour():
    (_, standard), _ = observances(vtimezone.render("Australia/Lord_Howe", 2026))

    assert (standard["TZOFFSETFROM"], standard["TZOFFSETTO"]) == ("+1100", "+1030")


def test_gaza_has_rules_where_they_fit_and_dates_around_ramadan():
    found = rules("Asia/Gaza", 2023)

    assert {line.split(":")[0] for line in found} == {"RRULE", "RDATE"}
    assert any(line.startswith("RDATE:20240420T020000,20250412T020000") for line in found)


@pytest.mark.parametrize("zone", ["Africa/Casablanca", "Africa/El_Aaiun"])
def test_ramadan_in_morocco_follows_no_rule(zone):
    assert [line.split(":")[0] for line in rules(zone)] == ["RDATE", "RDATE"]


def test_kolkata_is_one_standard_observance():
    ((name, properties),) = observances(vtimezone.render("Asia/Kolkata", 2026))

    assert name == "STANDARD"
    offsets = {"TZOFFSETFROM": "+0530", "TZOFFSETTO": "+0530"}
    assert properties == {"DTSTART": "19700101T000000", "TZNAME": "IST", **offsets}


def test_an_offset_with_seconds_is_written_with_seconds():
    assert "TZOFFSETFROM:-004430" in vtimezone.render("Africa/Monrovia", 1971)


# The files.


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Dublin", "Australia/Lord_Howe", "Asia/Kolkata"])
def test_the_icalendar_package_reads_the_same_clock(zone):
    read = Timezone.from_ical("\r\n".join((*render(zone), ""))).to_tz(lookup_tzid=False)

    for at in moments(zone, 2020, 2035):
        wall = read.fromutc(at.replace(tzinfo=read))
        assert wall.replace(tzinfo=None) == at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("zone", "error"), [("Mars/Olympus_Mons", ZoneInfoNotFoundError), ("../../etc/passwd", ValueError)]
)
def test_a_zone_that_is_not_in_the_database_is_refused(zone, error):
    with pytest.raises(error, match=r"TZPATH|No time zone found"):
        vtimezone.render(zone, 2026)


@pytest.mark.parametrize("first_year", [1, 999, 1583, 2100, 9998, 9999])
def test_a_talk_in_a_strange_year_still_has_a_zone(first_year):
    assert vtimezone.render("America/New_York", first_year)[-1] == "END:VTIMEZONE"


def tzif_with(footer):
    clock = struct.pack(">lBB", -18000, 0, 0) + b"AAA\0"
    header = b"TZif2" + bytes(15) + struct.pack(">6l", 0, 0, 0, 0, 1, 4)
    return header + clock + header + clock + f"\n{footer}\n".encode()


def test_days_of_a_rule_may_be_counted_from_zero():
    found, _ = vtimezone.changes_of(tzif_with("AAA0BBB,59/3,299"), 2024)

    by_rule = [f"{change.at:%Y-%m-%d %H}" for change in found if change.at.year in {2024, 2025}]
    assert by_rule == ["2024-02-29 03", "2024-10-26 01", "2025-03-01 03", "2025-10-27 01"]


FOOTERS = ["AAA5BBB,M3.2.0,M11.1.0", "<+01>-1<+03>-3:00,M2.5.0/-25:30,M9.4.6/49:15:10", "AAA-3:30BBB,J60/0,J300/1"]
ACROSS_FEBRUARY = "AAA5BBB,M2.5.5/48,M11.1.0"
ALL_YEAR = "XXX3EDT4,0/0,J365/23"


@pytest.mark.parametrize("footer", [*FOOTERS, ACROSS_FEBRUARY, ALL_YEAR, "AAA5"])
def test_any_rule_for_future_years_is_written(footer, tmp_path):
    zone = tmp_path.name
    (tmp_path / zone).write_bytes(tzif_with(footer))
    with reading(PYTHONTZPATH=str(tmp_path)):
        wrong = list(disagreements(zone, 2020, 2035))

    assert wrong == []


def test_a_zone_with_daylight_saving_time_all_year_never_changes():
    found, _ = vtimezone.changes_of(tzif_with(ALL_YEAR), 2020)

    assert [change.at.year for change in found] == [2, 1970]


def test_no_week_of_a_rule_reaches_into_the_next_year():
    for day in (date(2024, 12, 20) + DAY * number for number in range(20)):
        assert {week.day(day.weekday(), day.year) for week in vtimezone.weeks_around(day)} <= {day}
