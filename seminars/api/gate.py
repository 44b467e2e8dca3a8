"""The gate: finds the operation, asks who calls, and answers every error alike; no cookie is read or set."""

import re

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.translation import gettext as _

from seminars.api import callers
from seminars.api.interface import document
from seminars.api.problems import BYTES, ApiProblem, nothing_here, response_to

URLS = "seminars.api.urls"
MOST = 1024 * 1024  # bytes of a body
OF_PAGES = ("GET", "HEAD", "OPTIONS")
# What scripts of other sites may read: what everybody may, so they send no token (Fetch §4.8).
OPEN = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Retry-After"}
PREFLIGHT = OPEN | {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",  # seconds
}


def answer(request: HttpRequest) -> HttpResponse:
    """Answer a request under /api/."""
    request.COOKIES.clear()
    request.user = AnonymousUser()
    is_head = request.method == "HEAD"
    try:
        response = _answer(request)
    except Exception as failed:  # noqa: BLE001  each becomes a problem, and what is our fault is logged
        response = response_to(failed, request)
    if is_head and not response.streaming:
        response.headers.setdefault("Content-Length", str(len(response.content)))
        response.content = b""
    return _with_headers(request, response)


def _answer(request: HttpRequest) -> HttpResponse:
    try:
        found = resolve(request.path_info, URLS)
    except Resolver404:
        callers.identify(request)
        raise nothing_here() from None
    methods = methods_at(found)
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers=PREFLIGHT | {"Allow": ", ".join(methods)})
    request.caller = callers.identify(request)
    if request.method not in methods:
        raise ApiProblem(405, _("This address does not take that method."), headers={"Allow": ", ".join(methods)})
    if request.method not in OF_PAGES:
        request.caller.require()  # before anything that was sent is read
    if request.method == "HEAD":
        request.method = "GET"
    _refuse_unknown(request, found)
    if _is_too_large(request, found):
        raise ApiProblem(413, _("The request is too large."))
    return found.func(request, *found.args, **found.kwargs)


def _is_too_large(request: HttpRequest, found: ResolverMatch) -> bool:
    """Tell whether more was sent than anything there takes; a picture is left to its operation to read."""
    taken = _operations_at(found).get(request.method.lower(), {}).get("requestBody", {"content": {}})
    return BYTES not in taken["content"] and len(request.body) > MOST


def _with_headers(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let nobody keep what a token has read; what everybody may read is asked for again each time."""
    is_private = "Authorization" in request.headers or request.method not in OF_PAGES
    response["Cache-Control"] = "private, no-store" if is_private else "no-cache"
    response["Vary"] = "Authorization"
    response["X-Robots-Tag"] = "noindex"
    for name, value in ({} if is_private else OPEN).items():
        response.headers.setdefault(name, value)
    return response


# --- what the document says of an address --------------------------------------------------------------


def _operations_at(found: ResolverMatch) -> dict[str, dict]:
    path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", found.route)
    return document()["paths"].get(path, {})


def methods_at(found: ResolverMatch) -> list[str]:
    """Return the methods that an address takes."""
    of_programs = [method.upper() for method in _operations_at(found)]
    with_head = [*of_programs, "HEAD"] if "GET" in of_programs else of_programs
    return [*with_head, "OPTIONS"] if of_programs else list(OF_PAGES)


def _refuse_unknown(request: HttpRequest, found: ResolverMatch) -> None:
    """Raise ApiProblem 422 for a parameter that nobody reads: a slip would mean another list."""
    operation = _operations_at(found).get(request.method.lower(), {"parameters": []})
    known = {one["name"] for one in operation["parameters"] if one["in"] == "query"}
    if unknown := sorted(request.GET.keys() - known):
        sentence = _("There is no such parameter. Known ones: %(known)s.") % {"known": ", ".join(sorted(known)) or "–"}
        raise ApiProblem(422, sentence, errors=[{"field": name, "message": sentence} for name in unknown])
