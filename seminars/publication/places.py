"""Which addresses are answered from the edition, and the one form under which the answer of each is kept."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.urls import Resolver404, resolve

from seminars import program, times
from seminars.views.errors import asks_for_calendar

FILTERS = frozenset({"series", "topic", "room", "speaker", "mode"})
PAGED = frozenset({"page"})
PAPER = frozenset({"paper"})
EMBEDDED = frozenset({"limit", "theme"})
NOTHING: frozenset[str] = frozenset()

# Every address that is answered from the edition, by its name in urls.py, with the parameters that it understands.
PAGES = {
    "front": FILTERS | PAGED,
    "colours": NOTHING,
    "subscribe": FILTERS,
    "archive": NOTHING,
    "archive-year": PAGED,
    "talk": NOTHING,
    "poster": PAPER,
    "series-index": NOTHING,
    "series": PAGED,
    "series-poster": PAPER,
    "room-index": NOTHING,
    "room": PAGED,
    "screen": NOTHING,
    "room-screen": NOTHING,
    "embed": FILTERS | EMBEDDED,
    "series-embed": EMBEDDED,
    "room-embed": EMBEDDED,
    "speaker-embed": EMBEDDED,
    "topic-embed": EMBEDDED,
    "embed-demo": EMBEDDED | {"series", "level"},
    "speaker-index": PAGED | {"letter", "q"},
    "speaker": PAGED,
    "topic-index": NOTHING,
    "topic": PAGED,
}
FEEDS = {
    "feed": FILTERS | {"past"},
    "series-feed": frozenset({"past"}),
    "room-feed": frozenset({"past"}),
    "speaker-feed": frozenset({"past"}),
    "topic-feed": frozenset({"past"}),
    "talk-calendar": NOTHING,
    "sitemap": PAGED,
}
# Where a parameter is answered only if what it names is there, a visitor cannot make up addresses with it alone.
EXACT = {"sitemap": PAGED}  # everywhere else the filters
PROGRAM = program.digest(settings.BASE_DIR)  # as this process began: what another program made is not ours to give
LONGEST_QUERY = 256  # characters; longer ones are answered but not kept


@dataclass(frozen=True)
class Place:
    """A public address in the form under which its answer is kept."""

    path: str
    query: str  # what the address understands, in one order
    is_feed: bool
    asks_more: bool  # it had parameters that it does not understand
    may_be_former: bool = False  # it is none of ours, and its query stands as it came
    exact: frozenset[str] = FILTERS  # the parameters for which there are only so many values that are answered

    @property
    def key(self) -> str:
        digest = sha256(repr((self.path, self.query)).encode()).hexdigest()
        return f"{PROGRAM}:{settings.SITE_URL}:{settings.TIME_ZONE}:{settings.LANGUAGE_CODE}:{digest}"

    @property
    def is_whole(self) -> bool:
        """Tell whether it is a feed of all talks that there are, of every series, filtered or not."""
        is_of_everything = self.is_feed and self.path.count("/") == 1 and not self.may_be_former
        return is_of_everything and ("past", "all") in parse_qsl(self.query)

    @property
    def is_made_up(self) -> bool:
        """Tell whether it is one of endless many: parameters combined, or one that takes any value at all."""
        asked = [name for name, _value in parse_qsl(self.query) if name != "past"]
        return len(asked) > 1 or not self.exact.issuperset(asked) or (self.may_be_former and self.query != "")

    def moment(self, now: datetime) -> str:
        """Return the minute, or for a feed the department's day, for which an answer holds."""
        return times.today(now).isoformat() if self.is_feed else f"{now:%Y%m%d%H%M}"


def place_of(path: str, query: str) -> Place | None:
    """Return the place of an address, or None where it is not answered from the edition."""
    is_long = len(path) + len(query) > LONGEST_QUERY
    return _place_of.__wrapped__(path, query) if is_long else _place_of(path, query)


@lru_cache(maxsize=4096)
def _place_of(path: str, query: str) -> Place | None:
    try:
        given = parse_qsl(query, max_num_fields=50)
        name = resolve(path).url_name
    except ValueError:
        return None
    except Resolver404:
        may_be_former = asks_for_calendar(path, query) and len(query) <= LONGEST_QUERY
        return Place(path, query, is_feed=True, asks_more=False, may_be_former=True) if may_be_former else None
    understood = PAGES.get(name, FEEDS.get(name))
    if understood is None or len(query) > LONGEST_QUERY:
        return None
    meant = {(name, value) for name, value in given if name in understood and (name != "past" or value == "all")}
    asks_more = any(name not in understood for name, _value in given)
    return Place(path, urlencode(sorted(meant)), name in FEEDS, asks_more, exact=EXACT.get(name, FILTERS))
