"""The index of topics and the page of each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from seminars import listings
from seminars.models import Topic


def index(request: HttpRequest) -> HttpResponse:
    """List the topics with how many talks each has."""
    return render(request, "topics/index.html", {"topics": Topic.objects.with_talks_counted().in_order()})


def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one topic with its upcoming talks and, page by page, its past ones."""
    listing = listings.of_topic(get_object_or_404(Topic, slug=slug))
    upcoming, past = listings.upcoming_and_past(listing, request.GET.get("page"))
    context = {"listing": listing, "topic": listing.subject, "upcoming": upcoming, "past": past}
    return render(request, "topics/topic.html", context)
