"""Two workers follow new time zone rules at the same moment: each talk moves once, in one change."""

import pytest

from tests.races import outcomes, race

pytestmark = [pytest.mark.slow, pytest.mark.races]

ROUNDS = 20
ROWS = [["Room 307", hours, "confirmed"] for hours in range(8)]


def test_workers_that_follow_rules_at_once_make_one_change(racers):
    for day in range(ROUNDS):
        racers[0].does("clear")
        keys = racers[0].does("stage", day, ROWS)
        racers[0].does("follow_rules")
        before = racers[0].does("places")
        racers[0].does("unsettle")

        won, told, broke = outcomes(race(racers, ("follow_rules",), ("follow_rules",)))

        assert (won, told, broke) == (2, [], [])
        assert racers[0].does("places") == before
        assert racers[0].does("rule_changes") == [keys]
        assert racers[0].does("report")[0] == 0
