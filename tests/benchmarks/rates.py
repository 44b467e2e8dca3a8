"""Unchanged answers: how many a second, beside a bare server and beside a department a hundred times as large."""

from tests.benchmarks import wrk
from tests.benchmarks.places import CALENDAR, FIRST, FURTHER, WHOLE_CALENDAR
from tests.benchmarks.rows import Table
from tests.benchmarks.site import GZIP, Bench, Site

BARE, LARGE = 0.5, 0.9  # the least share of the bare server's rate, of the rate at 200 talks
LONG, SHORT = 2, 1  # seconds


def beside_bare(bench: Bench, table: Table) -> None:
    """Each page and feed in turn, the site and the bare server one after the other."""
    _note_bare(bench, table, "200-talk feed, unchanged: 304", WHOLE_CALENDAR, seconds=LONG, conditional=True)
    _note_bare(bench, table, "200-talk feed", WHOLE_CALENDAR, seconds=LONG)
    for name, address in FIRST.items():
        _note_bare(bench, table, name, address, seconds=LONG)
    for name, address in FURTHER.items():
        _note_bare(bench, table, name, address, seconds=SHORT)


def beside_small(bench: Bench, table: Table) -> None:
    """The same with 20 000 talks stored; both departments show the same talks."""
    small, large = bench.site(200), bench.site(20_000)
    for name, address in {"304": CALENDAR, "feed": CALENDAR, **FIRST}.items():
        conditional = name == "304"
        few, many = [_load(site, address, LONG, conditional=conditional) for site in (small, large)]
        rates, costs = (("at 20 000", many.rate), ("at 200", few.rate)), {"µs": many.cost, "and_µs": few.cost}
        table.note_rates(f"{name}, 20 000 talks stored", LARGE, *rates, **costs)


def _note_bare(bench: Bench, table: Table, name: str, address: str, *, seconds: int, conditional: bool = False) -> None:
    site, bare = bench.site(200), bench.bare
    ours = _load(site, address, seconds, conditional=conditional)
    headers = GZIP | ({"If-None-Match": '"any"'} if conditional else {})
    theirs = wrk.load(bare, site.path(address), seconds=seconds, headers=headers)
    rates, costs = (("site", ours.rate), ("bare", theirs.rate)), {"µs": ours.cost, "and_µs": theirs.cost}
    table.note_rates(f"{name}, warm", BARE, *rates, **costs)


def _load(site: Site, address: str, seconds: int, *, conditional: bool) -> wrk.Load:
    path = site.path(address)
    site.server.warm(path, headers=GZIP)
    headers = dict(GZIP)
    if conditional:
        headers["If-None-Match"] = site.server.get(path, GZIP).headers["ETag"]
    return wrk.load(site.server, path, seconds=seconds, headers=headers)
