"""The publication: answers public addresses from the current edition, for one tiny query each."""

import gzip
from collections.abc import Callable
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from threading import Lock
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode
from weakref import WeakValueDictionary

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import BaseCache, cache, caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from seminars import access, program, times
from seminars.models import Edition, FormerAddress, Talk
from seminars.models.edition import one_state
from seminars.views.errors import asks_for_calendar, calendar_meant

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
KEPT_FOR = 86_400  # seconds; an answer of an older edition, minute or day is never given, however long it is kept
LONGEST_QUERY = 256  # characters; longer ones are answered but not kept
LARGEST = 5_000_000  # octets; a larger answer, such as twenty thousand talks at once, is kept in a file
LARGEST_MADE_UP = 16_384  # octets; a larger one is not kept at all where visitors can make up addresses without end
MANY = 2000  # talks; whole feeds of more take seconds, so each worker renders only one of them at a time
TRY_AGAIN_IN = 60  # seconds
ON_TAGS = frozenset({"HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"})
CONDITIONS = ON_TAGS | {"HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE"}
PRIVATE = "private, no-store"
PLAIN, GZIPPED = "plain", "gzip"


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
        """Tell whether it is a feed of all talks that there are."""
        return self.is_feed and ("past", "all") in parse_qsl(self.query)

    @property
    def is_made_up(self) -> bool:
        """Tell whether it is one of endless many: parameters combined, or one that takes any value at all."""
        asked = [name for name, _value in parse_qsl(self.query) if name != "past"]
        return len(asked) > 1 or not self.exact.issuperset(asked) or (self.may_be_former and self.query != "")

    def moment(self, now: datetime) -> str:
        """Return the minute, or for a feed the department's day, for which an answer holds."""
        return times.today(now).isoformat() if self.is_feed else f"{now:%Y%m%d%H%M}"


@dataclass(frozen=True)
class Kept:
    """What is kept of an answer beside its bytes."""

    edition: int
    moment: str
    headers: dict[str, str]
    etag: str
    modified_at: float | None  # POSIX seconds; pages have none
    is_large: bool = False

    def holds(self, place: Place, edition: int, *, or_later: bool) -> bool:
        """Tell whether it is of this moment and of this edition or, where asked, of any since."""
        if self.moment != place.moment(timezone.now()):
            return False
        # A number that the database has not reached is from before it was restored.
        return self.edition == edition or (or_later and edition < self.edition <= Edition.objects.number())

    @property
    def last_modified(self) -> int | None:
        """When it was made, for Last-Modified, but never in a second that is not over, let alone ahead of the clock."""
        return self.modified_at and int(min(self.modified_at, _second_ago()))

    @property
    def is_settled(self) -> bool:
        """Tell whether `last_modified` stays as it is, and is no other edition's: until then it proves nothing."""
        return self.modified_at is None or self.modified_at <= _second_ago()


@dataclass(frozen=True)
class Held:
    """For how long an answer may be given again to whoever asks for it in the same words (seminars/doorstep.py)."""

    place: Place
    edition: int
    moment: str

    def holds(self) -> bool:
        return self.moment == self.place.moment(timezone.now()) and self.edition == Edition.objects.number()


class Publication:
    """The outermost middleware (docs/decisions/editions.md): it answers visitors itself and lets everyone else pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        place = place_of(request.path_info, request.META.get("QUERY_STRING", ""))
        if place is None or request.method not in ("GET", "HEAD") or _needs_redirect_to_https(request):
            return self.get_response(request)
        request.get_host()  # a host that is not ours is refused here as everywhere
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response = self._former(request, place) or self.get_response(request)
            response.headers["Cache-Control"] = PRIVATE
            return response
        return self._former(request, place) or self._published(request, place)

    def _former(self, request: HttpRequest, place: Place) -> HttpResponse | None:
        """Lead an old address that lives on in its query string to what it means now."""
        if not place.asks_more:
            return None
        target = FormerAddress.objects.meaning_of(request.get_full_path_info())
        if calendar := calendar_meant(target, request):
            return self._published(request, place_of(calendar, ""))
        return redirect(target) if target and access.may_see(AnonymousUser(), target) else None

    def _published(self, request: HttpRequest, place: Place) -> HttpResponse:
        offered = request.META.get("HTTP_ACCEPT_ENCODING", "")
        coding = GZIPPED if not place.is_feed and _accepts_gzip(offered) else PLAIN
        edition = Edition.objects.number()
        return _kept_answer(request, place, coding, edition) or self._in_turn(request, place, coding, edition)

    def _in_turn(self, request: HttpRequest, place: Place, coding: str, edition: int) -> HttpResponse:
        """Let one render while a crowd waits here, but for what takes seconds: all threads would soon be waiting."""
        is_heavy = place.is_whole and Talk.objects.count() > MANY
        turn = _turn("" if is_heavy else place.key)
        if not turn.lock.acquire(blocking=not is_heavy):
            return HttpResponse(status=503, headers={"Retry-After": str(TRY_AGAIN_IN), "Cache-Control": "no-store"})
        try:
            if turn.made and turn.made.kept.holds(place, edition, or_later=True):
                return _given(request, place, coding, turn.made)
            if answer := _kept_answer(request, place, coding, edition, or_later=True):
                return answer
            response, made = self._rendered(request, place)
            turn.made = None if is_heavy else made
            return _given(request, place, coding, made) if made else response
        finally:
            turn.lock.release()

    def _rendered(self, request: HttpRequest, place: Place) -> tuple[HttpResponse, "Made | None"]:
        """Render and keep, all from one edition: no answer mixes two, however many are made meanwhile."""
        moment = place.moment(timezone.now())
        with one_state():
            edition, made_at = Edition.objects.current()
            response = self.get_response(_bare(request, place))
        if response.status_code != 200 or response.streaming or response.cookies:
            return response, None
        return response, _keep(place, response, edition, moment, made_at)


class Made(NamedTuple):
    """An answer that was just rendered."""

    kept: Kept
    bodies: dict[str, bytes]  # by their coding


@dataclass(eq=False)
class Turn:
    """Whose turn it is to render; what came of it is there for whoever waited, even where it is too large to keep."""

    lock: Lock = field(default_factory=Lock)
    made: Made | None = None


_turns: WeakValueDictionary[str, Turn] = WeakValueDictionary()
_turns_lock = Lock()


def _turn(key: str) -> Turn:
    """Return the turn that everyone in this process takes who renders `key`."""
    with _turns_lock:
        return _turns.setdefault(key, Turn())


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


def _needs_redirect_to_https(request: HttpRequest) -> bool:
    return settings.SECURE_SSL_REDIRECT and not request.is_secure()


def _accepts_gzip(offered: str) -> bool:
    """Tell whether gzip is acceptable (RFC 9110 §12.5.3): its own word counts before that of `*`, q=0 refuses."""
    offers = (offer.partition(";") for offer in offered.replace(" ", "").lower().split(","))
    weights = {coding: parameters.partition("q=")[2] for coding, _semicolon, parameters in offers}
    weight = weights.get("gzip", weights.get("*", "0"))
    return weight.strip("0.") != "" or weight == ""


def _bare(request: HttpRequest, place: Place) -> HttpRequest:
    """Return the request as every visitor makes it: GET, only what the address understands, no conditions."""
    environ = {key: value for key, value in request.META.items() if not key.startswith(("HTTP_IF_", "HTTP_COOKIE"))}
    path = place.path.encode().decode("latin-1")  # as WSGI has it (PEP 3333)
    environ |= {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": place.query}
    return type(request)(environ)


def _keep(place: Place, response: HttpResponse, edition: int, moment: str, made_at: datetime | None) -> Made:
    body = response.content
    etag = sha256(body).hexdigest()[:32]
    left_out = {"Set-Cookie", "Vary", "Content-Length", "ETag", "Last-Modified", "Cache-Control"}
    headers = {name: value for name, value in response.headers.items() if name not in left_out}
    modified_at, is_large = _modified_at(made_at) if place.is_feed else None, len(body) > LARGEST
    kept = Kept(edition, moment, headers | _freshness(modified_at), etag, modified_at, is_large)
    bodies = {PLAIN: body} | ({} if place.is_feed else {GZIPPED: gzip.compress(body, 6, mtime=0)})
    if len(body) <= LARGEST_MADE_UP or not place.is_made_up:
        with suppress(OSError):  # a full disk
            tagged = {f"{place.key}:{coding}": (etag, coded) for coding, coded in bodies.items()}
            _store(kept).set_many(tagged, KEPT_FOR)
        cache.set(place.key, kept, KEPT_FOR)
    return Made(kept, bodies)


def _store(kept: Kept) -> BaseCache:
    """Return where the bytes of an answer lie."""
    return caches["large"] if kept.is_large else cache


def _kept_answer(
    request: HttpRequest, place: Place, coding: str, edition: int, *, or_later: bool = False
) -> HttpResponse | None:
    """Answer with what is kept, if it holds."""
    kept: Kept | None = cache.get(place.key)
    if kept is None or not kept.holds(place, edition, or_later=or_later):
        return None
    if answer := _unchanged(request, kept, coding):
        return _held(answer, place, kept)
    etag, body = _store(kept).get(f"{place.key}:{coding}") or ("", b"")
    return _held(_answer(request, kept, coding, body), place, kept) if etag == kept.etag else None


def _given(request: HttpRequest, place: Place, coding: str, made: Made) -> HttpResponse:
    """Answer with what was just rendered."""
    answer = _unchanged(request, made.kept, coding) or _answer(request, made.kept, coding, made.bodies[coding])
    return _held(answer, place, made.kept)


def _modified_at(made_at: datetime | None) -> float:
    """Return the later of the edition's time and the start of the department's day, when the window may move."""
    midnight = times.start_of(times.today())
    return max(made_at or midnight, midnight).timestamp()


def _second_ago() -> float:
    return timezone.now().timestamp() - 1


def _freshness(modified_at: float | None) -> dict[str, str]:
    """Return how long an answer holds: a feed, which has a time, for a while, a page until it is asked for again."""
    if modified_at is None:
        return {"Cache-Control": "public, no-cache", "Vary": "Accept-Encoding"}
    return {"Cache-Control": "public, max-age=300"}


def _unchanged(request: HttpRequest, kept: Kept, coding: str) -> HttpResponse | None:
    """Answer 304 or 412 where the request's conditions ask for it (RFC 9110 §13).

    A page has no date, so conditions on dates are ignored there (§13.1.3, §13.1.4), as where a date is not settled.
    """
    heard = CONDITIONS if kept.modified_at and kept.is_settled else ON_TAGS
    if heard.isdisjoint(request.META):
        return None
    asked = copy(request)
    asked.META = {name: value for name, value in request.META.items() if name not in CONDITIONS - heard}
    response = get_conditional_response(asked, etag=_etag(kept, coding), last_modified=kept.last_modified)
    if response is None:
        return None
    headers = {name: value for name, value in kept.headers.items() if not name.startswith("Content-")}
    answer = HttpResponse(status=response.status_code, headers=headers | _validators(kept, coding))
    del answer.headers["Content-Type"]  # Django's own; a cache may take it for that of what it has (RFC 9111 §3.2)
    return answer


def _answer(request: HttpRequest, kept: Kept, coding: str, body: bytes) -> HttpResponse:
    headers = kept.headers | {"Content-Length": str(len(body))} | _validators(kept, coding)
    if coding == GZIPPED:
        headers["Content-Encoding"] = "gzip"
    return HttpResponse(b"" if request.method == "HEAD" else body, headers=headers)


def _held(answer: HttpResponse, place: Place, kept: Kept) -> HttpResponse:
    if kept.is_settled:
        answer.held = Held(place, kept.edition, kept.moment)
    return answer


def _validators(kept: Kept, coding: str) -> dict[str, str]:
    date = {} if kept.last_modified is None else {"Last-Modified": http_date(kept.last_modified)}
    return {"ETag": _etag(kept, coding)} | date


def _etag(kept: Kept, coding: str) -> str:
    return f'"{kept.etag}"' if coding == PLAIN else f'"{kept.etag}-{coding}"'
