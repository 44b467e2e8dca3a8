"""Two people save at once: in a hundred races between two processes, one wins and the other gets a message."""

from itertools import pairwise

import pytest

from tests.races import outcomes, race

pytestmark = [pytest.mark.slow, pytest.mark.races]

ROUNDS = 100


RACES = {
    "both save a new talk": (
        [],
        lambda day: (("save_new", day, "Room 307"), ("save_new", day, "Room 307")),
    ),
    "both take the same room": (
        [[None, 0, "draft"], [None, 0, "draft"]],
        lambda day, mine, yours: (("take_room", mine, "Room 307"), ("take_room", yours, "Room 307")),
    ),
    "both move to the same hour": (
        [["Room 307", 1, "confirmed"], ["Room 307", 2, "confirmed"]],
        lambda day, mine, yours: (("move_to_noon", mine, day), ("move_to_noon", yours, day)),
    ),
    "both reinstate their talk": (
        [["Room 307", 0, "cancelled"], ["Room 307", 0, "postponed"]],
        lambda day, mine, yours: (("reinstate", mine), ("reinstate", yours)),
    ),
    "one moves where the other changes rooms": (
        [["Room 307", 1, "confirmed"], ["Room 414", 0, "confirmed"]],
        lambda day, mine, yours: (("move_to_noon", mine, day), ("change_room", yours, "Room 307")),
    ),
    "one reinstates where the other saves": (
        [["Room 307", 0, "cancelled"]],
        lambda day, mine: (("reinstate", mine), ("save_new", day, "Room 307")),
    ),
}
"""The rows of each round, and the two commands. Exactly one of them must succeed."""


@pytest.mark.parametrize(("rows", "both"), RACES.values(), ids=RACES.keys())
def test_exactly_one_gets_the_room(racers, rows, both):
    for day in range(ROUNDS):
        won, told, broke = outcomes(race(racers, *both(day, *racers[0].does("stage", day, rows))))

        assert (won, len(told), broke) == (1, 1, [])
        assert told[0].startswith("Room 307 is taken by “On ")
        assert told[0].endswith("”, 12–1 pm. Choose another room or time.")
    assert racers[0].does("report")[0] == 0


def test_a_draft_keeps_its_room_while_it_is_announced(racers):
    for day in range(ROUNDS):
        keys = racers[0].does("stage", day, [["Room 307", 0, "draft"], ["Room 307", 1, "confirmed"]])

        first, second = race(racers, ("announce", keys[0]), ("move_to_noon", keys[1], day))

        assert first == {"did": None}
        assert second["refused"][0].startswith("Room 307 is taken by “On engines”, 12–1 pm.")


def test_each_process_wins_some_races(racers):
    """If one process always won, the races would prove nothing."""
    first = 0
    for day in range(ROUNDS):
        keys = racers[0].does("stage", day, [[None, 0, "draft"], [None, 0, "draft"]])
        results = race(racers, ("take_room", keys[0], "Room 307"), ("take_room", keys[1], "Room 307"))
        first += "did" in results[0]

    assert 0 < first < ROUNDS


def test_two_talks_that_change_places_at_once_never_wait_for_each_other(racers):
    """Each wants the room of the other. Both are refused, and neither waits forever."""
    for day in range(ROUNDS):
        keys = racers[0].does("stage", day, [["Room 307", 0, "confirmed"], ["Room 414", 0, "confirmed"]])

        won, told, broke = outcomes(
            race(racers, ("change_room", keys[0], "Room 414"), ("change_room", keys[1], "Room 307"))
        )

        assert (won, broke) == (0, [])
        assert sorted(sentence.partition(" is ")[0] for sentence in told) == ["Room 307", "Room 414"]


def test_talks_and_rooms_saved_in_opposite_order_never_wait_for_each_other(racers):
    keys = racers[0].does("stage", 0, [["Room 307", 0, "confirmed"], ["Room 414", 0, "confirmed"]])
    crossings = [
        (("retitle", keys), ("retitle", keys[::-1])),
        (("rename", "Room 307"), ("retitle", keys)),
        (("rename", "Room 307"), ("rename", "Room 414")),
    ]

    for number in range(ROUNDS):
        assert outcomes(race(racers, *crossings[number % len(crossings)])) == (2, [], [])


def test_every_change_makes_its_own_edition(racers):
    keys = racers[0].does("stage", 0, [["Room 307", 0, "confirmed"], ["Room 414", 0, "confirmed"]])
    numbers = []
    for _ in range(ROUNDS // 4):
        race(racers, ("retitle", keys[:1]), ("retitle", keys[1:]))
        numbers.append(racers[0].does("report")[1])

    assert all(later - earlier >= 2 for earlier, later in pairwise(numbers))
