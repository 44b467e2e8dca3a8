"""Spans, days and academic years in the department's zone."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seminars import times
from seminars.times import YEARS, AcademicYear, Span
from tests.factories import in_new_york

moments = st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))
dates = st.dates(date(YEARS.start, 1, 1), date(YEARS.stop - 1, 12, 31))
months = st.integers(1, 12)


def test_spans_that_touch_do_not_overlap():
    morning = Span(in_new_york(2025, 11, 5, 11), in_new_york(2025, 11, 5, 12))
    noon = Span(in_new_york(2025, 11, 5, 12), in_new_york(2025, 11, 5, 13))

    assert not morning.overlaps(noon)
    assert not noon.overlaps(morning)


def test_a_span_within_another_overlaps_it():
    day = Span(in_new_york(2025, 11, 5), in_new_york(2025, 11, 6))
    minute = Span(in_new_york(2025, 11, 5, 12), in_new_york(2025, 11, 5, 12, 1))

    assert day.overlaps(minute)
    assert minute.overlaps(day)


@given(moments, moments, st.integers(1, 5000), st.integers(1, 5000))
def test_two_spans_overlap_exactly_if_the_later_start_is_before_the_earlier_end(first, second, minutes, more):
    one = Span(first, first + timedelta(minutes=minutes))
    other = Span(second, second + timedelta(minutes=more))

    assert one.overlaps(other) == (max(one.starts_at, other.starts_at) < min(one.ends_at, other.ends_at))
    assert one.overlaps(other) == other.overlaps(one)


@given(dates, months)
def test_every_day_lies_in_its_academic_year(day, month):
    year = AcademicYear.of(day, month)

    assert year.span.starts_at <= times.at(day, time(12)) < year.span.ends_at


@given(dates, months)
def test_the_slug_of_an_academic_year_reads_back_as_that_year(day, month):
    year = AcademicYear.of(day, month)

    assert AcademicYear.from_slug(year.slug, month) == year


def test_an_academic_year_is_written_with_both_years():
    year = AcademicYear.of(date(2025, 8, 1), 8)

    assert (year.slug, year.label, str(year)) == ("2025-26", "2025–26", "2025–26")
    assert AcademicYear.of(date(2025, 7, 31), 8).slug == "2024-25"
    assert AcademicYear.of(date(1999, 12, 1), 8).slug == "1999-00"


def test_an_academic_year_that_begins_in_january_is_written_with_one():
    year = AcademicYear.of(date(2025, 11, 5), 1)

    assert (year.slug, year.label) == ("2025", "2025")


@pytest.mark.parametrize(
    "slug",
    ["2025", "2025-27", "2025-2026", "25-26", "٢٠٢٥-26", "2025-26 ", "0001-02", "-202-3", "2025-26\n", "2201-02"],
)
def test_an_invalid_academic_year_is_refused(slug):
    with pytest.raises(ValueError, match=re.escape(slug)):
        AcademicYear.from_slug(slug, 8)


def test_the_year_before_another_touches_it():
    year = AcademicYear(2025, 8)

    assert year.before().span.ends_at == year.span.starts_at
    assert year.before(2).slug == "2023-24"


def test_a_day_has_23_hours_when_summer_begins_and_25_when_it_ends():
    def hours(day):
        span = times.day_span(day)
        return (span.ends_at.astimezone(UTC) - span.starts_at.astimezone(UTC)) / timedelta(hours=1)

    assert hours(date(2025, 3, 9)) == 23
    assert hours(date(2025, 11, 2)) == 25
    assert hours(date(2025, 11, 5)) == 24


def test_noon_stays_noon_across_the_change_of_the_clocks():
    saturday, sunday = (times.at(date(2025, 3, day), time(12)) for day in (8, 9))

    assert (saturday.hour, sunday.hour) == (12, 12)
    assert sunday.astimezone(UTC) - saturday.astimezone(UTC) == timedelta(hours=23)


def test_a_time_that_the_clocks_skip_is_an_hour_later_on_the_clock():
    assert times.at(date(2025, 3, 9), time(2, 30)).time() == time(3, 30)


def test_a_local_time_that_occurs_twice_means_the_first():
    assert times.at(date(2025, 11, 2), time(1, 30)).astimezone(UTC) == datetime(2025, 11, 2, 5, 30, tzinfo=UTC)


def test_today_is_the_departments_day_and_not_londons():
    assert times.today(datetime(2025, 11, 6, 4, 59, tzinfo=UTC)) == date(2025, 11, 5)
    assert times.today(datetime(2025, 11, 6, 5, 0, tzinfo=UTC)) == date(2025, 11, 6)


def test_days_include_the_first_and_the_last():
    assert list(times.days(date(2025, 2, 28), date(2025, 3, 1))) == [date(2025, 2, 28), date(2025, 3, 1)]
