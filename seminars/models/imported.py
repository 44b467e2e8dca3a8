"""What another system said of a talk when it was last imported: how a new word of theirs is told from ours."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportedTalkQuerySet(models.QuerySet):
    """Notes on imported talks."""

    def by_uid(self, uids: Iterable[str]) -> dict[str, "ImportedTalk"]:
        """Return the note of each imported talk among these UIDs, the talk and its place fetched along."""
        notes = self.filter(talk__uid__in=list(uids)).select_related("talk__series", "talk__room")
        return {note.talk.uid: note for note in notes.prefetch_related("talk__topics")}


class ImportedTalk(models.Model):
    """The source's word on each field of a talk, and what was made of it here; private, so it makes no edition."""

    talk = models.OneToOneField("Talk", models.CASCADE, related_name="imported", verbose_name=_("talk"))
    said = models.JSONField(default=dict)  # by field, the source's word
    held = models.JSONField(default=dict)  # by field, what the talk then held: another value now is our own change

    objects = ImportedTalkQuerySet.as_manager()

    class Meta:
        verbose_name = _("note on an imported talk")
        verbose_name_plural = _("notes on imported talks")

    def __str__(self) -> str:
        return str(self.talk)
