"""200 questions over 20 000 talks: how long answers take, also beside an older build."""

from contextlib import ExitStack

from tests.benchmarks import builds
from tests.benchmarks.inside import Inside
from tests.benchmarks.rows import Table
from tests.benchmarks.site import Bench

MOST_P95, LEAST_SPEED = 40, 3
ROUNDS = 3  # in turn
QUESTIONS, TALKS = 200, 20_000
COMMANDS = "tests.benchmarks.search_inside"


def asking(bench: Bench, table: Table) -> None:
    """Ask for whole pages, and for the keys of the talks alone, which is the search without what a page costs."""
    with ExitStack() as running:
        now = running.enter_context(Inside(bench.site(TALKS).rows, commands=COMMANDS))
        questions = now("questions", QUESTIONS)
        before = running.enter_context(_older(bench)) if bench.beside else None
        for _round in range(ROUNDS):
            pages, found = now("ask_for_pages", questions), now("find", questions)
            parts = {"ms_of_processor": pages["cpu"], "ms_median": pages["median"], "ms_to_find": found["p95"]}
            table.note("search over 20 000 talks, 95 % of 200 questions", MOST_P95, "ms", pages["p95"], **parts)
            if before:
                _note_beside(table, "page", pages, before("ask_for_pages", questions))
                _note_beside(table, "finding", found, before("find", questions))


def _older(bench: Bench) -> Inside:
    return builds.older(bench.beside, bench.folder / "search", TALKS).process(COMMANDS)


def _note_beside(table: Table, what: str, now: dict[str, float], before: dict[str, float]) -> None:
    parts = {"ms_now": now["p95"], "ms_before": before["p95"], "cpu_now": now["cpu"], "cpu_before": before["cpu"]}
    name = f"search over 20 000 talks beside the older build, {what}"
    table.note(name, LEAST_SPEED, "×", before["p95"] / now["p95"], at_least=True, **parts)
