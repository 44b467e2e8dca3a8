"""Give the department another time zone: local times stay, and times in UTC follow."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars import times, zone_data
from seminars.actions import zone_changes
from seminars.formats.ics_facts import facts_of
from seminars.models import Change, Department, Talk, TalkQuerySet, User, ZoneRules, publishing
from seminars.models.many_rows import update_rows
from seminars.models.wall_times import moments_by_rules, zone_info

EXAMPLES = 5
NAMED = Coalesce(
    *(NullIf(F(place), Value("")) for place in ("zone", "room__zone", "series__zone")), Value("")
)  # the zone that a talk, its room or its series names, as `Talk.zone_in` finds it


@dataclass(frozen=True)
class ZoneExample:
    """A talk that begins at another moment in the new zone."""

    talk: Talk
    starts_at: datetime


@dataclass(frozen=True)
class ZoneProspect:
    """What another time zone would do to talks."""

    zone: str  # its IANA name
    coming: int  # talks to come that begin at another moment
    past: int  # talks that are over, likewise
    unmoved: int  # talks in the department's zone that begin at the same moment in both
    elsewhere: int  # talks with a time zone of their own
    examples: tuple[ZoneExample, ...]  # of those to come, the soonest first

    @property
    def mark(self) -> str:
        """What differs whenever another preview would be shown."""
        return f"{self.zone} {self.coming} {self.past} {self.unmoved} {self.elsewhere}"


def prospect(chosen: str) -> ZoneProspect:
    """Return what would happen if the department's row had this zone; three queries."""
    zone, now = times.DepartmentZone.of(chosen).name, timezone.now()
    following, moved, counts = _following(), [], Counter()
    for key, *moments in following.values_list("pk", "starts_at", "ends_at", "starts_local", "ends_local"):
        present = dict(zip(("starts_at", "ends_at"), moments[:2], strict=True))
        walls = dict(zip(("starts_at", "ends_at"), moments[2:], strict=True))
        then = moments_by_rules(present, walls, zone_info(zone))
        kind = "unmoved" if present == present | then else "coming" if present["ends_at"] > now else "past"
        counts[kind] += 1
        if kind == "coming":
            moved.append((key, then["starts_at"]))
    shown = Talk.objects.in_order_of([key for key, _moment in moved[:EXAMPLES]])
    examples = tuple(ZoneExample(talk, moment) for talk, (_key, moment) in zip(shown, moved, strict=False))
    elsewhere = Talk.objects.count() - counts.total()
    return ZoneProspect(zone, counts["coming"], counts["past"], counts["unmoved"], elsewhere, examples)


def change(chosen: str, *, by: User | None) -> None:
    """Write the zone into the department's row; `zone_changes.follow_newer_rules` moves the talks after that.

    Talks, rooms and series that name the zone which the department leaves stay in it.
    """
    former = times.zone_name()
    with publishing():
        Talk.objects.filter(zone_rules="").take_wall_times()  # which are still those of the former zone
        _write_zone(_naming(former), former)
        former_choice = Department.objects.chosen_zone()
        Department.objects.update_or_create({"time_zone": chosen}, pk=1)
        zone = times.DepartmentZone.of(chosen).name
        if zone == former:
            return
        sentence = _("Time zone of the department changed from %(former)s to %(zone)s") % {
            "zone": zone,
            "former": former,
        }
        values = {
            "name": zone,
            "rules": zone_changes.UNDER_WAY,
            "version": zone_data.current().version,
            "former_name": former,
            "former_choice": former_choice,
            "change": Change.objects.create(sentence=sentence, by=by, follows_zone_rules=True),
        }
        ZoneRules.objects.update_or_create(values, local_zone="")


def prepare() -> None:
    """Write the name of the department's zone at talks that name it themselves, in turns, so that `change` is short."""
    former = times.zone_name()
    keys = _naming(former).primary_keys()
    for start in range(0, len(keys), zone_changes.BATCH):
        with publishing():
            _write_zone(_naming(former).with_keys(keys[start : start + zone_changes.BATCH]), former)


def finish() -> int:
    """Move the talks, in turns; return how many have moved."""
    moved = zone_changes.follow_newer_rules()
    with times.in_zone(Department.objects.chosen_zone()):
        keys = Talk.objects.filter(local_zone=times.zone_name()).primary_keys()
        for start in range(0, len(keys), zone_changes.BATCH):
            with publishing():
                _write_zone(Talk.objects.with_keys(keys[start : start + zone_changes.BATCH]), "")
    return moved


def _following() -> TalkQuerySet:
    """Return the talks that follow the department's zone, the soonest first."""
    named = Talk.objects.annotate(named=NAMED).filter(named__gt="")
    return Talk.objects.filter(local_zone="").exclude(pk__in=named.values("pk")).soonest_first()


def _naming(zone: str) -> TalkQuerySet:
    """Return the talks which, or whose room or series, name the department's zone."""
    return Talk.objects.annotate(named=NAMED).filter(named=zone, local_zone="")


def _write_zone(talks: QuerySet, local_zone: str) -> None:
    """Write the zone of talks in another way; it is the same zone, so their entries stay as they are."""
    rows = list(talks.for_entries())
    if not rows:
        return
    for talk in rows:
        is_stamped = facts_of(talk).digest == talk.entry_digest
        talk.local_zone = local_zone
        if is_stamped:
            talk.entry_digest = facts_of(talk).digest
    update_rows(rows, ["local_zone", "entry_digest"])
    if local_zone:  # else what their history says is right as it is
        history = Talk.history.model.objects.filter(id__in=[talk.pk for talk in rows], local_zone="")
        history.update(local_zone=local_zone)
