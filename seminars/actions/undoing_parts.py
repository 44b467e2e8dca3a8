"""Undo a change of several talks for those that nobody has changed since; the others stay as they are."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars.actions import talk_changes, undoing
from seminars.models import Change, Talk, User, publishing, recording
from seminars.models.snapshots import after, present, talks_of


@dataclass(frozen=True)
class UndoableParts:
    """The keys of the talks for which a change can still be undone, and why it cannot for the others."""

    undoable: list[int]
    refused: list[str]


def parts_of(change: Change) -> UndoableParts:
    """Return for which talks a change can be undone; for none if it also changed a person, room or topic."""
    keys = talks_of(change)
    was, left, is_now = after(change.pk - 1, keys), after(change.pk, keys), present(keys)
    known = Talk.objects.in_bulk(keys)
    undoable, refused = [], []
    for key in keys:
        if not left[key].says_the_same_as(is_now[key]):
            name = undoing.name_of(key, left[key])
            refused.append(undoing.changed_since(change, name, Talk.history.filter(id=key)))
        elif not was[key].exists and key in known and not talk_changes.may_be_deleted(known[key]):
            words = {"talk": undoing.name_of(key, left[key]), "why": talk_changes.NEVER_DELETED}
            refused.append(_("%(talk)s: %(why)s") % words)
        else:
            undoable.append(key)
    return UndoableParts([] if change.shared_rows.exists() else undoable, refused)


def restore_the_rest(change: Change, *, by: User | None) -> Change:
    """Undo `change` for the talks that are still as it left them, and return the change that this makes.

    The change itself stands, so its other talks keep what it gave them. Raise ValidationError, and change nothing, if
    there is no such talk, or a room is taken.
    """
    with publishing():
        change = undoing.still_to_be_undone(change)
        parts = parts_of(change)
        if not parts.refused:
            return undoing.restore(change, by=by)
        keys = parts.undoable
        if not keys:
            raise ValidationError(_("Every talk of this change has been changed since, so nothing was undone."))
        was, left = after(change.pk - 1, keys), after(change.pk, keys)
        undoing.refuse_beginnings(change, was)
        undoing.refuse_joining_without_consent(was, left, by)
        words = {"number": len(keys), "all": len(talks_of(change)), "what": change}
        with recording(_("Undone for %(number)d of %(all)d talks: %(what)s") % words, by=by) as undoing_change:
            undoing.take_back(was, even_public=False)
        return undoing_change
