"""How long a backup and its way back take, and who waits while 20 edits a second go on."""

import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.departments import copy_of
from tests.benchmarks.inside import Inside
from tests.benchmarks.rows import Table
from tests.benchmarks.serving import ROOT, Server, environment
from tests.benchmarks.site import Bench

TALKS, EDITS_A_SECOND, TIMES = 20_000, 20, 3
MOST_TO_BACK_UP, MOST_TO_RESTORE, MOST_SLOWER = 5, 10, 2
USUAL = 5  # seconds


def backing_up(bench: Bench, table: Table) -> None:
    """Back up while a site is read and edited; then restore, and ask for a page."""
    folder = bench.folder / "backups"
    folder.mkdir()
    rows = copy_of(TALKS, folder)
    with Server.of_site(rows) as server, Inside(rows) as inside, _edits(inside) as edits:
        server.warm("/")
        for number in range(TIMES):
            _usual, usual = _beside(server, lambda: time.sleep(USUAL))
            before, computed = len(edits), _processor_seconds()
            seconds, busy = _beside(server, lambda path=folder / f"{number}.backup": _manage(rows, "backup", path))
            also = {"edits a second": (len(edits) - before) / seconds}
            also["processor_ms"] = 1000 * (_processor_seconds() - computed)
            table.note("20 000 talks are backed up while others edit", MOST_TO_BACK_UP, "s", seconds, **also)
            made_of = {"ms usually": usual, "ms while it is made": busy}
            table.note("1 page of 100 while a backup is made", MOST_SLOWER, "×", busy / usual, **made_of)
    for number in range(TIMES):
        began, computed = time.perf_counter(), _processor_seconds()
        _manage(rows, "restore", folder / f"{number}.backup")
        also = {"processor_ms": 1000 * (_processor_seconds() - computed)}
        with Server.of_site(rows):
            seconds = time.perf_counter() - began
        table.note("20 000 talks are restored, to the first page", MOST_TO_RESTORE, "s", seconds, **also)


@contextmanager
def _edits(inside: Inside) -> Iterator[list[str]]:
    """Edit one talk again and again, and yield what was saved so far."""
    pk, saved, over = inside("places")["pk"], [], threading.Event()

    def edit() -> None:
        due = time.monotonic()
        while not over.is_set():
            saved.append(inside("edit", pk))
            due += 1 / EDITS_A_SECOND
            time.sleep(max(due - time.monotonic(), 0))

    thread = threading.Thread(target=edit)
    thread.start()
    try:
        yield saved
    finally:
        over.set()
        thread.join()


def _beside(server: Server, work: Callable[[], None]) -> tuple[float, float]:
    """Open the front page while something is done; return its seconds and the page's milliseconds, of 100 the 99th."""
    took, over = [], threading.Event()

    def read() -> None:
        while not over.is_set():
            took.append(server.milliseconds("/"))
            time.sleep(0.01)

    thread = threading.Thread(target=read)
    thread.start()
    began = time.perf_counter()
    try:
        work()
    finally:
        seconds = time.perf_counter() - began
        over.set()
        thread.join()
    return seconds, sorted(took)[int(0.99 * (len(took) - 1))]


def _manage(rows: Path, *words: object) -> None:
    command = [sys.executable, "manage.py", *map(str, words)]
    subprocess.run(command, cwd=ROOT, env=environment(rows), stdout=subprocess.DEVNULL, check=True)


def _processor_seconds() -> float:
    """Return what the processes that ended so far computed: a busy machine takes longer, but not more of it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
