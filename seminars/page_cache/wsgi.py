"""A cache around Django's WSGI application: equal requests get the same response without a Django request."""

from collections.abc import Callable, Iterable
from threading import Lock
from time import perf_counter
from typing import Any, NamedTuple

from cachetools import LRUCache
from django.db import Error, close_old_connections
from django.http import HttpResponseBase

from seminars import metrics
from seminars.page_cache.cached_responses import Freshness

# Everything in a request that a cached response depends on, besides the edition and the period.
VARIES_ON = (
    "REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "wsgi.url_scheme", "SERVER_NAME", "SERVER_PORT",
    "HTTP_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_ACCEPT_ENCODING", "HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE",
)  # fmt: skip
MAX_BYTES = 4_000_000  # in each worker
MAX_BODY = MAX_BYTES // 4  # bytes; sending more takes longer than a Django request
MAX_KEY = 1000  # characters; no usual client sends more
OVERHEAD = MAX_KEY + 2500  # bytes, about, that a response takes besides its body

Environ = dict[str, Any]
Application = Callable[[Environ, Callable], Iterable[bytes]]


class CachedResponse(NamedTuple):
    """A response as WSGI sends it, and how long it may be sent again."""

    freshness: Freshness
    status: str
    headers: list[tuple[str, str]]
    body: bytes


class WSGICache:
    """WSGI middleware around Django; the page cache decides which responses may be sent again."""

    def __init__(self, application: Application, max_bytes: int = MAX_BYTES) -> None:
        self.application = application
        self.responses: LRUCache[tuple, CachedResponse] = LRUCache(max_bytes, getsizeof=_size)
        self.edition = 0  # of the latest response
        self.lock = Lock()

    def __call__(self, environ: Environ, start_response: Callable) -> Iterable[bytes]:
        if "HTTP_COOKIE" in environ:
            return self.application(environ, start_response)
        began = perf_counter()
        key = tuple(map(environ.get, VARIES_ON))
        with self.lock:
            cached = self.responses.get(key)
        if cached and _is_fresh(cached):
            start_response(cached.status, cached.headers.copy())
            metrics.count(int(cached.status[:3]), perf_counter() - began, from_cache=True)
            return [cached.body]
        response = self.application(environ, start_response)
        freshness = getattr(response, "freshness", None)
        if freshness and len(response.content) <= MAX_BODY and sum(len(value) for value in key if value) <= MAX_KEY:
            self._keep(key, _cached(response, freshness))
        return response

    def _keep(self, key: tuple, cached: CachedResponse) -> None:
        """Cache a response. The first one of a new edition frees the memory of all others, which are not sent again."""
        edition = cached.freshness.edition
        if edition != self.edition and not _is_fresh(cached):
            return  # it took so long that others have a later edition
        with self.lock:
            if edition != self.edition:
                self.responses.clear()
                self.edition = edition
            self.responses[key] = cached


def _cached(response: HttpResponseBase, freshness: Freshness) -> CachedResponse:
    status = f"{response.status_code} {response.reason_phrase}"
    return CachedResponse(freshness, status, list(response.items()), response.content)


def _is_fresh(cached: CachedResponse) -> bool:
    try:
        return cached.freshness.lasts()
    except Error:
        return False  # Django finds out what is wrong and reconnects
    finally:
        close_old_connections()  # as at the end of each request that Django answers


def _size(cached: CachedResponse) -> int:
    return len(cached.body) + OVERHEAD
