"""The front page and the page of one talk."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from seminars import access, listings


def front(request: HttpRequest) -> HttpResponse:
    """Show the next talk, then what is upcoming by month, filtered by GET parameters."""
    try:
        listing = listings.filtered(dict(request.GET.lists()))
    except listings.UnknownFilter as unknown:
        raise Http404(str(unknown)) from unknown
    talks = listing.talks.upcoming().with_all_that_is_printed()
    return render(request, "talks/front.html", {"listing": listing, "talks": talks})


def talk(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """Show one talk to those who may see it; the id decides, another slug leads to the right one."""
    among = access.talks_visible_to(request.user)
    shown = get_object_or_404(among.with_all_that_is_printed(), pk=pk)
    if slug != shown.slug:
        return redirect(shown)
    return render(request, "talks/talk.html", {"listing": listings.of_talk(shown, among), "talk": shown})
