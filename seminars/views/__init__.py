"""Find, ask, render; here is how the listing of an address is found, for pages and feeds alike."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import cache_control

from seminars import listings
from seminars.listings import Listing

# Of what only people with a secret address may see: nobody keeps it. Other sites never learn an address of ours
# (SECURE_REFERRER_POLICY); "no-referrer" would go too far, as Chromium then sends forms with `Origin: null`.
SECRET = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex, nofollow"}
ANY_SITE = {"Cross-Origin-Resource-Policy": "cross-origin"}  # our feeds name pictures, and other sites show them

for_ever = cache_control(public=True, max_age=31_536_000, immutable=True)


def unseen(response: HttpResponse) -> HttpResponse:
    """Return an answer that only people with a secret address may see, marked as such."""
    for name, value in SECRET.items():
        response[name] = value
    return response


def filtered(request: HttpRequest, find: Callable[[dict], Listing] = listings.filtered) -> Listing:
    """Return what the GET filters ask for; 404 if one names nothing."""
    try:
        return find(dict(request.GET.lists()))
    except listings.UnknownFilter as unknown:
        raise Http404(str(unknown)) from unknown


def one_of(allowed: Sequence[str], request: HttpRequest, name: str) -> str:
    """Return the GET parameter of that name if it is allowed, else the first that is."""
    asked = request.GET.get(name)
    return asked if asked in allowed else allowed[0]


def scope(kind: str, slug: str) -> Listing:
    """Return the listing of the series, room, speaker or topic with this slug."""
    return listings.of(get_object_or_404(listings.rows_of(kind), slug=slug))


def scope_by_any_slug(kind: str, slug: str) -> Listing:
    """Return the same, found by former slugs too: some calendar programs follow no redirect."""
    found = listings.rows_of(kind).with_slugs([slug])
    if slug not in found:
        raise Http404
    return listings.of(found[slug])


def shown(until: datetime) -> datetime:
    """Return a time that is over whenever a clock without seconds shows it."""
    return until + timedelta(minutes=1)


def refusal(until: datetime) -> dict[str, Any]:
    """Return the status of an answer to somebody who asked too often, and when the next try is allowed."""
    wait = max(1, round((until - timezone.now()).total_seconds()))
    return {"status": 429, "headers": {"Retry-After": str(wait)}}
