"""Following the rules of time zones: when they change, wall times stay and the moments of talks move."""

import logging
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _

from seminars import zone_data
from seminars.actions import stamping
from seminars.models import Change, Talk, ZoneRules, publishing
from seminars.models.history import copy_to_history
from seminars.models.wall_times import LOCAL, rules_of
from seminars.times import moment_of

BATCH = 100  # talks that move in one transaction: others who save wait less than 200 ms
MOST_UNMOVED = 5000  # talks of which one transaction notes that they stay where they are

logger = logging.getLogger(__name__)


def follow_newer_rules() -> int:
    """Move the talks whose zone has newer rules than when they were derived; return how many have moved.

    Rules of older data are left to `follow_present_rules`: another machine of the site may be ahead of this one. So is
    another zone in the settings, which may be a mistake.
    """
    known = ZoneRules.objects.in_bulk()
    return sum(_follow(rules) for rules in _present_rules() if _is_newer(rules, known.get(rules.local_zone)))


def follow_present_rules() -> int:
    """Move all talks to where the rules that this process reads put them, older or not; return how many have moved."""
    return sum(map(_follow, _present_rules()))


def followed_elsewhere() -> str:
    """Return the newer release by whose rules another machine derived the talks, "" where there is none."""
    version = zone_data.current().version
    newer = ZoneRules.objects.filter(version__gt=version).values_list("local_zone", "rules", "version")
    return max((other for zone, rules, other in newer if rules != rules_of(zone)), default="")


def _present_rules() -> Iterator[ZoneRules]:
    """Yield the rules in force of each zone in which there are talks, as they would be recorded."""
    zones = {"", *Talk.objects.order_by().values_list("local_zone", flat=True).distinct()}
    version = zone_data.current().version
    for zone in sorted(zones):
        yield ZoneRules(local_zone=zone, name=zone or settings.TIME_ZONE, rules=rules_of(zone), version=version)


def _is_newer(rules: ZoneRules, followed: ZoneRules | None) -> bool:
    if followed is None:
        return True
    if (rules.name, rules.rules) == (followed.name, followed.rules):
        return False
    is_newer = rules.name == followed.name and rules.version >= followed.version
    if not is_newer:
        logger.error(
            "Talks were last derived for %s; this process would use %s. Run `manage.py prepare` if that is meant.",
            followed,
            rules,
        )
    return is_newer


def _follow(rules: ZoneRules) -> int:
    """Move the talks of one zone, and record by which rules that was done."""
    Talk.objects.filter(zone_rules="").take_wall_times()
    waiting = Talk.objects.filter(local_zone=rules.local_zone).exclude(zone_rules=rules.rules).order_by()
    moving, staying = _sorted_by_move(waiting, ZoneInfo(rules.name))
    change = None
    for keys in _in_parts(moving, BATCH):
        change = _move(keys, rules, change)
    for keys in _in_parts(staying, MOST_UNMOVED):
        _without_history().filter(pk__in=keys).update(zone_rules=rules.rules)
    _record(rules, change)
    return len(moving)


def _sorted_by_move(talks: models.QuerySet, zone: ZoneInfo) -> tuple[list[int], list[int]]:
    """Return the keys of the talks that move and of those that stay.

    Those that move ahead come latest first and those that move back earliest first: so no talk moves to a time that
    the next one in its room has not left yet.
    """
    ahead, back, staying = [], [], []
    for key, *times in talks.values_list("pk", *LOCAL, *LOCAL.values()):
        pairs = list(zip(times[: len(LOCAL)], times[len(LOCAL) :], strict=True))
        moved = [wall and moment_of(wall, zone, near=moment) for moment, wall in pairs]
        before, after = pairs[0][0], moved[0]
        if moved == [moment for moment, _wall in pairs]:
            staying.append(key)
        else:
            (ahead if after >= before else back).append((before, key))
    return [key for _start, key in [*sorted(ahead, reverse=True), *sorted(back)]], staying


def _move(keys: list[int], rules: ZoneRules, change: Change | None) -> Change:
    """Write the moments of these talks, which each row derives as it is read, with their stamps and history."""
    with translation.override(settings.LANGUAGE_CODE), publishing():
        if change is None:
            sentence = _("Time zone rules changed (%(version)s)") % {"version": rules.version or rules.rules}
            change = Change.objects.create(sentence=sentence, follows_zone_rules=True)
        talks = list(Talk.objects.filter(pk__in=keys).with_what_entries_print())
        stamping.stamp(talks, printed=talks)
        _without_history().bulk_update(talks, [*LOCAL, "zone_rules"])
        rows = Talk.objects.filter(pk__in=keys)
        _without_history().filter(pk__in=list(rows.at_odds().primary_keys())).update(shares_room=True)
        copy_to_history(rows, Talk.history.model, change, kind="~")
    return change


def _record(rules: ZoneRules, change: Change | None) -> None:
    """Note the rules that were followed, if that is new; what was cached before is not used again."""
    values = {"name": rules.name, "rules": rules.rules, "version": rules.version}
    if change or not ZoneRules.objects.filter(local_zone=rules.local_zone, **values).exists():
        with publishing():
            ZoneRules.objects.update_or_create(values | {"change": change}, local_zone=rules.local_zone)


def _without_history() -> models.QuerySet:
    """Return all talks, for writes whose history is written along with them or not at all."""
    return models.QuerySet(Talk)


def _in_parts(keys: list[int], size: int) -> Iterable[list[int]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))
