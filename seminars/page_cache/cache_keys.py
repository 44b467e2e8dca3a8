"""Which addresses are cached, and the key of each in the cache."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.urls import Resolver404, resolve

from seminars import languages, times
from seminars.models.page_addresses import asks_for_calendar
from seminars.times import Span
from seminars.views.feeds import ALWAYS_WHOLE

FILTERS = frozenset({"series", "topic", "room", "speaker", "mode", "has"})
PAGED = frozenset({"page"})
PART = frozenset({"past", "year"})  # of a feed: past=all, or an archived academic year
UPCOMING = frozenset({"upcoming", "limit"})  # of a feed, except calendars: only upcoming talks, at most so many
PAPER = frozenset({"paper"})
EMBEDDED = frozenset({"limit", "theme"})
NOTHING: frozenset[str] = frozenset()

# Every cached address, by its name in urls.py, with the parameters that it knows.
PAGES = {
    **dict.fromkeys(("front", "archive-year"), FILTERS | PAGED),
    "recordings": FILTERS | PAGED | {"year"},
    "calendar-period": FILTERS,
    "subscribe": FILTERS,
    "embed": FILTERS | EMBEDDED,
    "embed-demo": EMBEDDED | {"series", "level"},
    "speaker-index": PAGED | {"letter", "q"},
    **dict.fromkeys(("series", "room", "speaker", "topic"), PAGED),
    **dict.fromkeys(("series-embed", "room-embed", "speaker-embed", "topic-embed"), EMBEDDED),
    **dict.fromkeys(("poster", "series-poster"), PAPER),
    **dict.fromkeys(("talk", "archive", "series-index", "room-index", "topic-index"), NOTHING),
    **dict.fromkeys(("screen", "room-screen", "colours"), NOTHING),
}
FEEDS = {
    "feed": FILTERS | PART | UPCOMING,
    **dict.fromkeys(("series-feed", "room-feed", "speaker-feed", "topic-feed"), PART | UPCOMING),
    "talk-calendar": NOTHING,
    "sitemap": PAGED,
}
# Parameters that are answered only if what they name exists, so that nobody can make up addresses with one alone.
BOUNDED = {"sitemap": PAGED, "recordings": FILTERS | {"year"}} | {
    name: FILTERS | {"year", "limit"} for name in FEEDS if name.endswith("feed")
}
A_MINUTE = timedelta(minutes=1)
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
        site = (settings.SITE_URL, settings.TIME_ZONE, settings.LANGUAGE_CODE, settings.VISITOR_LANGUAGES)
        decides = (*site, settings.SHARED_CACHE_SECONDS, self.path, self.query)
        return f"page:{sha256(repr(decides).encode()).hexdigest()}"

    @property
    def is_whole_feed(self) -> bool:
        """Tell whether it is a feed of all talks of every series, filtered or not."""
        is_of_everything = self.is_feed and self.path.count("/") == 1 and not self.may_be_former
        asked = dict(parse_qsl(self.query))
        return is_of_everything and asked.get("past") == "all" and "year" not in asked

    @property
    def is_upcoming(self) -> bool:
        """Tell whether it is a feed of upcoming talks alone, which changes whenever a talk ends."""
        return self.is_feed and not self.may_be_former and "upcoming=" in self.query.split("&")

    @property
    def is_dated(self) -> bool:
        """Tell whether its response changes with an edit or a day alone, so that it can say when it did."""
        return self.is_feed and not self.is_upcoming

    @property
    def is_compressed(self) -> bool:
        """Tell whether it is sent compressed: a page, or a feed with so few talks that compressing takes no time."""
        return not self.is_feed or (self.is_upcoming and "limit" in dict(parse_qsl(self.query)))

    @property
    def is_unbounded(self) -> bool:
        """Tell whether it is one of endless many: parameters combined, or one that takes any value at all."""
        at_most_once = {"past", "limit"} if self.is_upcoming else {"past"}  # and with few values
        asked = [name for name, _value in parse_qsl(self.query) if name not in at_most_once]
        return len(asked) > 1 or not self.bounded.issuperset(asked) or (self.may_be_former and self.query != "")

    def period(self, now: datetime) -> Span:
        """Return the minute, or for most feeds the department's day, for which a response holds."""
        if self.is_dated:
            day = times.day_span(times.today(now))
            return Span(day.starts_at.astimezone(UTC), day.ends_at.astimezone(UTC))  # which are small when stored
        minute = now.replace(second=0, microsecond=0)
        return Span(minute, minute + A_MINUTE)


def cached_address(path: str, query: str) -> CachedAddress | None:
    """Return the address in its one form, or None if it is not cached."""
    language = languages.of_path(path)
    is_long = len(path) + len(query) > MAX_QUERY
    return (_cached_address.__wrapped__ if is_long else _cached_address)(path, query, language)


@lru_cache(maxsize=1024)
def _cached_address(path: str, query: str, language: str) -> CachedAddress | None:
    try:
        given = parse_qsl(query, keep_blank_values=True, max_num_fields=50)
        name = resolve(languages.without(path) if language else path, settings.ROOT_URLCONF).url_name
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
    has_unknown = any(value and name not in known for name, value in given)
    bounded = BOUNDED.get(name, FILTERS)
    return CachedAddress(path, _canonical(path, given, known), name in FEEDS, has_unknown, bounded=bounded)


def _canonical(path: str, given: list[tuple[str, str]], known: frozenset[str]) -> str:
    """Return the parameters that mean something, in one order: `given` ones of those that the address knows."""
    if path.rpartition("/")[2] in ALWAYS_WHOLE:
        known -= UPCOMING
    last = dict(given)  # as Django reads a parameter that has one value
    meant = {(name, value) for name, value in given if name in known and value}
    meant -= {(name, value) for name, value in meant if name == "limit" and value != last[name]}
    meant -= {(name, value) for name, value in meant if name == "past" and value != "all"}
    if "upcoming" in known & last.keys():
        meant = {(name, value) for name, value in meant if name not in PART | {"upcoming"}} | {("upcoming", "")}
    return urlencode(sorted(meant))
