"""The feeds of every scope in every format; validators and freshness are the page cache's."""

import logging
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls.converters import StringConverter
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from seminars import access, listings
from seminars.formats import atom, csvfile, ics, jsonfeed
from seminars.kept_entries import MANY_TALKS, Body
from seminars.listings import Listing
from seminars.models import Talk
from seminars.models.talk_address import TalkAddress
from seminars.views import filtered, scope_by_any_slug

FORMATS = {"calendar.ics": ics, "feed.atom": atom, "feed.json": jsonfeed, "talks.csv": csvfile}
SAVED = {"talks.csv"}  # browsers save it; everything else they show or hand on
ALWAYS_WHOLE = {"calendar.ics"}  # calendar programs delete what is missing: `upcoming` would empty people's past
METHODS = ("GET", "HEAD", "OPTIONS")
HEADERS = {
    "X-Robots-Tag": "noindex",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag",
}
# What scripts of other sites are told when they ask first (Fetch §4.8).
OFFER = {
    "Allow": ", ".join(METHODS),
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": ", ".join(METHODS),
    "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",  # seconds
}
TRY_AGAIN_IN = 120  # seconds

logger = logging.getLogger(__name__)


class FileConverter(StringConverter):
    """The last part of a feed's address."""

    regex = "|".join(map(re.escape, FORMATS))


class LargeFeed(StreamingHttpResponse):
    """A feed that is unpacked while it is sent, so that it is never in memory as a whole."""

    def __init__(self, body: Body, **options: Any) -> None:
        super().__init__(body, **options)
        self.body = body
        self.headers["Content-Length"] = str(len(body))


def feed(find: Callable[..., Listing | HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Answer with the listing that the address means, in the format that its last part names, or lead to it.

    With 503 where that fails, for a calendar program takes what it gets for the whole calendar.
    """

    @csrf_exempt  # calendar programs that ask with PROPFIND are to read 405, not 403
    @wraps(find)
    def answer(request: HttpRequest, file: str, **asked: Any) -> HttpResponseBase:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers=OFFER)
        try:
            found = find(request, **asked)
            if isinstance(found, HttpResponse):
                return found
            part = found if file in ALWAYS_WHOLE else _upcoming_of(found, request.GET)
            part = _archive_of(part, request.GET.get("year", ""))
            return _rendered(part, file, past_too="all" in request.GET.getlist("past"))
        except Http404:
            raise
        except listings.UnknownFilter as unknown:
            raise Http404(str(unknown)) from unknown
        except Exception:
            logger.exception("A feed failed")
            return HttpResponse(status=503, headers={"Retry-After": str(TRY_AGAIN_IN), "Cache-Control": "no-store"})

    return answer


def _upcoming_of(listing: Listing, asked: QueryDict) -> Listing:
    limit = asked.get("limit", "")
    if "upcoming" in asked:
        return listing.only_upcoming(limit)
    if limit:
        raise listings.UnknownFilter(_("“limit” only works together with “upcoming”. Add “upcoming” to the address."))
    return listing


def _archive_of(listing: Listing, year: str) -> Listing:
    has_no_archive = listing.is_upcoming or isinstance(listing.subject, Talk)
    return listing.archive_of(year) if year and not has_no_archive else listing


def _rendered(listing: Listing, file: str, *, past_too: bool) -> HttpResponseBase:
    body = FORMATS[file].body(listing, past_too=past_too)
    disposition = f'{"attachment" if file in SAVED else "inline"}; filename="{file}"'
    options = {"content_type": FORMATS[file].CONTENT_TYPE, "headers": HEADERS | {"Content-Disposition": disposition}}
    return LargeFeed(body, **options) if len(body.entries) > MANY_TALKS else HttpResponse(bytes(body), **options)


@feed
def everything(request: HttpRequest) -> Listing:
    """Find all talks, or those that the GET filters ask for."""
    return filtered(request)


@feed
def of_scope(request: HttpRequest, kind: str, slug: str) -> Listing:
    """Find the talks of a series, room, speaker or topic."""
    return scope_by_any_slug(kind, slug)


@feed
def talk(request: HttpRequest, address: TalkAddress) -> Listing | HttpResponse:
    """Find one talk. With its key it is answered in place, listed or not: some calendar programs follow no redirect."""
    found = get_object_or_404(access.talks_at(request.user, address).public().for_lists())
    if address.key not in (found.address.key, found.address_key):
        return redirect(found.calendar_path)
    return listings.of_talk(found)
