"""Removing what nobody needs any longer, in small steps so that the site serves meanwhile; history stays."""

from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars import limits
from seminars.models import Throttle

BATCH = 500  # rows in a transaction: a few milliseconds, for which those who save may have to wait


def tidy() -> dict[str, int]:
    """Remove all of it; return how many of each thing."""
    now = timezone.now()
    return {
        _("expired sessions"): _remove(Session.objects.filter(expire_date__lt=now)),
        _("failed sign-ins that count no longer"): _remove(limits.forgotten_failures()),
        _("counts of requests for a new password"): _remove(Throttle.objects.over(now)),
    }


def _remove(rows: QuerySet) -> int:
    removed = 0
    while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
        # Asked once more: somebody may just have come back to their session.
        removed += rows.filter(pk__in=keys).delete()[1].get(rows.model._meta.label, 0)
    return removed
