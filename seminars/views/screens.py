"""Screens for a hallway or a door: what is on now, what is next, what follows."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from seminars import listings
from seminars.listings import Listing
from seminars.views import scope

TALKS_ON_A_SCREEN = 12


def everything(request: HttpRequest) -> HttpResponse:
    """Show the talks of all listed series."""
    return _shown(request, listings.everything())


def room(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the talks in one room, for the screen beside its door."""
    return _shown(request, scope("room", slug))


def _shown(request: HttpRequest, listing: Listing) -> HttpResponse:
    talks = listings.page_of(listing.talks.upcoming(), number="1", size=TALKS_ON_A_SCREEN)
    return render(request, "screens/screen.html", {"listing": listing, "room": listing.subject, "talks": talks})
