"""Our talks on other sites: a list that may be framed, a script with a custom element, and a page that shows both."""

import json
from collections.abc import Callable
from hashlib import sha256

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import condition

from seminars import listings
from seminars.listings import Listing
from seminars.models import Series
from seminars.views import filtered, one_of, scope

LEVELS = range(1, 7)  # of headings
THEMES = ("auto", "light", "dark")
SCRIPT = settings.BASE_DIR / "static" / "js" / "embed.js"
NO_WORDS = "{ /* words */ }"  # where the script takes them
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "public, max-age=3600",
}


def frameable(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let any site put what this view answers into a frame."""
    return xframe_options_exempt(csp_replace({"frame-ancestors": ["*"]})(view))


@frameable
def everything(request: HttpRequest) -> HttpResponse:
    """Show all talks, or those that the GET filters ask for, as a bare list."""
    return _bare_list(request, filtered(request))


@frameable
def of_scope(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """Show the talks of a series, room, speaker or topic as a bare list."""
    return _bare_list(request, scope(kind, slug))


def _bare_list(request: HttpRequest, listing: Listing) -> HttpResponse:
    limit = _number(request, "limit", listings.LIMITS, usual=10)
    talks = listings.page_of(listing.talks.upcoming(), number="1", size=limit)
    context = {"listing": listing, "talks": talks, "theme": one_of(THEMES, request, "theme")}
    response = render(request, "embeds/list.html", context)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def demo(request: HttpRequest) -> HttpResponse:
    """Show list and element as the GET parameters ask, and what to paste for each."""
    all_series = Series.objects.listed().in_order()
    chosen = next((one for one in all_series if one.slug == request.GET.get("series")), None)
    theme = one_of(THEMES, request, "theme")
    context = {
        "listing": listings.of_series(chosen) if chosen else listings.everything(),
        "all_series": all_series,
        "chosen": chosen,
        "limit": _number(request, "limit", listings.LIMITS, usual=5),
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
        "hours": pgettext("hours", "%(start)s–%(end)s") % {"start": "{start}", "end": "{end}"},
        "until": pgettext("dates", "%(start)s – %(end)s") % {"start": "{start}", "end": "{end}"},
        "hoursOvernight": pgettext("hours", "%(start)s–%(end)s the next day") % {"start": "{start}", "end": "{end}"},
        "moment": _("%(day)s, %(clock)s") % {"day": "{day}", "clock": "{clock}"},
        "formerly": _("(formerly %(name)s)") % {"name": "{name}"},
        "example": f"{_('Example data.')} {_('These talks are made up.')}",
    }
    return SCRIPT.read_text().replace(NO_WORDS, json.dumps(words, ensure_ascii=False))


def _number(request: HttpRequest, name: str, allowed: range, *, usual: int) -> int:
    asked = request.GET.get(name, "")
    return int(asked) if asked in map(str, allowed) else usual
