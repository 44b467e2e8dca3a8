"""Dates and times in words, in the languages of the software."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from seminars import date_formats
from seminars.times import Span
from tests.factories import in_new_york

pytestmark = pytest.mark.usefixtures("monday")

NOON = in_new_york(2025, 11, 5, 12)
LUNCH = Span(NOON, NOON + timedelta(minutes=75))


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [
        (12, 0, "12 noon"),
        (0, 0, "12 midnight"),
        (9, 0, "9 am"),
        (13, 15, "1:15 pm"),
        (0, 30, "12:30 am"),
        (12, 5, "12:05 pm"),
    ],
)
def test_times_are_written_as_people_say_them(hour, minute, said):
    assert date_formats.clock(in_new_york(2025, 11, 5, hour, minute)) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Wednesday, 5 November 2025, 12–1:15 pm, New York time"),
        ("de", "Mittwoch, 5. November 2025, 12:00"),
        ("ja", "水曜日, 2025年11月5日, 12:00"),
    ],
)
def test_the_whole_time_follows_the_language(language, said):
    with translation.override(language):
        assert date_formats.when(LUNCH).startswith(said)


def test_the_year_is_shown_if_it_is_not_the_current_one():
    assert date_formats.day(date(2025, 11, 5)) == "Wednesday, 5 November"
    assert date_formats.day(date(2026, 1, 7)) == "Wednesday, 7 January 2026"
    assert date_formats.day(date(2025, 11, 5), with_year=True) == "Wednesday, 5 November 2025"


def test_a_moment_has_the_day_of_each_zone():
    in_vancouver = datetime(2025, 11, 5, 22, 30, tzinfo=ZoneInfo("America/Vancouver"))
    in_new_york = in_vancouver.astimezone(ZoneInfo("America/New_York"))

    days = [date_formats.day(moment) for moment in (in_vancouver, in_new_york)]

    assert in_vancouver == in_new_york
    assert days == ["Wednesday, 5 November", "Thursday, 6 November"]


def test_an_end_on_another_day_shows_the_day():
    start = in_new_york(2025, 11, 5, 23)
    ends = [
        in_new_york(2025, 11, 6),
        in_new_york(2025, 11, 6, 1),
        in_new_york(2025, 11, 7),
        in_new_york(2025, 11, 7, 17),
    ]

    assert [date_formats.hours(Span(start, end)) for end in ends] == [
        "11 pm–12 midnight",
        "11 pm–1 am the next day",
        "11 pm–12 midnight the next day",
        "11 pm – Friday, 7 November, 5 pm",
    ]


@pytest.mark.parametrize(
    ("language", "hours"),
    [
        ("en", ["12–1:15 pm", "9–10:15 am, Vancouver time"]),
        ("de", ["12:00–13:15 Uhr", "09:00–10:15 Uhr, Ortszeit Vancouver"]),
    ],
)
def test_messages_say_hours_as_pages_do_and_name_another_zone(language, hours):
    span = Span(in_new_york(2025, 11, 5, 12), in_new_york(2025, 11, 5, 13, 15))

    with translation.override(language):
        said = [date_formats.hours_there(span), date_formats.hours_there(span, "America/Vancouver")]

    assert said == hours


def test_an_end_on_the_same_day_shows_only_the_time():
    ends = [in_new_york(2025, 11, 3, 17), in_new_york(2025, 11, 4), in_new_york(2025, 11, 4, 1)]

    assert [date_formats.until(Span(in_new_york(2025, 11, 2, 9), end)) for end in ends] == [
        "until 5 pm",
        "until 12 midnight",
        "until Tuesday, 4 November, 1 am",
    ]


def test_a_talk_across_a_clock_change_shows_local_times():
    night = Span(in_new_york(2025, 11, 2, 0, 30), in_new_york(2025, 11, 2, 0, 30) + timedelta(hours=3))

    assert date_formats.hours(night) == "12:30–3:30 am"


def test_near_days_have_names():
    assert [date_formats.near_day(in_new_york(2025, 11, day, 12)) for day in (3, 4, 5)] == [
        "Today", "Tomorrow", "Wednesday, 5 November",
    ]  # fmt: skip


def test_breaks_of_several_days_show_both_ends():
    assert date_formats.days(date(2025, 11, 26), date(2025, 11, 26)) == "Wednesday, 26 November"
    assert date_formats.days(date(2025, 11, 24), date(2025, 11, 28)) == "24–28 November"
    assert date_formats.days(date(2025, 11, 24), date(2025, 12, 5)) == "24 November – 5 December"
    assert date_formats.days(date(2025, 12, 24), date(2026, 1, 2)) == "24 December 2025 – 2 January 2026"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", ["26.–27. November 2025", "30. November – 2. Dezember 2025"]),
        ("fr", ["26–27 novembre 2025", "30 novembre – 2 décembre 2025"]),
        ("es", ["26–27 de noviembre de 2025", "30 de noviembre – 2 de diciembre de 2025"]),
        ("ja", ["2025年11月26日 – 11月27日", "2025年11月30日 – 12月2日"]),
    ],
)
def test_several_days_are_written_as_the_language_writes_dates(language, said):
    spans = [(date(2025, 11, 26), date(2025, 11, 27)), (date(2025, 11, 30), date(2025, 12, 2))]

    with translation.override(language):
        assert [date_formats.dates(*span) for span in spans] == said


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ((12,), (13, 15), "12–1:15 pm"),
        ((9, 30), (11,), "9:30–11 am"),
        ((11,), (13, 15), "11 am–1:15 pm"),
        ((11,), (12,), "11 am–12 noon"),
        ((0,), (1,), "12 midnight–1 am"),
        ((12, 30), (13,), "12:30–1 pm"),
    ],
)
def test_am_or_pm_is_said_once_of_hours_that_share_it(start, end, said):
    assert date_formats.hours(Span(in_new_york(2025, 11, 5, *start), in_new_york(2025, 11, 5, *end))) == said


@pytest.mark.parametrize(
    ("zone", "said"),
    [("America/New_York", "New York time"), ("UTC", "UTC"), ("America/Argentina/Buenos_Aires", "Buenos Aires time")],
)
def test_the_zone_is_named_by_its_city(settings, zone, said):
    settings.TIME_ZONE = zone

    assert date_formats.zone() == said


def test_remembered_dates_and_times_are_kept_apart_by_language():
    noon = in_new_york(2026, 3, 2, 12)
    said = []
    for language in ("en", "de", "en"):
        with translation.override(language):
            said.append((date_formats.written(noon.date(), "l"), date_formats.clock(noon)))

    assert said == [("Monday", "12 noon"), ("Montag", "12:00"), ("Monday", "12 noon")]


@pytest.mark.parametrize(
    ("language", "short"), [("en", "Dec"), ("de", "Dez"), ("es", "dic"), ("fr", "déc"), ("ja", "12月")]
)
def test_a_short_month_has_a_capital_where_the_language_gives_it_one(language, short):
    with translation.override(language):
        assert date_formats.written(date(2026, 12, 2), "M") == short
