"""The private calendar of one organiser, at an address that only they know."""

import logging
from threading import Lock

from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from seminars import access, listings, token_rights
from seminars.formats import ics
from seminars.models.edition import one_state
from seminars.views import SECRET

METHODS = ("GET", "HEAD")
HEADERS = SECRET | {"Content-Disposition": 'inline; filename="calendar.ics"'}
TRY_AGAIN_IN = 120  # seconds
ONE_AT_A_TIME = Lock()  # Python computes one at a time anyway; side by side they would only take more memory

logger = logging.getLogger(__name__)


@csrf_exempt  # a refusal of Django's would be one more line about this address
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Return the drafts and talks of the token's owner; 410 once it is revoked, 404 if it never existed."""
    if request.method not in METHODS:
        return HttpResponseNotAllowed(METHODS, headers=HEADERS)
    try:
        return _answer(token)
    except BadSignature:
        return HttpResponse(status=404, headers=HEADERS)
    except Exception:  # a calendar program takes what it gets for the whole calendar
        logger.exception("A private calendar failed")
        return HttpResponse(status=503, headers=HEADERS | {"Retry-After": str(TRY_AGAIN_IN)})


def _answer(token: str) -> HttpResponse:
    with one_state():
        person = token_rights.owner_of(token)
        if person is None:
            return HttpResponse(status=410, headers=HEADERS)
        listing = listings.of_organiser(person, among=access.talks_on_the_desk_of(person))
        with ONE_AT_A_TIME:
            body = ics.render(listing)
        return HttpResponse(body, content_type=ics.CONTENT_TYPE, headers=HEADERS)
