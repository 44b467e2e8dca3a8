"""The cost of one text of 100 KB, for each thing that the site computes from it."""

from tests.benchmarks.inside import Inside
from tests.benchmarks.rows import Table
from tests.benchmarks.site import Bench

MOST_SECONDS, MOST_MEGABYTES = 2, 150
COMPUTED = (
    "page",
    "plain text",
    "search index",
    "search result",
    "search question",
    "pasted mail",
    "description of an event",
)


def saving_and_showing(bench: Bench, table: Table) -> None:
    """Each thing computed from the oddest texts, the slowest text counts; then saving a talk with each of them."""
    memory = {}
    for what in COMPUTED:
        with Inside(bench.site(200).rows, commands="tests.benchmarks.typed_text_inside") as process:
            memory[what] = _note(table, f"100 KB of text, {what}", process("worst_of", what))
    with Inside(bench.site(200).rows, commands="tests.benchmarks.typed_text_inside") as process:
        memory["saving"] = _note(table, "100 KB of text, saving a talk", process("worst_save"))
    table.note("100 KB of text, memory above the usual", MOST_MEGABYTES, "MB", max(memory.values()), **memory)


def _note(table: Table, what: str, costs: dict[str, tuple[float, float]]) -> float:
    """Note the slowest text, and return the megabytes of the largest."""
    kind = max(costs, key=lambda kind: costs[kind][0])
    took = costs[kind][0]
    table.note(what, MOST_SECONDS, "s", took, **{f"{kind} ms": 1000 * took})
    return max(megabytes for _seconds, megabytes in costs.values())
