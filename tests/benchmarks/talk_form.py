"""The cost of opening and saving the form of a talk: queries, and processor time beside an older build."""

from contextlib import ExitStack

from tests.benchmarks import builds, departments
from tests.benchmarks.inside import Inside
from tests.benchmarks.rows import Table
from tests.benchmarks.site import Bench

MOST_TO_OPEN, MOST_TO_SAVE, MOST_CPU = 20, 30, 0.5
ROUNDS = 5  # in turn, each the median of several saves
COMMANDS = "tests.benchmarks.talk_form_inside"


def opening_and_saving(bench: Bench, table: Table) -> None:
    """Open the form where 20 000 talks are stored; save a new title where 200 are."""
    with Inside(bench.site(20_000).rows, commands=COMMANDS) as process:
        table.note("opening the form of a talk, 20 000 stored", MOST_TO_OPEN, "queries", process("open_form")[0])
    with ExitStack() as running:
        folder = bench.folder / "form-now"  # fresh, as that of the older build: no other measurement has edited it
        folder.mkdir()
        now = running.enter_context(Inside(departments.copy_of(200, folder), commands=COMMANDS))
        queries, ms = now("save_title")
        table.note("saving a new title in the form of a talk", MOST_TO_SAVE, "queries", queries, ms_of_processor=ms)
        if bench.beside:
            before = running.enter_context(builds.older(bench.beside, bench.folder / "form").process(COMMANDS))
            for _round in range(ROUNDS):
                _note_beside(table, now("save_title")[1], before("save_title")[1])


def _note_beside(table: Table, now: float, older: float) -> None:
    parts = {"ms_now": now, "ms_before": older}
    table.note("processor time of saving a title, beside the older build", MOST_CPU, "×", now / older, **parts)
