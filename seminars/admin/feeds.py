"""Two pages of the desk about calendars: how large each feed is, and the organiser's own private one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from seminars.actions import people
from seminars.admin.rights import rights
from seminars.formats.ics_calendars import ways_to_follow
from seminars.formats.ics_sizes import LARGE_FROM, MOST_EVENTS, MOST_OCTETS, Size, sizes
from seminars.models import Series
from seminars.models.addresses import absolute


def feed_sizes(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Say of each feed how near it is to what Google takes; organisers read of their own series."""
    shown = [size for size in sizes() if _may_see(request, size)]
    words = {"title": _("Feeds"), "sizes": shown, "large": [size for size in shown if size.is_large]}
    limits = {"events": MOST_EVENTS, "kilobytes": MOST_OCTETS // 1000, "percent": round(100 * LARGE_FROM)}
    return TemplateResponse(request, "admin/feeds.html", context | words | {"limits": limits})


def _may_see(request: HttpRequest, size: Size) -> bool:
    theirs = rights(request)
    subject = size.listing.subject
    return theirs.is_administrator or (isinstance(subject, Series) and subject.pk in theirs.own_series)


def my_calendar(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show the address of one's private calendar (GET); make a new one or revoke it (POST)."""
    if request.method == "POST":
        return _changed(request)
    address = _address(request.user.feed_token)
    ways = ways_to_follow(address, _("My seminars")) if address else []
    words = {"title": _("My calendar"), "address": address, "ways": ways}
    return TemplateResponse(request, "admin/my_calendar.html", context | words)


def _changed(request: HttpRequest) -> HttpResponse:
    if "revoke" in request.POST:
        people.revoke_calendar(request.user)
        messages.success(request, _("The address has been revoked. Calendars that use it are told that it is gone."))
    elif "renew" in request.POST:
        people.renew_calendar(request.user)
        messages.success(request, _("Here is a new address. Older addresses no longer work."))
    return redirect("admin:my-calendar")


def _address(token: str) -> str:
    return absolute(reverse("private-calendar", args=[token])) if token else ""
