"""Update talks when time zone rules change: wall times stay, and moments in UTC move."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from seminars import times, zone_data
from seminars.actions import rule_clashes, stamping
from seminars.models import Change, Talk, TalkQuerySet, ZoneRules, publishing, taking_turns
from seminars.models.department import in_department_zone
from seminars.models.department_language import in_department_language
from seminars.models.history import copy_to_history
from seminars.models.wall_times import LOCAL, UNKNOWN, Moments, moments_by_rules, rules_of

BATCH = 250  # talks in one transaction: others who save wait for less than 200 ms
A_CHANGE_OF_CLOCKS = timedelta(days=1)  # new rules may lengthen a talk by less
UNDER_WAY = ""  # in place of the digest of rules, while talks are being moved

logger = logging.getLogger(__name__)


@in_department_zone()
def follow_newer_rules() -> int:
    """Move the talks whose zone has newer rules than when they were derived; return how many have moved.

    Rules of older data are left to `follow_present_rules`: another machine of the site may be ahead of this one. So is
    another TIME_ZONE, which may be a mistake.
    """
    known = ZoneRules.objects.in_bulk()
    newest = max((rules.version for rules in known.values()), default="")
    return sum(
        _follow(rules) for rules in _present_rules() if _is_to_follow(rules, known.get(rules.local_zone), newest)
    )


@in_department_zone()
def follow_present_rules() -> int:
    """Move all talks to where the rules that this process reads put them, older or not; return how many have moved."""
    present = list(_present_rules())
    ZoneRules.objects.exclude(pk__in=[rules.local_zone for rules in present]).delete()  # no talk is there any longer
    return sum(map(_follow, present))


@in_department_zone()
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
        if (rules := rules_of(zone)) != UNKNOWN:
            yield ZoneRules(local_zone=zone, name=zone or times.zone_name(), rules=rules, version=version)


def _is_to_follow(rules: ZoneRules, followed: ZoneRules | None, newest: str) -> bool:
    """Tell whether rules are newer than those followed last; for a zone that is new, than those of any other zone."""
    if followed is None:
        return rules.version >= newest
    if (rules.name, rules.rules) == (followed.name, followed.rules):
        # A machine with older data may have saved talks since.
        return Talk.objects.filter(local_zone=rules.local_zone).exclude(zone_rules=rules.rules).exists()
    is_newer = rules.name == followed.name and rules.version >= followed.version
    if not is_newer:
        logger.error(
            "Talks were last derived for %s; this process would use %s. Run `manage.py prepare` if that is meant.",
            followed,
            rules,
        )
    return is_newer


@dataclass(frozen=True)
class Row:
    """What is read of a talk, and the moments that the rules give it."""

    key: int
    moments: Moments
    by_rules: Moments
    sequence: int
    is_known: bool  # to subscribers
    changed_at: datetime  # its entry, last

    @property
    def moves(self) -> bool:
        return self.moments != self.by_rules


def _rows(talks: models.QuerySet, zone: ZoneInfo) -> list[Row]:
    entry = ("sequence", "entry_digest", "published_at", Coalesce("changed_at", "created_at"))
    rows = []
    for key, *values in talks.order_by().values_list("pk", *LOCAL, *LOCAL.values(), *entry):
        moments = dict(zip(LOCAL, values[:3], strict=True))
        walls = dict(zip(LOCAL, values[3:6], strict=True))
        sequence, digest, published_at, changed_at = values[6:]
        by_rules = moments | moments_by_rules(moments, walls, zone)
        rows.append(Row(key, moments, by_rules, sequence, bool(digest) and published_at is not None, changed_at))
    return rows


def _follow(rules: ZoneRules) -> int:
    """Move the talks of one zone, and record by which rules that was done; return how many have moved.

    Those of one time move together, so that few meet a talk in their room that is still to move.
    """
    Talk.objects.filter(zone_rules="").take_wall_times()
    waiting = Talk.objects.filter(local_zone=rules.local_zone).exclude(zone_rules=rules.rules)
    keys = waiting.soonest_first().primary_keys()
    longest = Talk.objects.longest() + A_CHANGE_OF_CLOCKS
    parts = (waiting.with_keys(keys[start : start + BATCH]) for start in range(0, len(keys), BATCH))
    with _pages_in_memory():
        moved = sum(_follow_in_one_turn(part, rules, longest) for part in parts)
    rule_clashes.forget_what_is_over()
    _record(rules)
    return moved


@contextmanager
def _pages_in_memory() -> Iterator[None]:
    """Let SQLite keep 2 MB of pages inside: with the 100 KB of settings.py it writes many of them more than once."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        [usual] = cursor.execute("PRAGMA cache_size").fetchone()
        cursor.execute("PRAGMA cache_size = -2000")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {usual}")


def _follow_in_one_turn(talks: TalkQuerySet, rules: ZoneRules, longest: timedelta) -> int:
    """Move those of the talks that still wait; return how many have moved."""
    with taking_turns():
        rows = _rows(talks, ZoneInfo(rules.name))
        moving = [row for row in rows if row.moves]
        staying = [row.key for row in rows if not row.moves]
        models.QuerySet(Talk).filter(pk__in=staying).update(zone_rules=rules.rules)  # no visitor sees that
        if moving:  # else another worker has moved them
            _move(moving, rules, longest)
        return len(moving)


def _move(rows: list[Row], rules: ZoneRules, longest: timedelta) -> None:
    """Write the UTC times, stamps and history of these talks. `longest` is at least as long as the longest of them."""
    with in_department_language(), publishing(savepoint=False):
        change = _change(rules)
        _write(rows, rules)
        moved = Talk.objects.with_keys([row.key for row in rows])
        rule_clashes.note(moved, longest=longest)
        copy_to_history(moved, Talk.history.model, change, kind="~")


def _change(rules: ZoneRules) -> Change:
    """Return the change that is under way, or begin one.

    It is under way from the first talk that moves until `_record`, for all workers that move talks at the same time
    and for one that goes on after another was killed.
    """
    begun = ZoneRules.objects.filter(local_zone=rules.local_zone, name=rules.name, rules=UNDER_WAY).first()
    if begun and begun.change and begun.version == rules.version:
        return begun.change
    sentence = _("Time zone rules changed (%(version)s)") % {"version": rules.version or rules.rules}
    change = Change.objects.create(sentence=sentence, follows_zone_rules=True)
    begun = {"name": rules.name, "rules": UNDER_WAY, "version": rules.version, "change": change}
    former = {"former_name": "", "former_choice": ""}
    ZoneRules.objects.update_or_create(begun | former, local_zone=rules.local_zone)
    return change


def _write(rows: list[Row], rules: ZoneRules) -> None:
    """Write moments and stamps, a statement for each talk: Django's `bulk_update` takes a millisecond for each."""
    names = [*LOCAL, "sequence", "changed_at", "zone_rules"]
    columns = ", ".join(f"{connection.ops.quote_name(name)} = %s" for name in names)
    adapted = connection.ops.adapt_datetimefield_value
    values = [
        [
            *(adapted(row.by_rules[name]) for name in LOCAL),
            row.sequence + row.is_known,
            adapted(stamping.later_than(row.changed_at)),
            rules.rules,
            row.key,
        ]
        for row in rows
    ]
    table = connection.ops.quote_name(Talk._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {columns} WHERE id = %s", values)  # noqa: S608  no name is anybody's


def _record(rules: ZoneRules) -> None:
    """Note the rules that were followed, if that is new; what was cached before is not used again."""
    values = {"name": rules.name, "rules": rules.rules, "version": rules.version}
    if not ZoneRules.objects.filter(local_zone=rules.local_zone, **values).exists():
        with publishing():
            ZoneRules.objects.update_or_create(values, local_zone=rules.local_zone)
