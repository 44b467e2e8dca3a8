"""Write what a plan holds: in short turns, between which others can save, and as one change that can be undone."""

import time
from collections.abc import Callable, Iterator

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from seminars.actions import bulk_changes, shared_rows, stamping
from seminars.actions.bulk_changes import TURN, TalkWrite, changed_since
from seminars.actions.talk_news import take_for_told
from seminars.actions.undoing_imports import Entry, changed_beside, made_beside, undo_import
from seminars.garbage import collecting_new_objects_only
from seminars.importing.deleted import forget_deleted
from seminars.importing.field_values import note_down
from seminars.importing.people_and_series import write_parts
from seminars.importing.plan import ImportPlan
from seminars.importing.planned import PlannedTalk
from seminars.models import (
    Appearance,
    Break,
    Change,
    ImportedTalk,
    ImportRun,
    Role,
    Series,
    Talk,
    User,
    publishing,
    recording,
)
from seminars.models.many_rows import update_rows
from seminars.phrases.talk_news import facts_of

Progress = Callable[[int, int], None]

PAUSE = 0.1  # seconds between two turns: SQLite lets somebody who waits try again every 0.1 seconds


def apply_plan(
    plan: ImportPlan,
    *,
    by: User | None = None,
    sentence: str = "",
    run: ImportRun | None = None,
    progress: Progress | None = None,
) -> Change | None:
    """Save what a plan holds and return the change, None if there is nothing to save. `sentence` describes it.

    Raise ValidationError if a talk was changed since, a room was taken or a row is not valid: then nothing is saved,
    and what earlier turns saved is undone, unless they are those of a `run` that was interrupted. After a crash the
    turns that were done stay. `run` has what is needed to go on then; one that was interrupted is finished. `progress`
    is told after each turn how many talks of all are done.
    """
    run = run or ImportRun()
    with collecting_new_objects_only():
        for _turn in apply_in_turns(plan, run, by=by, sentence=sentence):
            if progress:
                progress(run.done, run.total)
    return run.change if run.change_id else None


def apply_in_turns(plan: ImportPlan, run: ImportRun, *, by: User | None, sentence: str = "") -> Iterator[ImportRun]:
    """Do what `apply_plan` does, and yield the run after each turn: it knows how far it is."""
    change = run.resumed()
    is_resumed = change is not None
    run.total = run.done + sum(one.is_written for one in plan.talks)
    try:
        for number, (talks, is_last) in enumerate(_turns(plan)):
            began = time.monotonic()
            writes = [_write_of(one) for one in talks]
            bulk_changes.render(writes)
            before = {} if run.tells_readers else {one.talk.pk: facts_of(one.before) for one in talks if one.before}
            if number:
                time.sleep(max(PAUSE - (time.monotonic() - began), 0))
            with (
                publishing(),
                recording(sentence or _("Imported"), by=by, resumes=change) as written,
            ):
                beside = [*(() if number else _write_breaks(plan)), *_write(talks, writes, plan, written)]
                beside += _write_contacts(plan) if is_last else []
                if not run.tells_readers:
                    take_for_told(before, {one.talk.pk: facts_of(one.talk) for one in talks})
                written.has_other_rows |= bool(beside)  # a break alone can be undone too
                run.note_turn(written, len(talks), beside)
            change = written
            yield run
        _note_only(plan, change)
        run.finish()
    except (ValidationError, IntegrityError) as error:
        reason = " ".join(error.messages) if isinstance(error, ValidationError) else changed_since()
        if is_resumed:  # what was imported may have been public for a while: its organiser chooses
            raise ValidationError(reason) from error
        if change:
            undo_import(change, by=by, even_public=True)
        raise ValidationError(_("Nothing was imported. %(reason)s") % {"reason": reason}) from error


def _turns(plan: ImportPlan) -> Iterator[tuple[list[PlannedTalk], bool]]:
    """Yield what each turn writes, and whether it is the last; known talks come first, so that rooms become free."""
    talks = sorted((one for one in plan.talks if one.is_written), key=_order)
    parts = [talks[first : first + TURN] for first in range(0, len(talks), TURN)]
    if not parts and (plan.contacts or plan.new_breaks):
        parts = [[]]
    yield from ((part, number == len(parts)) for number, part in enumerate(parts, start=1))


def _order(one: PlannedTalk) -> tuple[bool, bool, float]:
    """Known talks that move ahead are written from the last on, so that none takes the room of the next one."""
    start = one.talk.starts_at.timestamp()
    is_ahead = one.before is not None and one.talk.starts_at > one.before.starts_at
    return one.is_new, is_ahead, -start if is_ahead else start


def _write_contacts(plan: ImportPlan) -> Iterator[Entry]:
    """Write them after all talks, which it stamps: a turn refuses talks that were stamped since they were planned."""
    for series in plan.contacts:
        shared_rows.save(series)
        yield changed_beside(series, {"contact_name": "", "contact_email": ""})


def _write_breaks(plan: ImportPlan) -> Iterator[Entry]:
    """Write breaks and the series that they need; yield what has no history."""
    new = {id(one.row.series): one.row.series for one in plan.new_breaks if one.row.series.pk is None}
    for series in new.values():
        shared_rows.save(series)
    yield from made_beside(new.values())
    for one in plan.new_breaks:
        one.row.series = one.row.series  # it has its key now
    yield from made_beside(Break.objects.bulk_create([one.row for one in plan.new_breaks]))


def _write(talks: list[PlannedTalk], writes: list[TalkWrite], plan: ImportPlan, change: Change) -> Iterator[Entry]:
    """Write talks with the rows that they need; yield what has no history."""
    needed = list({id(row): row for one in talks for row in one.needs}.values())
    known = [row for row in needed if row.pk is not None]
    new = [row for row in needed if row.pk is None]
    new_series = [row for row in new if isinstance(row, Series)]
    for series in new_series:
        shared_rows.save(series)
    yield from made_beside(new_series)
    shared_rows.add(row for row in new if not isinstance(row, Series))
    for row in known:
        shared_rows.save(row)
    for appearance in (appearance for one in talks for appearance in one.appearances):
        appearance.save()
    write_parts([(one.talk, one.taken) for one in talks if not one.is_new])  # before the stamp, which counts them
    for talk in (one.talk for one in talks):
        talk.series, talk.room = talk.series, talk.room  # they have their keys now
    yield from made_beside(bulk_changes.write(writes, beside=plan.keys))
    forget_deleted(one.match for one in talks if one.is_new)
    _stamp_again(write_parts([(one.talk, one.taken) for one in talks if one.is_new]))
    _write_notes([one for one in talks if one.has_note], change)


def _stamp_again(talks: list[Talk]) -> None:
    """Stamp new talks that got their last parts: nobody has seen them without, so SEQUENCE stays."""
    for talk in talks:
        talk.entry_digest = ""
    stamping.stamp(talks, loaded=talks)


def _write_of(one: PlannedTalk) -> TalkWrite:
    people = None if one.people is None else [_appearance(one, place) for place in range(len(one.people))]
    address = one.taken["address"].value if "address" in one.taken else ""
    hosts = [] if "host" in one.taken and one.before and one.before.people_as(Role.HOST) else None
    return TalkWrite(one.talk, one.before, people, one.topics, address, hosts=hosts)


def _appearance(one: PlannedTalk, place: int) -> Appearance:
    """Return the row of a speaker; whether they are from outside stays."""
    speaker, affiliation = one.people[place]
    there = one.before.speakers if one.before else []
    known = next((appearance for appearance in there if appearance.speaker_id == speaker.pk), Appearance())
    return Appearance(speaker=speaker, order=place, affiliation=affiliation, is_external=known.is_external)


def _write_notes(planned: list[PlannedTalk], change: Change | None) -> None:
    """Remember what the source said; visitors do not see a note, so it makes no edition."""
    new, known = [], []
    for one in planned:
        note = one.match.note or ImportedTalk()
        note.talk = one.talk  # it has its key now
        if change:
            note.change, note.earlier = change, {"said": dict(note.said), "held": dict(note.held)} if note.pk else None
        note_down(note, one.match.source_values, one.match.changed_fields, one.declined, one.usual)
        (known if note.pk else new).append(note)
    ImportedTalk.objects.bulk_create(new, batch_size=TURN)
    if known:
        update_rows(known, ["said", "held", "change", "earlier"])


def _note_only(plan: ImportPlan, change: Change | None) -> None:
    """Remember what the source said of talks that stay as they are."""
    silent = [one for one in plan.talks if not one.is_written and one.has_note and one.match.changed_fields]
    for first in range(0, len(silent), TURN):
        _write_notes(silent[first : first + TURN], change)
