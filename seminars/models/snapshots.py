"""A talk as it is, or as a change left it: its fields, people, topics and further series."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Max, OuterRef, Subquery, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from seminars import times
from seminars.models.appearance import Appearance, JointTalk, TalkTopic
from seminars.models.history import Change, rows_of
from seminars.models.prepared_query import PreparedQuery
from seminars.models.speaker import Speaker
from seminars.models.states import Role
from seminars.models.talk import Talk
from seminars.models.talk_queries import TalkQuerySet
from seminars.models.wall_times import LOCAL, moments_by_rules

Part = Appearance | JointTalk | TalkTopic
PARTS = (Appearance, JointTalk, TalkTopic)
ROOT_FIELDS = frozenset({"id", "uid", "sequence", "created_at"})  # a talk's own for good: never taken back

Values = dict[str, Any]


@dataclass
class Snapshot:
    """The values of a talk's row, {} where there is none, and by model and key those of the rows that belong to it."""

    fields: Values = field(default_factory=dict)
    parts: dict[type[models.Model], dict[int, Values]] = field(default_factory=lambda: {part: {} for part in PARTS})

    @property
    def exists(self) -> bool:
        return bool(self.fields)

    @property
    def told(self) -> Values:
        """The fields that may be taken back."""
        return {name: value for name, value in self.fields.items() if name not in ROOT_FIELDS}

    def rows(self) -> Iterator[tuple[type[models.Model], Values]]:
        """Yield its row and all that belong to it."""
        yield from [(Talk, self.fields)] if self.exists else []
        for part, rows in self.parts.items():
            yield from ((part, row) for row in rows.values())

    def says_the_same_as(self, other: "Snapshot") -> bool:
        return self.told == other.told and self.parts == other.parts


Snapshots = dict[int, Snapshot]  # by the talk's key


def present(keys: Collection[int]) -> Snapshots:
    """Return these talks as they are: four queries."""
    return _snapshots(keys, lambda model, of_talks: model._base_manager.filter(**of_talks))


def after(change: int, keys: Collection[int]) -> Snapshots:
    """Return these talks as the change of this number left them: four queries. Before it is after the one before."""

    def latest(model: type[models.Model], of_talks: dict[str, Any]) -> models.QuerySet:
        rows = model.history.model.objects.filter(**of_talks)
        last = rows.filter(change__lte=change).order_by().values("id").annotate(last=Max("history_id")).values("last")
        return rows.filter(history_id__in=last).exclude(history_type="-")

    return _snapshots(keys, latest)


def _snapshots(keys: Collection[int], ask: Any) -> Snapshots:
    found = {key: Snapshot() for key in keys}
    for row in ask(Talk, {"id__in": keys}).values(*names_of(Talk)):
        found[row["id"]].fields = _by_present_rules(row)
    for part in PARTS:
        for row in ask(part, {"talk__in": keys}).values(*names_of(part)):
            found[row["talk_id"]].parts[part][row["id"]] = row
    return found


def story(talk: int) -> Iterator[tuple[int, Snapshot]]:
    """Yield the number of each change of a talk and how it left the talk, the earliest first: four queries."""
    rows = []
    for model, of_talk in [(Talk, {"id": talk}), *((part, {"talk": talk}) for part in PARTS)]:
        asked = model.history.model.objects.filter(**of_talk).order_by("history_id")
        rows += [(row.pop("change"), model, row) for row in asked.values("change", "history_type", *names_of(model))]
    now = Snapshot()
    for number in sorted({number for number, _model, _row in rows}):
        now = Snapshot(dict(now.fields), {part: dict(there) for part, there in now.parts.items()})
        for _number, model, row in (one for one in rows if one[0] == number):
            _put(now, model, row)
        yield number, now


def _put(snapshot: Snapshot, model: type[models.Model], row: Values) -> None:
    is_gone = row.pop("history_type") == "-"
    if model is Talk:
        snapshot.fields = {} if is_gone else _by_present_rules(row)
    elif is_gone:
        snapshot.parts[model].pop(row["id"], None)
    else:
        snapshot.parts[model][row["id"]] = row


def _by_present_rules(row: Values) -> Values:
    """Return the row of a talk with the moments that follow from its wall times today: new rules change no talk."""
    walls = {name: row[local] for name, local in LOCAL.items()}
    return row | moments_by_rules(row, walls, ZoneInfo(row["local_zone"] or times.zone_name()))


def names_of(model: type[models.Model]) -> list[str]:
    """Return the names of the columns that history keeps of a model."""
    return [one.attname for one in model.history.model.tracked_fields]


def talks_of(change: Change) -> list[int]:
    """Return the keys of the talks that a change touched: one query."""
    rows = Talk.history.model.objects.filter(change=change).order_by("history_id")
    return list(dict.fromkeys(rows.values_list("id", flat=True)))


def some_talks_of(changes: Iterable[Change], among: TalkQuerySet, most: int) -> dict[int, tuple[list[int], int]]:
    """Return by change the keys of the first talks of `among` that it touched, and how many they are: two queries."""
    rows = Talk.history.model.objects.filter(change__in=changes, id__in=among.order_by().values("pk")).order_by()
    numbers = dict(rows.values_list("change").annotate(models.Count("id", distinct=True)))
    place = Window(RowNumber(), partition_by="change", order_by="history_id")
    first: dict[int, dict[int, None]] = {number: {} for number in numbers}
    for number, talk in rows.annotate(place=place).filter(place__lte=most).values_list("change", "id"):
        first[number][talk] = None
    return {number: (list(first[number]), count) for number, count in numbers.items()}


def of_several_talks(changes: Collection[Change]) -> set[int]:
    """Return the numbers of those changes that touched more than one talk: one query, none without changes."""
    rows = Talk.history.model.objects.filter(change__in=changes).order_by().values_list("change")
    counted = rows.annotate(talks=models.Count("id", distinct=True)).filter(talks__gt=1) if changes else []
    return {number for number, _talks in counted}


def deleted_talks_of(changes: Collection[Change], series: models.QuerySet) -> dict[int, list[str]]:
    """Return by change the names of the talks at home in these series that it deleted, if they are still gone.

    One query, two more if there are such talks.
    """
    gone = Talk.history.model.objects.filter(change__in=changes, history_type="-", series__in=series)
    gone = gone.exclude(id__in=Talk.objects.order_by().values("pk")).order_by("history_id")
    rows = list(gone.values_list("change", "id", "title"))
    speakers = _speakers_of_deleted({talk for _change, talk, _title in rows}, changes) if rows else {}
    found: dict[int, list[str]] = {}
    for number, talk, title in rows:
        words = [*speakers.get((number, talk), ()), *([title] if title else [])]
        found.setdefault(number, []).append(" – ".join(words) or _("To be announced"))
    return found


def _speakers_of_deleted(talks: Collection[int], changes: Collection[Change]) -> dict[tuple[int, int], list[str]]:
    """Return by change and talk the names of the speakers who were deleted with it, not of those it had earlier."""
    rows = Appearance.history.model.objects.filter(
        talk__in=talks, change__in=changes, history_type="-", role=Role.SPEAKER
    )
    named: dict[tuple[int, int], dict[int, None]] = {}
    for number, talk, speaker in rows.order_by("order", "history_id").values_list("change", "talk", "speaker"):
        named.setdefault((number, talk), {})[speaker] = None
    known = Speaker.objects.in_bulk({key for keys in named.values() for key in keys})
    names = {of: ", ".join(known[key].name for key in keys if key in known) for of, keys in named.items()}
    return {of: [joined] for of, joined in names.items() if joined}


def homes_of(changes: Iterable[Change]) -> dict[int, set[int]]:
    """Return by change the keys of the series in which the talks that it touched were, became and are at home."""
    rows = Talk.history.model.objects.order_by()
    before = rows.filter(id=OuterRef("id"), change__lt=OuterRef("change")).order_by("-history_id")
    now = Talk.objects.filter(pk=OuterRef("id")).order_by()
    homes = rows.filter(change__in=changes).annotate(
        was=Subquery(before.values("series")[:1]), is_now=Subquery(now.values("series")[:1])
    )
    found: dict[int, set[int]] = {change.pk: set() for change in changes}
    for number, *series in homes.values_list("change", "was", "series", "is_now").distinct():
        found[number] |= set(series) - {None}
    return found


def series_alone(change: Change) -> set[int]:
    """Return the keys of the further series that a change put talks into or took them out of; none if it did more."""
    keys, found = talks_of(change), set()
    was, left = after(change.pk - 1, keys), after(change.pk, keys)
    for key in keys:
        one, other = was[key].parts.pop(JointTalk), left[key].parts.pop(JointTalk)
        if not was[key].says_the_same_as(left[key]):
            return set()
        differing = {row for row in one.keys() | other.keys() if one.get(row) != other.get(row)}
        found |= {rows[row]["series_id"] for rows in (one, other) for row in differing & rows.keys()}
    return found


def last_change_of(talk: int) -> int:
    """Return the number of the latest change of a talk, 0 before the first."""
    return next((change for (change,) in _LAST_CHANGE.rows(rows_of("HistoricalTalk").model, talk)), None) or 0


def _last_change(rows: models.QuerySet, talk: int) -> models.QuerySet:
    return rows.filter(id=talk).order_by("-history_id").values_list("change")[:1]


_LAST_CHANGE = PreparedQuery(_last_change)  # the form of a talk asks for it each time
