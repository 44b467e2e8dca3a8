"""The index of topics and the page of each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from seminars import listings
from seminars.models import Department, Topic


def index(request: HttpRequest) -> HttpResponse:
    """List the topics that visitors may see."""
    context = {"department": Department.objects.current(), "topics": Topic.objects.in_order()}
    return render(request, "topics/index.html", context)


def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one topic with its upcoming and past talks."""
    listing = listings.of_topic(get_object_or_404(Topic, slug=slug))
    return render(request, "topics/topic.html", {"listing": listing})
