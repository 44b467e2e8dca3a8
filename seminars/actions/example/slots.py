"""When the example's series meet: weekly around today, and ever more often the further one goes back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count

from seminars import times
from seminars.actions.example.scenery import Scenery
from seminars.models import Series

WEEKS_BACK = 104
WEEKS_AHEAD = 17
EVERY_OTHER_WEEK = "Defence"
OLDER_STARTS = (time(10), time(14))  # in years for which nobody looks at the details


@dataclass(frozen=True)
class ExampleSlot:
    """A meeting of a series in its usual room; exactly one of `ahead` and `back` is set, unless it is today."""

    series: Series
    starts_at: datetime
    ahead: int | None = None  # 0 for the next meeting after today
    back: int | None = None  # 0 for the latest before today

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.series.default_minutes)

    @property
    def day(self) -> date:
        return self.starts_at.date()


def slots(scenery: Scenery, today: date) -> Iterator[ExampleSlot]:
    """Yield today's meetings and the coming ones, then those of two years past backwards; no two share a room."""
    yield from sorted(_coming(scenery, today), key=lambda slot: slot.starts_at)
    yield from sorted(_past(scenery, today), key=lambda slot: slot.starts_at, reverse=True)


def older(scenery: Scenery, today: date) -> Iterator[ExampleSlot]:
    """Yield meetings before those of `slots`, backwards without end.

    Five days a week, twice a day, each series in its own room: some 900 a year.
    """
    last = today - timedelta(weeks=WEEKS_BACK, days=1)
    for number, offset in enumerate(count()):
        day = last - timedelta(days=offset)
        if day.weekday() < 5 and not _is_summer(day) and not _is_winter_break(day):
            for start in reversed(OLDER_STARTS):
                for series in scenery.series.values():
                    yield ExampleSlot(series, times.at(day, start), back=WEEKS_BACK + number)


def _coming(scenery: Scenery, today: date) -> Iterator[ExampleSlot]:
    for series in scenery.series.values():
        days = [day for day in times.days(today, today + timedelta(weeks=WEEKS_AHEAD)) if _meets(scenery, series, day)]
        numbers = count()
        for day in days:
            yield ExampleSlot(series, times.at(day, series.default_start), ahead=next(numbers) if day > today else None)


def _past(scenery: Scenery, today: date) -> Iterator[ExampleSlot]:
    first, last = today - timedelta(weeks=WEEKS_BACK), today - timedelta(days=1)
    for series in scenery.series.values():
        met = [day for day in times.days(first, last) if _meets(scenery, series, day) and not _is_summer(day)]
        for number, day in enumerate(reversed(met)):
            yield ExampleSlot(series, times.at(day, series.default_start), back=number)


def _meets(scenery: Scenery, series: Series, day: date) -> bool:
    if series.short_name == EVERY_OTHER_WEEK and day.isocalendar().week % 2:
        return False
    return day.weekday() == series.default_weekday and scenery.is_free(day, series)


def _is_summer(day: date) -> bool:
    return (6, 10) <= (day.month, day.day) <= (8, 20)


def _is_winter_break(day: date) -> bool:
    return (day.month, day.day) >= (12, 20) or (day.month, day.day) <= (1, 6)
