"""Two people plan or rearrange one term at the same moment: no slot is lost or doubled, and no room is taken twice."""

import pytest

from tests.races import outcomes, race

pytestmark = [pytest.mark.slow, pytest.mark.races]

ROUNDS = 20
WEEK = 168  # hours
TERM = [["Room 307", 0, "confirmed"], ["Room 414", WEEK, "confirmed"], ["Room 307", 2 * WEEK, "draft"]]


def staged(racers, rows):
    racers[0].does("clear")
    return racers[0].does("stage", 0, rows)


def slots(racers):
    """The times and rooms of all talks, sorted."""
    return sorted(where for _key, *where in racers[0].does("places"))


def is_at_odds(racers):
    return racers[0].does("report")[0] > 0


def test_a_term_that_two_people_plan_at_once_is_planned_once(racers):
    for _ in range(ROUNDS):
        racers[0].does("clear")

        results = race(racers, ("plan", "ASSET", "Room 307", 5), ("plan", "ASSET", "Room 307", 5))

        assert sorted(result["did"] for result in results) == [0, 5]
        assert slots(racers) == [[week, "Room 307"] for week in range(5)]


def test_one_of_two_series_gets_the_room_and_the_other_plans_nothing(racers):
    for _ in range(ROUNDS):
        racers[0].does("clear")

        won, told, broke = outcomes(race(racers, ("plan", "ASSET", "Room 307", 5), ("plan", "PRiML", "Room 307", 5)))

        assert (won, len(told), broke) == (1, 5, [])
        assert all(" Room 307 is reserved by the " in sentence for sentence in told)
        assert slots(racers) == [[week, "Room 307"] for week in range(5)]


def test_a_date_that_is_taken_while_a_term_is_planned_leaves_both_or_one(racers):
    for _ in range(ROUNDS):
        racers[0].does("clear")

        won, told, broke = outcomes(race(racers, ("plan", "PRiML", "Room 307", 5), ("save_new", 14, "Room 307")))

        assert (won, len(told), broke) == (1, 1, [])
        assert slots(racers) in ([[week, "Room 307"] for week in range(5)], [[2, "Room 307"]])


SWAPS = {
    "the same two": lambda one, two, three: (("swap", one, two), ("swap", one, two)),
    "two with one in common": lambda one, two, three: (("swap", one, two), ("swap", two, three)),
    "crosswise": lambda one, two, three: (("swap", one, three), ("swap", three, two)),
    "one to the empty slot that the other wants": lambda one, two, three: (
        ("move_to_slot", one, three), ("move_to_slot", two, three)
    ),
    "a swap and an empty slot": lambda one, two, three: (("swap", one, two), ("move_to_slot", two, three)),
}  # fmt: skip


@pytest.mark.parametrize("both", SWAPS.values(), ids=SWAPS.keys())
def test_talks_that_two_people_swap_at_once_share_out_the_same_slots(racers, both):
    """The third talk becomes an empty slot without a title."""
    for _ in range(ROUNDS):
        keys = staged(racers, TERM)
        racers[0].does("empty", keys[2])
        before = slots(racers)

        won, told, broke = outcomes(race(racers, *both(*keys)))

        assert (won, told, broke) == (2, [], [])
        assert slots(racers) == before
        assert not is_at_odds(racers)


@pytest.mark.parametrize(
    "other",
    [
        lambda keys: ("shift", keys[0]),
        lambda keys: ("shift", keys[1]),
        lambda keys: ("swap", keys[0], keys[1]),
        lambda keys: ("change_room", keys[1], "Room 307"),
    ],
    ids=["the same shift", "a shift of the later ones", "a swap", "another room"],
)
def test_a_shift_loses_no_talk_during_another_change(racers, other):
    for _ in range(ROUNDS):
        keys = staged(racers, TERM)

        _won, _told, broke = outcomes(race(racers, ("shift", keys[0]), other(keys)))

        found = slots(racers)
        assert broke == []
        assert len({tuple(where) for where in found}) == 3
        assert not is_at_odds(racers)


def test_a_shift_and_another_series_new_talk_do_not_meet_in_a_room(racers):
    """The last talk of the chain moves to a new week, in which the other person wants its room."""
    for _ in range(ROUNDS):
        keys = staged(racers, TERM)

        won, told, broke = outcomes(race(racers, ("shift", keys[0]), ("save_new", 21, "Room 307", "PRiML")))

        assert (won, len(told), broke) == (1, 1, [])
        assert "Room 307 is " in told[0]
        assert not is_at_odds(racers)
