"""What a source said about a talk when it was last imported: the next import tells its changes from ours by it."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from seminars.models.history import Change, rows_of
from seminars.models.many_rows import InsertingQuerySet


class ImportedTalkQuerySet(InsertingQuerySet):
    """Notes on imported talks."""

    def of_talks(self, talks: Collection[models.Model]) -> dict[int, "ImportedTalk"]:
        """Return the notes on these talks by their keys, each as it was before an import that was undone."""
        notes = {note.talk_id: note for note in self.filter(talk__in=[talk.pk for talk in talks])}
        changes = Change.objects.filter(pk__in={note.change_id for note in notes.values()} - {None})
        undone = {change.pk for change in changes.select_related("undone_by__undone_by") if _is_undone(change)}
        for note in notes.values():
            if note.change_id in undone:
                earlier = note.earlier or {}
                note.said, note.held = earlier.get("said", {}), earlier.get("held", {})
        self._mark_withdrawn({key: note for key, note in notes.items() if note.change_id in undone and not note.said})
        return notes

    def _mark_withdrawn(self, notes: dict[int, "ImportedTalk"]) -> None:
        """Mark the notes of talks that an undo withdrew, and that nobody has edited since."""
        rows = rows_of("HistoricalTalk").filter(id__in=notes)
        last = dict(rows.values_list("id").annotate(models.Max("change")))
        undos = dict(
            Change.objects.filter(undoes__in=[one.change_id for one in notes.values()]).values_list("undoes", "pk")
        )
        for key, note in notes.items():
            note.is_withdrawn = last.get(key) == undos.get(note.change_id)


def _is_undone(change: Change) -> bool:
    """Tell whether a change was undone, and not done again."""
    return change.is_undone and not change.undone_by.is_undone


class ImportedTalk(models.Model):
    """What the source said about each field, and what the talk then held; private, so it makes no edition.

    Times are wall times with their zone. So the note stays true when the rules of a zone change.
    """

    talk = models.OneToOneField("Talk", models.CASCADE, related_name="imported", verbose_name=_("talk"))
    said = models.JSONField(default=dict)  # by field, what the source said
    held = models.JSONField(default=dict)  # by field, what the talk then held: another value now is our own change
    change = models.ForeignKey(Change, models.SET_NULL, null=True, related_name="+")  # the import that last changed it
    earlier = models.JSONField(null=True)  # "said" and "held" before that change, which may be undone

    is_withdrawn = False  # whether the talk is as the undo of an import left it, known from `of_talks`

    objects = ImportedTalkQuerySet.as_manager()

    class Meta:
        verbose_name = _("note on an imported talk")
        verbose_name_plural = _("notes on imported talks")

    def __str__(self) -> str:
        return str(self.talk)

    def changed_in(self, said: Mapping[str, Any]) -> frozenset[str]:
        """Return the fields that the source has changed."""
        return frozenset(name for name, word in said.items() if name not in self.said or self.said[name] != word)
