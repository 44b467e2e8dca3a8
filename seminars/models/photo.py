"""Photos: re-encoded bytes in the database, named by their content."""

from datetime import datetime

from django.apps import apps
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from seminars.models.edition import PublicModel, PublicQuerySet


class PhotoQuerySet(PublicQuerySet):
    """Photos and logos."""

    def unused(self) -> "PhotoQuerySet":
        """Keep the photos that no speaker and no department shows."""
        return self.filter(speakers=None, departments=None)

    def not_changed_since(self, moment: datetime) -> "PhotoQuerySet":
        """Leave out photos that a speaker had before or after a change since then: it may be undone."""
        notes = apps.get_model("seminars", "SharedChange").objects.filter(kind="speaker", change__made_at__gte=moment)
        pairs = notes.values_list("before__photo_id", "after__photo_id")
        return self.exclude(pk__in={digest for pair in pairs for digest in pair if digest})


class Photo(PublicModel):
    """WebP bytes, at most 512 px a side and free of metadata; the key is their SHA-256 in hexadecimal.

    `portrait` is the same picture, at most 192 px a side, for the faces beside names.
    """

    digest = models.CharField(_("digest"), max_length=64, primary_key=True, editable=False)
    content = models.BinaryField(_("content"), editable=False)
    portrait = models.BinaryField(_("portrait"), editable=False)
    width = models.PositiveSmallIntegerField(_("width"), editable=False)
    height = models.PositiveSmallIntegerField(_("height"), editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["-created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.digest[:12]} ({self.width} × {self.height})"

    def get_absolute_url(self) -> str:
        return reverse("photo", args=[self.digest])
