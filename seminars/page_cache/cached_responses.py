"""Cached responses: their bodies, validators and freshness."""

import gzip
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from seminars import zone_data
from seminars.kept_entries import Body
from seminars.models import Edition
from seminars.page_cache.cache_keys import CachedAddress
from seminars.times import Span

TIMEOUT = 86_400  # seconds; a response of an older edition, minute or day is never sent, however long it is stored
MAX_BODY = 5_000_000  # bytes; of a larger response only the validators are stored
MAX_BODY_OF_UNBOUNDED = 16_384  # bytes; larger ones are not stored where visitors can make up addresses without end
ETAG_CONDITIONS = frozenset({"HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"})
CONDITIONS = ETAG_CONDITIONS | {"HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE"}
IDENTITY, GZIP = "identity", "gzip"


@dataclass(frozen=True)
class CacheMetadata:
    """What is stored of a response besides its bodies."""

    edition: int
    period: Span  # the minute or day for which it holds
    headers: dict[str, str]
    etag: str
    modified_at: float | None  # POSIX seconds; None for pages and feeds of upcoming talks

    def is_fresh(self, edition: int, *, or_later: bool) -> bool:
        """Tell whether it is of this period and of this edition or, if asked, of a later one."""
        if timezone.now() not in self.period:
            return False
        # A number that the database has not reached is from before it was restored.
        return self.edition == edition or (or_later and edition < self.edition <= Edition.objects.number())

    @property
    def last_modified(self) -> int | None:
        """When it was rendered, for Last-Modified; never in a second that is not over, let alone in the future."""
        return self.modified_at and int(min(self.modified_at, _a_second_ago()))

    @property
    def is_settled(self) -> bool:
        """Tell whether `last_modified` stays as it is, and is no other edition's: until then it proves nothing."""
        return self.modified_at is None or self.modified_at <= _a_second_ago()


@dataclass(frozen=True)
class Freshness:
    """How long a response may be sent again to requests that are equal in every header that matters (wsgi.py)."""

    edition: int
    period: Span
    zone_data: str

    @classmethod
    def of(cls, entry: CacheMetadata) -> "Freshness":
        return cls(entry.edition, entry.period, zone_data.current().key)

    def lasts(self) -> bool:
        is_of_now = timezone.now() in self.period and self.zone_data == zone_data.current().key
        return is_of_now and self.edition == Edition.objects.number()


class Rendered(NamedTuple):
    """A response that was just rendered."""

    entry: CacheMetadata
    bodies: dict[str, bytes | Body]  # by their content encoding


def negotiated_encoding(request: HttpRequest, address: CachedAddress) -> str:
    """Return the content encoding of the response; long feeds are left for a proxy to compress."""
    accepted = request.META.get("HTTP_ACCEPT_ENCODING", "")
    return GZIP if address.is_compressed and _accepts_gzip(accepted) else IDENTITY


def _accepts_gzip(accepted: str) -> bool:
    """Tell whether gzip is acceptable (RFC 9110 §12.5.3): "gzip" counts before "*", and q=0 refuses."""
    codings = (coding.partition(";") for coding in accepted.replace(" ", "").lower().split(","))
    weights = {coding: parameters.partition("q=")[2] for coding, _semicolon, parameters in codings}
    weight = weights.get("gzip", weights.get("*", "0"))
    return weight.strip("0.") != "" or weight == ""


def store(
    address: CachedAddress, response: HttpResponseBase, edition: int, period: Span, made_at: datetime | None
) -> Rendered:
    """Store what was rendered, as far as it is not too large, and return it.

    Of a large feed only the validators are stored: its entries are kept, so it is made again without rendering them.
    """
    body = response.body if response.streaming else response.content
    etag = body.digest if response.streaming else sha256(body).hexdigest()[:32]
    left_out = {"Set-Cookie", "Vary", "Content-Length", "ETag", "Last-Modified", "Cache-Control"}
    headers = {name: value for name, value in response.headers.items() if name not in left_out}
    modified_at = _modified_at(made_at, period) if address.is_dated else None
    entry = CacheMetadata(edition, period, headers | _caching_headers(address), etag, modified_at)
    bodies = {IDENTITY: body} | ({GZIP: gzip.compress(body, 6, mtime=0)} if address.is_compressed else {})
    if len(body) <= MAX_BODY_OF_UNBOUNDED or not address.is_unbounded:
        if not response.streaming and len(body) <= MAX_BODY:
            encoding = _stored_encoding(address)
            cache.set(f"{address.key}:{encoding}", (etag, bodies[encoding]), TIMEOUT)
        cache.set(address.key, entry, TIMEOUT)
    return Rendered(entry, bodies)


def find(
    request: HttpRequest, address: CachedAddress, encoding: str, edition: int, *, or_later: bool = False
) -> HttpResponseBase | None:
    """Return the cached response, if it is fresh."""
    entry: CacheMetadata | None = cache.get(address.key)
    if entry is None or not entry.is_fresh(edition, or_later=or_later):
        return None
    if response := _not_modified(request, entry, encoding):
        return _with_freshness(response, entry)
    stored = _stored_encoding(address)
    etag, body = cache.get(f"{address.key}:{stored}") or ("", b"")
    if etag != entry.etag:
        return None
    body = body if encoding == stored else gzip.decompress(body)
    return _with_freshness(_response(request, entry, encoding, body), entry)


def _stored_encoding(address: CachedAddress) -> str:
    """Return the encoding in which a body is stored, which is enough for every client: few read no gzip."""
    return GZIP if address.is_compressed else IDENTITY


def respond(request: HttpRequest, address: CachedAddress, encoding: str, rendered: Rendered) -> HttpResponseBase:
    """Answer with what was just rendered."""
    entry, bodies = rendered
    response = _not_modified(request, entry, encoding) or _response(request, entry, encoding, bodies[encoding])
    return _with_freshness(response, entry)


def _modified_at(made_at: datetime | None, day: Span) -> float:
    """Return the later of the edition's time and the start of the department's day, when the window may move."""
    return max(made_at or day.starts_at, day.starts_at).timestamp()


def _a_second_ago() -> float:
    return timezone.now().timestamp() - 1


def _caching_headers(address: CachedAddress) -> dict[str, str]:
    """Return how long clients may use a response: a feed for five minutes, a page until they ask again.

    For shared caches the settings may say more (RFC 9111 §5.2.2.10): then they send a page again without asking, also
    while they ask for a new one, and as long as the site is away (RFC 5861 §3, §4).
    """
    lasting = {"Cache-Control": "public, max-age=300" if address.is_feed else "public, no-cache"}
    if seconds := settings.SHARED_CACHE_SECONDS:
        shared = f"s-maxage={seconds}, stale-while-revalidate={seconds}, stale-if-error={TIMEOUT}"
        lasting = {"Cache-Control": f"public, max-age={300 if address.is_feed else 0}, {shared}"}
    return lasting | ({"Vary": "Accept-Encoding"} if address.is_compressed else {})


def _not_modified(request: HttpRequest, entry: CacheMetadata, encoding: str) -> HttpResponse | None:
    """Answer 304 or 412 where the request's conditions ask for it (RFC 9110 §13).

    A page has no date, so conditions on dates are ignored there (§13.1.3, §13.1.4), as where a date is not settled.
    """
    considered = CONDITIONS if entry.modified_at and entry.is_settled else ETAG_CONDITIONS
    if considered.isdisjoint(request.META):
        return None
    conditional = copy(request)
    conditional.META = {name: value for name, value in request.META.items() if name not in CONDITIONS - considered}
    answer = get_conditional_response(conditional, etag=_etag(entry, encoding), last_modified=entry.last_modified)
    if answer is None:
        return None
    headers = {name: value for name, value in entry.headers.items() if not name.startswith("Content-")}
    response = HttpResponse(status=answer.status_code, headers=headers | _validators(entry, encoding))
    del response.headers["Content-Type"]  # Django's own; a client may take it for that of its copy (RFC 9111 §3.2)
    return response


def _response(request: HttpRequest, entry: CacheMetadata, encoding: str, body: bytes | Body) -> HttpResponseBase:
    headers = entry.headers | {"Content-Length": str(len(body))} | _validators(entry, encoding)
    if encoding == GZIP:
        headers["Content-Encoding"] = GZIP
    if isinstance(body, Body) and request.method != "HEAD":
        return StreamingHttpResponse(body, headers=headers)
    return HttpResponse(b"" if request.method == "HEAD" else body, headers=headers)


def _with_freshness(response: HttpResponseBase, entry: CacheMetadata) -> HttpResponseBase:
    if entry.is_settled and not response.streaming:
        response.freshness = Freshness.of(entry)
    return response


def _validators(entry: CacheMetadata, encoding: str) -> dict[str, str]:
    date = {} if entry.last_modified is None else {"Last-Modified": http_date(entry.last_modified)}
    return {"ETag": _etag(entry, encoding)} | date


def _etag(entry: CacheMetadata, encoding: str) -> str:
    return f'"{entry.etag}"' if encoding == IDENTITY else f'"{entry.etag}-{encoding}"'
