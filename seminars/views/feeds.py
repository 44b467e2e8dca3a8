"""The calendar feed of every scope; validators and freshness are the publication's."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404

from seminars import listings
from seminars.formats import ics
from seminars.listings import Listing
from seminars.models import Room, Series, Speaker, Talk, Topic
from seminars.models.addresses import AddressedModel, AddressedQuerySet

METHODS = ("GET", "HEAD", "OPTIONS")
HEADERS = {
    "X-Robots-Tag": "noindex",
    "Access-Control-Allow-Origin": "*",
    "Content-Disposition": 'inline; filename="calendar.ics"',
}
TRY_AGAIN_IN = 120  # seconds

logger = logging.getLogger(__name__)


def feed(find: Callable[..., Listing]) -> Callable[..., HttpResponse]:
    """Answer with the listing that the address means; with 503 where that fails, for a calendar program takes what
    it gets for the whole calendar."""

    @wraps(find)
    def answer(request: HttpRequest, **asked: Any) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": ", ".join(METHODS)})
        try:
            body = ics.render(find(request, **asked), past_too=request.GET.get("past") == "all")
            return HttpResponse(body, content_type=ics.CONTENT_TYPE, headers=HEADERS)
        except Http404:
            raise
        except Exception:
            logger.exception("A calendar feed failed")
            return HttpResponse(status=503, headers={"Retry-After": str(TRY_AGAIN_IN), "Cache-Control": "no-store"})

    return answer


@feed
def everything(request: HttpRequest) -> Listing:
    """Find all talks, or those that the GET filters ask for."""
    try:
        return listings.filtered(dict(request.GET.lists()))
    except listings.UnknownFilter as unknown:
        raise Http404(str(unknown)) from unknown


@feed
def series(request: HttpRequest, slug: str) -> Listing:
    return listings.of_series(_called(slug, Series.objects.all()))


@feed
def room(request: HttpRequest, slug: str) -> Listing:
    return listings.of_room(_called(slug, Room.objects.all()))


@feed
def speaker(request: HttpRequest, slug: str) -> Listing:
    return listings.of_speaker(_called(slug, Speaker.objects.public()))


@feed
def topic(request: HttpRequest, slug: str) -> Listing:
    return listings.of_topic(_called(slug, Topic.objects.all()))


@feed
def talk(request: HttpRequest, pk: int) -> Listing:
    return listings.of_talk(get_object_or_404(Talk.objects.public().with_all_that_is_printed(), pk=pk))


def _called(slug: str, among: AddressedQuerySet) -> AddressedModel:
    """Return the row with this slug, former ones included: some calendar programs follow no redirect."""
    found = among.with_slugs([slug])
    if slug not in found:
        raise Http404
    return found[slug]
