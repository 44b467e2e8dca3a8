"""Measurements that are not rates: search, queries, the start, memory and the size of a first visit."""

import gzip
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import perf_counter, sleep
from urllib.parse import urljoin

from tests.benchmarks.departments import copy_of
from tests.benchmarks.inside import Inside
from tests.benchmarks.places import CALENDAR, COUNTED, FIRST, FURTHER, SEARCHES
from tests.benchmarks.rows import Table
from tests.benchmarks.serving import Server
from tests.benchmarks.site import GZIP, Bench

MOST_SEARCH, MOST_START, MOST_MEMORY, MOST_WEIGHT, MOST_QUERIES = 150, 2, 85, 120, 12
PEOPLE, LEAST_SPEED = 5000, 20
MOST_CARD = 80
MOST_SITEMAP, MOST_WAITED, CROWD = 1000, 1000, 8
WHOLE_FEEDS = ("/feed.json?past=all", "/feed.atom?past=all", "/talks.csv?past=all", "/calendar.ics?past=all")
LINKED = re.compile(
    r'(?:<script[^>]*\ssrc|<link[^>]*rel="(?:stylesheet|icon|modulepreload)"[^>]*\shref|<img[^>]*\ssrc)="([^"]+)"'
)
IN_A_FILE = re.compile(r"""(?:url\(|@import |\bfrom |\bimport )["']([^"':]+\.\w+)["']""")


def searching(bench: Bench, table: Table) -> None:
    """The slowest of several questions, each the median of three."""
    server = bench.site(20_000).server
    server.warm("/search/?q=warm")
    took = {
        q: median(server.milliseconds(f"/search/?q={q.replace(' ', '+')}", GZIP) for _ in range(3)) for q in SEARCHES
    }
    table.note("search over 20 000 talks, the slowest question", MOST_SEARCH, "ms", max(took.values()))


def listing_all(bench: Bench, table: Table) -> None:
    """The one address whose answer names everything that is stored."""
    site = bench.site(20_000)
    site.edit()
    took = site.server.milliseconds("/sitemap.xml", GZIP)
    table.note("sitemap of 20 000 talks, first after an edit", MOST_SITEMAP, "ms", took)


def crowding(bench: Bench, table: Table) -> None:
    """How long others wait while as many as there are threads ask for all talks at once."""
    site = bench.site(20_000)
    site.edit()
    with ThreadPoolExecutor(CROWD) as crowd:
        asked = [crowd.submit(site.server.get, WHOLE_FEEDS[n % len(WHOLE_FEEDS)]) for n in range(CROWD)]
        sleep(0.5)
        waited = [site.server.milliseconds(path) for path in ("/healthz", "/", "/calendar.ics")]
        statuses = Counter(answer.result().status for answer in asked)
    if not set(statuses) <= {200, 503} or not statuses[200]:
        raise RuntimeError(f"Whole feeds were answered with {dict(statuses)}.")
    table.note("anything else, while eight ask for all of 20 000 talks", MOST_WAITED, "ms", max(waited))


def finding_people(bench: Bench, table: Table) -> None:
    """A person by a typed name, against reading and folding all names, which no index helps with."""
    folder = bench.folder / "people"
    folder.mkdir()
    with Inside(copy_of(200, folder)) as inside:
        took = inside("find_a_speaker", PEOPLE)
    speed = took["reading_all"] / took["index"]
    table.note("finding a speaker among 5 000, against reading all names", LEAST_SPEED, "×", speed, at_least=True)


def counting(bench: Bench, table: Table) -> None:
    """The most that any public address takes with an empty cache, and the most that it takes more for more talks."""
    folder = bench.folder / "counted"
    folder.mkdir()
    with Inside(copy_of(200, folder)) as inside:
        many = _queries(inside)
        inside("keep_one_of_each")
        one = _queries(inside)
    worst = max(many, key=many.get)
    table.note("queries of any public address, cold", MOST_QUERIES, "queries", many[worst], **{worst: many[worst]})
    grown = {name: many[name] - one[name] for name in many if many[name] > one[name]}
    table.note("queries more for 200 talks than for one", 0, "queries", max(grown.values(), default=0), **grown)


def _queries(inside: Inside) -> dict[str, int]:
    places, asked = inside("places"), {**FIRST, **FURTHER, **COUNTED, "feed": CALENDAR}
    addresses = {name: address.format(**places) for name, address in asked.items()}
    counted = inside("queries", list(addresses.values()))
    if failed := {address: status for address, (status, _number) in counted.items() if status not in (200, 302)}:
        raise RuntimeError(f"Not answered: {failed}")
    return {name: counted[address][1] for name, address in addresses.items()}


def drawing(bench: Bench, table: Table) -> None:
    """The cards of several talks; the first also loads what draws them."""
    with Inside(bench.site(200).rows) as inside:
        first, *others = inside("draw_cards")
    table.note("drawing a card, the median", MOST_CARD, "ms", median(others), first=first, slowest=max(others))


def starting(bench: Bench, table: Table) -> None:
    """From the command of `make run` to the last byte of the front page; nothing was kept."""
    rows = bench.site(200).rows
    began = perf_counter()
    with Server.of_site(rows):
        table.note("cold start to the first answer", MOST_START, "s", perf_counter() - began)


def remembering(bench: Bench, table: Table) -> None:
    """The largest worker of all sites, after whatever was measured so far, and after all usual pages."""
    site = bench.site(200)
    site.server.warm(*map(site.path, (*FIRST.values(), *FURTHER.values(), CALENDAR)), headers=GZIP)
    most = max(site.server.megabytes() for site in bench.sites.values())
    table.note("resident memory of a worker, warm", MOST_MEMORY, "MB", most)


def weighing(bench: Bench, table: Table) -> None:
    """The front page with all that it links to, as a browser that comes for the first time gets it."""
    server, weights, waiting = bench.site(200).server, {}, ["/"]
    while waiting:
        path = waiting.pop()
        if path in weights or path.startswith("data:"):
            continue
        answer = server.get(path, GZIP)
        weights[path] = len(answer.body)
        text = gzip.decompress(answer.body) if answer.headers["Content-Encoding"] == "gzip" else answer.body
        kind = answer.headers["Content-Type"]
        links = LINKED if "html" in kind else IN_A_FILE if "css" in kind or "javascript" in kind else None
        waiting += [urljoin(path, link) for link in links.findall(text.decode())] if links else []
    parts = {"files": len(weights)}
    table.note("weight of a first visit to the front page", MOST_WEIGHT, "KB", sum(weights.values()) / 1000, **parts)
