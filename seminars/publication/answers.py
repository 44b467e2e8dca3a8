"""Answers as they are kept and given again: their bytes and tags, and whether they hold."""

import gzip
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from django.core.cache import BaseCache, cache, caches
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from seminars import times
from seminars.models import Edition
from seminars.publication.places import Place

KEPT_FOR = 86_400  # seconds; an answer of an older edition, minute or day is never given, however long it is kept
LARGEST = 5_000_000  # octets; a larger answer, such as twenty thousand talks at once, is kept in a file
LARGEST_MADE_UP = 16_384  # octets; a larger one is not kept at all where visitors can make up addresses without end
ON_TAGS = frozenset({"HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"})
CONDITIONS = ON_TAGS | {"HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE"}
PLAIN, GZIPPED = "plain", "gzip"


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


class Made(NamedTuple):
    """An answer that was just rendered."""

    kept: Kept
    bodies: dict[str, bytes]  # by their coding


def coding_for(request: HttpRequest, place: Place) -> str:
    """Return in which form somebody is answered; feeds are compressed by nobody but a proxy."""
    offered = request.META.get("HTTP_ACCEPT_ENCODING", "")
    return GZIPPED if not place.is_feed and _accepts_gzip(offered) else PLAIN


def _accepts_gzip(offered: str) -> bool:
    """Tell whether gzip is acceptable (RFC 9110 §12.5.3): its own word counts before that of `*`, q=0 refuses."""
    offers = (offer.partition(";") for offer in offered.replace(" ", "").lower().split(","))
    weights = {coding: parameters.partition("q=")[2] for coding, _semicolon, parameters in offers}
    weight = weights.get("gzip", weights.get("*", "0"))
    return weight.strip("0.") != "" or weight == ""


def keep(place: Place, response: HttpResponse, edition: int, moment: str, made_at: datetime | None) -> Made:
    """Keep what was rendered, where it is not too large, and return it."""
    body = response.content
    etag = sha256(body).hexdigest()[:32]
    left_out = {"Set-Cookie", "Vary", "Content-Length", "ETag", "Last-Modified", "Cache-Control"}
    headers = {name: value for name, value in response.headers.items() if name not in left_out}
    modified_at, is_large = _modified_at(made_at) if place.is_feed else None, len(body) > LARGEST
    kept = Kept(edition, moment, headers | _freshness(modified_at), etag, modified_at, is_large)
    bodies = {PLAIN: body} | ({} if place.is_feed else {GZIPPED: gzip.compress(body, 6, mtime=0)})
    if len(body) <= LARGEST_MADE_UP or not place.is_made_up:
        tagged = {f"{place.key}:{coding}": (etag, coded) for coding, coded in bodies.items()}
        _store(kept).set_many(tagged, KEPT_FOR)
        cache.set(place.key, kept, KEPT_FOR)
    return Made(kept, bodies)


def _store(kept: Kept) -> BaseCache:
    """Return where the bytes of an answer lie."""
    return caches["large"] if kept.is_large else cache


def kept_answer(
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


def given(request: HttpRequest, place: Place, coding: str, made: Made) -> HttpResponse:
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
