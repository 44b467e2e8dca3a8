"""The default values of a new talk: those of its series, on its next free day, by the department's clock."""

from datetime import UTC, date, time, timedelta

import pytest

from seminars.actions import talk_defaults
from seminars.models import Break, Talk, Weekday
from tests.factories import in_new_york, make_room, make_series, make_talk

pytestmark = pytest.mark.django_db

TUESDAY = date(2030, 10, 29)


def make_wednesdays(**fields):
    return make_series(default_weekday=Weekday.WEDNESDAY, default_start=time(12), default_minutes=75, **fields)


def test_the_next_talk_is_on_the_next_usual_day_at_the_usual_time():
    room = make_room()

    fields = talk_defaults.defaults_of(make_wednesdays(default_room=room), after=TUESDAY)

    assert (fields["starts_at"], fields["ends_at"]) == (
        in_new_york(2030, 10, 30, 12),
        in_new_york(2030, 10, 30, 13, 15),
    )
    assert (fields["room"], Talk(**fields).pk, Talk(**fields).state) == (room, None, "draft")


def test_after_a_usual_day_comes_that_of_the_week_after():
    start = talk_defaults.next_start(make_wednesdays(), after=date(2030, 10, 30))

    assert start == in_new_york(2030, 11, 6, 12)


def test_noon_stays_noon_when_the_clocks_change():
    series = make_wednesdays()

    before, after = (talk_defaults.next_start(series, after=TUESDAY + timedelta(weeks=week)) for week in (0, 1))

    assert (before, after) == (in_new_york(2030, 10, 30, 12), in_new_york(2030, 11, 6, 12))
    assert after.astimezone(UTC) - before.astimezone(UTC) == timedelta(days=7, hours=1)


def test_breaks_and_days_with_a_talk_are_passed_over():
    series, other = make_wednesdays(), make_series()
    make_talk(series=series, starts_at=in_new_york(2030, 10, 30, 16))
    make_talk(series=other, also_in=[series], starts_at=in_new_york(2030, 11, 6, 9))
    make_talk(series=other, starts_at=in_new_york(2030, 11, 27, 9))
    Break.objects.create(reason="Reading week", first_on="2030-11-11", last_on="2030-11-15")
    Break.objects.create(series=series, reason="Retreat", first_on="2030-11-20", last_on="2030-11-20")
    Break.objects.create(series=other, reason="Not ours", first_on="2030-11-27", last_on="2030-11-27")

    assert talk_defaults.next_start(series, after=TUESDAY) == in_new_york(2030, 11, 27, 12)


def test_a_break_without_end_leaves_the_time_open():
    Break.objects.create(reason="Rebuilding", first_on="2030-01-01", last_on="2040-01-01")

    assert talk_defaults.next_start(make_wednesdays(), after=TUESDAY) is None


@pytest.mark.parametrize("missing", ["default_weekday", "default_start"])
def test_a_series_without_a_usual_time_leaves_it_open(missing):
    series = make_wednesdays()
    setattr(series, missing, None)

    fields = talk_defaults.defaults_of(series, after=TUESDAY)

    assert (fields["starts_at"], fields["ends_at"]) == (None, None)


def test_a_copy_has_the_recording_and_the_notes_that_are_usual():
    series = make_wednesdays(default_recording="planned", default_notes="Ask for slides.")
    talk = make_talk(series=series, starts_at=in_new_york(2030, 10, 30, 12), notes="Vegetarian.")

    fields = talk_defaults.copy_of(talk)

    assert (fields["recording"], fields["notes"]) == ("planned", "Ask for slides.")
