"""Undo a change as a whole, with people, topics and shared rows, or not at all."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _

from seminars import access, date_formats
from seminars.actions import shared_rows, stamping, talk_changes
from seminars.models import Change, JointTalk, Series, SharedChange, Talk, User, publishing, recording
from seminars.models.history import ChangeQuerySet, in_force
from seminars.models.snapshots import Snapshot, Snapshots, Values, after, present, talks_of
from seminars.models.talk_naming import speaker_and_title


def restore(change: Change, *, by: User | None, even_public: bool = False) -> Change:
    """Undo `change` and return the change that this makes; an undo can itself be undone.

    `even_public` also deletes talks that the change itself made public: one that failed half way, a moment ago.
    UID, SEQUENCE and stamps never go back: subscribers see an undo like any other change. Raise ValidationError, and
    change nothing, if a talk or shared row was changed since, a room is taken, or a public talk would be deleted.
    """
    with publishing():
        change = still_to_be_undone(change)
        keys, notes = talks_of(change), list(change.shared_rows.order_by("pk"))
        was, left, is_now = after(change.pk - 1, keys), after(change.pk, keys), present(keys)
        refuse_beginnings(change, was)
        _refuse_what_is_not_kept(change, notes, is_alone=not keys)
        _refuse_what_was_changed_since(change, left, is_now, notes)
        refuse_joining_without_consent(was, left, by)
        with recording(sentence_of(change), by=by, undoes=change) as undoing:
            put_shared_rows_back(notes)
            take_back(was, even_public=even_public)
            _delete_made_shared_rows(notes, is_alone=not keys)
        return undoing


def still_to_be_undone(change: Change, *, even_begun: bool = False) -> Change:
    """Read the change again. Others who undo it wait for the edition's row. `even_begun` says that its undo goes on."""
    found = Change.objects.filter(pk=change.pk).select_related("undone_by__by", "undoes").first()
    if found is None:
        raise ValidationError(_("This change no longer exists, so it cannot be undone."), code="gone")
    if found.follows_zone_rules:
        raise ValidationError(
            _("The time zone rules changed, so this cannot be undone. Local times did not change."), code="zone"
        )
    if found.is_undone and not even_begun:
        raise ValidationError(_("%(who)s has already undone this.") % {"who": found.undone_by.who}, code="undone")
    return found


def sentence_of(change: Change) -> str:
    """Say what is undone. Undoing an undo is shown as "Redone"."""
    first, is_redone = change, False
    while first.undoes:
        first, is_redone = first.undoes, not is_redone
    return (_("Redone: %(what)s") if is_redone else _("Undone: %(what)s")) % {"what": first}


# --- whether it may be ---------------------------------------------------------------------------------


def refuse_beginnings(change: Change, was: Snapshots) -> None:
    """Refuse to undo the first history row of a talk that is older than the history."""
    made = Talk.history.model.objects.filter(change=change, history_type="+").values_list("id", flat=True)
    if not {key for key, snapshot in was.items() if not snapshot.exists} <= set(made):
        raise ValidationError(_("We don’t have the talk as it was before this change, so the change cannot be undone."))


def _refuse_what_is_not_kept(change: Change, notes: list[SharedChange], *, is_alone: bool) -> None:
    """Refuse to undo a merger, or a change to nothing but email addresses.

    `is_alone` says that the change touched no talk.
    """
    deleted = [note for note in notes if note.after is None]
    if deleted and not change.undoes_id and not (is_alone and len(deleted) == len(notes)):
        raise ValidationError(_("This change merged two people, so it cannot be undone."), code="merged")
    if is_alone and notes and not any(note.can_be_put_back for note in notes):
        sentence = _("The history does not store email addresses, so this cannot be undone. Change it in the form.")
        raise ValidationError(sentence, code="not kept")


def _refuse_what_was_changed_since(
    change: Change, left: Snapshots, is_now: Snapshots, notes: list[SharedChange]
) -> None:
    """Refuse if a later change, which was not undone, would be lost.

    A shared row that was added with a talk may have been changed: it is kept.
    """
    refused = talks_changed_since(change, changed_ones(left, is_now))
    refused += [
        _changed_since(str(note), _later(change, SharedChange.objects.filter(kind=note.kind, key=note.key)).first())
        for note in notes
        if (note.before or not left) and not note.is_as_left()
    ]
    if refused:
        raise ValidationError(refused, code="later")


def changed_ones(left: Snapshots, is_now: Snapshots) -> Snapshots:
    """Keep the talks that are no longer as a change left them."""
    return {key: snapshot for key, snapshot in left.items() if not snapshot.says_the_same_as(is_now[key])}


def talks_changed_since(change: Change, left: Snapshots) -> list[str]:
    """Say of each of these talks which later change an undo would lose: five queries, however many talks."""
    if not left:
        return []
    rows = Talk.history.model.objects.order_by().filter(id__in=left, change__in=_later_than(change))
    last = dict(rows.values("id").annotate(last=Max("change")).values_list("id", "last"))
    changes, names = Change.objects.latest_first().in_bulk(set(last.values())), names_of(left)
    return [_changed_since(names[key], changes.get(last.get(key))) for key in left]


def _later(change: Change, of_row: models.QuerySet) -> ChangeQuerySet:
    """Keep the later changes in the whole history of a row, the latest first."""
    return _later_than(change).filter(pk__in=of_row.order_by().values("change")).latest_first()


def _later_than(change: Change) -> ChangeQuerySet:
    return Change.objects.filter(in_force(), pk__gt=change.pk, follows_zone_rules=False)


def _changed_since(name: str, last: Change | None) -> str:
    """Name the later change; None if there is none in force."""
    if last is None:
        return _("“%(talk)s” has been changed since. Change it in its own form.") % {"talk": name}
    words = {"talk": name, "who": last.who, "when": date_formats.moment(last.made_at), "what": last}
    return _("“%(talk)s” has been changed since: %(what)s (%(who)s, %(when)s). Undo that first.") % words


def names_of(left: Snapshots) -> dict[int, str]:
    """Return the names of talks by their keys; a talk that was deleted has the title that it had."""
    there = Talk.objects.with_keys(left).for_lists().in_bulk()
    return {
        key: speaker_and_title(there[key]) if key in there else was.fields.get("title") or _("To be announced")
        for key, was in left.items()
    }


def name_of(key: int, left: Snapshot) -> str:
    return names_of({key: left})[key]


def refuse_joining_without_consent(was: Snapshots, left: Snapshots, by: User | None) -> None:
    """Refuse to put a talk back into a series, unless `by` organises that series: its organisers may have declined.

    A deleted talk comes back into all its series.
    """
    if by is None:
        return
    back = {
        series for key, before in was.items() if left[key].exists for series in _joined(before) - _joined(left[key])
    }
    if refused := Series.objects.filter(pk__in=back).exclude(pk__in=access.series_of(by)).in_order().first():
        sentence = _("Only the organisers of %(series)s can list the talk there again. Ask them in the talk’s form.")
        raise ValidationError(sentence % {"series": refused}, code="consent")


def _joined(snapshot: Snapshot) -> set[int]:
    return {row["series_id"] for row in snapshot.parts[JointTalk].values()}


# --- doing it ------------------------------------------------------------------------------------------


def take_back(was: Snapshots, *, even_public: bool) -> None:
    """Give talks the values of before, and delete those that did not exist."""
    there = Talk.objects.in_bulk(was)
    made = [there[key] for key, snapshot in was.items() if not snapshot.exists and key in there]
    talk_changes.delete_all(made, even_public=even_public)
    put_back({key: snapshot for key, snapshot in was.items() if snapshot.exists}, there)


def put_back(kept: Snapshots, there: Mapping[int, Talk]) -> None:
    """Give talks the values that they had; `there` has those that have not been deleted."""
    _refuse_what_is_gone(row for snapshot in kept.values() for row in snapshot.rows())
    talks = {_with(there.get(key), snapshot): snapshot for key, snapshot in kept.items()}
    talk_changes.put_back(talks, made_again=kept.keys() - there.keys())
    stamping.stamp(talks)


def _with(talk: Talk | None, snapshot: Snapshot) -> Talk:
    """Return the talk with the fields of the snapshot, or a new one that equals the old one, including its UID."""
    if talk is None:
        return Talk(**snapshot.fields)
    for name, value in snapshot.told.items():
        setattr(talk, name, value)
    return talk


def _refuse_what_is_gone(rows: Iterable[tuple[type[models.Model], Values]]) -> None:
    """Refuse where a room, person, topic, series or photo that one of these rows needs has been deleted."""
    needed: dict[models.ForeignKey, set[int | str]] = {}
    for model, row in rows:
        for link in (one for one in model._meta.concrete_fields if one.many_to_one and one.name != "talk"):
            needed.setdefault(link, set()).update({row.get(link.attname)} - {None})
    for link, keys in needed.items():
        if keys - set(link.related_model._base_manager.filter(pk__in=keys).values_list("pk", flat=True)):
            sentence = _("This cannot be undone: a %(thing)s that it needs has been deleted.")
            raise ValidationError(sentence % {"thing": link.verbose_name})


def put_shared_rows_back(notes: list[SharedChange]) -> None:
    """Give rows their earlier values, and add deleted ones again; the history does not store email addresses."""
    altered = [note for note in notes if note.before]
    _refuse_what_is_gone((note.model, note.before) for note in altered)
    for note in altered:
        row = note.model.objects.filter(pk=note.key).first() or note.model()
        for field in note.model._meta.concrete_fields:
            # A field that came with a later release keeps its value.
            if field.attname in note.before and field.attname not in note.model.NOT_IN_HISTORY:
                setattr(row, field.attname, field.to_python(note.before[field.attname]))
        shared_rows.put_back(row)


def _delete_made_shared_rows(notes: list[SharedChange], *, is_alone: bool) -> None:
    """Delete the rows that the change added. If it also added talks, keep rows that are in use or changed since."""
    for note in notes:
        row = None if note.before else note.model.objects.filter(pk=note.key).first()
        if row is None or not (is_alone or note.is_as_left()):
            continue
        try:
            with transaction.atomic():
                row.delete()
        except ProtectedError as used:
            if is_alone:
                sentence = _("“%(what)s” is in use, so it cannot be deleted.") % {"what": row}
                raise ValidationError(sentence, code="used") from used
