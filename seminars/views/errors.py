"""What is said when a page is missing or broken; an old address leads to where its talk is now."""

import sys

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import get_script_prefix, is_valid_path, resolve

from seminars import access, languages
from seminars.failures import failure_of
from seminars.forms import parameters
from seminars.listings import UnknownFilter
from seminars.models import FormerAddress
from seminars.models.department_language import in_department_language
from seminars.models.page_addresses import asks_for_calendar, calendar_of

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")  # RFC 9110 §9.2.1
TRY_AGAIN_IN = 60  # seconds


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a former address with the calendar that it means now, or lead to the page; else say that nothing is here.

    The calendar is answered in place, for some calendar programs follow no redirect.
    """
    target = FormerAddress.objects.meaning(request.path_info, request.META.get("QUERY_STRING", ""))
    calendar = calendar_meant(target, request)
    if calendar:
        view, _args, details = resolve(calendar)
        with in_department_language():
            return view(request, **details)
    if target and access.may_see(request.user, target):
        return redirect(target)
    if page := _without_language(request):
        return redirect(page)
    # Only what we say ourselves is shown: other reasons name models and patterns.
    unknown = exception.__cause__ if isinstance(exception.__cause__, UnknownFilter) else ""
    response = render(request, "404.html", {"unknown": unknown}, status=404)
    if request.resolver_match and "file" in request.resolver_match.kwargs:  # of a feed: scripts elsewhere may read why
        response["Access-Control-Allow-Origin"] = "*"
    return response


def _without_language(request: HttpRequest) -> str:
    """Return the address without the language that it names, if only that is there: a file, or a page that is not
    offered in this language (any longer)."""
    if request.resolver_match or not languages.named_in(request.path_info) or is_valid_path(f"{request.path_info}/"):
        return ""  # Django appends the slash that is missing
    there = languages.without(request.path_info)
    is_there = any(is_valid_path(one, settings.ROOT_URLCONF) for one in (there, f"{there}/"))
    return languages.address_in(request.get_full_path()) if is_there else ""


def calendar_meant(target: Model | None, request: HttpRequest) -> str:
    """Return the path, without prefix, of the public calendar that an old address asks for; "" if it asks for none."""
    asks = asks_for_calendar(request.path_info, request.META.get("QUERY_STRING", ""))
    if target is None or not asks or not access.may_see(AnonymousUser(), target):
        return ""
    address = calendar_of(target)
    return f"/{address.removeprefix(get_script_prefix())}"


def failed(request: HttpRequest) -> HttpResponse:
    """Say what is wrong with the database or the disk, or that an update is under way, else that it is our fault.

    With 503, and where the trouble passes by itself with the seconds until then. What was typed can be sent again. The
    database is asked for nothing.
    """
    trouble = failure_of(sys.exc_info()[1])  # Django calls this while it handles the error
    if trouble is None:
        return render(request, "500.html", status=500)
    is_change = request.method not in SAFE
    typed = list(parameters.typed(request.POST).lists()) if is_change else []
    words = {"trouble": trouble, "is_change": is_change, "typed": typed}
    response = render(request, "503.html", words, status=503)
    response.headers["Cache-Control"] = "private, no-store"
    if trouble.passes:
        response.headers["Retry-After"] = str(TRY_AGAIN_IN)
    return response
