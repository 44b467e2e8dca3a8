"""Posters to print: one talk, or what is left of a series' term."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from seminars import access, listings
from seminars.models import Break
from seminars.models.talk_address import TalkAddress
from seminars.times import local, today
from seminars.views import one_of, scope

PAPERS = ("a4", "letter")  # the first is what most of the world has in its printers


def talk(request: HttpRequest, address: TalkAddress) -> HttpResponse:
    """Show one talk as a poster to those who may see it."""
    shown = get_object_or_404(access.talks_at(request.user, address).for_pages())
    if address != shown.address:
        return redirect(shown.poster_path)
    among = access.talks_visible_to(request.user)
    context = {"listing": listings.of_talk(shown, among), "talk": shown, "paper": one_of(PAPERS, request, "paper")}
    return render(request, "posters/talk.html", context)


def series(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the talks of a series that are ahead in this term, or in the next one that has any."""
    listing = scope("series", slug)
    talks = listings.rest_of_term(listing)
    last = local(talks[-1].starts_at).date() if talks else today()
    breaks = Break.objects.of_series(listing.subject).touching(today(), last)
    context = {"listing": listing, "series": listing.subject, "talks": talks, "breaks": breaks}
    return render(request, "posters/series.html", context | {"paper": one_of(PAPERS, request, "paper")})
