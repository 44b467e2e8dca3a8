"""What a moment, a day and an academic year mean in the department's zone; no database, no clock at import."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _


class DepartmentZone(NamedTuple):
    """The department's time zone: what its row says, "" for TIME_ZONE, and the IANA name that this means."""

    chosen: str
    name: str

    @classmethod
    def of(cls, chosen: str) -> Self:
        """Return what a row means; a zone that the time zone data lacks is passed over."""
        try:
            return cls(chosen, ZoneInfo(chosen).key if chosen else settings.TIME_ZONE)
        except (ZoneInfoNotFoundError, ValueError):
            return cls(chosen, settings.TIME_ZONE)


_zone: ContextVar[DepartmentZone | None] = ContextVar("zone", default=None)


@contextmanager
def in_zone(chosen: str) -> Iterator[None]:
    """Take this, from the department's row, for the department's zone within."""
    zone = DepartmentZone.of(chosen)
    token = _zone.set(zone)
    try:
        with timezone.override(zone.name):  # for Django's forms, templates and queries
            yield
    finally:
        _zone.reset(token)


def chosen_zone() -> str | None:
    """Return what the department's row said that counts here, None where nobody has read it."""
    zone = _zone.get()
    return zone and zone.chosen


def zone_name() -> str:
    """Return the IANA name of the department's zone."""
    zone = _zone.get()
    return zone.name if zone else settings.TIME_ZONE


def zone_info() -> ZoneInfo:
    """Return the department's zone, by the time zone data in force."""
    return ZoneInfo(zone_name())


@dataclass(frozen=True, order=True)
class Span:
    """The moments from `starts_at` up to, not including, `ends_at` (half-open, aware)."""

    starts_at: datetime
    ends_at: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.starts_at <= moment < self.ends_at

    def overlaps(self, other: Self) -> bool:
        """Tell whether the two share a moment; spans that only touch do not."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, order=True)
class AcademicYear:
    """The year that begins on the first of `month` in `first`; written 2025-26, or 2025 where it is a calendar year."""

    first: int
    month: int

    @classmethod
    def of(cls, day: date, month: int) -> Self:
        """Return the academic year that `day` lies in."""
        return cls(day.year if day.month >= month else day.year - 1, month)

    @classmethod
    def from_slug(cls, slug: str, month: int) -> Self:
        """Read "2025-26" (or "2025" for calendar years); raise ValueError for anything else."""
        year = cls(int(slug[:4]), month) if slug[:4].isascii() and slug[:4].isdigit() else None
        if year is None or year.slug != slug or not YEARS.start - 1 <= year.first < YEARS.stop:
            raise ValueError(slug)
        return year

    @property
    def slug(self) -> str:
        return f"{self.first}" if self.month == 1 else f"{self.first}-{(self.first + 1) % 100:02}"

    @property
    def label(self) -> str:
        return self.slug.replace("-", "–")

    @property
    def span(self) -> Span:
        return Span(
            start_of(date(self.first, self.month, 1)),
            start_of(date(self.first + 1, self.month, 1)),
        )

    def before(self, years: int = 1) -> Self:
        return type(self)(self.first - years, self.month)

    def __str__(self) -> str:
        return self.label


YEARS = range(1900, 2201)  # in which a talk may take place; calendar programs refuse years without four digits


def check_year(day: date) -> None:
    """Raise ValidationError if `day` is in a year in which no talk takes place."""
    if day.year not in YEARS:
        words = {"first": YEARS.start, "last": YEARS.stop - 1}
        raise ValidationError(_("Enter a year between %(first)d and %(last)d.") % words, code="year")


def at(day: date, clock: time, zone: tzinfo | None = None) -> datetime:
    """Return the aware moment at which the clocks of `zone`, by default the department's, show `clock` on `day`.

    A time that the change of the clocks skips becomes the same moment an hour later on the clock; of a time that
    occurs twice the first is meant (PEP 495, fold=0).
    """
    zone = zone or zone_info()
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC).astimezone(zone)


def moment_of(wall: datetime, zone: tzinfo, *, near: datetime) -> datetime:
    """Return the moment, in UTC, at which the clocks of `zone` show the naive time `wall`.

    Of a time that occurs twice the one that is closer to `near`; a time that is skipped moves ahead by the gap.
    """
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return second if first < second and abs(second - near) < abs(first - near) else first


def same_wall_time(moment: datetime, zone: tzinfo | None = None, *, of: tzinfo | None = None) -> datetime:
    """Return the moment at which the clocks of one zone show what those of the other, `of`, show at this one.

    Either is the department's by default.
    """
    wall = local(moment, of)
    return at(wall.date(), wall.time(), zone)


def occurs_twice(wall: datetime) -> bool:
    """Tell whether clocks show this time, which has a zone, twice: they are set back over it (PEP 495)."""
    return wall.replace(fold=0).utcoffset() > wall.replace(fold=1).utcoffset()


def in_utc(moment: datetime) -> str:
    """Return a moment in UTC as RFC 3339 has it: "2025-11-05T17:00:00Z"."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def start_of(day: date) -> datetime:
    """Return the department's midnight that begins `day`."""
    return at(day, time.min)


def local(moment: datetime, zone: tzinfo | None = None) -> datetime:
    """Return `moment` on the clocks of `zone`, by default the department's."""
    return moment.astimezone(zone or zone_info())


def today(now: datetime | None = None) -> date:
    """Return the department's date at `now` (default: this moment)."""
    return local(now or timezone.now()).date()


def day_span(day: date) -> Span:
    """Return the department's day, midnight to midnight: 23 or 25 hours when the clocks change."""
    return Span(start_of(day), start_of(day + timedelta(days=1)))


def days(first: date, last: date) -> Iterator[date]:
    """Yield every date from `first` to `last`, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)
