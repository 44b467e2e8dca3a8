"""The calendar feed of every scope."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from seminars import listings
from seminars.formats import ics
from seminars.listings import Listing
from seminars.models import Room, Series, Speaker, Talk, Topic


def everything(request: HttpRequest) -> HttpResponse:
    """Answer with all talks, or those that the GET filters ask for."""
    try:
        return _calendar(request, listings.filtered(dict(request.GET.lists())))
    except listings.UnknownFilter as unknown:
        raise Http404(str(unknown)) from unknown


def series(request: HttpRequest, slug: str) -> HttpResponse:
    return _calendar(request, listings.of_series(get_object_or_404(Series, slug=slug)))


def room(request: HttpRequest, slug: str) -> HttpResponse:
    return _calendar(request, listings.of_room(get_object_or_404(Room, slug=slug)))


def speaker(request: HttpRequest, slug: str) -> HttpResponse:
    return _calendar(request, listings.of_speaker(get_object_or_404(Speaker.objects.public(), slug=slug)))


def topic(request: HttpRequest, slug: str) -> HttpResponse:
    return _calendar(request, listings.of_topic(get_object_or_404(Topic, slug=slug)))


def talk(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Talk.objects.public().with_all_that_is_printed(), pk=pk)
    return _calendar(request, listings.of_talk(shown))


def _calendar(request: HttpRequest, listing: Listing) -> HttpResponse:
    """Answer with the listing as iCalendar bytes and a strong ETag, or 304 (RFC 9110 §13.1.2)."""
    body = ics.render(listing, past_too=request.GET.get("past") == "all")
    etag = quote_etag(ics.etag(body))
    response = HttpResponse(body, content_type=ics.CONTENT_TYPE, headers={"ETag": etag})
    return get_conditional_response(request, etag=etag, response=response)
