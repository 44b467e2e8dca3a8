"""Two people undo the same change at the same moment: exactly one succeeds."""

import pytest

from tests.races import outcomes, race

pytestmark = [pytest.mark.slow, pytest.mark.races]

ROUNDS = 10


def test_exactly_one_of_two_simultaneous_undos_succeeds(racers):
    for day in range(ROUNDS):
        (key,) = racers[0].does("stage", 100 + day, [["Room 307", 0, "draft"]])
        racers[0].does("announce", key)

        results = race(racers, ("undo_last",), ("undo_last",))

        assert [sorted(result) for result in results] in ([["did"], ["refused"]], [["refused"], ["did"]])
        assert outcomes(results)[1] == ["Someone has already undone this."]
