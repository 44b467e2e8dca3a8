"""Middleware that answers visitors' requests from the page cache, for one small query each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from weakref import WeakValueDictionary

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from seminars import access, languages, text, zone_data
from seminars.kept_entries import MANY_TALKS
from seminars.models import Edition, FormerAddress, Talk
from seminars.models.department import department_read_once
from seminars.models.edition import one_state
from seminars.page_cache.cache_keys import CachedAddress, cached_address
from seminars.page_cache.cached_responses import Rendered, find, negotiated_encoding, respond, store
from seminars.views.errors import calendar_meant
from seminars.views.feeds import LargeFeed

RETRY_AFTER = 60  # seconds
PRIVATE = "private, no-store"


class PageCacheMiddleware:
    """Answer requests without a session from the cache; pass on all others (docs/decisions/editions.md)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        address = cached_address(request.path_info, request.META.get("QUERY_STRING", ""))
        if address is None or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        request.get_host()  # raises DisallowedHost, as everywhere else
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response = self._former(request, address) or self.get_response(request)
            response.headers["Cache-Control"] = PRIVATE
            return response
        return self._former(request, address) or self._cached(request, address)

    def _former(self, request: HttpRequest, address: CachedAddress) -> HttpResponseBase | None:
        """Redirect a former address that was kept in a query string to its page of today."""
        if not address.has_unknown_parameters:
            return None
        path = request.get_full_path_info()
        asked = (path, languages.without(path))
        known = FormerAddress.objects.meanings(asked)
        target = next((known[one] for one in asked if one in known), None)
        if calendar := calendar_meant(target, request):
            return self._cached(request, cached_address(calendar, ""))
        return redirect(target) if target and access.may_see(AnonymousUser(), target) else None

    def _cached(self, request: HttpRequest, address: CachedAddress) -> HttpResponseBase:
        encoding, edition = negotiated_encoding(request, address), Edition.objects.number()
        return find(request, address, encoding, edition) or self._rendered_once(request, address, encoding, edition)

    def _rendered_once(
        self, request: HttpRequest, address: CachedAddress, encoding: str, edition: int
    ) -> HttpResponseBase:
        """Let one request render while others for the same address wait.

        Whole feeds of many talks are rendered one at a time. Without kept entries that takes half a minute, and nobody
        waits for it: soon all threads would be waiting.
        """
        is_slow = address.is_whole_feed and Talk.objects.has_more_than(MANY_TALKS)
        rendering = _rendering("" if is_slow else address.key)
        if not rendering.lock.acquire(blocking=not is_slow):
            return HttpResponse(status=503, headers={"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"})
        try:
            if rendering.rendered and rendering.rendered.entry.is_fresh(edition, or_later=True):
                return respond(request, address, encoding, rendering.rendered)
            if response := find(request, address, encoding, edition, or_later=True):
                return response
            response, rendered = self._render(request, address)
            rendering.rendered = None if is_slow else rendered
            return respond(request, address, encoding, rendered) if rendered else response
        finally:
            rendering.lock.release()

    def _render(self, request: HttpRequest, address: CachedAddress) -> tuple[HttpResponseBase, Rendered | None]:
        """Render and store, all from one edition: no response mixes two, even if others save at the same time."""
        for _attempt in range(2):
            rules = zone_data.current()
            with one_state(), department_read_once(), text.rendering() as rendered:
                period = address.period(timezone.now())
                edition, made_at = Edition.objects.current()
                response = self.get_response(_anonymous(request, address))
            if zone_data.current() == rules:
                break  # else new time zone rules came in between, and the response may mix them with the old ones
        is_unknown = response.streaming and not isinstance(response, LargeFeed)
        if response.status_code != 200 or is_unknown or response.cookies:
            return response, None
        # The next visitor may see the formulas, or all of it by the time zone rules that have just come.
        if rendered.is_postponed or zone_data.current() != rules:
            response.headers["Cache-Control"] = "no-store"
            return response, None
        return response, store(address, response, edition, period, made_at)


@dataclass(eq=False)
class RenderingLock:
    """The lock on rendering one address, and the result for those who waited, even if it is too large to store."""

    lock: Lock = field(default_factory=Lock)
    rendered: Rendered | None = None


_renderings: WeakValueDictionary[str, RenderingLock] = WeakValueDictionary()
_renderings_lock = Lock()


def _rendering(key: str) -> RenderingLock:
    """Return what all threads of this process share that render `key`."""
    with _renderings_lock:
        return _renderings.setdefault(key, RenderingLock())


def _anonymous(request: HttpRequest, address: CachedAddress) -> HttpRequest:
    """Return the request as every visitor makes it: GET, only parameters that the address knows, no conditions."""
    environ = {key: value for key, value in request.META.items() if not key.startswith(("HTTP_IF_", "HTTP_COOKIE"))}
    path = address.path.encode().decode("latin-1")  # as WSGI has it (PEP 3333)
    environ |= {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": address.query}
    return type(request)(environ)
