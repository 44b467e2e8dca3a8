"""Applying a planned import: everything in one transaction, or nothing."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from seminars.actions import related_objects, stamping, talk_changes
from seminars.importing.diff import PlannedTalk, note_down
from seminars.importing.match import RowNeeded
from seminars.models import FormerAddress, Talk, publishing, recording


def apply(planned: list[PlannedTalk], made: Iterable[RowNeeded]) -> None:
    """Save what a plan holds; raise ValidationError and save nothing if rows have changed since or are not valid."""
    made, written = list(made), [one for one in planned if one.is_written]
    try:
        with transaction.atomic():
            if made or written:
                _publish(made, written)
            for one in planned:
                _note(one)
    except (ValidationError, IntegrityError) as error:
        reason = " ".join(error.messages) if isinstance(error, ValidationError) else _changed_since()
        raise ValidationError(_("Nothing was imported. %(reason)s") % {"reason": reason}) from error


def _publish(made: list[RowNeeded], planned: list[PlannedTalk]) -> None:
    with publishing(), recording(_("Imported")):
        for row in made:
            related_objects.save(row)
        written = [one for one in planned if one.writes_talk]
        _hold(written)
        for one in written:
            _write(one)
        for one in planned:
            if one.parts:
                one.parts()
        for one in written:
            one.talk.clean()  # only after all of them are written, so that two can swap rooms
        for appearance in (appearance for one in planned for appearance in one.appearances):
            appearance.speaker = appearance.speaker  # it has its key now
            appearance.save()
        stamping.stamp([one.talk for one in planned])


def _hold(planned: list[PlannedTalk]) -> None:
    """Hold the rooms, and refuse talks that somebody changed after the plan was made."""
    for one in planned:
        talk = one.talk
        talk.series, talk.room = talk.series, talk.room  # they have their keys now
        if one.before:
            updated_at, sequence = one.before
            if not Talk.objects.filter(pk=talk.pk, updated_at=updated_at, sequence=sequence).exists():
                raise ValidationError(_changed_since())
    talk_changes.hold_rooms([one.talk for one in planned])


def _write(planned: PlannedTalk) -> None:
    has_identity = bool(planned.event.uid)  # its fields were checked for the plan, its room is checked at the end
    talk_changes.write(planned.talk, checked=has_identity)
    new = {value.field: value.meant for value in planned.taken}
    if "topics" in new:
        planned.talk.topics.set(new["topics"])
    if (path := new.get("address")) and not FormerAddress.objects.filter(path=path).exists():
        FormerAddress.objects.remember(path, planned.talk)


def _note(planned: PlannedTalk) -> None:
    """Remember what the source said; visitors do not see a note, so a change to it alone does not stamp the talk."""
    note = planned.note
    if note is None:
        return
    note.talk = planned.talk  # it has its key now
    before = (dict(note.said), dict(note.held))
    note_down(note, planned.values, planned.declined)
    if note.pk is None or before != (note.said, note.held):
        note.save()


def _changed_since() -> str:
    return _("Somebody changed these talks after the plan was made. Look at the plan again and repeat the import.")
