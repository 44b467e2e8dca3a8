"""Upcoming and past talks under headings, as a page shows them: this week, then months, breaks in their places."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

from django.utils.formats import get_format
from django.utils.translation import gettext as _

from seminars import date_formats
from seminars.models import Break, Department, Talk
from seminars.times import AcademicYear, local, today

TOLD_AHEAD = timedelta(weeks=4)


@dataclass
class Section:
    """A heading and the talks and breaks below it."""

    title: str
    entries: list[Talk | Break] = field(default_factory=list)


def sections(
    talks: Iterable[Talk], breaks: Iterable[Break] = (), *, with_week: bool = True, without: Talk | str | None = None
) -> list[Section]:
    """Put talks, in their order, and breaks under headings; leave out the talk that the page shows elsewhere."""
    found: list[Section] = []
    next_week = _next_week() if with_week else date.min
    for entry in entries([talk for talk in talks if talk != without], _worth_telling(breaks, talks)):
        day = day_of(entry)
        title = _("This week") if day < next_week else date_formats.month(day)
        if not found or found[-1].title != title:
            found.append(Section(title))
        found[-1].entries.append(entry)
    return found


def by_academic_year(talks: Iterable[Talk], department: Department) -> list[Section]:
    """Put past talks, in their order, under their academic years."""
    parted = groupby(talks, key=lambda talk: AcademicYear.of(day_of(talk), department.year_begins_in))
    return [Section(str(year), list(those)) for year, those in parted]


def entries(talks: Iterable[Talk], breaks: Iterable[Break] | str) -> list[Talk | Break]:
    """Put breaks between talks: each stands before the first talk that does not start before it."""
    waiting = _worth_telling(breaks, talks)
    merged: list[Talk | Break] = []
    for talk in talks:
        while waiting and day_of(waiting[0]) <= day_of(talk):
            merged.append(waiting.pop(0))
        merged.append(talk)
    return merged + waiting


def _worth_telling(breaks: Iterable[Break], talks: Iterable[Talk]) -> list[Break]:
    """Leave out what lies long after the last talk, and on a later page what the pages before it tell."""
    shown = list(talks)
    first = day_of(shown[0]) if shown and getattr(talks, "number", 1) > 1 else date.min
    last = day_of(shown[-1]) if shown else today()
    return [pause for pause in breaks if first <= pause.first_on <= last + TOLD_AHEAD]


def day_of(entry: Talk | Break) -> date:
    """Return the day under which an entry stands; a break that has begun stands under today."""
    return max(entry.first_on, today()) if isinstance(entry, Break) else local(entry.starts_at).date()


def _next_week() -> date:
    """Return the day on which the next week begins, in the language's way of counting weeks."""
    return today() + timedelta(days=7 - (today().weekday() - first_weekday()) % 7)


def first_weekday() -> int:
    """Return with which weekday weeks begin in the active language; Monday is 0."""
    return (get_format("FIRST_DAY_OF_WEEK") - 1) % 7  # Django counts from Sunday, Python from Monday
