"""A talk as it is, or as a change left it: its fields, people, topics and further series."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Max

from seminars.models.appearance import Appearance, JointTalk, TalkTopic
from seminars.models.history import Change
from seminars.models.talk import Talk

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
        found[row["id"]].fields = row
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
        snapshot.fields = {} if is_gone else row
    elif is_gone:
        snapshot.parts[model].pop(row["id"], None)
    else:
        snapshot.parts[model][row["id"]] = row


def names_of(model: type[models.Model]) -> list[str]:
    """Return the names of the columns that history keeps of a model."""
    return [one.attname for one in model.history.model.tracked_fields]


def talks_of(*changes: Change) -> dict[int, list[int]]:
    """Return by change the keys of the talks that it touched: one query."""
    found: dict[int, list[int]] = {change.pk: [] for change in changes}
    rows = Talk.history.model.objects.filter(change__in=changes).order_by("history_id")
    for change, talk in rows.values_list("change", "id"):
        if talk not in found[change]:
            found[change].append(talk)
    return found
