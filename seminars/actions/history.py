"""Undoing: a change is taken back as a whole, with people, topics and shared rows, or not at all."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from seminars import access, date_formats
from seminars.actions import stamping, talk_changes
from seminars.actions.shared_rows import SharedRows
from seminars.models import Change, JointTalk, Series, Talk, User, publishing, recording
from seminars.models.history import in_force
from seminars.models.snapshots import PARTS, Snapshot, Snapshots, after, present, talks_of
from seminars.models.talk_naming import speaker_and_title


def restore(change: Change, *, by: User | None) -> Change:
    """Take back what `change` did and return the change that did so; an undo can itself be undone.

    UID, SEQUENCE and stamps never go back: subscribers hear of an undo as of any other change. Raise ValidationError,
    and change nothing, where a talk or shared row was changed since, a room is taken, or a public talk would go.
    """
    with publishing():
        change = _still_to_be_undone(change)
        keys = talks_of(change)
        was, left, is_now = after(change.pk - 1, keys), after(change.pk, keys), present(keys)
        shared = SharedRows(change, is_alone=not keys)
        _refuse_beginnings(change, was)
        _refuse_what_was_changed_since(change, left, is_now)
        _refuse_joining_without_consent(was, left, by)
        shared.refuse()
        with recording(_sentence(change), by=by, undoes=change) as undoing:
            shared.put_back()
            _take_back(was, left)
            shared.delete_made()
        return undoing


def _still_to_be_undone(change: Change) -> Change:
    """Read the change again; others who undo it wait for the edition's row."""
    found = Change.objects.filter(pk=change.pk).select_related("undone_by__by", "undoes").first()
    if found is None:
        raise ValidationError(_("This change is no longer known, so it cannot be undone."), code="gone")
    if found.is_undone:
        raise ValidationError(_("%(who)s has already undone this.") % {"who": found.undone_by.who}, code="undone")
    return found


def _sentence(change: Change) -> str:
    """Say what is undone; to undo an undo is to do the thing again."""
    first, is_redone = change, False
    while first.undoes:
        first, is_redone = first.undoes, not is_redone
    return (_("Redone: %(what)s") if is_redone else _("Undone: %(what)s")) % {"what": first}


# --- whether it may be ---------------------------------------------------------------------------------


def _refuse_beginnings(change: Change, was: Snapshots) -> None:
    """Refuse to undo the row with which the history of a talk that was there already begins."""
    made = Talk.history.model.objects.filter(change=change, history_type="+").values_list("id", flat=True)
    if not {key for key, snapshot in was.items() if not snapshot.exists} <= set(made):
        raise ValidationError(_("The state before this change was not recorded, so it cannot be undone."))


def _refuse_what_was_changed_since(change: Change, left: Snapshots, is_now: Snapshots) -> None:
    """Refuse unless every talk is as the change left it: what came later, and was not undone, would be lost."""
    refused = [_changed_since(change, key, left[key]) for key in left if not left[key].says_the_same_as(is_now[key])]
    if refused:
        raise ValidationError(refused, code="later")


def _refuse_joining_without_consent(was: Snapshots, left: Snapshots, by: User | None) -> None:
    """Refuse to put a talk back into a series whose organisers may have said no since, unless one of them does it.

    A deleted talk comes back with all that it was in.
    """
    if by is None:
        return
    back = {
        series for key, before in was.items() if left[key].exists for series in _joined(before) - _joined(left[key])
    }
    if refused := Series.objects.filter(pk__in=back).exclude(pk__in=access.series_of(by)).in_order().first():
        sentence = _("Only the organisers of %(series)s can put the talk back there. Ask them in the form of the talk.")
        raise ValidationError(sentence % {"series": refused}, code="consent")


def _joined(snapshot: Snapshot) -> set[int]:
    return {row["series_id"] for row in snapshot.parts[JointTalk].values()}


def _changed_since(change: Change, key: int, left: Snapshot) -> str:
    of_talk = Talk.history.model.objects.filter(id=key).values("change")
    later = Change.objects.filter(in_force(), pk__gt=change.pk, pk__in=of_talk).select_related("by")
    last = later.order_by("-pk").first()
    words = {"talk": _name(key, left)}
    if last is None:
        return _("“%(talk)s” has been changed since. Change it in its own form.") % words
    words |= {"who": last.who, "when": date_formats.moment(last.made_at), "what": last}
    return _("“%(talk)s” has been changed since: %(what)s (%(who)s, %(when)s). Undo that first.") % words


def _name(key: int, left: Snapshot) -> str:
    talk = Talk.objects.filter(pk=key).with_what_lists_show().first()
    return speaker_and_title(talk) if talk else left.fields.get("title") or _("To be announced")


# --- doing it ------------------------------------------------------------------------------------------


def _take_back(was: Snapshots, left: Snapshots) -> None:
    there = Talk.objects.in_bulk(was)
    _delete_made([there[key] for key, snapshot in was.items() if not snapshot.exists and key in there])
    kept = {key: snapshot for key, snapshot in was.items() if snapshot.exists}
    _refuse_what_is_gone(kept.values())
    _clear_parts(was, left)
    written = [_with(there.get(key), snapshot) for key, snapshot in kept.items()]
    talk_changes.put_back(written, made_again=kept.keys() - there.keys())
    _put_parts_back(kept, left)
    stamping.stamp(written)


def _delete_made(made: Iterable[Talk]) -> None:
    for talk in made:
        if talk.published_at:
            sentence = _("“%(talk)s” has been public, so it cannot be deleted. Cancel it, or withdraw it.")
            raise ValidationError(sentence % {"talk": speaker_and_title(talk)})
        talk.delete()


def _with(talk: Talk | None, snapshot: Snapshot) -> Talk:
    """Return the talk with the fields of the snapshot, or a new one that is the old one in all, its UID too."""
    if talk is None:
        return Talk(**snapshot.fields)
    for name, value in snapshot.told.items():
        setattr(talk, name, value)
    return talk


def _refuse_what_is_gone(snapshots: Iterable[Snapshot]) -> None:
    """Refuse where a room, person, topic or series that is needed has been deleted."""
    needed: dict[models.ForeignKey, set[int]] = {}
    for snapshot in snapshots:
        for model, row in snapshot.rows():
            for link in (one for one in model._meta.concrete_fields if one.many_to_one and one.name != "talk"):
                needed.setdefault(link, set()).update({row[link.attname]} - {None})
    for link, keys in needed.items():
        if keys - set(link.related_model._base_manager.filter(pk__in=keys).values_list("pk", flat=True)):
            sentence = _("This cannot be undone: a %(thing)s that it needs has been deleted.")
            raise ValidationError(sentence % {"thing": link.verbose_name})


def _clear_parts(was: Snapshots, left: Snapshots) -> None:
    """Remove all rows that differ, before any comes back: two people may have changed places."""
    for part in PARTS:
        keys = [
            key
            for talk in was
            for key, row in left[talk].parts[part].items()
            if was[talk].parts[part].get(key) != row and was[talk].exists
        ]
        part.objects.filter(pk__in=keys).delete()


def _put_parts_back(was: Snapshots, left: Snapshots) -> None:
    for part in PARTS:
        rows = [
            part(**row)
            for talk, snapshot in was.items()
            for key, row in snapshot.parts[part].items()
            if left[talk].parts[part].get(key) != row
        ]
        part.objects.bulk_create(rows)
