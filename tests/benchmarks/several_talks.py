"""How long a change of sixty talks takes, and how long others who save wait for it."""

from tests.benchmarks.inside import Inside
from tests.benchmarks.rows import Table
from tests.benchmarks.site import Bench

MOST_SECONDS, LONGEST_TURN = 1, 300
REPEATS = 5


def changing(bench: Bench, table: Table) -> None:
    """Apply another hour, length and link to 60 talks from the page of the desk, where 200 are stored."""
    with Inside(bench.site(200).rows, commands="tests.benchmarks.several_talks_inside") as process:
        process("change")  # which also loads templates
        for _ in range(REPEATS):
            seconds, longest = process("change")
            table.note("a change is applied to 60 talks", MOST_SECONDS, "s", seconds)
            table.note("others wait while it is applied", LONGEST_TURN, "ms", longest * 1000)
