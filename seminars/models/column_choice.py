"""What organisers said that the columns of a spreadsheet mean: proposed for the next file with the same headers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from seminars.models.series import Series


class ColumnChoiceQuerySet(models.QuerySet):
    """Choices of columns."""

    def latest_for(self, mark: str, *, series: int | None, user: int) -> "ColumnChoice | None":
        """Return the choice for these headers in a series, else that of the same person in any series."""
        is_theirs = Q(user=user) | (Q(series=series) if series else Q(pk=None))
        is_elsewhere = models.Case(models.When(series=series, then=0), default=1) if series else models.Value(0)
        return self.filter(is_theirs, mark=mark).order_by(is_elsewhere, "-chosen_at", "-pk").first()


class ColumnChoice(models.Model):
    """One choice of a person for a series and a row of headers. It is private, so it makes no edition."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    series = models.ForeignKey(Series, models.CASCADE, null=True, related_name="+", verbose_name=_("series"))
    mark = models.CharField(max_length=64)  # a digest of the headers
    meanings = models.JSONField(default=dict)  # of the columns, by header; "" for a column that is left out
    chosen_at = models.DateTimeField(auto_now=True)

    objects = ColumnChoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("choice of columns")
        verbose_name_plural = _("choices of columns")
        constraints = [
            models.UniqueConstraint(fields=["user", "series", "mark"], name="column_choice_once_a_series"),
            models.UniqueConstraint(
                fields=["user", "mark"], condition=Q(series=None), name="column_choice_once_without_series"
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(self.meanings)
