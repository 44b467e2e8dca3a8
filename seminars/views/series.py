"""The index of series and the page of each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from seminars import listings
from seminars.models import Break, Series
from seminars.times import today


def index(request: HttpRequest) -> HttpResponse:
    """List the series that visitors may find, each with its next talk."""
    context = {"all_series": Series.objects.listed().in_order()}
    context["next_talks"] = listings.everything().talks.next_of_each_series()
    return render(request, "series/index.html", context)


def series(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one series with its upcoming talks and, page by page, its past ones."""
    listing = listings.of_series(get_object_or_404(Series, slug=slug))
    upcoming, past = listings.upcoming_and_past(listing, request.GET.get("page"))
    breaks = Break.objects.of_series(listing.subject).upcoming(today())
    context = {"listing": listing, "series": listing.subject, "upcoming": upcoming, "past": past, "breaks": breaks}
    return render(request, "series/series.html", context)
