"""Middleware of our own: languages, security headers without a Django setting, sessions on a database that fails."""

import logging
from collections.abc import Callable
from contextlib import ExitStack

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from seminars import languages
from seminars.failures import failure_of
from seminars.forms import parameters
from seminars.models.department import department_read_once
from seminars.views import signing_in
from seminars.zone_watch import HEALTH_CHECKS

logger = logging.getLogger(__name__)

ROOM_FOR_CALLS = 2**14  # values of 8 bytes: Python allocates a chunk of 256 KB, and half of it is left for calls


def one_chunk_of_stack(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Let all calls of a request find room in one piece of Python's stack.

    Python keeps the frames of calls in chunks of 16 KB. If a loop calls functions across the end of a chunk, Python
    asks the system for a new chunk in each call and gives it back afterwards (CPython issue 142183). A template is such
    a loop: depending on how deep the call is, a page took up to twice as long. A frame that says that it needs much
    room gets a large chunk, and the calls within use what is left of it. This takes 30 µs for each request.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    middleware.__code__ = middleware.__code__.replace(co_stacksize=ROOM_FOR_CALLS)
    return middleware


class SecurityHeadersMiddleware:
    """Adds Cross-Origin-Resource-Policy (Fetch, section 3.6) to every response.

    Documents also get Permissions-Policy (W3C) and Cross-Origin-Opener-Policy (HTML, section 7.1.3).

    A response that scripts of any site may read (`Access-Control-Allow-Origin: *`) may be loaded by any site; all
    others are for our own pages. A view that says otherwise sets the header itself. Only a document has permissions
    (Permissions Policy, section 4) or an opener: what pages load goes without these headers, which are as large as a
    small face.
    """

    LOADED = ("image/", "font/", "text/css", "text/javascript")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_open = response.headers.get("Access-Control-Allow-Origin") == "*"
        if not response.headers.get("Content-Type", "").startswith(self.LOADED):
            response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
            response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if is_open else "same-origin")
        return response


class AddressLanguageMiddleware:
    """Speaks the language that the address names, in everything that answers without asking the department's row."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with languages.at(request.path_info):
            return self.get_response(request)


class DepartmentLanguageMiddleware:
    """Works in the department's time zone, and speaks its language at addresses that name no language or its own.

    It stands within the page cache, whose answers belong to one edition: the department is read with the other rows,
    once for the whole request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in HEALTH_CHECKS:
            return self.get_response(request)  # they answer without a database
        with ExitStack() as within:
            try:
                ours = within.enter_context(department_read_once()).spoken_language
            except Error:
                ours = settings.LANGUAGE_CODE  # what needs the database will say what is wrong with it
            within.enter_context(languages.at(request.path_info))
            return self._answer(request, ours)

    def _answer(self, request: HttpRequest, ours: str) -> HttpResponse:
        asked = languages.of_path(request.path_info)
        if asked and asked != ours:
            request.urlconf = languages.urls_in(asked)
            return self.get_response(request)
        # No page is at a path that names the department's own language: `not_found` leads on from there.
        with languages.at("/"), translation.override(ours):
            return self.get_response(request)


class TolerantSessionMiddleware(SessionMiddleware):
    """Django's, but a session that cannot be saved, for example on a full disk, does not spoil the response.

    Only the messages for the next page are lost. Where the response needs a new session, the failure is raised.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except (Error, SessionInterrupted) as failed:
            if settings.SESSION_COOKIE_NAME not in request.COOKIES or not _is_database_failure(failed):
                raise
            logger.exception("A session could not be saved")
            return response


def _is_database_failure(failed: BaseException | None) -> bool:
    """Tell whether the database failed; Django reports every failure as a session that was deleted."""
    return failed is not None and (failure_of(failed) is not None or _is_database_failure(failed.__context__))


class SignInStepsMiddleware:
    """Treats people as visitors until their sign-in is complete; the desk leads them to the step that is left.

    It asks the database nothing for pages that do not ask who reads them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            known = request.known_user = request.user
            request.user = SimpleLazyObject(lambda: AnonymousUser() if signing_in.step_left(known) else known)
        return self.get_response(request)  # which finds no view for old addresses, and asks who reads all the same

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        address = request.resolver_match
        is_step, is_way = address.url_name in signing_in.STEPS, address.url_name in ("sign-in", "sign-out", "logout")
        if not hasattr(request, "known_user") or not (is_step or is_way or address.namespace == "admin"):
            return None
        request.user = request.known_user
        step = "" if is_way else signing_in.step_left(request.user)
        if not step or step == address.url_name:
            return None
        is_sent = request.method == "POST" and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
        if is_sent and not is_step:  # scripts send parts of a form, which a person has not sent
            signing_in.keep(request, parameters.typed(request.POST).urlencode(), request.get_full_path())
        return signing_in.to_step_left(step, self._target(request, is_step=is_step))

    def _target(self, request: HttpRequest, *, is_step: bool) -> str:
        if is_step:
            return signing_in.target_of(request)
        return request.get_full_path() if request.method == "GET" else reverse("admin:index")
