"""Undoing what a change did to speakers, rooms and topics; the talks that print them are stamped as by any change."""

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from seminars import date_formats
from seminars.actions import related_objects
from seminars.models import Change, SharedChange
from seminars.models.history import in_force
from seminars.models.shared_changes import SharedModel, values_of


class SharedRows:
    """The shared rows of one change that is to be undone; `is_alone` says that it touched no talk."""

    def __init__(self, change: Change, *, is_alone: bool) -> None:
        self.change, self.is_alone = change, is_alone
        self.notes: Sequence[SharedChange] = list(change.shared_rows.order_by("pk"))
        self.made = [note for note in self.notes if note.before is None]
        self.deleted = [note for note in self.notes if note.after is None]

    def refuse(self) -> None:
        """Raise ValidationError where the undo would lose what came later, or would take a merger apart."""
        if self.deleted and not self.change.undoes_id and not (self.is_alone and len(self.deleted) == len(self.notes)):
            raise ValidationError(_("This change merged two people, so it cannot be undone."), code="merged")
        asked = self.notes if self.is_alone else [note for note in self.notes if note.before is not None]
        if refused := [_changed_since(note) for note in asked if not _is_as_left(note)]:
            raise ValidationError(refused, code="later")
        if self.is_alone and self.notes and not any(note.can_be_put_back for note in self.notes):
            sentence = _("The history keeps no e-mail addresses, so this cannot be undone. Change it in the form.")
            raise ValidationError(sentence, code="not kept")

    def put_back(self) -> None:
        """Give the rows the values that they had, those that were deleted too; the history keeps no e-mail address."""
        for note in self.notes:
            if note.before is not None:
                _put_back(note)

    def delete_made(self) -> None:
        """Delete the rows that the change made. One that is in use or was changed since stays if talks came with it."""
        for note in self.made:
            thing = note.model.objects.filter(pk=note.key).first()
            if thing is None or (not self.is_alone and not _is_as_left(note)):
                continue
            try:
                with transaction.atomic():
                    thing.delete()
            except ProtectedError as used:
                if self.is_alone:
                    sentence = _("“%(what)s” is in use, so it cannot be deleted.") % {"what": thing}
                    raise ValidationError(sentence, code="used") from used


def _is_as_left(note: SharedChange) -> bool:
    """Tell whether the row is as the change left it.

    Fields that were added to the model since say nothing, nor do those that an undo leaves as they are.
    """
    now = _is_now(note)
    if now is None or note.after is None:
        return now == note.after
    told = now.keys() - note.model.NOT_IN_HISTORY
    return all(now[name] == value for name, value in note.after.items() if name in told)


def _is_now(note: SharedChange) -> dict | None:
    return values_of(note.model, [note.key]).get(note.key)


def _put_back(note: SharedChange) -> None:
    _refuse_what_is_gone(note)
    present = note.model.objects.filter(pk=note.key).first()
    thing: SharedModel = present or note.model()
    for field in note.model._meta.concrete_fields:
        # A field that came with a later release keeps its value.
        if field.attname in note.before and field.attname not in note.model.NOT_IN_HISTORY:
            setattr(thing, field.attname, field.to_python(note.before[field.attname]))
    related_objects.put_back(thing)


def _refuse_what_is_gone(note: SharedChange) -> None:
    for link in _links(note.model):
        key = note.before.get(link.attname)
        if key and not link.related_model._base_manager.filter(pk=key).exists():
            sentence = _("This cannot be undone: a %(thing)s that it needs has been deleted.")
            raise ValidationError(sentence % {"thing": link.verbose_name})


def _links(model: type[SharedModel]) -> Iterable[models.ForeignKey]:
    return (field for field in model._meta.concrete_fields if field.many_to_one)


def _changed_since(note: SharedChange) -> str:
    of_row = SharedChange.objects.filter(kind=note.kind, key=note.key).values("change")
    later = Change.objects.filter(in_force(), pk__gt=note.change_id, pk__in=of_row).select_related("by")
    last = later.order_by("-pk").first()
    words = {"talk": note}
    if last is None:
        return _("“%(talk)s” has been changed since. Change it in its own form.") % words
    words |= {"who": last.who, "when": date_formats.moment(last.made_at), "what": last}
    return _("“%(talk)s” has been changed since: %(what)s (%(who)s, %(when)s). Undo that first.") % words
