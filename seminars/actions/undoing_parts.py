"""Undo a change of several talks for those that nobody has changed since; the others stay as they are."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars.actions import talk_changes, undoing
from seminars.models import Change, Talk, User, publishing, recording
from seminars.models.snapshots import Snapshots, after, present, talks_of


@dataclass(frozen=True)
class UndoableParts:
    """The keys of the talks for which a change can still be undone, and why it cannot for the others."""

    undoable: list[int]
    refused: list[str]


@dataclass(frozen=True)
class _Division:
    """The talks of a change: those that an undo gives their earlier values, and those for which it is refused."""

    undoable: Snapshots  # as they were before the change
    changed: Snapshots  # as the change left them, like `public`
    public: Snapshots

    @classmethod
    def of(cls, change: Change) -> "_Division":
        keys = talks_of(change)
        was, left, is_now = after(change.pk - 1, keys), after(change.pk, keys), present(keys)
        changed = undoing.changed_ones(left, is_now)
        made = Talk.objects.in_bulk([key for key in keys if key not in changed and not was[key].exists])
        public = {key: left[key] for key, talk in made.items() if not talk_changes.may_be_deleted(talk)}
        return cls({key: was[key] for key in keys if key not in changed.keys() | public.keys()}, changed, public)


def parts_of(change: Change) -> UndoableParts:
    """Return for which talks a change can be undone; for none if it also changed a person, room or topic."""
    division = _Division.of(change)
    refused = undoing.talks_changed_since(change, division.changed)
    names = undoing.names_of(division.public) if division.public else {}
    refused += [_("%(talk)s: %(why)s") % {"talk": name, "why": talk_changes.NEVER_DELETED} for name in names.values()]
    return UndoableParts([] if change.shared_rows.exists() else list(division.undoable), refused)


def restore_the_rest(change: Change, *, by: User | None) -> Change:
    """Undo `change` for the talks that are still as it left them, and return the change that this makes.

    The change itself stands, so its other talks keep what it gave them. Raise ValidationError, and change nothing, if
    there is no such talk, or a room is taken.
    """
    with publishing():
        change = undoing.still_to_be_undone(change)
        division = _Division.of(change)
        if not (division.changed or division.public):
            return undoing.restore(change, by=by)
        was = division.undoable
        if not was or change.shared_rows.exists():
            raise ValidationError(_("Every talk in this change has been changed since, so nothing was undone."))
        undoing.refuse_beginnings(change, was)
        undoing.refuse_joining_without_consent(was, after(change.pk, was), by)
        words = {"number": len(was), "all": len(talks_of(change)), "what": change}
        with recording(_("Undone for %(number)d of %(all)d talks: %(what)s") % words, by=by) as undoing_change:
            undoing.take_back(was, even_public=False)
        return undoing_change
