"""How to follow the talks, or some of them, in a calendar program."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from seminars import listings
from seminars.models import Talk
from seminars.selectors.filter_choices import choices_to_follow
from seminars.views import filtered


def subscribe(request: HttpRequest) -> HttpResponse:
    """Show every way to follow what the GET parameters ask for, and a form that asks for something else."""
    listing = filtered(request, listings.followed)
    choices = choices_to_follow(Talk.objects.public().listed().upcoming())
    return render(request, "subscribe/subscribe.html", {"listing": listing, "choices": choices})
