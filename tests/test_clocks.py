"""tests/clocks.py sets the clock of every process that a test starts."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from tests.clocks import CLOCKS, by_turns, moment_of

TELL = "import datetime; print(datetime.datetime.now(datetime.UTC).isoformat())"
ASK_A_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {TELL!r}])"


def started(clock, program):
    command = [sys.executable, "-m", "tests.clocks", clock, sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize("clock", ["after-fall-back", "2028-02-29T10:00:00+00:00"])
def test_a_process_and_its_children_start_at_the_chosen_time(clock):
    for program in (TELL, ASK_A_CHILD):
        told = datetime.fromisoformat(started(clock, program).stdout.strip())

        assert timedelta(0) <= told - moment_of(clock) < timedelta(minutes=1)


def test_the_printed_name_sets_the_same_clock_again():
    said = started("1", "").stderr

    assert (
        said
        == f"The clock starts at {moment_of('after-midnight')}. To set it like this again, say CLOCK=after-midnight\n"
    )


def test_numbers_choose_every_clock_in_turn():
    today = datetime.now(UTC).toordinal()

    assert {by_turns(today + day) for day in range(len(CLOCKS))} == CLOCKS.keys()


@pytest.mark.parametrize("clock", ["yesterday", "2028-02-29T10:00:00"])
def test_an_unknown_clock_gives_one_message(clock):
    refused = started(clock, TELL)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(
        f"CLOCK={clock} is neither a moment like 2027-02-11T00:05:00-05:00, a number, nor one of"
    )
