"""The talks to come, week by week: what each lacks, and the usual days of a series that are still free."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import compress

from django.db.models import BooleanField, ExpressionWrapper

from seminars.models import Appearance, Break, Gap, Series, State, Talk, TalkQuerySet, lacking
from seminars.models.states import CALLED_OFF, Role
from seminars.models.terms import Term
from seminars.times import Span, local, start_of

SIGNS = (Gap.TITLE, Gap.SPEAKER, Gap.ABSTRACT, Gap.ROOM, Gap.LINK)
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class ComingTalk:
    """What an overview says of a talk; its texts are not read."""

    pk: int
    series: int
    starts_at: datetime
    ends_at: datetime
    state: str
    title: str
    gaps: tuple[Gap, ...]

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    @property
    def is_called_off(self) -> bool:
        return self.state in CALLED_OFF

    @cached_property
    def day(self) -> date:
        return local(self.starts_at).date()


@dataclass(frozen=True)
class FreeDate:
    """A usual day of a series on which it has neither a talk nor a break."""

    series: Series
    day: date


@dataclass
class TermWeek:
    """The talks, breaks and free dates of one week, which begins on a Monday."""

    monday: date
    talks: list[ComingTalk] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)
    free: list[FreeDate] = field(default_factory=list)

    @property
    def last_on(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def is_empty(self) -> bool:
        return not (self.talks or self.breaks or self.free)


def coming_talks(talks: TalkQuerySet, most: int) -> list[ComingTalk]:
    """Return what an overview says of these talks, the soonest first: one query."""
    lacks = {f"lacks_{gap}": ExpressionWrapper(lacking(gap), BooleanField()) for gap in SIGNS}
    names = [column.name for column in fields(ComingTalk) if column.name != "gaps"]
    rows = talks.annotate(**lacks).values_list(*names, *lacks)[:most]
    found = [ComingTalk(*row[: len(names)], tuple(compress(SIGNS, row[len(names) :]))) for row in rows]
    return sorted(found, key=lambda talk: (talk.starts_at, talk.pk))


def speakers_of(talks: Iterable[ComingTalk]) -> dict[int, str]:
    """Return the names of the speakers of each talk, joined by commas: one query."""
    names: dict[int, list[str]] = defaultdict(list)
    people = Appearance.objects.in_order().filter(talk__in=[talk.pk for talk in talks], role=Role.SPEAKER)
    for talk, name in people.values_list("talk", "speaker__name"):
        names[talk].append(name)
    return {talk: ", ".join(each) for talk, each in names.items()}


def weeks_of(
    term: Term, talks: list[ComingTalk], breaks: list[Break], series: Iterable[Series], today: date
) -> list[TermWeek]:
    """Return the weeks from today to the last talk of the term; of a term to come, those from its first talk on."""
    there = [talk for talk in talks if term.first_on <= talk.day <= term.last_on]
    if not there:
        return []
    first = max(today, term.first_on if term.first_on <= today else there[0].day)
    weeks = {monday: TermWeek(monday) for monday in _mondays(first, max(first, there[-1].day))}
    for talk in there:
        weeks[_monday(max(talk.day, today))].talks.append(talk)
    for pause in breaks:
        for week in weeks.values():
            if pause.first_on <= week.last_on and pause.last_on >= week.monday:
                week.breaks.append(pause)
    for free in _free_dates(there, breaks, series, today):
        weeks[_monday(free.day)].free.append(free)
    return list(weeks.values())


def _free_dates(
    talks: list[ComingTalk], breaks: list[Break], series: Iterable[Series], today: date
) -> Iterator[FreeDate]:
    """Yield the usual days of each series between its first talk and its last that are free, from tomorrow on.

    One query finds the joint talks, if a day may be free.
    """
    usual = list(_usual_dates(talks, breaks, series, today))
    if not usual:
        return
    days = [free.day for free in usual]
    span = Span(start_of(min(days)), start_of(max(days) + timedelta(days=1)))
    joint = Talk.objects.filter(also_in__in={free.series.pk for free in usual}).starting_in(span).order_by()
    taken = {(key, local(moment).date()) for key, moment in joint.values_list("also_in", "starts_at")}
    yield from (free for free in usual if (free.series.pk, free.day) not in taken)


def _usual_dates(
    talks: list[ComingTalk], breaks: list[Break], series: Iterable[Series], today: date
) -> Iterator[FreeDate]:
    """Yield the usual days of each series on which it has no talk of its own and no break."""
    taken: dict[int, set[date]] = defaultdict(set)
    for talk in talks:
        taken[talk.series].add(talk.day)
    for one in series:
        days = taken.get(one.pk)
        if not days or one.default_weekday is None or one.default_start is None:
            continue
        pauses = [pause for pause in breaks if pause.series_id in {None, one.pk}]
        first = max(min(days), today + timedelta(days=1))
        day = first + timedelta(days=(one.default_weekday - first.weekday()) % 7)
        while day <= max(days):
            if day not in days and not any(day in pause for pause in pauses):
                yield FreeDate(one, day)
            day += WEEK


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _mondays(first: date, last: date) -> Iterator[date]:
    monday = _monday(first)
    while monday <= last:
        yield monday
        monday += WEEK
