"""Cards: the pictures that messengers show of a shared link, at addresses that change with what they show."""

import logging

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import patch_cache_control

from seminars.formats import card
from seminars.formats.card_process import NotDrawn
from seminars.models import Department, Photo, Series, Talk
from seminars.models.talk_address import TalkAddress
from seminars.views import ANY_SITE, for_ever

TRY_AGAIN_IN = 120  # seconds
KEPT_FOR = 24 * 3600  # seconds: those who show a link fetch its card within the first hours

logger = logging.getLogger(__name__)


def talk(request: HttpRequest, address: TalkAddress, digest: str) -> HttpResponse:
    """Answer with the card of a talk that visitors can find."""
    return _card(request, get_object_or_404(Talk.objects.public().at(address).for_lists()), digest)


def series(request: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """Answer with the card of a listed series."""
    return _card(request, get_object_or_404(Series, slug=slug), digest)


def front(request: HttpRequest, digest: str) -> HttpResponse:
    """Answer with the card of the department."""
    return _card(request, Department.objects.current(), digest)


def _card(request: HttpRequest, thing: Talk | Series | Department, digest: str) -> HttpResponse:
    """Answer with the card of a thing, and lead from the address of an earlier one to that of today."""
    department = thing if isinstance(thing, Department) else Department.objects.current()
    shown = card.card_of(thing, department)
    if shown is None:
        raise Http404(digest)
    if digest != shown.digest:
        response = redirect(card.card_link(thing, department).path)
        patch_cache_control(response, no_cache=True)
        return response
    try:
        return for_ever(_drawn)(request, shown)
    except (NotDrawn, OSError):
        logger.exception("A card could not be drawn")
        return HttpResponse(status=503, headers={"Retry-After": str(TRY_AGAIN_IN), "Cache-Control": "no-store"})


def _drawn(_request: HttpRequest, shown: card.Card) -> HttpResponse:
    def draw() -> bytes:
        return card.render(shown, Photo.objects.contents(shown.pictures))

    content = cache.get_or_set(f"card:{shown.digest}", draw, KEPT_FOR)
    return HttpResponse(content, content_type=card.CONTENT_TYPE, headers=ANY_SITE)
