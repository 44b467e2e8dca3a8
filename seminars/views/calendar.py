"""The talks of a month or a week, as a calendar shows them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from seminars import listings
from seminars.calendar_periods import Month, period_from_slug
from seminars.models import Break
from seminars.selectors.filter_choices import choices_among
from seminars.times import today
from seminars.views import filtered


def present(request: HttpRequest) -> HttpResponse:
    """Lead to the present month, with the filters of the address; nobody caches that."""
    query = request.META.get("QUERY_STRING", "")
    address = reverse("calendar-period", args=[Month.of(today())])
    response = redirect(f"{address}?{query}" if query else address)
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex"
    return response


def period(request: HttpRequest, period: str) -> HttpResponse:
    """Show a month as a grid of days or a week as a list of days, filtered by GET parameters.

    404 for a month or week that is more than one away from today and from every talk, so that links end somewhere.
    """
    listing = filtered(request)
    whole = listings.everything().talks if listing.chosen else listing.talks
    try:
        asked = period_from_slug(period)
    except ValueError as unknown:
        raise Http404(period) from unknown
    first, last = whole.first_and_last_day()
    bounds = type(asked).of(min(first, today())).before(), type(asked).of(max(last, today())).after()
    if not bounds[0] <= asked <= bounds[1]:
        raise Http404(period)
    breaks = Break.objects.none() if listing.chosen else Break.objects.listed().touching(asked.first, asked.last)
    context = {
        "listing": listing,
        "period": asked,
        "before": asked.before() if asked > bounds[0] else None,
        "after": asked.after() if asked < bounds[1] else None,
        "talks": listing.talks.during(asked.span).soonest_first().for_lists(),
        "breaks": breaks,
        "choices": choices_among(whole.during(asked.span)),
    }
    return render(request, f"calendar/{'month' if isinstance(asked, Month) else 'week'}.html", context)
