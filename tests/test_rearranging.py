"""Rearranging: date, time and room stay with the slot, everything else moves with the talk."""

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError

from seminars.actions import rearranging
from seminars.models import Break, State, Talk
from tests.factories import in_new_york, make_draft, make_room, make_series, make_talk, make_topic

pytestmark = pytest.mark.django_db

NOON = in_new_york(2030, 10, 2, 12)  # a Wednesday; the clocks change on 3 November
WEEK = timedelta(weeks=1)


def week(number, hour=12):
    """The Wednesday of that week, by the wall clock."""
    day = date(2030, 10, 2) + number * WEEK
    return in_new_york(day.year, day.month, day.day, hour)


def place(talk):
    talk.refresh_from_db()
    return talk.starts_at, talk.ends_at, talk.room


def starts(*talks):
    return [place(talk)[0] for talk in talks]


def test_a_swap_leaves_date_time_and_room_where_they_are():
    series = make_series()
    one = make_talk(
        series=series, title="One", speakers=["Ada"], topics=[make_topic()], room=make_room(), starts_at=NOON
    )
    other = make_talk(series=series, room=make_room(), starts_at=week(1), ends_at=week(1) + timedelta(hours=2))
    before = place(one), place(other)
    identity = Talk.objects.values("uid", "title", "created_at").get(pk=one.pk)

    rearranging.swap(one, other, by=None)

    assert (place(other), place(one)) == before
    assert Talk.objects.values("uid", "title", "created_at").get(pk=one.pk) == identity
    assert (one.speaker_names, one.topics.count()) == ("Ada", 1)


def test_a_swap_sends_subscribers_one_change_of_each_talk_and_shows_visitors_the_old_time():
    one, other = make_talk(starts_at=NOON), make_talk(starts_at=week(1))

    rearranging.swap(one, other, by=None)

    assert starts(one, other) == [week(1), NOON]
    assert [(talk.sequence, talk.moved_from) for talk in (one, other)] == [(1, NOON), (1, week(1))]


def test_a_swap_within_one_room_at_one_time_after_the_other_is_no_clash():
    room = make_room()
    one = make_talk(room=room, starts_at=NOON)
    other = make_talk(room=room, starts_at=NOON + timedelta(hours=1), ends_at=NOON + timedelta(hours=3))

    rearranging.swap(one, other, by=None)

    assert starts(one, other) == [NOON + timedelta(hours=1), NOON]


def test_a_talk_that_shares_its_room_leaves_the_sharing_with_the_slot():
    room = make_room()
    make_talk(room=room, starts_at=NOON)
    sharing, other = make_talk(room=room, shares_room=True, starts_at=NOON), make_talk(starts_at=week(1))

    rearranging.swap(sharing, other, by=None)

    assert [Talk.objects.get(pk=talk.pk).shares_room for talk in (sharing, other)] == [False, True]


def test_an_announced_talk_in_another_room_says_so():
    one = make_talk(room=make_room(name="307", building=""), starts_at=NOON)
    draft = make_draft(room=make_room(name="414", building=""), starts_at=week(1))

    rearranging.swap(one, draft, by=None)

    assert (place(one)[2].name, one.notice) == ("414", "Room changed from 307 to 414")
    assert (place(draft)[2].name, draft.notice) == ("307", "")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"state": State.CANCELLED}, "On looms: A cancelled talk cannot be moved. Reinstate it first."),
        (
            {"starts_at": in_new_york(2020, 1, 1, 12)},
            "On looms: This talk has already taken place. Choose one that has not.",
        ),
    ],
)
def test_cancelled_and_past_talks_keep_their_places(fields, sentence):
    one, other = make_talk(starts_at=NOON), make_talk(**{"title": "On looms", "starts_at": week(1)} | fields)

    with pytest.raises(ValidationError) as refused:
        rearranging.swap(one, other, by=None)

    assert refused.value.messages == [sentence]
    assert starts(one) == [NOON]


def test_a_postponed_talk_with_a_new_date_goes_ahead():
    postponed, other = make_talk(state=State.POSTPONED, notice="Ill", starts_at=NOON), make_talk(starts_at=week(1))

    rearranging.swap(postponed, other, by=None)

    postponed.refresh_from_db()
    assert (postponed.state, postponed.notice) == (State.CONFIRMED, "")


def test_a_talk_is_not_swapped_with_itself_nor_with_one_that_is_gone():
    one, gone = make_talk(), make_draft()
    Talk.objects.filter(pk=gone.pk).delete()

    with pytest.raises(ValidationError, match="Choose two different talks"):
        rearranging.swap(one, one, by=None)
    with pytest.raises(ValidationError, match="Someone has deleted this talk"):
        rearranging.swap(one, gone, by=None)


def test_a_talk_moves_to_an_empty_slot_and_leaves_one_behind():
    talk, slot = make_talk(starts_at=NOON), make_draft(title="", starts_at=week(3))

    rearranging.move_to_slot(talk, slot=slot, by=None)

    assert starts(talk, slot) == [week(3), NOON]


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "On looms"},
        {"title": "", "speakers": ["Ada"]},
        {"title": "", "abstract": "Looms."},
        {"title": "", "state": State.CONFIRMED},
    ],
)
def test_a_slot_that_belongs_to_a_talk_is_not_taken(fields):
    talk, slot = make_talk(starts_at=NOON), make_talk(**{"state": State.DRAFT, "starts_at": week(3)} | fields)

    with pytest.raises(ValidationError, match="This slot is taken by"):
        rearranging.move_to_slot(talk, slot=slot, by=None)

    assert starts(talk) == [NOON]


# --- shifting ---


def make_term(*weeks, **fields):
    series = make_series(default_start=time(12))
    return [make_talk(series=series, starts_at=week(number), **fields) for number in weeks]


def test_a_talk_and_all_that_follow_move_on_by_a_week_and_noon_stays_noon():
    first, *following = make_term(0, 1, 4, 5, room=make_room())
    elsewhere = make_talk(starts_at=week(1))

    rearranging.shift(following[0], by=None)

    assert starts(first, *following, elsewhere) == [NOON, week(2), week(5), week(6), week(1)]


def test_a_break_is_skipped_and_moves_later_talks_further():
    talks = make_term(0, 1, 3, 4)
    Break.objects.create(first_on=week(2).date(), last_on=week(2).date(), reason="Fall break")

    rearranging.shift(talks[0], by=None)

    assert starts(*talks) == [week(1), week(3), week(4), week(5)]


def test_a_talk_in_a_break_pushes_nobody_onto_its_new_date():
    talks = make_term(0, 1, 2)
    Break.objects.create(first_on=week(1).date(), last_on=week(1).date(), reason="Fall break")

    rearranging.shift(talks[0], by=None)

    assert starts(*talks) == [week(2), week(3), week(4)]


def test_time_and_room_of_an_unusual_slot_stay_there():
    series, hall = make_series(), make_room()
    usual = make_talk(series=series, room=make_room(), starts_at=NOON)
    unusual = make_talk(series=series, room=hall, starts_at=week(1, hour=16), ends_at=week(1, hour=18))

    rearranging.shift(usual, by=None)

    assert place(usual) == (week(1, hour=16), week(1, hour=18), hall)
    assert place(unusual) == (week(2, hour=16), week(2, hour=18), hall)


def test_two_talks_of_a_day_keep_their_order():
    series = make_series()
    early, late = make_talk(series=series, starts_at=NOON), make_talk(series=series, starts_at=week(0, hour=15))
    next_early = make_talk(series=series, starts_at=week(1, hour=11))

    rearranging.shift(early, by=None)

    assert starts(early, late, next_early) == [week(1, hour=11), week(1, hour=15), week(2, hour=11)]


def test_talks_that_are_called_off_or_after_the_last_day_stay():
    talks = make_term(0, 1, 3)
    cancelled = make_talk(series=talks[0].series, state=State.CANCELLED, starts_at=week(0, hour=15))

    rearranging.shift(talks[0], until=week(1).date(), by=None)

    assert starts(*talks, cancelled) == [week(1), week(2), week(3), week(0, hour=15)]


def test_a_workshop_of_the_series_is_not_shifted_along():
    talks = make_term(0, 1)
    days = {"starts_at": week(1, hour=9), "ends_at": week(1, hour=9) + timedelta(days=2)}
    workshop = make_talk(series=talks[0].series, **days)
    defence = make_talk(series=talks[0].series, kind="Thesis defence", starts_at=week(1, hour=15))

    rearranging.shift(talks[0], by=None)

    assert starts(*talks, workshop, defence) == [week(1), week(2), week(1, hour=9), week(1, hour=15)]


def test_a_clash_of_the_last_talk_moves_no_talk():
    room = make_room(name="Room 414")
    talks = make_term(0, 1, room=room)
    make_talk(title="Quicker", room=room, starts_at=week(2))

    with pytest.raises(ValidationError) as refused:
        rearranging.shift(talks[0], by=None)

    assert refused.value.messages[0].startswith(f"{talks[1].title}: Room 414 is taken by “Quicker”")
    assert starts(*talks) == [NOON, week(1)]
    assert [Talk.objects.get(pk=talk.pk).sequence for talk in talks] == [0, 0]


def test_a_break_without_an_end_moves_no_talk():
    (talk,) = make_term(0)
    Break.objects.create(first_on=week(1).date(), last_on=week(100).date(), reason="Closed")

    with pytest.raises(ValidationError, match="There is no free week within a year"):
        rearranging.shift(talk, by=None)
