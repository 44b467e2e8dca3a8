"""A site for a university: a million talks of 100 departments, beside one department of 200 talks."""

import os
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.benchmarks import departments, university, wrk
from tests.benchmarks.inside import Inside
from tests.benchmarks.places import FIRST, FURTHER, SEARCHES
from tests.benchmarks.rates import LARGE, OFTEN, asked, note
from tests.benchmarks.rows import Table
from tests.benchmarks.serving import Server, environment
from tests.benchmarks.site import GZIP, Bench, Site
from tests.services import free_port

MOST_START, MOST_SEARCH, MOST_MEMORY, MOST_SLOWER = 1, 150, 85, 1.5
TIMES = 9
SERIES_CALENDAR = FURTHER["calendar of a series"]  # that of everything has the talks of 100 departments
AFTER_AN_EDIT = {
    "front page": 1000,
    "topics": 1000,
    "speakers": 1000,
    "recordings": 3000,
}  # milliseconds at most; chosen by us


class AsInstalled(Site):
    """A running site as systemd starts it: `manage.py prepare` was run before. `started` is in seconds."""

    def __init__(self, rows: Path, settings: str, running: ExitStack) -> None:
        port = free_port()
        env = environment(rows, port, DJANGO_SETTINGS_MODULE=settings)
        began = perf_counter()
        self.server = Server(["-m", "gunicorn", "--bind", f"127.0.0.1:{port}"], env)
        running.callback(self.server.stop)
        self.server.await_answer("/readyz")
        self.started = perf_counter() - began
        self.inside = running.enter_context(Inside(rows))
        self.places = self.inside("places")
        self.edit = lambda: self.inside("edit", self.places["pk"])


def serving(bench: Bench, table: Table) -> None:
    """Both departments side by side; then the pages that read most of what is stored."""
    folder = bench.folder / "million"
    folder.mkdir()
    rows = departments.copy_of(200, folder), university.copy_of(folder)
    os.sync()  # the copy of 4 GB is written before anything is measured
    small, large = [AsInstalled(one, bench.settings, bench.running) for one in rows]
    parts = {"s_at_200": small.started}
    table.note("start with a million talks stored, until ready", MOST_START, "s", large.started, **parts)
    for _ in range(TIMES):
        took = [_milliseconds_to_save(site) for site in (small, large)]
        parts = {"ms_at_200": took[0], "ms_at_a_million": took[1]}
        table.note("saving a talk, a million stored", MOST_SLOWER, "×", took[1] / took[0], **parts)
    _note_searches(table, large)
    for name, most in AFTER_AN_EDIT.items():
        address = FIRST.get(name, f"/{name}/")
        large.edit()
        took = large.server.milliseconds(address, GZIP)
        table.note(f"{name}, first after an edit, a million stored", most, "ms", took)
    _note_rates(table, small, large)
    parts = {"MB_at_200": small.server.megabytes()}
    table.note("memory of a worker, a million stored", MOST_MEMORY, "MB", large.server.megabytes(), **parts)


def _milliseconds_to_save(site: Site) -> float:
    began = perf_counter()
    site.edit()
    return 1000 * (perf_counter() - began)


def _note_searches(table: Table, large: Site) -> None:
    large.server.warm("/search/?q=warm")
    addresses = {q: f"/search/?q={q.replace(' ', '+')}" for q in SEARCHES}
    took = {q: median(large.server.milliseconds(at, GZIP) for _ in range(3)) for q, at in addresses.items()}
    parts = {f"{q}_ms": ms for q, ms in took.items()}
    table.note("search over a million talks, the slowest question", MOST_SEARCH, "ms", max(took.values()), **parts)


def _note_rates(table: Table, small: Site, large: Site) -> None:
    for name, address in {"304": SERIES_CALENDAR, **FIRST}.items():
        sides = [(site.server, site.path(address), asked(site, address, name == "304")) for site in (small, large)]
        for side in sides:
            wrk.load(*side)  # until each worker has rendered it, which takes a second for a long calendar
        time.sleep(2)  # until the second is over in which it was rendered: the date of a feed proves nothing before
        for _ in range(OFTEN):
            note(table, f"{name}, a million talks stored", LARGE, {"at_a_million": sides[1], "at_200": sides[0]})
