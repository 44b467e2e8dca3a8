"""The page of the desk about time zones: which rules are in force, and which talks new rules have moved in UTC."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from seminars import access, times, zone_data
from seminars.admin.pages import DeskPage
from seminars.formats.new_rules import new_release
from seminars.models import Talk, ZoneRules
from seminars.models.wall_times import WALL_TIME_FIELDS
from seminars.times import today

TOLD_FOR = timedelta(days=14)  # on the front desk
MOST_TALKS = 100


@dataclass(frozen=True)
class MovedTalk:
    """A talk to come that new rules concern, and what to look at."""

    talk: Talk
    is_skipped: bool  # the clocks skip the time that was typed, so it begins later
    is_in_the_way: bool  # another talk now has its room at the same time


class TimeZonesPage(DeskPage):
    """The zones in use, the release of their rules, and the talks to come that changed in UTC."""

    template_name = "admin/time_zones.html"
    title = gettext_lazy("Time zones")

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        zones = list(ZoneRules.objects.select_related("change").order_by("name", "pk"))
        context = {
            "data": zone_data.current(),
            "zones": [(zone, new_release(zone.name, today())) for zone in zones],
            "department_zone": times.zone_name(),
            "moved": moved_talks(self.request, zones),
            "most": MOST_TALKS,
            "says_time": settings.TIMES_IN_WORDS,
        }
        return super().get_context_data(**context | words)


def moved_talks(request: HttpRequest, zones: list[ZoneRules]) -> list[MovedTalk]:
    """Return the talks to come on one's desk that need a look, the soonest first.

    The latest change of their zone has moved them or put another talk into their room, or the clocks skip the time
    that was typed.
    """
    coming = access.talks_on_the_desk_of(request.user).filter(ends_at__gt=timezone.now())
    near_a_gap = [talk.pk for talk in coming.only(*WALL_TIME_FIELDS) if talk.is_skipped]
    talks = coming.filter(Q(pk__in=_touched_by(zones)) | Q(pk__in=near_a_gap) | Q(clashes_by_rules=True))
    shown = list(talks.soonest_first().for_lists()[:MOST_TALKS])
    return [MovedTalk(talk, talk.is_skipped, talk.clashes_by_rules) for talk in shown]


def new_rules(request: HttpRequest) -> list[ZoneRules]:
    """Return the zones whose rules have moved talks on one's desk lately."""
    zones = changed_lately().select_related("change").order_by("name", "pk")
    coming = access.talks_on_the_desk_of(request.user).filter(ends_at__gt=timezone.now())
    return [zone for zone in zones if coming.filter(pk__in=_touched_by([zone])).exists()]


def changed_lately() -> QuerySet[ZoneRules]:
    """Return the zones whose rules changed within the last days."""
    return ZoneRules.objects.filter(change__made_at__gte=timezone.now() - TOLD_FOR)


def _touched_by(zones: list[ZoneRules]) -> QuerySet:
    """Return the keys of the talks that the latest changes of these zones moved."""
    return Talk.history.filter(change__in=[zone.change_id for zone in zones if zone.change_id]).values("id")
