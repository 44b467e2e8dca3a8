"""The queries for talks, and the properties of a row that must agree with them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from seminars import times
from seminars.models import State, Talk
from seminars.times import AcademicYear, Span
from tests.factories import (
    in_new_york,
    make_room,
    make_series,
    make_talk,
)

pytestmark = pytest.mark.django_db

NOON = in_new_york(2025, 11, 5, 12)
HOUR = timedelta(hours=1)


# --- a row's word and its queryset agree ---


@pytest.fixture
def moments_around():
    """Moments at which one of the two sides could be off by one."""
    midnight = times.start_of(NOON.date())
    edges = [midnight, midnight + 24 * HOUR, NOON, NOON + HOUR]
    return [edge.astimezone(UTC) + timedelta(seconds=shift) for edge in edges for shift in (-1, 0, 1)]


TWINS = {
    "is upcoming": (lambda now: Talk.objects.upcoming(now), lambda talk, now: talk.is_upcoming(now)),
    "is happening": (lambda now: Talk.objects.happening(now), lambda talk, now: talk.is_happening(now)),
    "is over": (lambda now: Talk.objects.over(now), lambda talk, now: talk.is_over(now)),
    "has taken place": (
        lambda now: Talk.objects.past(now), lambda talk, now: talk.is_over(now) and not talk.is_called_off,
    ),
    "is public": (lambda now: Talk.objects.public(), lambda talk, now: talk.is_public),
    "is a draft": (lambda now: Talk.objects.drafts(), lambda talk, now: not talk.is_public),
    "is listed": (lambda now: Talk.objects.listed(), lambda talk, now: talk.is_listed),
    "goes ahead": (lambda now: Talk.objects.going_ahead(), lambda talk, now: talk.is_going_ahead),
    "holds its room": (lambda now: Talk.objects.holding_rooms(), lambda talk, now: talk.holds_room),
}  # fmt: skip


@pytest.mark.parametrize(("kept", "told"), TWINS.values(), ids=TWINS.keys())
def test_a_row_and_its_queryset_agree(kept, told, moments_around):
    spans = [
        (NOON, NOON + HOUR),
        (NOON + 11 * HOUR, NOON + 12 * HOUR),
        (NOON - 12 * HOUR, NOON),
        (NOON, NOON + 24 * HOUR),
    ]
    for state in State:
        for starts_at, ends_at in spans:
            make_talk(state=state, starts_at=starts_at, ends_at=ends_at)
        make_talk(state=state, moved_from=NOON, moved_at=NOON - timedelta(days=14))
        for exclusive in (True, False):
            make_talk(state=state, room=make_room(is_exclusive=exclusive))
        make_talk(state=state, room=make_room(), shares_room=True)
    make_talk(series=make_series(is_listed=False))
    make_talk(series=make_series(is_listed=False), also_in=[make_series()])

    for now in moments_around:
        assert set(kept(now)) == {talk for talk in Talk.objects.all() if told(talk, now)}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(State.values),
    st.datetimes(datetime(2025, 10, 31), datetime(2025, 11, 4), timezones=st.just(UTC)),
    st.integers(1, 60 * 30),
    st.datetimes(datetime(2025, 10, 31), datetime(2025, 11, 6), timezones=st.just(UTC)),
)
@example("cancelled", datetime(2025, 11, 2, 3, tzinfo=UTC), 60, datetime(2025, 11, 2, 4, tzinfo=UTC))
def test_a_row_and_its_queryset_agree_across_a_clock_change(state, starts_at, minutes, now):
    talk = make_talk(state=state, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes))

    assert Talk.objects.upcoming(now).contains(talk) == talk.is_upcoming(now)
    assert Talk.objects.happening(now).contains(talk) == talk.is_happening(now)
    talk.delete()


def test_two_talks_clash_exactly_if_both_hold_one_room_in_one_moment():
    room, atrium = make_room(), make_room(is_exclusive=False)
    shapes = [
        {"room": place, "state": state, "shares_room": shares, "starts_at": NOON + start * HOUR}
        for place in (room, atrium, None)
        for state in (State.DRAFT, State.CANCELLED)
        for shares in (False, True)
        for start in (0, 0.5, 1)
    ]
    series = make_series()
    for shape in shapes:
        make_talk(series=series, **shape)
    rows = list(Talk.objects.select_related("room"))

    for talk in rows:
        clashing = {
            other.pk
            for other in rows
            if other != talk
            and talk.holds_room
            and other.holds_room
            and other.room_id == talk.room_id
            and other.span.overlaps(talk.span)
        }
        assert {other.pk for other in Talk.objects.clashing_with(talk)} == clashing
        assert Talk.objects.in_conflict().contains(talk) == bool(clashing)
    Talk.objects.update(shares_room=True)  # PostgreSQL would not let these rows stand


# --- when talks stand where ---


def test_a_cancelled_talk_stays_until_its_day_is_over():
    talk = make_talk(state=State.CANCELLED, starts_at=NOON)
    midnight = times.day_span(NOON.date()).ends_at

    assert Talk.objects.upcoming(midnight - timedelta(seconds=1)).contains(talk)
    assert not Talk.objects.upcoming(midnight).contains(talk)
    assert not Talk.objects.past(midnight).contains(talk)


def test_a_talk_leaves_the_listing_when_it_ends():
    talk = make_talk(starts_at=NOON)

    assert Talk.objects.upcoming(NOON + HOUR - timedelta(seconds=1)).contains(talk)
    assert not Talk.objects.upcoming(NOON + HOUR).contains(talk)
    assert Talk.objects.past(NOON + HOUR).contains(talk)


def test_the_next_talk_is_the_first_that_goes_ahead():
    make_talk(state=State.CANCELLED, starts_at=NOON)
    make_talk(state=State.DRAFT, starts_at=NOON + HOUR)
    provisional = make_talk(state=State.TENTATIVE, starts_at=NOON + 2 * HOUR)
    make_talk(starts_at=NOON + 3 * HOUR)

    assert Talk.objects.next(NOON) == provisional
    assert Talk.objects.next(NOON + timedelta(days=1)) is None


def test_simultaneous_talks_have_a_stable_order():
    talks = [make_talk(starts_at=NOON) for _ in range(5)]

    assert list(Talk.objects.upcoming(NOON)) == talks
    assert list(Talk.objects.past(NOON + HOUR)) == talks[::-1]


def test_academic_years_are_those_of_the_departments_clocks():
    make_talk(starts_at=datetime(2025, 8, 1, 3, 59, tzinfo=UTC))  # still July in New York
    make_talk(starts_at=datetime(2026, 8, 1, 4, 0, tzinfo=UTC))

    assert [*Talk.objects.per_academic_year(8)] == [AcademicYear(2026, 8), AcademicYear(2024, 8)]
    assert Talk.objects.starting_in(AcademicYear(2024, 8).span).count() == 1


def test_a_span_of_talks_is_half_open():
    talk = make_talk(starts_at=NOON)

    assert Talk.objects.starting_in(Span(NOON, NOON + HOUR)).get() == talk
    assert not Talk.objects.starting_in(Span(NOON - HOUR, NOON)).exists()


def test_a_feed_holds_the_last_academic_year_and_all_that_follows():
    for start in (in_new_york(2024, 7, 31, 23), in_new_york(2024, 8, 1), in_new_york(2031, 1, 1)):
        make_talk(starts_at=start, title=f"{start.year}-{start.month}")

    assert [talk.title for talk in Talk.objects.in_feed(AcademicYear(2025, 8))] == ["2024-8", "2031-1"]
