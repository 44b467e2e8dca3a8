"""Changed answers: how long the first visitor after an edit waits, and how this time grows."""

from statistics import median

from tests.benchmarks.places import CALENDAR, COUNTED, FIRST, FURTHER, WHOLE_ATOM, WHOLE_CALENDAR, WHOLE_JSON
from tests.benchmarks.rows import Table
from tests.benchmarks.site import GZIP, Bench, Site

REPEATS = 3  # in each round
MOST = {"front page": 40, "talk page": 25}  # milliseconds
MOST_TEXTS = {"JSON": 40, "Atom": 40}  # milliseconds
MOST_FEED, MOST_LARGE_FEED, MOST_ELSEWHERE = 150, 120, 300
MOST_WHOLE = {"calendar": 400, "JSON feed": 1500}  # milliseconds
MOST_MEMORY = 40  # MB
STORED = 1.25  # times as long, where a hundred times as many are stored; the rest is noise
SHOWN = 1.25  # times as long for each talk, where ten times as many are shown


def after_an_edit(bench: Bench, table: Table) -> None:
    site, texts = bench.site(200), {"JSON": WHOLE_JSON, "Atom": WHOLE_ATOM}
    warm(site, WHOLE_CALENDAR, *texts.values())
    for _ in range(REPEATS):
        table.note("200-talk feed, first after an edit", MOST_FEED, "ms", first(site, WHOLE_CALENDAR))
        for name, address in texts.items():
            table.note(f"{name} of 200 talks, first after an edit", MOST_TEXTS[name], "ms", first(site, address))
        for name, address in FIRST.items():
            table.note(f"{name}, first after an edit", MOST[name], "ms", first(site, address))


def everywhere_else(bench: Bench, table: Table) -> None:
    """Every other address, each the first to be asked after an edit of its own; the slowest counts."""
    site, took = bench.site(200), {}
    for name, address in {**FURTHER, **COUNTED}.items():
        site.server.warm(site.path(address), headers=GZIP)
        site.edit()
        took[name] = site.server.milliseconds(site.path(address), GZIP, statuses=(200, 302))
    slowest = max(took, key=took.get)
    table.note(
        "the slowest of all others, first after an edit",
        MOST_ELSEWHERE,
        "ms",
        took[slowest],
        **{slowest: took[slowest]},
    )


def with_more_stored(bench: Bench, table: Table) -> None:
    """Twenty thousand stored, the same talks shown."""
    small, large = bench.site(200), bench.site(20_000)
    for site in (small, large):
        warm(site, CALENDAR)
    for _ in range(REPEATS):
        for name, address in {"feed": CALENDAR, **FIRST}.items():
            took = [first(site, address) for site in (small, large)]
            parts = {"ms_at_200": took[0], "ms_at_20_000": took[1]}
            table.note(f"{name}, first after an edit, 20 000 stored", STORED, "×", took[1] / took[0], **parts)


def with_more_shown(bench: Bench, table: Table) -> None:
    """A series has another name in every entry, so that none that was kept can be used."""
    took = [median(all_anew(bench.site(200)) for _ in range(REPEATS)), all_anew(bench.site(2000))]
    table.note("200-talk feed, every entry anew", MOST_FEED, "ms", took[0])
    parts = {"ms_for_200": took[0], "ms_for_2_000": took[1]}
    table.note("feed, every entry anew: time for each talk, 2 000 shown", SHOWN, "×", took[1] / took[0] / 10, **parts)


def large_feed(bench: Bench, table: Table) -> None:
    site = bench.site(2000)
    warm(site, WHOLE_CALENDAR)
    for _ in range(REPEATS):
        table.note("2 000-talk feed, first after an edit", MOST_LARGE_FEED, "ms", first(site, WHOLE_CALENDAR))


def whole_feeds(bench: Bench, table: Table) -> None:
    """All of 20 000 talks, and how much more memory a worker takes for that than while it sends usual pages."""
    site, addresses = bench.site(20_000), {"calendar": WHOLE_CALENDAR, "JSON feed": WHOLE_JSON}
    warm(site, *addresses.values())
    site.server.forget_peak()
    usual = site.server.megabytes()
    for _ in range(REPEATS):
        for name, address in addresses.items():
            what = f"{name} of 20 000 talks, first after an edit"
            table.note(what, MOST_WHOLE[name], "ms", first(site, address))
    more = site.server.megabytes(peak=True) - usual
    table.note("memory above the usual for whole feeds of 20 000", MOST_MEMORY, "MB", more, usual=usual)


def first(site: Site, address: str) -> float:
    """Edit in the organiser's process, then be the first to ask; milliseconds."""
    notice = site.edit()
    path = site.path(address)
    took = site.server.milliseconds(path, GZIP)
    if notice not in site.server.get(path).body.replace(b"\r\n ", b"").decode():
        raise RuntimeError(f"{path} does not show the edit.")
    warm(site, address)
    return took


def all_anew(site: Site) -> float:
    site.inside("rename_all_series")
    took = site.server.milliseconds(site.path(WHOLE_CALENDAR))
    warm(site, WHOLE_CALENDAR)
    return took


def warm(site: Site, *addresses: str) -> None:
    site.server.warm(*(site.path(address) for address in (*addresses, *FIRST.values())), headers=GZIP)
