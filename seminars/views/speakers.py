"""The index of speakers and the page of each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from seminars import listings
from seminars.models import Department, Speaker


def index(request: HttpRequest) -> HttpResponse:
    """List the speakers that visitors may see."""
    context = {"department": Department.objects.current(), "speakers": Speaker.objects.public().in_order()}
    return render(request, "speakers/index.html", context)


def speaker(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one speaker with its upcoming and past talks."""
    listing = listings.of_speaker(get_object_or_404(Speaker.objects.public(), slug=slug))
    return render(request, "speakers/speaker.html", {"listing": listing})
