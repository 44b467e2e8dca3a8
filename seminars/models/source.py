"""Sources: the addresses that series take their talks from while an old site or calendar is still kept."""

import gzip
from datetime import datetime

from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from seminars.models.series import Series

SCHEMES = ["https", "http", "webcal"]


class SourceQuerySet(models.QuerySet):
    """Sources."""

    def in_series(self, series: Series) -> "SourceQuerySet":
        return self.filter(series=series)

    def followed(self) -> "SourceQuerySet":
        """Keep those that are looked at regularly, the one that was looked at longest ago first."""
        in_turn = models.F("checked_at").asc(nulls_first=True)
        return self.filter(is_active=True).select_related("series").defer("packed").order_by(in_turn, "pk")

    def waiting(self) -> "SourceQuerySet":
        """Keep those with changes that wait for an organiser."""
        return self.filter(waiting__gt=0).select_related("series").defer("packed").order_by("pk")


class Source(models.Model):
    """A calendar or export at an address. It is private, so a change to it makes no new edition."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="sources", verbose_name=_("series"))
    url = models.CharField(
        _("address"), max_length=1000, validators=[URLValidator(schemes=SCHEMES)],
        help_text=_("The address of a calendar (.ics) or of another export that can be imported."),
    )  # fmt: skip
    applies = models.BooleanField(
        _("apply changes at once"),
        default=False,
        help_text=_("If anything is in doubt or cannot be imported, all changes wait on the desk."),
    )
    draft = models.BooleanField(_("new talks as drafts"), default=True)
    is_active = models.BooleanField(_("followed"), default=True, help_text=_("Untick this to stop following."))
    choices = models.JSONField(default=dict, editable=False)  # what an organiser decided about doubts
    etag = models.CharField(max_length=200, blank=True, editable=False)
    last_modified = models.CharField(max_length=200, blank=True, editable=False)
    checked_at = models.DateTimeField(_("last checked"), null=True, editable=False)
    problem = models.CharField(_("problem"), max_length=500, blank=True, editable=False)
    waiting = models.PositiveIntegerField(_("changes that wait"), default=0, editable=False)
    packed = models.BinaryField(null=True, editable=False)  # what was fetched, while changes in it wait

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [models.UniqueConstraint(fields=["series", "url"], name="source_once_a_series")]

    def __str__(self) -> str:
        return self.url

    def claim(self, now: datetime) -> bool:
        """Note that this process looks at the source now; False if another process has begun to since it was read."""
        mine = type(self).objects.filter(pk=self.pk, checked_at=self.checked_at).update(checked_at=now)
        self.checked_at = now
        return bool(mine)

    @property
    def content(self) -> bytes:
        """What was fetched when changes were found; b"" if none wait."""
        return gzip.decompress(self.packed) if self.packed else b""

    @content.setter
    def content(self, fetched: bytes) -> None:
        self.packed = gzip.compress(fetched, mtime=0) if fetched else None
