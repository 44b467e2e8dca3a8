"""The pages of series, rooms, speakers and topics, and the index of each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from seminars import listings
from seminars.models import Break, Room, Series, Topic
from seminars.selectors.directory import directory
from seminars.times import today
from seminars.views import scope


def series_index(request: HttpRequest) -> HttpResponse:
    """List the series that visitors may find, each with its next talk."""
    context = {"all_series": Series.objects.listed().in_order()}
    context["next_talks"] = listings.everything().talks.next_of_each_series()
    return render(request, "series/index.html", context)


def room_index(request: HttpRequest) -> HttpResponse:
    """List the rooms, by building."""
    return render(request, "rooms/index.html", {"rooms": Room.objects.in_order()})


def speaker_index(request: HttpRequest) -> HttpResponse:
    """List the people who appear at public talks, by letter; of many, those of one letter or of some words."""
    asked = (request.GET.get(name, "") for name in ("letter", "q", "page"))
    return render(request, "speakers/index.html", {"directory": directory(*asked)})


def topic_index(request: HttpRequest) -> HttpResponse:
    """List the topics with how many talks each has."""
    return render(request, "topics/index.html", {"topics": Topic.objects.with_talks_counted().in_order()})


def page(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """Show a series, room, speaker or topic with its upcoming talks and, page by page, its past ones."""
    listing = scope(kind, slug)
    upcoming, past = listings.upcoming_and_past(listing, request.GET.get("page"))
    context = {"listing": listing, kind: listing.subject, "upcoming": upcoming, "past": past}
    if kind == "series":
        context["years"] = listing.talks.past().per_academic_year(listing.department.year_begins_in)
        context["breaks"] = Break.objects.of_series(listing.subject).upcoming(today())
    return render(request, f"{listing.subject.NOUN}/{kind}.html", context)
