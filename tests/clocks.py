"""Set clocks for the tests: `python -m tests.clocks CLOCK COMMAND…` runs COMMAND as if it were started at that moment.

CLOCK is a name from the table, an RFC 3339 time, or a number that chooses a clock of the table, counting round. The
clock ticks. It holds for every Python process that COMMAND starts: each loads tests/fake_clock/sitecustomize.py.
"""

import contextlib
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

# The tests' department is in New York.
CLOCKS = {
    "before-midnight": "2027-02-10T23:50:00-05:00",
    "after-midnight": "2027-02-11T00:05:00-05:00",
    "before-midnight-utc": "2027-02-10T23:50:00+00:00",
    "after-midnight-utc": "2027-02-11T00:05:00+00:00",
    "week-of-spring-forward": "2027-03-10T14:00:00-05:00",  # in a week clocks differ
    "before-spring-forward": "2027-03-14T01:50:00-05:00",
    "after-spring-forward": "2027-03-14T03:05:00-04:00",
    "week-of-fall-back": "2027-11-03T14:00:00-04:00",
    "before-fall-back": "2027-11-07T01:30:00-04:00",  # the first 1:30 of that night
    "after-fall-back": "2027-11-07T01:30:00-05:00",  # the second
    "new-years-eve": "2027-12-31T23:50:00-05:00",
    "new-years-day": "2028-01-01T00:05:00-05:00",
    "leap-day": "2028-02-29T10:00:00-05:00",
    "end-of-academic-year": "2027-08-31T20:30:00-04:00",  # in UTC it is September already
    "start-of-academic-year": "2027-09-01T00:30:00-04:00",
    "sunday-evening": "2027-04-18T20:30:00-04:00",
    "day-before-thanksgiving": "2027-11-24T16:00:00-05:00",
}
SECONDS_AHEAD = "TEST_CLOCK_AHEAD"  # the environment variable that sitecustomize reads
IS_SET = SECONDS_AHEAD in os.environ


def main(chosen, *command):
    name = by_turns(int(chosen)) if chosen.isdecimal() else chosen
    moment = moment_of(name)
    sys.stderr.write(f"The clock starts at {moment}. To set it like this again, say CLOCK={name}\n")
    os.execvpe(command[0], command, os.environ | environment(moment))


def moment_of(name):
    """Return the time of a named clock, or of an RFC 3339 time."""
    with contextlib.suppress(ValueError):
        if (moment := datetime.fromisoformat(CLOCKS.get(name, name))).tzinfo:
            return moment
    sys.exit(
        f"CLOCK={name} is neither a moment like {CLOCKS['after-midnight']}, a number, nor one of: {', '.join(CLOCKS)}"
    )


def by_turns(turn):
    """Return the name of the clock with this number, counting round."""
    return list(CLOCKS)[turn % len(CLOCKS)]


def environment(moment):
    """The environment variables that start a process at `moment`."""
    already = float(os.environ.get(SECONDS_AHEAD, 0))
    ahead = moment.timestamp() - datetime.now(UTC).timestamp() + already
    paths = [str(Path(__file__).parent / "fake_clock"), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {SECONDS_AHEAD: str(ahead), "PYTHONPATH": os.pathsep.join(paths)}


if __name__ == "__main__":
    main(*sys.argv[1:])
