"""The index of rooms and the page of each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from seminars import listings
from seminars.models import Department, Room


def index(request: HttpRequest) -> HttpResponse:
    """List the rooms that visitors may see."""
    context = {"department": Department.objects.current(), "rooms": Room.objects.in_order()}
    return render(request, "rooms/index.html", context)


def room(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one room with its upcoming and past talks."""
    listing = listings.of_room(get_object_or_404(Room, slug=slug))
    return render(request, "rooms/room.html", {"listing": listing})
