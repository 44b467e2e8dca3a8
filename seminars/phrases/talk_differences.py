"""What differs between two states of a talk, in words: the old beside the new, field by field."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import takewhile
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from seminars import date_formats
from seminars.models.appearance import Appearance, JointTalk, TalkTopic
from seminars.models.snapshots import Snapshot
from seminars.models.talk import Talk
from seminars.models.wall_times import zone_info
from seminars.times import local

DERIVED = frozenset({"local_zone", "moved_from", "moved_from_local", "starts_local", "ends_local"})  # of other fields
UNTOLD = DERIVED | {"id", "uid", "sequence", "created_at", "moved_at", "moved_online_at"}


@dataclass(frozen=True)
class Difference:
    """One thing that changed; "" where there was, or is, nothing."""

    label: str
    old: str
    new: str


class Differences:
    """Compares states; what they name is read once for all of them, in a query for each kind of thing."""

    def __init__(self, snapshots: Iterable[Snapshot], untold: frozenset[str] = frozenset()) -> None:
        self.snapshots, self.untold = list(snapshots), UNTOLD | untold

    def between(self, old: Snapshot, new: Snapshot) -> list[Difference]:
        before, after = self._told(old), self._told(new)
        pairs = {label: (before.get(label, ""), after.get(label, "")) for label in {**before, **after}}
        return [Difference(label, *where_they_differ(*pair)) for label, pair in pairs.items() if pair[0] != pair[1]]

    def _told(self, snapshot: Snapshot) -> dict[str, str]:
        """Return what a state says by what it is called; what says nothing is left out."""
        told: dict[str, str] = {}
        for field in Talk.history.model.tracked_fields if snapshot.exists else ():
            if field.name not in self.untold:
                told[str(field.verbose_name)] = self._words(field, snapshot)
        told[_("people")] = "; ".join(self._people(snapshot))
        told[_("topics")] = ", ".join(self._names(snapshot, TalkTopic, "topic"))
        told[_("also in")] = ", ".join(self._names(snapshot, JointTalk, "series"))
        return {label: words for label, words in told.items() if words}

    def _words(self, field: models.Field, snapshot: Snapshot) -> str:
        value = snapshot.fields[field.attname]
        is_reference = field.many_to_one and value
        return self._name(field, value) if is_reference else words_of(field, value, snapshot.fields["local_zone"])

    def _people(self, snapshot: Snapshot) -> Iterator[str]:
        rows = sorted(snapshot.parts[Appearance].values(), key=lambda row: (row["order"], row["id"]))
        role, whence = Appearance._meta.get_field("role"), Appearance._meta.get_field("is_external")
        for row in rows:
            name = self._name(Appearance._meta.get_field("speaker"), row["speaker_id"])
            words = {"name": name, "affiliation": row["affiliation"]}
            person = _("%(name)s (%(affiliation)s)") % words if row["affiliation"] else name
            more = [words_of(role, row["role"])] if row["role"] != role.default else []
            more += [str(whence.verbose_name)] if row["is_external"] else []
            yield ", ".join([person, *more])

    def _names(self, snapshot: Snapshot, part: type[models.Model], link: str) -> list[str]:
        field = part._meta.get_field(link)
        return sorted(self._name(field, row[field.attname]) for row in snapshot.parts[part].values())

    def _name(self, field: models.ForeignKey, key: int) -> str:
        return self._known[field.related_model].get(key) or _("one that has been deleted")

    @cached_property
    def _known(self) -> dict[type[models.Model], dict[int, str]]:
        needed: dict[type[models.Model], set[int]] = {}
        for snapshot in self.snapshots:
            for model, row in snapshot.rows():
                for link in model._meta.concrete_fields:
                    if link.many_to_one and link.related_model is not Talk:
                        needed.setdefault(link.related_model, set()).add(row[link.attname])
        return {
            model: {key: str(thing) for key, thing in model._base_manager.in_bulk(keys - {None}).items()}
            for model, keys in needed.items()
        }


def words_of(field: models.Field, value: Any, there: str = "") -> str:
    """Return the value of a field that is no reference as people say it, "" where it says nothing.

    A moment is told by the clocks of the zone with the IANA name `there`, by default the department's.
    """
    if value in (None, "", False):
        return ""
    if isinstance(value, datetime):
        zone = zone_info(there)
        words = {"day": date_formats.day(local(value, zone), with_year=True), "clock": date_formats.clock(value, zone)}
        told = _("%(day)s, %(clock)s") % words
        return f"{told} ({date_formats.zone(there)})" if there else told
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return _("yes") if value is True else str(value).strip()


def where_they_differ(old: str, new: str) -> tuple[str, str]:
    """Leave out of two long texts the lines at both ends that are the same, but for the one next to a difference."""
    before, after = old.splitlines(), new.splitlines()
    first = _alike(before, after)
    last = _alike(before[first:][::-1], after[first:][::-1])
    return tuple(_cut(lines, max(first - 1, 0), max(last - 1, 0)) for lines in (before, after))


def _alike(some: list[str], others: list[str]) -> int:
    """Return how many lines are the same from the first on."""
    return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], zip(some, others, strict=False)))


def _cut(lines: list[str], first: int, last: int) -> str:
    shown = lines[first : len(lines) - last]
    return "\n".join([*(["…"] if first else []), *shown, *(["…"] if last else [])])
