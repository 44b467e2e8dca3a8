"""Drafts that an import brought and that somebody deleted: the next import into their series leaves them out."""

from collections.abc import Collection, Mapping
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SAID = ("starts_at", "title", "people")  # what is kept of the words of their source, as ImportedTalk has them
Mark = tuple[str, str]


class DeletedImportQuerySet(models.QuerySet):
    """Deleted drafts."""

    def of_series(self, series: models.Model | None) -> Self:
        """Keep those of a series, and of any series those that an earlier release noted; None is a new series."""
        return self.filter(Q(series=series) | Q(series=None)) if series else self.filter(series=None)

    def note(self, talk: models.Model, said: Mapping[str, Any]) -> None:
        """Record that the draft of a talk was deleted; `said` are the values that its source gave."""
        kept = {name: said[name] for name in SAID if name in said}
        self.update_or_create(uid=talk.uid, series=talk.series, defaults={"said": kept, "deleted_at": timezone.now()})

    def forget(self, uids: Collection[str]) -> None:
        """Forget it of talks that are here again."""
        self.filter(uid__in=uids).delete()


class DeletedImport(models.Model):
    """One of them: its UID, its series, and when and how its source said that it starts; private, so no edition."""

    uid = models.CharField(max_length=255)
    series = models.ForeignKey("Series", models.CASCADE, null=True, related_name="+", verbose_name=_("series"))
    said = models.JSONField(null=True)
    deleted_at = models.DateTimeField(_("deleted"), default=timezone.now)

    objects = DeletedImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("deleted draft of an import")
        verbose_name_plural = _("deleted drafts of imports")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["uid", "series"], name="a_deleted_draft_is_noted_once")]

    def __str__(self) -> str:
        return self.uid

    @property
    def mark(self) -> Mark | None:
        """By which it is known again under another UID."""
        return mark_of(self.said or {})


def mark_of(said: Mapping[str, Any]) -> Mark | None:
    """Return start and title, or the speakers of a talk without title; None if the source said neither."""
    words = said.get("title") or said.get("people")
    words = words if isinstance(words, str) else "; ".join(words or ())
    return (said["starts_at"], words) if words and said.get("starts_at") else None
