"""Days and times of day are read as people type them, in the languages of the site."""

from datetime import date, time, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from seminars import date_formats
from seminars.typed_clocks import NextDay, clock_in, ends_the_day, time_in
from seminars.typed_dates import LANGUAGES, day_in, read_day

SUNDAY = date(2026, 11, 29)
SITE_LANGUAGES = ("en", "de", "es", "fr")


def read(typed, language="en", **options):
    with translation.override(language):
        return read_day(typed, today=SUNDAY, **options)


@pytest.mark.parametrize(
    ("language", "typed", "day"),
    [
        ("en", "17 March", "2027-03-17"), ("en", "March 17th", "2027-03-17"), ("en", "the 17th of March", "2027-03-17"),
        ("en", "Wed 17 Mar", "2027-03-17"), ("en", "17-Mar-27", "2027-03-17"), ("en", "Mar. 17, '27", "2027-03-17"),
        ("en", "30 Nov", "2026-11-30"), ("en", "29 Nov", "2026-11-29"), ("en", "28 Nov", "2027-11-28"),
        ("en", "29 Feb", "2028-02-29"), ("en", "3/4", "2027-03-04"), ("en", "17/3", "2027-03-17"),
        ("en", "3/17/2027", "2027-03-17"), ("en", "17.3.", "2027-03-17"), ("en", "20270317", "2027-03-17"),
        ("en", "17 Sept 2027", "2027-09-17"), ("en", "2027-3-7", "2027-03-07"), ("en", "Weds 17 March", "2027-03-17"),
        ("en", "today", "2026-11-29"), ("en", "tomorrow", "2026-11-30"), ("en", "next Tuesday", "2026-12-01"),
        ("en", "Sunday", "2026-12-06"), ("en", "on Thursday", "2026-12-03"), ("en", "  17  MARCH ", "2027-03-17"),
        ("de", "17. März", "2027-03-17"), ("de", "17. Maerz 2027", "2027-03-17"), ("de", "17.3.", "2027-03-17"),
        ("de", "Mi, 17.03.27", "2027-03-17"), ("de", "Mittwoch, den 17. März", "2027-03-17"),
        ("de", "am 1. Jänner", "2027-01-01"), ("de", "3/4", "2027-04-03"), ("de", "nächsten Dienstag", "2026-12-01"),
        ("de", "morgen", "2026-11-30"), ("de", "übermorgen", "2026-12-01"), ("de", "Do", "2026-12-03"),
        ("fr", "1er mars", "2027-03-01"), ("fr", "le mercredi 17 mars 2027", "2027-03-17"),
        ("fr", "mer. 17 mars", "2027-03-17"), ("fr", "17 févr.", "2027-02-17"), ("fr", "mardi prochain", "2026-12-01"),
        ("fr", "aujourd’hui", "2026-11-29"), ("fr", "après-demain", "2026-12-01"), ("fr", "3/4", "2027-04-03"),
        ("es", "17 de marzo de 2027", "2027-03-17"), ("es", "miércoles 17 de marzo", "2027-03-17"),
        ("es", "el 5 de sept.", "2027-09-05"), ("es", "el próximo martes", "2026-12-01"),
        ("es", "pasado mañana", "2026-12-01"), ("es", "3/4", "2027-04-03"),
        ("en", "17. März", "2027-03-17"), ("de", "17 March", "2027-03-17"), ("en", "17 marzo", "2027-03-17"),
    ],
)  # fmt: skip
def test_a_day_is_read_as_it_is_typed_and_its_year_is_that_of_the_next_one(language, typed, day):
    found = read(typed, language)

    assert found.day.isoformat() == day
    assert not found.contradicts


@pytest.mark.parametrize(
    ("near", "typed", "day"),
    [
        ("2026-11-05", "17 January", "2027-01-17"), ("2026-11-05", "28 October", "2026-10-28"),
        ("2019-02-01", "17 March", "2019-03-17"), ("2019-02-01", "17 Dec", "2018-12-17"),
        ("2027-06-01", "29 Feb", "2028-02-29"), ("2026-11-05", "17 January 2026", "2026-01-17"),
    ],
)  # fmt: skip
def test_a_year_that_is_not_typed_is_that_of_the_term_being_edited(near, typed, day):
    assert read(typed, near=date.fromisoformat(near)).day.isoformat() == day


@pytest.mark.parametrize(
    "typed",
    ["", "soon", "31 April", "17", "March", "32.1.", "13/13", "3 jui", "17 March 15:30", "Tuesday Wednesday", "0/0",
     "17 Foo 2027", "2027-13-01", "next", "1.2.3.4", "99999999", "30 February"],
)  # fmt: skip
def test_what_is_no_day_is_not_guessed(typed):
    with pytest.raises(ValueError, match=r".*"):
        read(typed)


def test_a_weekday_that_is_not_that_of_the_day_is_noticed():
    assert read("Tue 17 March 2027").contradicts
    assert read("Dienstag, 17.3.2027", "de").contradicts
    assert not read("Mar 17").contradicts  # March, not mardi
    assert not read("mar 16 mars", "fr").contradicts


@pytest.mark.parametrize("language", SITE_LANGUAGES)
@given(day=st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_every_day_that_the_site_writes_can_be_typed(language, day):
    with translation.override(language):
        for written in (date_formats.day(day, with_year=True), date_formats.written(day, "DATE_FORMAT"), str(day)):
            assert read_day(written, today=SUNDAY).day == day
            assert day_in(written).day == day


@pytest.mark.parametrize("language", LANGUAGES)
@given(days=st.integers(1, 360))
def test_a_coming_day_without_its_year_is_itself(language, days):
    day = SUNDAY + timedelta(days=days)
    with translation.override(language):
        written = date_formats.written(day, "j F" if language == "en" else "j E")
        assert read_day(written, today=SUNDAY).day == day


@given(typed=st.text(max_size=30))
def test_any_text_is_a_day_or_refused(typed):
    for reader in (lambda: read(typed), lambda: time_in(typed), lambda: clock_in(typed)):
        try:
            reader()
        except (ValueError, OverflowError):
            continue


@pytest.mark.parametrize(
    ("typed", "clock"),
    [
        ("15:30", "15:30"), ("15.30", "15:30"), ("3.30pm", "15:30"), ("3:30 p.m.", "15:30"), ("3:30 PM", "15:30"),
        ("3pm", "15:00"), ("noon", "12:00"), ("12 noon", "12:00"), ("midday", "12:00"), ("12:15 am", "00:15"),
        ("12 midnight", "00:00"), ("16:15:30", "16:15:30"), ("16:14:59.98", "16:15"),
        ("15h30", "15:30"), ("15 h", "15:00"), ("à 15 h 30", "15:30"), ("15.30 Uhr", "15:30"),
        ("16 Uhr 15", "16:15"), ("um 16 Uhr", "16:00"), ("16 Uhr c.t.", "16:15"), ("16:15 c.t.", "16:15"),
        ("16 c.t.", "16:15"), ("16 Uhr s.t.", "16:00"), ("mittags", "12:00"), ("mediodía", "12:00"), ("midi", "12:00"),
        ("a las 15:30", "15:30"), ("3:30 de la tarde", "15:30"), ("3 Uhr nachmittags", "15:00"),
        ("15 Uhr nachmittags", "15:00"), ("9h du matin", "09:00"), ("15:30h", "15:30"), ("15:30 hs", "15:30"),
        ("1530", "15:30"), ("930", "09:30"), ("15", "15:00"), ("9", "09:00"), ("12:00:00", "12:00"),
        ("3:30pm sharp", "15:30"), ("at 3:30 pm", "15:30"), ("4 o’clock", "04:00"),
    ],
)  # fmt: skip
def test_a_time_is_read_as_it_is_typed(typed, clock):
    assert time_in(typed) == time.fromisoformat(clock)


@pytest.mark.parametrize(
    "typed",
    ["", "3", "at 4", "25:00", "12:60", "13 pm", "0 am", "half past three", "15:30–16:30", "12 de la noche", "later",
     "15:30 16:30", "2460", "99"],
)  # fmt: skip
def test_what_is_no_time_is_not_guessed(typed):
    with pytest.raises(ValueError, match=r".*"):
        time_in(typed)


@pytest.mark.parametrize("typed", ["24:00", "24.00 Uhr", "24h", "24", "2400"])
def test_the_end_of_a_day_is_not_its_beginning(typed):
    with pytest.raises(NextDay):
        time_in(typed)
    assert ends_the_day(typed)


@pytest.mark.parametrize("typed", ["00:00", "23:59", "noon", "0:30", "", "60 min", "15:00-24:00"])
def test_other_times_do_not_end_a_day(typed):
    assert not ends_the_day(typed)


@pytest.mark.parametrize("language", SITE_LANGUAGES)
@given(minutes=st.integers(0, 24 * 60 - 1))
def test_every_time_that_the_site_writes_can_be_typed(language, minutes):
    clock = time(*divmod(minutes, 60))
    with translation.override(language):
        assert time_in(date_formats.time_of_day(clock)) == clock
