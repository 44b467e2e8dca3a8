"""Terms: the two halves of an academic year, as organisers plan and look at them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from seminars.times import YEARS, Span, start_of


@dataclass(frozen=True)
class Term:
    """Half an academic year that begins in `month`; one that begins in summer has its first half until New Year."""

    first_on: date
    month: int  # in which the academic year begins

    @classmethod
    def of(cls, day: date, month: int) -> Self:
        """Return the term that `day` lies in."""
        begun = [date(year, start, 1) for year in (day.year - 1, day.year) for start in _starts(month)]
        return cls(max(start for start in begun if start <= day), month)

    @classmethod
    def from_slug(cls, slug: str, month: int) -> Self:
        """Read "2026-08"; raise ValueError for a month in which no term begins, and for anything else."""
        first_on = date.fromisoformat(f"{slug}-01")
        if first_on.month not in _starts(month) or slug != f"{first_on:%Y-%m}" or first_on.year not in YEARS:
            raise ValueError(slug)
        return cls(first_on, month)

    @property
    def slug(self) -> str:
        return f"{self.first_on:%Y-%m}"

    @property
    def after(self) -> Self:
        return type(self).of(self.first_on + timedelta(days=250), self.month)

    @property
    def before(self) -> Self:
        return type(self).of(self.first_on - timedelta(days=1), self.month)

    @property
    def last_on(self) -> date:
        return self.after.first_on - timedelta(days=1)

    @property
    def span(self) -> Span:
        return Span(start_of(self.first_on), start_of(self.after.first_on))

    def __str__(self) -> str:
        words = {"first": date_format(self.first_on, "F Y"), "last": date_format(self.last_on, "F Y")}
        return _("%(first)s to %(last)s") % words


def _starts(month: int) -> set[int]:
    """Return the two months in which terms begin: August and January, October and April, January and July."""
    return {month, 1 if 7 <= month <= 9 else (month + 5) % 12 + 1}
