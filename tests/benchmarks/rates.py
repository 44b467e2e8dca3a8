"""Unchanged answers: requests per second, beside a bare server and beside a department a hundred times as large."""

from tests.benchmarks import wrk
from tests.benchmarks.places import CALENDAR, FIRST, FURTHER, WHOLE_CALENDAR
from tests.benchmarks.rows import Table
from tests.benchmarks.serving import Server
from tests.benchmarks.site import GZIP, Bench, Site

BARE, LARGE = 0.5, 0.9  # the least share of the bare server's rate, of the rate at 200 talks
OFTEN, ONCE = 3, 1  # pairs in each round: more for what the figures name, and where the limit is near


def beside_bare(bench: Bench, table: Table) -> None:
    """Each page and feed in turn, the site and the bare server one after the other."""
    _note_bare(bench, table, "200-talk feed, unchanged: 304", WHOLE_CALENDAR, OFTEN, conditional=True)
    _note_bare(bench, table, "200-talk feed", WHOLE_CALENDAR, OFTEN)
    for name, address in FIRST.items():
        _note_bare(bench, table, name, address, OFTEN)
    for name, address in FURTHER.items():
        _note_bare(bench, table, name, address, ONCE)


def beside_small(bench: Bench, table: Table) -> None:
    """The same with 20 000 talks stored; both departments show the same talks."""
    small, large = bench.site(200), bench.site(20_000)
    for name, address in {"304": CALENDAR, "feed": CALENDAR, **FIRST}.items():
        few, many = [(site.server, site.path(address), asked(site, address, name == "304")) for site in (small, large)]
        for _ in range(OFTEN):
            note(table, f"{name}, 20 000 talks stored", LARGE, {"at_20_000": many, "at_200": few})


def _note_bare(bench: Bench, table: Table, name: str, address: str, pairs: int, *, conditional: bool = False) -> None:
    site, bare = bench.site(200), bench.bare
    path, headers = site.path(address), asked(site, address, conditional)
    sides = {"site": (site.server, path, headers), "bare": (bare, path, headers)}
    for _ in range(pairs):
        note(table, f"{name}, warm", BARE, sides)


def note(table: Table, what: str, least: float, sides: dict[str, tuple[Server, str, dict[str, str]]]) -> None:
    """Measure both sides, one right after the other, and note their ratio."""
    ours, theirs = [wrk.load(*side) for side in sides.values()]
    rates = dict(zip(sides, (ours.rate, theirs.rate), strict=True))
    costs = {"µs": ours.cost, "and_µs": theirs.cost}
    table.note(what, least, "×", ours.rate / theirs.rate, at_least=True, **rates, **costs)


def asked(site: Site, address: str, conditional: bool) -> dict[str, str]:
    """Warm every worker, and return the headers to ask with."""
    path = site.path(address)
    site.server.warm(path, headers=GZIP)
    return GZIP | ({"If-None-Match": site.server.get(path, GZIP).headers["ETag"]} if conditional else {})
