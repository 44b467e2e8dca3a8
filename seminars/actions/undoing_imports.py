"""Undo an import: in short turns, all that it wrote and that nobody has edited since."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, Max, OuterRef
from django.utils.translation import gettext as _

from seminars.actions import bulk_changes, shared_rows, talk_changes, undoing
from seminars.actions.bulk_changes import TalkWrite
from seminars.models import (
    Change,
    ImportRun,
    Series,
    SharedChange,
    SpeakerName,
    State,
    Talk,
    TalkQuerySet,
    User,
    publishing,
    recording,
    taking_turns,
)
from seminars.models.shared_changes import plain, values_of
from seminars.models.snapshots import Snapshot, Snapshots, after, present, talks_of
from seminars.models.states import HOLDING
from seminars.times import Span

PAUSE = 0.1  # seconds between two turns, as between those of an import
MANY = 200  # talks in one turn that are deleted or withdrawn, or other rows
SECONDS = 5  # of one request of the desk
FEW = 50  # talks restored to their earlier values in one turn; each is checked
Entry = dict[str, Any]  # of ImportRun.beside


@dataclass
class UndoneImport:
    """What came of an undo: its change, None if nothing was left to undo, what stays because somebody edited it
    since, and why other things could not be taken back."""

    run: ImportRun
    change: Change | None = None
    kept: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def is_finished(self) -> bool:
        return self.run.is_finished


@dataclass(frozen=True)
class _Step:
    """Things of one kind, and how many of them `write` takes back in one turn.

    `write` returns how many it has taken back, and what of it has no history.
    """

    name: str
    things: list[Any]
    write: Callable[[list[Any]], tuple[int, list[Entry]]]
    most: int


def public_talks_of(change: Change) -> int:
    """Return how many talks an import added that are public now: an undo takes them out of calendars."""
    made = Talk.history.model.objects.filter(change=change, history_type="+").order_by().values("id")
    return Talk.objects.filter(pk__in=made).exclude(state=State.DRAFT).count()


def undo_import(change: Change, *, by: User | None, even_public: bool = False) -> UndoneImport:
    """Undo an import, or such an undo; what was edited since stays. An interrupted undo goes on.

    Talks that the import made public become drafts, so that calendars drop them; `even_public` deletes them, right
    after an import that failed. Raise ValidationError, and change nothing, if the import was undone or is running.
    """
    undo = _Undo(change, by, even_public=even_public)
    for _turn in undo.turns():
        pass
    return undo.found


def undo_a_part(change: Change, *, by: User | None) -> UndoneImport:
    """Do what `undo_import` does for SECONDS, at least until a turn has written something, then let others go on.

    `is_finished` tells whether another call must follow. `kept` and `refused` are those of all parts so far.
    """
    undo = _Undo(change, by, even_public=False)
    ends = time.monotonic() + SECONDS
    try:
        for _turn in undo.turns():
            if undo.run.pk and time.monotonic() > ends:
                break
    finally:
        undo.run.release()
    return undo.found


class _Undo:
    def __init__(self, change: Change, by: User | None, *, even_public: bool) -> None:
        self.by, self.even_public = by, even_public
        begun = ImportRun.objects.filter(change__undoes=change, is_finished=False).select_related("change").first()
        self.change = undoing.still_to_be_undone(change, even_begun=begun is not None)
        self.imported: ImportRun = self.change.import_run
        running = begun or self.imported
        if not even_public and not running.is_finished and not ImportRun.objects.claim(running):
            raise ValidationError(_("This import is still running. Wait until it is done, then undo it."))
        self.keys = talks_of(self.change)[::-1]  # new talks were written last, and may have the rooms of others
        rows = Talk.history.model.objects.filter(change=self.change, history_type="+").order_by()
        self.made = set() if self.change.undoes_id else set(rows.values_list("id", flat=True))
        self.run = begun or ImportRun(total=len(self.keys))
        told = self.run.options  # by the parts of the undo that are done
        self.found = UndoneImport(self.run, self.run.resumed(), told.get("kept", []), told.get("refused", []))

    def turns(self) -> Iterator[ImportRun]:
        """Take back step by step; yield the run after each turn, which knows how far it is.

        A step that needs the rows of another comes before it, and after it where an undo is undone.
        """
        beside = self.imported.beside[::-1]
        of_talks = [entry for entry in beside if _is_of_a_talk(entry)]
        steps = [
            _Step("addresses", of_talks, self._write_beside, MANY),
            _Step("made", [key for key in self.keys if key in self.made], self._write_talks, MANY),
            _Step("talks", [key for key in self.keys if key not in self.made], self._write_talks, FEW),
            _Step("shared", list(self.change.shared_rows.order_by("pk")), self._write_shared_rows, MANY),
            _Step("beside", [entry for entry in beside if not _is_of_a_talk(entry)], self._write_beside, MANY),
        ]
        for step in steps[::-1] if self.change.undoes_id else steps:
            yield from self._turns_of(step)
        self.run.finish()
        self.imported.finish()

    def _turns_of(self, step: _Step) -> Iterator[ImportRun]:
        for first in range(self.run.options.get(step.name, 0), len(step.things), step.most):
            if self.run.pk:
                time.sleep(PAUSE)
            self._write_turn(step, step.things[first : first + step.most], first)
            yield self.run

    def _write_turn(self, step: _Step, things: list[Any], first: int) -> None:
        sentence, resumes = undoing.sentence_of(self.change), self.found.change
        undoes = None if resumes else self.change
        with taking_turns():
            if undoes:
                undoing.still_to_be_undone(undoes)  # somebody else may have begun while this one waited
            with publishing(), recording(sentence, by=self.by, undoes=undoes, resumes=resumes) as written:
                count, beside = step.write(things)
                written.has_other_rows |= bool(beside)
                self.run.options |= {step.name: first + len(things)}
                self.run.options |= {"kept": self.found.kept, "refused": self.found.refused}
                if count or self.run.pk:
                    self.run.note_turn(written, len(things) if step.write == self._write_talks else 0, beside)
                    self.found.change = written

    # --- talks ---

    def _write_talks(self, keys: list[int]) -> tuple[int, list[Entry]]:
        was, left, is_now = after(self.change.pk - 1, keys), after(self.change.pk, keys), present(keys)
        edited_before = _edited_between_turns(self.change, keys)
        same = [key for key in keys if left[key].says_the_same_as(is_now[key]) and key not in edited_before]
        self.found.kept += [undoing.name_of(key, left[key]) for key in keys if key not in same and is_now[key].exists]
        return sum(self._take_back({key: was[key] for key in part}, left) for part in [same] if part), []

    def _take_back(self, was: Snapshots, left: Snapshots) -> int:
        """Take these talks back together; if that is refused, one by one. Return how many were taken back."""
        try:
            undoing.refuse_joining_without_consent(was, left, self.by)
            with transaction.atomic():
                self._take_back_together(was)
        except ValidationError as refusal:
            if len(was) == 1:
                self.found.refused += refusal.messages
                return 0
            return sum(self._take_back({key: one}, left) for key, one in was.items())
        return len(was)

    def _take_back_together(self, was: Snapshots) -> None:
        there = Talk.objects.with_keys(was).with_series_and_room().in_bulk()
        made = [there[key] for key, snapshot in was.items() if not snapshot.exists and key in there]
        public = [] if self.even_public else [talk for talk in made if not talk_changes.may_be_deleted(talk)]
        _rewrite([talk for talk in public if talk.is_public], state=State.DRAFT)
        keys = {talk.pk for talk in public}
        talk_changes.delete_all([talk for talk in made if talk.pk not in keys], even_public=self.even_public)
        back = {key: snapshot for key, snapshot in was.items() if snapshot.exists}
        self._vacate_rooms(back.values())
        undoing.put_back(back, there)

    def _vacate_rooms(self, back: Iterable[Snapshot]) -> None:
        """Let talks that this undo made drafts give up the rooms that others had before the import, and have again."""
        holding = [one.fields for one in back if one.fields["state"] in HOLDING]
        places = [(Span(one["starts_at"], one["ends_at"]), one["room_id"]) for one in holding]
        rooms = {room for _span, room in places if room}
        withdrawn = self._withdrawn() if rooms and self.made else Talk.objects.none()
        there = withdrawn.holding_rooms().filter(room__in=rooms).with_series_and_room()
        talks = [
            talk for talk in there if any(room == talk.room_id and span.overlaps(talk.span) for span, room in places)
        ]
        _rewrite(talks, room=None)

    def _withdrawn(self) -> TalkQuerySet:
        """Return the talks that this undo has made drafts and nobody has edited since."""
        undo = self.found.change.pk if self.found.change else 0
        rows = Talk.history.model.objects.order_by().filter(id__in=self.made)
        last = rows.values("id").annotate(last=Max("change")).filter(last=undo)
        return Talk.objects.drafts().filter(pk__in=last.values("id"))

    # --- speakers, rooms and topics ---

    def _write_shared_rows(self, notes: list[SharedChange]) -> tuple[int, list[Entry]]:
        of_kind: dict[type[models.Model], list[SharedChange]] = {}
        for note in notes:
            of_kind.setdefault(note.model, []).append(note)
        count = 0
        for model, some in of_kind.items():
            now = values_of(model, [note.key for note in some])
            same = [note for note in some if note.agrees_with(now.get(note.key))]
            self.found.kept += [str(note) for note in some if note not in same and note.key in now and note.before]
            altered = [note for note in same if note.before]
            undoing.put_shared_rows_back(altered)
            made = _unused(model, [note.key for note in same if not note.before and note.after])
            count += len(altered) + len(made)
            model.objects.filter(pk__in=made).delete()
        return count, []

    # --- rows without a history ---

    def _write_beside(self, entries: list[Entry]) -> tuple[int, list[Entry]]:
        back = [entry | {"before": entry["after"], "after": entry["before"]} for entry in entries]
        written: list[Entry] = []
        for (name, goes), group in groupby(back, key=lambda entry: (entry["model"], entry["after"] is None)):
            model, some = apps.get_model("seminars", name), list(group)
            there = model.objects.in_bulk([entry["key"] for entry in some])
            same = [entry for entry in some if self._is_as_left(there.get(entry["key"]), entry["before"])]
            written += _removed(model, same) if goes else [one for one in same if _is_put(model, there, one)]
        return len(written), written

    def _is_as_left(self, row: models.Model | None, before: dict[str, Any] | None) -> bool:
        """Tell whether a row still has the values of `before`, or is still not there; else name it as kept."""
        is_same = (values_beside(row, before or ()) if row else None) == before
        self.found.kept += [str(row)] if row and not is_same else []
        return is_same


def _is_of_a_talk(entry: Entry) -> bool:
    """Tell whether an entry is of a row that refers to a talk: it goes with the talk and comes back after it."""
    return bool((entry["after"] or entry["before"]).get("talk_id"))


def _removed(model: type[models.Model], entries: list[Entry]) -> list[Entry]:
    """Remove the rows to which no other refers; return their entries."""
    unused = set(_unused(model, [entry["key"] for entry in entries]))
    model.objects.filter(pk__in=unused).delete()
    return [entry for entry in entries if entry["key"] in unused]


def _is_put(model: type[models.Model], there: dict[int, models.Model], entry: Entry) -> bool:
    """Give a row the values of `after`, and return True, if the rows that it refers to are there."""
    row = there.get(entry["key"])
    if row is None and not _is_possible(model, entry["after"]):
        return False
    _set(row or model(pk=entry["key"]), entry["after"])
    return True


def _rewrite(talks: list[Talk], **values: Any) -> None:
    """Give talks these values, with all that follows from them."""
    Talk.objects.fetch_parts(talks)
    writes = [TalkWrite(talk, copy(talk)) for talk in talks]
    for one in writes:
        for name, value in values.items():
            setattr(one.talk, name, value)
        bulk_changes.prepare(one.talk, one.before)
    bulk_changes.write(writes)


def _edited_between_turns(change: Change, keys: Collection[int]) -> set[int]:
    """Return the talks that somebody edited between two turns of the import, which therefore wrote them twice."""
    rows = Talk.history.model.objects.order_by()
    others = rows.filter(id=OuterRef("id"), change__gt=change.pk, history_id__lt=OuterRef("history_id"))
    return set(rows.filter(Exists(others), change=change, id__in=keys).values_list("id", flat=True))


def _unused(model: type[models.Model], keys: Collection[int]) -> list[int]:
    """Return the keys of the rows to which no other row refers."""
    rows = model.objects.filter(pk__in=keys)
    for relation in model._meta.related_objects:
        if relation.related_model is not SpeakerName:  # which is a part of its speaker
            rows = rows.exclude(Exists(relation.related_model.objects.filter(**{relation.field.name: OuterRef("pk")})))
    return list(rows.values_list("pk", flat=True))


# --- what an import notes of rows without a history ---


def made_beside(rows: Iterable[models.Model]) -> Iterator[Entry]:
    """Yield what an import notes of rows that it has added."""
    for row in rows:
        names = [one.attname for one in row._meta.concrete_fields if not one.primary_key]
        yield {"model": row._meta.model_name, "key": row.pk, "before": None, "after": values_beside(row, names)}


def changed_beside(row: models.Model, before: dict[str, Any]) -> Entry:
    """Return what an import notes about a row after changing these fields."""
    return {"model": row._meta.model_name, "key": row.pk, "before": before, "after": values_beside(row, before)}


def values_beside(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """Return these fields as JSON keeps them."""
    return {name: plain(getattr(row, name)) for name in names}


def _set(row: models.Model, values: dict[str, Any]) -> None:
    for one in row._meta.concrete_fields:
        if one.attname in values:
            setattr(row, one.attname, one.to_python(values[one.attname]))
    if isinstance(row, Series):
        shared_rows.put_back(row)
    else:
        row.save()


def _is_possible(model: type[models.Model], values: dict[str, Any]) -> bool:
    """Tell whether the rows that this one refers to are there."""
    links = [one for one in model._meta.concrete_fields if one.many_to_one and values.get(one.attname) is not None]
    return all(one.related_model._base_manager.filter(pk=values[one.attname]).exists() for one in links)
