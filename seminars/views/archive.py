"""Past talks by academic year."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from seminars import listings
from seminars.selectors.filter_choices import choices_among
from seminars.times import AcademicYear
from seminars.views import filtered


def index(request: HttpRequest) -> HttpResponse:
    """List the academic years with past talks and how many each has, the latest first."""
    listing = listings.everything()
    years = listing.talks.past().per_academic_year(listing.department.year_begins_in)
    return render(request, "archive/index.html", {"listing": listing, "years": years})


def year(request: HttpRequest, year: str) -> HttpResponse:
    """List the past talks of one academic year, "2025-26", filtered by GET parameters."""
    listing = filtered(request)
    try:
        asked = AcademicYear.from_slug(year, listing.department.year_begins_in)
    except ValueError as unknown:
        raise Http404(year) from unknown
    page = listings.page_of(listing.talks.past().starting_in(asked.span), request.GET.get("page"))
    choices = choices_among(listings.everything().talks.past().starting_in(asked.span))
    context = {"listing": listing, "year": asked, "page": page, "choices": choices}
    return render(request, "archive/year.html", context)
