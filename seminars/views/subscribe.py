"""How to follow the talks, or some of them, in one's own calendar."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from seminars import listings
from seminars.models import Talk
from seminars.selectors.filter_choices import choices_to_follow


def subscribe(request: HttpRequest) -> HttpResponse:
    """Show every way to follow what the GET parameters ask for, and a form that asks for something else."""
    try:
        listing = listings.followed(dict(request.GET.lists()))
    except listings.UnknownFilter as unknown:
        raise Http404(str(unknown)) from unknown
    choices = choices_to_follow(Talk.objects.public().listed().upcoming())
    return render(request, "subscribe/subscribe.html", {"listing": listing, "choices": choices})
