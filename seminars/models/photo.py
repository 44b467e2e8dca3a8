"""Photos: re-encoded bytes in the database, named by their content."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from seminars.models.edition import PublicModel, PublicQuerySet

NOT_SHOWN = models.Q(speakers=None, departments=None, departments_in_dark=None, departments_by_mark=None)
DARK, LIGHT = 100, 200  # brightness below which a logo vanishes on a dark page, and above which on a light one


class PhotoQuerySet(PublicQuerySet):
    """Photos and logos."""

    def unused(self) -> "PhotoQuerySet":
        """Keep the photos that no speaker and no department shows."""
        return self.filter(NOT_SHOWN)

    def used(self) -> "PhotoQuerySet":
        """Keep the photos that a speaker or a department shows."""
        return self.exclude(NOT_SHOWN)

    def contents(self, digests: Iterable[str]) -> dict[str, bytes]:
        """Return the WebP bytes of those of these photos that there are, by digest."""
        return {digest: bytes(one) for digest, one in self.filter(pk__in=digests).values_list("pk", "content")}

    def note_use(self, now: datetime) -> None:
        """Note which photos nothing shows any longer, and that those which are shown again are in use."""
        for rows, since in (
            (self.unused().filter(unused_since=None), now),
            (self.used().exclude(unused_since=None), None),
        ):
            if keys := list(rows.values_list("pk", flat=True)):
                self.filter(pk__in=keys).update(unused_since=since)


class Photo(PublicModel):
    """WebP bytes, at most 512 px a side and free of metadata; the key is their SHA-256 in hexadecimal.

    `portrait` is the same picture, at most 192 px a side, for the faces beside names, and `thumbnail` at most 80 px,
    for lists. Either is empty where an earlier release stored the photo. `brightness` is the mean luma (0 to 255, ITU-R
    BT.601) of what is not transparent. It is null if hardly anything is transparent, so that the picture brings its own
    ground. `unused_since` is the time at which `manage.py housekeeping` found that nothing shows it.
    """

    digest = models.CharField(_("digest"), max_length=64, primary_key=True, editable=False)
    content = models.BinaryField(_("content"), editable=False)
    portrait = models.BinaryField(_("portrait"), db_default=b"", editable=False)
    thumbnail = models.BinaryField(_("thumbnail"), db_default=b"", editable=False)
    width = models.PositiveSmallIntegerField(_("width"), editable=False)
    height = models.PositiveSmallIntegerField(_("height"), editable=False)
    brightness = models.PositiveSmallIntegerField(_("brightness"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    unused_since = models.DateTimeField(_("unused since"), null=True, editable=False)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["-created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.digest[:12]} ({self.width} × {self.height})"

    @property
    def is_dark(self) -> bool:
        """Tell whether it vanishes on a dark page."""
        return self.brightness is not None and self.brightness < DARK

    @property
    def is_light(self) -> bool:
        """Tell whether it vanishes on a light page."""
        return self.brightness is not None and self.brightness > LIGHT

    def get_absolute_url(self) -> str:
        return reverse("photo", args=[self.digest])
