"""Breaks: days without a seminar, and why."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from seminars.models.edition import PublicModel, PublicQuerySet
from seminars.models.series import Series


class BreakQuerySet(PublicQuerySet):
    """Breaks."""

    def upcoming(self, day: date) -> "BreakQuerySet":
        """Keep those that are not over on `day`, the earliest first."""
        return self.filter(last_on__gte=day).order_by("first_on", "pk")

    def touching(self, first: date, last: date) -> "BreakQuerySet":
        """Keep those with a day from `first` to `last`, both included."""
        return self.filter(first_on__lte=last, last_on__gte=first).order_by("first_on", "pk")

    def listed(self, known: Iterable[int] = ()) -> "BreakQuerySet":
        """Keep those of all series, of the listed ones and of those with these keys, which somebody knows already."""
        listed = models.Q(series=None) | models.Q(series__is_listed=True)
        return self.filter(listed | models.Q(series__in=known)).select_related("series")

    def with_number(self, number: int) -> "Break | None":
        """Return the one with this primary key."""
        return self.filter(pk=number).first()

    def of_series(self, series: Series | None) -> "BreakQuerySet":
        """Keep those of one series and of all, or only those of all."""
        return self.filter(models.Q(series=None) | models.Q(series=series))

    def concerning(self, series: models.QuerySet[Series]) -> "BreakQuerySet":
        """Keep those of any of these series and of all."""
        return self.filter(models.Q(series=None) | models.Q(series__in=series))


class Break(PublicModel):
    """A day or several on which one series, or every one, does not meet."""

    series = models.ForeignKey(
        Series, models.CASCADE, null=True, blank=True, related_name="breaks",
        verbose_name=_("series"), help_text=_("Leave blank for all series."),
    )  # fmt: skip
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(
        _("last day"), blank=True, help_text=_("Leave blank for a single day. The last day is included.")
    )
    reason = models.CharField(_("reason"), max_length=200, help_text=_("For example Thanksgiving."))

    objects = BreakQuerySet.as_manager()

    class Meta:
        verbose_name = _("break")
        verbose_name_plural = _("breaks")
        ordering = ["first_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="break_ends_after_it_begins",
                condition=models.Q(last_on__gte=models.F("first_on")),
                violation_error_message=_("The last day is before the first. Choose a later one or leave it blank."),
            )
        ]

    def __str__(self) -> str:
        return self.reason

    def __contains__(self, day: date) -> bool:
        return self.first_on <= day <= self.last_on

    def clean_fields(self, exclude: set[str] | None = None) -> None:
        self.last_on = self.last_on or self.first_on
        super().clean_fields(exclude)

    def clean(self) -> None:
        if self.first_on and self.last_on and self.last_on < self.first_on:
            raise ValidationError({"last_on": _("The last day is before the first. Choose a later one.")})
