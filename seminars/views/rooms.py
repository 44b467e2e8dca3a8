"""The index of rooms and the page of each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from seminars import listings
from seminars.models import Room


def index(request: HttpRequest) -> HttpResponse:
    """List the rooms, by building."""
    return render(request, "rooms/index.html", {"rooms": Room.objects.in_order()})


def room(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one room with its upcoming talks and, page by page, its past ones."""
    listing = listings.of_room(get_object_or_404(Room, slug=slug))
    upcoming, past = listings.upcoming_and_past(listing, request.GET.get("page"))
    context = {"listing": listing, "room": listing.subject, "upcoming": upcoming, "past": past}
    return render(request, "rooms/room.html", context)
