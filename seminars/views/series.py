"""The index of series and the page of each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from seminars import listings
from seminars.models import Department, Series


def index(request: HttpRequest) -> HttpResponse:
    """List the series that visitors may see."""
    context = {"department": Department.objects.current(), "all_series": Series.objects.listed().in_order()}
    return render(request, "series/index.html", context)


def series(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one series with its upcoming and past talks."""
    listing = listings.of_series(get_object_or_404(Series, slug=slug))
    return render(request, "series/series.html", {"listing": listing})
