"""What the person behind a request may do on the desk."""

from django.http import HttpRequest

from seminars import access
from seminars.models import Talk, TalkQuerySet


def rights(request: HttpRequest) -> access.Rights:
    """Return the user's rights, read once per request."""
    known = getattr(request, "desk_rights", None)
    if known is None or known.user != request.user:
        known = request.desk_rights = access.Rights(request.user)
    return known


def own_talks(request: HttpRequest) -> TalkQuerySet:
    """Return the talks that the user may change: those at home in their series, or all for administrators."""
    known = rights(request)
    talks: TalkQuerySet = known.rows(Talk)
    return talks if known.is_administrator else talks.at_home_with(known.user)
