"""Repeating events become their dates, within bounds; what a rule cannot mean for talks is refused."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from seminars.importing.sources import calendar as calendar_source
from seminars.importing.sources import ical_series
from seminars.importing.sources.calendar import parse_calendar
from seminars.models import State
from tests.imports import calendar, event

NOW = datetime(2026, 11, 28, tzinfo=UTC)
IN_BERLIN = {"DTSTART;TZID=Europe/Berlin": "20261021T161500", "DTEND;TZID=Europe/Berlin": "20261021T171500"}


def series(*lines, **replaced):
    """A seminar on Wednesdays in Berlin."""
    return [*event(**IN_BERLIN | {"SUMMARY": "Algebra Seminar"} | replaced)[:-1], *lines, "END:VEVENT"]


def change(identity, start, *lines, **replaced):
    """A change of one date; `identity` is what follows the name RECURRENCE-ID."""
    made = event("DTEND", **{"DTSTART": start, "SUMMARY": "Bo Reed: On rings"} | replaced)
    return [*made[:-1], f"RECURRENCE-ID{identity}", *lines, "END:VEVENT"]


def read(*events):
    return parse_calendar(calendar(*events), now=NOW)


def dates(*events):
    return [(each.recurrence_id, f"{each.starts_at:%m-%d %H:%M}", each.summary) for each in read(*events).events]


def reasons(*events):
    return [(refusal.line, refusal.reason) for refusal in read(*events).refusals]


def test_each_date_is_an_event_with_the_length_and_texts_of_the_series():
    events = read(series("RRULE:FREQ=WEEKLY;COUNT=2", "DESCRIPTION:We meet.")).events

    assert [each.recurrence_id for each in events] == ["20261021T141500Z", "20261028T151500Z"]
    assert {each.ends_at - each.starts_at for each in events} == {timedelta(hours=1)}
    assert {(each.uid, each.abstract, each.zone) for each in events} == {("1@example.edu", "We meet.", "Europe/Berlin")}


@pytest.mark.parametrize(
    ("length", "end"),
    [
        ("PT24H", "10-25 15:00"),
        ("P1D", "10-25 16:00"),
        ("P1DT1H", "10-25 17:00"),
        ("PT6H", "10-24 22:00"),
        ("P1W", "10-31 16:00"),
    ],
)
def test_days_of_a_length_end_at_the_same_time_of_day_and_hours_are_exact_when_the_clocks_change(length, end):
    (found,) = read(event("DTEND", **{"DTSTART;TZID=Europe/Berlin": "20261024T160000", "DURATION": length})).events

    assert f"{found.ends_at.astimezone(ZoneInfo('Europe/Berlin')):%m-%d %H:%M}" == end


def test_each_date_of_a_series_with_a_length_of_days_ends_at_the_same_time_of_day():
    start = {"DTSTART;TZID=Europe/Berlin": "20261024T160000"}
    found = read(event("DTEND", **start, DURATION="P1D", RRULE="FREQ=WEEKLY;COUNT=2"))

    ends = [each.ends_at.astimezone(ZoneInfo("Europe/Berlin")) for each in found.events]
    assert [f"{end:%m-%d %H:%M}" for end in ends] == ["10-25 16:00", "11-01 16:00"]


def test_a_changed_date_has_its_own_texts_and_time():
    found = dates(series("RRULE:FREQ=WEEKLY;COUNT=2"), change(":20261028T151500Z", "20261029T100000Z"))

    assert found == [
        ("20261021T141500Z", "10-21 14:15", "Algebra Seminar"),
        ("20261028T151500Z", "10-29 10:00", "Bo Reed: On rings"),
    ]


def test_a_change_of_all_following_dates_moves_them_and_each_keeps_its_identity():
    found = dates(
        series("RRULE:FREQ=WEEKLY;COUNT=4"),
        change(";RANGE=THISANDFUTURE:20261028T151500Z", "20261029T160000Z"),
        change(":20261104T151500Z", "20261104T090000Z", SUMMARY="Ana Ruiz: On fields"),
    )

    assert found == [
        ("20261021T141500Z", "10-21 14:15", "Algebra Seminar"),
        ("20261028T151500Z", "10-29 16:00", "Bo Reed: On rings"),
        ("20261111T151500Z", "11-12 16:00", "Bo Reed: On rings"),
        ("20261104T151500Z", "11-04 09:00", "Ana Ruiz: On fields"),
    ]


def test_a_cancelled_date_stays_as_cancelled():
    events = read(
        series("RRULE:FREQ=WEEKLY;COUNT=2"), change(":20261028T151500Z", "20261028T151500Z", "STATUS:CANCELLED")
    ).events

    assert [each.state for each in events] == [State.CONFIRMED, State.CANCELLED]


def test_the_dates_of_whole_days_are_days():
    whole = event("DTEND", "DTSTART", **{"DTSTART;VALUE=DATE": "20261021", "RRULE": "FREQ=WEEKLY;COUNT=2"})

    assert [(each.day, each.starts_at, each.recurrence_id) for each in read(whole).events] == [
        (date(2026, 10, 21), None, "20261021"), (date(2026, 10, 28), None, "20261028"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("until", "last", "remark"),
    [("20261028", "10-28 15:15", "UNTIL=20261028 was read as the end of that day"),
     ("20261028T160000", "10-21 14:15", "UNTIL=20261028T160000 was read in the time zone of the start"),
     ("20261028T151500Z", "10-28 15:15", None)],
)  # fmt: skip
def test_until_is_read_in_each_of_its_forms(until, last, remark):
    events = read(series(f"RRULE:FREQ=WEEKLY;UNTIL={until}")).events

    assert f"{events[-1].starts_at:%m-%d %H:%M}" == last
    assert events[0].remarks == ((remark,) if remark else ())


def test_a_first_date_off_the_rule_is_read_and_told_once():
    events = read(series("RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=1")).events

    assert [f"{each.starts_at:%m-%d}" for each in events] == ["10-21", "10-22"]
    assert [each.remarks for each in events] == [
        ("the first date does not follow the event’s rule; check whether a talk takes place then",), ()
    ]  # fmt: skip


def test_of_a_series_without_an_end_the_year_around_now_is_read():
    events = read(series("RRULE:FREQ=WEEKLY", **{"DTSTART;TZID=Europe/Berlin": "20100106T161500"})).events

    assert (events[0].starts_at.date(), events[-1].starts_at.date()) == (date(2025, 10, 29), date(2027, 12, 29))
    assert events[0].remarks == (
        "of this repeating event the dates from Wednesday, 29 October 2025 to Wednesday, 29 December 2027 were read",
    )


def test_changes_of_a_series_without_an_end_are_read_however_old_they_are():
    found = dates(
        series("RRULE:FREQ=WEEKLY", **{"DTSTART;TZID=Europe/Berlin": "20100106T161500"}),
        change(":20100113T151500Z", "20100113T151500Z"),
    )

    assert found[-1] == ("20100113T151500Z", "01-13 15:15", "Bo Reed: On rings")


def test_a_series_that_ended_long_ago_is_read_whole():
    events = read(series("RRULE:FREQ=WEEKLY;COUNT=30", **{"DTSTART;TZID=Europe/Berlin": "20100106T161500"})).events

    assert (len(events), events[0].starts_at.year) == (30, 2010)


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=MINUTELY;COUNT=2", "FREQ=HOURLY;INTERVAL=168"])
def test_a_rule_for_less_than_a_day_is_refused_before_it_is_expanded(rule):
    reason = "The event repeats several times a day, which no talk does. Enter its dates one by one."

    assert reasons(series(f"RRULE:{rule}")) == [(9, reason)]


@pytest.mark.parametrize(
    "rule",
    ["COUNT=3", "FREQ=OFTEN", "W1 WE #4", "FREQ=DAILY;BYHOUR=9,17", "FREQ=YEARLY;BYYEARDAY=100", "FREQ=WEEKLY;COUNT=0",
     "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;INTERVAL=7;BYDAY=TU", "FREQ=WEEKLY;BYSETPOS=4",
     "FREQ=MONTHLY;INTERVAL=12;BYMONTH=3", "FREQ=WEEKLY;UNTIL=20261399", "FREQ=WEEKLY;UNTIL=05131224"],
)  # fmt: skip
def test_a_rule_that_cannot_be_followed_is_refused_and_stops_no_other(rule):
    reason = f"The rule by which the event repeats ({rule}) is too unusual for a talk. Enter its dates one by one."
    found = read(series(f"RRULE:{rule}"), event(UID="2@example.edu"))

    assert [(each.line, each.reason) for each in found.refusals] == [(9, reason)]
    assert [each.uid for each in found.events] == ["2@example.edu"]


def test_a_series_of_more_steps_than_any_seminar_has_is_refused():
    daily = series("RRULE:FREQ=DAILY", **{"DTSTART;TZID=Europe/Berlin": "19500106T161500"})

    assert reasons(daily) == [
        (3, "The event repeats over too long a time. Export some of its dates, or enter them one by one.")
    ]


def test_a_change_that_moves_all_following_dates_by_years_is_refused():
    far = change(";RANGE=THISANDFUTURE:20261028T151500Z", "20361029T160000Z")

    assert reasons(series("RRULE:FREQ=WEEKLY"), far) == [
        (3, "The rule by which the event repeats cannot be followed. Enter its dates one by one.")
    ]


def test_at_most_500_dates_of_a_series_are_read():
    daily = series("RRULE:FREQ=DAILY;COUNT=600", **{"DTSTART;TZID=Europe/Berlin": "20251221T161500"})

    assert len(read(daily).events) == 500


def test_repeating_events_with_more_dates_than_a_file_may_have_are_refused(monkeypatch):
    monkeypatch.setattr(ical_series, "_MOST_DATES", 5)

    found = read(*(series("RRULE:FREQ=WEEKLY;COUNT=3", UID=uid) for uid in "abc"))

    reason = "The repeating events of this file have more than 5 dates. Export fewer of them."
    assert [(refusal.line, refusal.reason) for refusal in found.refusals] == [(11, reason), (19, reason)]


def test_repeating_events_that_take_too_long_together_are_refused(monkeypatch):
    monkeypatch.setattr(ical_series, "_MOST_SECONDS", 0.0)

    reason = "The repeating events of this file take too long to read. Export fewer of them."
    assert reasons(series("RRULE:FREQ=WEEKLY;COUNT=3")) == [(3, reason)]


def test_an_event_that_lists_thousands_of_dates_is_refused():
    listed = ",".join(["20261028T151500Z"] * 2001)

    assert reasons(series(f"RDATE:{listed}")) == [(9, "RDATE lists more than 2000 dates. Export fewer of them.")]


def test_events_that_list_more_dates_together_than_a_file_may_have_are_refused(monkeypatch):
    monkeypatch.setattr(calendar_source, "_MOST_LISTED", 2)
    listed = series("RRULE:FREQ=WEEKLY;COUNT=2", "EXDATE:20261028T151500Z,20261104T151500Z")

    assert reasons(listed, [*listed[:-1], "END:VEVENT"], series("RDATE:20261028T151500Z", UID="b")) == [
        (12, "The events of this file list more than 2 dates. Export fewer of them."),
        (21, "The events of this file list more than 2 dates. Export fewer of them."),
    ]
