"""Our talks on other sites: a list that may be framed, a script with a custom element, and a page that shows both."""

import json
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import condition

from seminars import listings
from seminars.listings import Listing
from seminars.models import Room, Series, Speaker, Topic

LIMITS = range(1, 51)  # talks in a list
LEVELS = range(1, 7)  # of headings
THEMES = ("auto", "light", "dark")
SCRIPT = settings.BASE_DIR / "static" / "js" / "embed.js"
NO_WORDS = "{ /* words */ }"  # where the script takes them
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "public, max-age=3600",
}


def frameable(find: Callable[..., Listing]) -> Callable[..., HttpResponse]:
    """Show the listing that the address means as a bare list, which any site may put into a frame."""

    @wraps(find)
    def answer(request: HttpRequest, **asked: Any) -> HttpResponse:
        listing, limit = find(request, **asked), _number(request, "limit", LIMITS, usual=10)
        talks = listings.page_of(listing.talks.upcoming(), number="1", size=limit)
        response = render(request, "embeds/list.html", {"listing": listing, "talks": talks, "theme": _theme(request)})
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return xframe_options_exempt(csp_replace({"frame-ancestors": ["*"]})(answer))


@frameable
def everything(request: HttpRequest) -> Listing:
    """Find all talks, or those that the GET filters ask for."""
    try:
        return listings.filtered(dict(request.GET.lists()))
    except listings.UnknownFilter as unknown:
        raise Http404(str(unknown)) from unknown


@frameable
def series(request: HttpRequest, slug: str) -> Listing:
    return listings.of_series(get_object_or_404(Series, slug=slug))


@frameable
def room(request: HttpRequest, slug: str) -> Listing:
    return listings.of_room(get_object_or_404(Room, slug=slug))


@frameable
def speaker(request: HttpRequest, slug: str) -> Listing:
    return listings.of_speaker(get_object_or_404(Speaker.objects.public(), slug=slug))


@frameable
def topic(request: HttpRequest, slug: str) -> Listing:
    return listings.of_topic(get_object_or_404(Topic, slug=slug))


def demo(request: HttpRequest) -> HttpResponse:
    """Show list and element as the GET parameters ask, and what to paste for each."""
    all_series = Series.objects.listed().in_order()
    chosen = next((one for one in all_series if one.slug == request.GET.get("series")), None)
    theme = _theme(request)
    context = {
        "listing": listings.of_series(chosen) if chosen else listings.everything(),
        "all_series": all_series,
        "chosen": chosen,
        "limit": _number(request, "limit", LIMITS, usual=5),
        "level": _number(request, "level", LEVELS, usual=3),
        "theme": theme,
        # A frame cannot see the page around; by the visitor's system it would be dark in a white page.
        "frame_theme": "light" if theme == "auto" else theme,
    }
    return render(request, "embeds/demo.html", context | {"levels": LEVELS})


@condition(etag_func=lambda request: f'"{sha256(_script().encode()).hexdigest()[:32]}"')
def script(request: HttpRequest) -> HttpResponse:
    """Answer with the custom element; the address stays for ever, so it is looked up anew each hour."""
    return HttpResponse(_script(), content_type="text/javascript; charset=utf-8", headers=HEADERS)


def _script() -> str:
    words = {
        "draft": _("Draft"),
        "cancelled": _("Cancelled"),
        "postponed": _("Postponed"),
        "tentative": _("Provisional"),
        "happening": _("Happening now"),
        "moved": _("Moved"),
        "onlineOnly": _("Online only"),
        "previously": _("Previously %(when)s") % {"when": "{when}"},
        "noTitle": _("Title to be announced"),
        "noSpeaker": _("Speaker to be announced"),
        "nothing": _("To be announced"),
        "noPlace": _("Place to be announced"),
        "online": _("Online"),
        "andOnline": _("and online"),
        "join": _("Join now"),
        "empty": _("No talks have been announced yet."),
        "noon": _("12 noon"),
        "midnight": _("12 midnight"),
        "hours": pgettext("hours", "%(start)s to %(end)s") % {"start": "{start}", "end": "{end}"},
        "hoursOvernight": pgettext("hours", "%(start)s to %(end)s the next day") % {"start": "{start}", "end": "{end}"},
        "moment": _("%(day)s, %(clock)s") % {"day": "{day}", "clock": "{clock}"},
        "formerly": _("(formerly %(name)s)") % {"name": "{name}"},
        "example": f"{_('Example data.')} {_('None of these talks takes place.')}",
    }
    return SCRIPT.read_text().replace(NO_WORDS, json.dumps(words, ensure_ascii=False))


def _number(request: HttpRequest, name: str, allowed: range, *, usual: int) -> int:
    asked = request.GET.get(name, "")
    return int(asked) if asked in map(str, allowed) else usual


def _theme(request: HttpRequest) -> str:
    asked = request.GET.get("theme")
    return asked if asked in THEMES else THEMES[0]
