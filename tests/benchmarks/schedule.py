"""How long saving a schedule of sixty rows takes, and how many queries; also beside an older build."""

from contextlib import ExitStack

from tests.benchmarks import builds
from tests.benchmarks.inside import Inside
from tests.benchmarks.rows import Table
from tests.benchmarks.site import Bench

MOST_QUERIES, MOST_SECONDS, AT_LEAST = 80, 1, 3
ROUNDS = 5
COMMANDS = "tests.benchmarks.schedule_inside"


def saving(bench: Bench, table: Table) -> None:
    """Save 60 rows with five changed cells each, where 200 talks are stored."""
    with ExitStack() as running:
        now = running.enter_context(Inside(bench.site(200).rows, commands=COMMANDS))
        before = None
        if bench.beside:
            before = running.enter_context(builds.older(bench.beside, bench.folder / "schedule").process(COMMANDS))
        for _round in range(ROUNDS):
            queries, seconds = now("save")
            table.note("queries of saving 60 rows of a schedule", MOST_QUERIES, "queries", queries)
            table.note("saving 60 rows of a schedule", MOST_SECONDS, "s", seconds)
            if before:
                _note_beside(table, seconds, before("save")[1])


def _note_beside(table: Table, now: float, older: float) -> None:
    parts = {"ms_now": 1000 * now, "ms_before": 1000 * older}
    table.note("saving them, beside the older build", AT_LEAST, "×", older / now, at_least=True, **parts)
