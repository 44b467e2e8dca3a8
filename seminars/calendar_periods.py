"""The months and weeks that calendar pages show; no database."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from seminars import times
from seminars.times import YEARS, Span

A_DAY, A_WEEK = timedelta(days=1), timedelta(weeks=1)


@dataclass(frozen=True, order=True)
class CalendarPeriod:
    """Whole days from `first` to `last`, both included."""

    first: date

    @property
    def last(self) -> date:
        raise NotImplementedError

    @property
    def slug(self) -> str:
        raise NotImplementedError

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the period that `day` lies in."""
        raise NotImplementedError

    @property
    def span(self) -> Span:
        """From the department's midnight before the first day to the one after the last."""
        return Span(times.start_of(self.first), times.start_of(self.last + A_DAY))

    @property
    def days(self) -> list[date]:
        return list(times.days(self.first, self.last))

    def before(self) -> Self:
        return self.of(self.first - A_DAY)

    def after(self) -> Self:
        return self.of(self.last + A_DAY)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return self.slug


class Month(CalendarPeriod):
    """A calendar month, written 2026-12."""

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.replace(day=1))

    @property
    def last(self) -> date:
        return self.first.replace(day=calendar.monthrange(self.first.year, self.first.month)[1])

    @property
    def slug(self) -> str:
        return f"{self.first:%Y-%m}"

    def weeks(self, first_weekday: int) -> Iterator[list[date | None]]:
        """Yield the rows of its page, seven days each, None for a day of another month; Monday is 0."""
        for row in calendar.Calendar(first_weekday).monthdatescalendar(self.first.year, self.first.month):
            yield [day if day in self else None for day in row]


class Week(CalendarPeriod):
    """A week from Monday to Sunday, numbered and written as ISO 8601 has it: 2026-W49."""

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day - timedelta(days=day.weekday()))

    @property
    def last(self) -> date:
        return self.first + A_WEEK - A_DAY

    @property
    def slug(self) -> str:
        year, week, _weekday = self.first.isocalendar()
        return f"{year}-W{week:02}"


def period_from_slug(slug: str) -> Month | Week:
    """Read "2026-12" or "2026-W49"; raise ValueError for anything else and for years without talks."""
    match = re.fullmatch(r"([0-9]{4})-(W?)([0-9]{2})", slug)
    if match is None or int(match[1]) not in YEARS:
        raise ValueError(slug)
    year, number = int(match[1]), int(match[3])
    return Week(date.fromisocalendar(year, number, 1)) if match[2] else Month(date(year, number, 1))
