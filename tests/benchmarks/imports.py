"""Importing a large calendar: how long it takes, once and again, what it needs, and how long others wait for it."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from tests.benchmarks import builds
from tests.benchmarks.inside import Inside
from tests.benchmarks.places import FIRST
from tests.benchmarks.rows import Table
from tests.benchmarks.site import Bench, Site

COMMANDS = "tests.benchmarks.imports_inside"
TALKS, MANY = 2000, 20_000
MOST_SECONDS, MOST_SECONDS_AGAIN, MOST_WAITED, MOST_MEGABYTES = 5, 1.5, 1, 200
AT_LEAST = 6  # times as fast as the older build
ROUNDS = 3


def large_calendars(bench: Bench, table: Table) -> None:
    """Import into a served site that others read and save at the same time; then into one that nobody uses."""
    with ExitStack() as running:
        process = running.enter_context(Inside(bench.site(200).rows, commands=COMMANDS))
        file = process("make", TALKS, str(bench.folder))
        _import_beside_others(bench.site(200), process, file, table)
        _note_again(table, process("import_file", file))
        alone = running.enter_context(Inside(bench.site(2000).rows, commands=COMMANDS))
        took = alone("import_file", file)
        table.note(f"importing {TALKS} talks", MOST_SECONDS, "s", took["seconds"], talks=took["new"])
        megabytes = alone("plan_file", alone("make", MANY, str(bench.folder)))
        table.note(f"planning {MANY} talks, memory above the usual", MOST_MEGABYTES, "MB", megabytes)
    if bench.beside:
        _import_beside_an_older_build(bench, file, table)


def _import_beside_an_older_build(bench: Bench, file: str, table: Table) -> None:
    """Import the same file with this build and the older one in turn, each time into a fresh department.

    Both are measured within a process that has started.
    """
    now = builds.present(bench.folder / "imports-now")
    before = builds.older(bench.beside, bench.folder / "imports-before")
    for _round in range(ROUNDS):
        took, took_before = _imported(now, file), _imported(before, file)
        parts = {"ms_now": 1000 * took["seconds"], "ms_before": 1000 * took_before["seconds"]}
        parts |= {"ms_of_processor": 1000 * took["processor"], "before": 1000 * took_before["processor"]}
        ratio = took_before["seconds"] / took["seconds"]
        table.note("importing them, beside the older build", AT_LEAST, "×", ratio, at_least=True, **parts)


def _imported(build: builds.Build, file: str) -> dict[str, float]:
    with build.process(COMMANDS) as process:
        took = process("import_file", file)
    if took["new"] != TALKS:
        raise RuntimeError(f"{build.root} imported {took['new']} talks.")
    return took


def _note_again(table: Table, took: dict[str, float]) -> None:
    table.note(f"importing {TALKS} talks again", MOST_SECONDS_AGAIN, "s", took["seconds"], talks=took["unchanged"])


def _import_beside_others(site: Site, process: Inside, file: str, table: Table) -> None:
    """Ask for pages and save talks until the import is done, and note the longest wait of each."""
    page, read, saved = site.path(FIRST["talk page"]), [0.0], [0.0]
    with ThreadPoolExecutor() as pool:
        imported = pool.submit(process, "import_file", file)
        while not imported.done():
            read.append(site.server.milliseconds(page) / 1000)
            began = time.perf_counter()
            site.edit()
            saved.append(time.perf_counter() - began)
            time.sleep(0.05)
        imported.result()
    table.note("during an import, the longest wait for a page", MOST_WAITED, "s", max(read), pages=len(read))
    table.note("during an import, the longest wait of a save", MOST_WAITED, "s", max(saved), saves=len(saved))
