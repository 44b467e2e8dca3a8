"""The addresses that always lead to the next talk: for a door sign or the foot of a mail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers

from seminars import listings
from seminars.listings import Listing
from seminars.views import scope_by_any_slug


def next_talk(request: HttpRequest) -> HttpResponse:
    """Lead to the next talk of all."""
    return _to_next(listings.everything())


def next_of_series(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead to the next talk of one series, called by its present slug or a former one."""
    return _to_next(scope_by_any_slug("series", slug))


def _to_next(listing: Listing) -> HttpResponse:
    """Lead to the first talk that goes ahead and is not over, else to the page of the listing; nobody keeps that."""
    response = redirect(listing.talks.next() or listing.page)
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex"
    return response
