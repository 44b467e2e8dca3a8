"""Past talks by academic year, and those with a recording or slides."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from seminars import listings
from seminars.models import Material, Talk
from seminars.selectors.filter_choices import MATERIAL, choices_among, choices_among_most
from seminars.times import AcademicYear
from seminars.views import filtered


def index(request: HttpRequest) -> HttpResponse:
    """List the academic years with past talks and how many each has, the latest first."""
    listing = listings.everything()
    years = listing.talks.past().per_academic_year(listing.department.year_begins_in)
    return render(request, "archive/index.html", {"listing": listing, "years": years})


def year(request: HttpRequest, year: str) -> HttpResponse:
    """List the past talks of one academic year, "2025-26", filtered by GET parameters.

    404 for a year in the future or before the first talk, so that there are only so many addresses.
    """
    listing = filtered(request)
    try:
        asked = AcademicYear.from_slug(year, listing.department.year_begins_in)
    except ValueError as unknown:
        raise Http404(year) from unknown
    past, whole, present = listing.talks.past(), Talk.objects.public().listed(), listing.department.academic_year()
    page = listings.page_of(past.starting_in(asked.span), request.GET.get("page"))
    if not page.paginator.count and asked != present and (asked > present or not whole.has_begun_by(asked)):
        raise Http404(year)
    context = {
        "listing": listing.with_feeds_of(asked),
        "year": asked,
        "before": past.year_before(asked),
        "after": past.year_after(asked),
        "is_present": asked == present,
        "page": page,
        "choices": choices_among(whole.past().starting_in(asked.span)) | MATERIAL,
    }
    return render(request, "archive/year.html", context)


def recordings(request: HttpRequest) -> HttpResponse:
    """List the past talks with a recording or slides by academic year, filtered by GET parameters."""
    listing = filtered(request, listings.with_material)
    page = listings.page_of(listing.talks, request.GET.get("page"))
    whole = Talk.objects.public().listed().past().with_material(*Material)
    years = whole.per_academic_year(listing.department.year_begins_in)
    choices = choices_among_most(whole) | MATERIAL
    choices["year"] = {year.slug: year.label for year in years}
    context = {"listing": listing, "page": page, "choices": choices}
    return render(request, "archive/recordings.html", context)
