"""What the pages of a month and a week say: days with their talks and breaks, and links to other views."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from seminars import date_formats
from seminars.calendar_periods import CalendarPeriod, Month, Week
from seminars.listings import Listing
from seminars.models import Break, Talk
from seminars.templatetags.agenda import first_weekday
from seminars.times import days, local, today

A_DAY = timedelta(days=1)

register = template.Library()


@dataclass
class Day:
    """A day of a calendar page, with what takes place on it and the breaks that it lies in."""

    date: date
    talks: list[Talk] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)

    @property
    def is_today(self) -> bool:
        return self.date == today()

    @property
    def entries(self) -> list[Talk | Break]:
        return [*self.breaks, *self.talks]


def _days_of(talk: Talk) -> Iterable[date]:
    """Return the department's days under which a talk stands: its first, or each of one that lasts a day and longer."""
    first = local(talk.starts_at).date()
    lasts_longer = talk.ends_at - talk.starts_at >= A_DAY
    return days(first, local(talk.ends_at - timedelta(microseconds=1)).date()) if lasts_longer else [first]


@register.simple_tag
def days_with(period: CalendarPeriod, talks: Iterable[Talk], breaks: Iterable[Break]) -> list[Day]:
    """Return every day of a month or week with its talks, in their order, and its breaks."""
    found = {day: Day(day) for day in period.days}
    for talk in talks:
        for day in _days_of(talk):
            if day in period:
                found[day].talks.append(talk)
    for pause in breaks:
        for day in days(max(pause.first_on, period.first), min(pause.last_on, period.last)):
            found[day].breaks.append(pause)
    return list(found.values())


@register.filter
def rows(found: list[Day], month: Month) -> list[list[Day | None]]:
    """Put the days of a month in rows of a week; the language tells with which weekday a row begins."""
    by_date: Mapping[date | None, Day] = {day.date: day for day in found}
    return [[by_date.get(day) for day in row] for row in month.weeks(first_weekday())]


@register.simple_tag
def weekdays() -> list[tuple[str, str]]:
    """Return the weekdays in the language's order, each in short and in full: ("Mon", "Monday")."""
    monday = date(2024, 1, 1)
    ordered = [monday + timedelta(days=first_weekday() + number) for number in range(7)]
    return [(date_formats.written(day, "D"), date_formats.written(day, "l")) for day in ordered]


@register.filter
def period_title(period: CalendarPeriod) -> str:
    """Return "December 2026", or "Week 49: 30 November to 6 December 2026"."""
    if isinstance(period, Month):
        return date_formats.month(period.first)
    span = date_formats.dates(period.first, period.last)
    return _("Week %(number)d: %(days)s") % {"number": period.first.isocalendar().week, "days": span}


@register.filter
def of_another_day(talk: Talk, day: Day) -> bool:
    """Tell whether a talk has begun on an earlier day than this one."""
    return local(talk.starts_at).date() != day.date


@register.simple_tag
def view_links(listing: Listing, period: CalendarPeriod | str = "") -> list[tuple[str, str, bool]]:
    """Return the list, the month and the week of a filtered listing: a label, an address, and whether it is shown.

    Month and week are those of today where it is in the period that is shown, else those with its first day.
    """
    day = today() if not period or today() in period else period.first
    addresses = [(_("List"), reverse("front"), not period)]
    for label, kind in ((_("Month"), Month), (_("Week"), Week)):
        address = reverse("calendar-period", args=[kind.of(day)])
        addresses.append((label, address, isinstance(period, kind)))
    query = f"?{listing.query}" if listing.query else ""
    return [(label, f"{address}{query}", is_shown) for label, address, is_shown in addresses]
