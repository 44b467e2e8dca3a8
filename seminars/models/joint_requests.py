"""Joint requests: one series asks another to list a talk too; nothing of it is public before the other accepts."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from seminars.models.series import Series
from seminars.models.talk import Talk


class JointRequestQuerySet(models.QuerySet):
    """What series asked of each other."""

    def waiting(self) -> Self:
        return self.filter(declined_at=None)

    def declined(self) -> Self:
        return self.filter(declined_at__isnull=False)

    def for_desk_of(self, series: models.QuerySet) -> Self:
        """Keep what waits for an answer of one of these series and what others declined to them, the first asked first.

        What a line about each says is fetched along.
        """
        asked = models.Q(series__in=series, declined_at=None)
        answered = models.Q(talk__series__in=series, declined_at__isnull=False)
        rows = self.filter(asked | answered).order_by("asked_at", "pk")
        return rows.select_related("series", "talk__series", "talk__room", "declined_by").prefetch_related(
            "talk__appearances__speaker"
        )


class JointRequest(models.Model):
    """The question whether a talk may also be listed in a series that the person who asks does not look after.

    A model of its own: no query for joint talks can find a request by mistake.
    """

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="joint_requests", verbose_name=_("talk"))
    series = models.ForeignKey(Series, models.CASCADE, related_name="joint_requests", verbose_name=_("series"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("declined by")
    )
    declined_at = models.DateTimeField(_("declined"), null=True)

    objects = JointRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("joint request")
        verbose_name_plural = _("joint requests")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["talk", "series"], name="talk_asks_a_series_once")]

    def __str__(self) -> str:
        return str(self.series)
