"""The index of speakers and the page of each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from seminars import listings
from seminars.models import Speaker
from seminars.selectors.directory import directory


def index(request: HttpRequest) -> HttpResponse:
    """List the people who appear at public talks, by letter; of many, those of one letter or of some words."""
    asked = (request.GET.get(name, "") for name in ("letter", "q", "page"))
    return render(request, "speakers/index.html", {"directory": directory(*asked)})


def speaker(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one speaker with its upcoming talks and, page by page, its past ones."""
    listing = listings.of_speaker(get_object_or_404(Speaker.objects.public(), slug=slug))
    upcoming, past = listings.upcoming_and_past(listing, request.GET.get("page"))
    context = {"listing": listing, "speaker": listing.subject, "upcoming": upcoming, "past": past}
    return render(request, "speakers/speaker.html", context)
