"""What the pages that an organiser opens first cost where 20 000 talks are stored."""

from tests.benchmarks.inside import Inside
from tests.benchmarks.rows import Table
from tests.benchmarks.site import Bench

MOST_QUERIES = 15
MOST_MS = {"/admin/": 80, "/admin/seminars/talk/": 60}
NAMES = {"/admin/": "the first page of the desk", "/admin/seminars/talk/": "the talk list of the desk"}


def opening(bench: Bench, table: Table) -> None:
    """Open the first page of the desk and its talk list as an administrator."""
    with Inside(bench.site(20_000).rows, commands="tests.benchmarks.desk_inside") as process:
        for address, name in NAMES.items():
            queries, ms = process("open_page", address)
            table.note(f"{name}, 20 000 stored", MOST_MS[address], "ms", ms)
            table.note(f"queries of {name}", MOST_QUERIES, "queries", queries)
