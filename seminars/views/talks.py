"""The front page and the page of one talk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from seminars import access, listings
from seminars.models import Break, Talk
from seminars.models.talk_address import TalkAddress
from seminars.models.talk_prefetches import fetch_for_page
from seminars.selectors.filter_choices import choices_among, keys_of
from seminars.selectors.upload_date import with_entry_of_recording
from seminars.times import today
from seminars.views import filtered


def front(request: HttpRequest) -> HttpResponse:
    """Show the next talk, then what is upcoming by month, filtered by GET parameters."""
    listing = filtered(request)
    whole, upcoming = Talk.objects.public().listed().upcoming(), listing.talks.upcoming()
    if not listing.chosen:
        keys = chosen = upcoming.primary_keys()
    elif any(not series.is_listed for series in listing.chosen.get("series", ())):
        keys, chosen = whole.primary_keys(), upcoming.primary_keys()
    else:
        keys, chosen = keys_of(whole, upcoming)
    page = listings.page_of(chosen, request.GET.get("page"))
    latest = listing.talks.past().for_lists()[:1]  # asked only where nothing is ahead
    breaks = Break.objects.none() if listing.chosen else Break.objects.listed().upcoming(today())
    choices = choices_among(whole, keys)
    context = {"listing": listing, "page": page, "latest": latest, "breaks": breaks, "choices": choices}
    return render(request, "talks/front.html", context)


def talk(request: HttpRequest, address: TalkAddress, slug: str = "") -> HttpResponse:
    """Show one talk to those who may see it; another slug or key leads to the right one."""
    shown = get_object_or_404(with_entry_of_recording(access.talks_at(request.user, address).with_series_and_room()))
    fetch_for_page(shown)
    if (address, slug) != (shown.address, shown.slug):
        return redirect(shown)
    among = access.talks_visible_to(request.user)
    before, after, related = Talk.objects.around(shown)
    context = {"listing": listings.of_talk(shown, among), "talk": shown}
    context |= {"before": before, "after": after, "related": related}
    return render(request, "talks/talk.html", context)
