"""Which addresses are cached, and the key of each in the cache."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.urls import Resolver404, resolve

from seminars import times
from seminars.models.addresses import asks_for_calendar

FILTERS = frozenset({"series", "topic", "room", "speaker", "mode"})
PAGED = frozenset({"page"})
PART = frozenset({"past", "year"})  # of a feed: past=all, or an archived academic year
PAPER = frozenset({"paper"})
EMBEDDED = frozenset({"limit", "theme"})
NOTHING: frozenset[str] = frozenset()

# Every cached address, by its name in urls.py, with the parameters that it knows.
PAGES = {
    "front": FILTERS | PAGED,
    "calendar-period": FILTERS,
    "subscribe": FILTERS,
    "embed": FILTERS | EMBEDDED,
    "embed-demo": EMBEDDED | {"series", "level"},
    "speaker-index": PAGED | {"letter", "q"},
    **dict.fromkeys(("series", "room", "speaker", "topic", "archive-year"), PAGED),
    **dict.fromkeys(("series-embed", "room-embed", "speaker-embed", "topic-embed"), EMBEDDED),
    **dict.fromkeys(("poster", "series-poster"), PAPER),
    **dict.fromkeys(("talk", "archive", "series-index", "room-index", "topic-index"), NOTHING),
    **dict.fromkeys(("screen", "room-screen", "colours"), NOTHING),
}
FEEDS = {
    "feed": FILTERS | PART,
    **dict.fromkeys(("series-feed", "room-feed", "speaker-feed", "topic-feed"), PART),
    "talk-calendar": NOTHING,
    "sitemap": PAGED,
}
# Parameters that are answered only if what they name exists, so that nobody can make up addresses with one alone.
BOUNDED = {"sitemap": PAGED} | {name: FILTERS | {"year"} for name in FEEDS if name.endswith("feed")}
MAX_QUERY = 256  # characters; responses to longer ones are not cached


@dataclass(frozen=True, slots=True)
class CachedAddress:
    """A public address in the one form under which its response is cached."""

    path: str
    query: str  # the parameters that the address knows, sorted
    is_feed: bool
    has_unknown_parameters: bool
    may_be_former: bool = False  # it is not in urls.py; its query is left as it came
    bounded: frozenset[str] = FILTERS  # the parameters that have only so many values

    @property
    def key(self) -> str:
        """Return a key for all that decides how the response looks; KEY_PREFIX in settings.py adds the build."""
        site = (settings.SITE_URL, settings.TIME_ZONE, settings.LANGUAGE_CODE)
        return f"page:{sha256(repr((site, self.path, self.query)).encode()).hexdigest()}"

    @property
    def is_whole_feed(self) -> bool:
        """Tell whether it is a feed of all talks of every series, filtered or not."""
        is_of_everything = self.is_feed and self.path.count("/") == 1 and not self.may_be_former
        asked = dict(parse_qsl(self.query))
        return is_of_everything and asked.get("past") == "all" and "year" not in asked

    @property
    def is_unbounded(self) -> bool:
        """Tell whether it is one of endless many: parameters combined, or one that takes any value at all."""
        asked = [name for name, _value in parse_qsl(self.query) if name != "past"]
        return len(asked) > 1 or not self.bounded.issuperset(asked) or (self.may_be_former and self.query != "")

    def period(self, now: datetime) -> str:
        """Return the minute, or for a feed the department's day, for which a response holds."""
        return times.today(now).isoformat() if self.is_feed else f"{now:%Y%m%d%H%M}"


def cached_address(path: str, query: str) -> CachedAddress | None:
    """Return the address in its one form, or None if it is not cached."""
    is_long = len(path) + len(query) > MAX_QUERY
    return _cached_address.__wrapped__(path, query) if is_long else _cached_address(path, query)


@lru_cache(maxsize=1024)
def _cached_address(path: str, query: str) -> CachedAddress | None:
    try:
        given = parse_qsl(query, max_num_fields=50)
        name = resolve(path).url_name
    except ValueError:
        return None
    except Resolver404:
        may_be_former = asks_for_calendar(path, query) and len(query) <= MAX_QUERY
        if not may_be_former:
            return None
        return CachedAddress(path, query, is_feed=True, has_unknown_parameters=False, may_be_former=True)
    known = PAGES.get(name, FEEDS.get(name))
    if known is None or len(query) > MAX_QUERY:
        return None
    meant = {(name, value) for name, value in given if name in known and (name != "past" or value == "all")}
    has_unknown = any(name not in known for name, _value in given)
    bounded = BOUNDED.get(name, FILTERS)
    return CachedAddress(path, urlencode(sorted(meant)), name in FEEDS, has_unknown, bounded=bounded)
