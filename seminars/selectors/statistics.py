"""How many talks there were in each year or term, and how many people spoke, by series, kind or affiliation."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, TextChoices
from django.utils.translation import gettext_lazy as _

from seminars.models.appearance import Appearance
from seminars.models.series import Series
from seminars.models.states import Mode, Role
from seminars.models.talk_queries import ONLINE_ALONE, TalkQuerySet
from seminars.models.terms import Term
from seminars.text import fold
from seminars.times import AcademicYear, local


class By(TextChoices):
    """The periods that talks are counted in."""

    YEAR = "year", _("Academic year")
    TERM = "term", _("Term")

    def period_of(self, day: date, first_month: int) -> AcademicYear | Term:
        return (AcademicYear if self is By.YEAR else Term).of(day, first_month)


class Rows(TextChoices):
    """What has a row of its own in each period."""

    SERIES = "series", _("Series")
    KIND = "kind", _("Kind")
    AFFILIATION = "affiliation", _("Affiliation")


class Spoke(NamedTuple):
    """One speaker of a talk."""

    person: int
    is_external: bool | None
    affiliation: str


class Counted(NamedTuple):
    """What is counted of a talk."""

    pk: int
    series: int
    starts_at: datetime
    kind: str
    room: int | None
    join_url: str
    recording_url: str
    is_online_alone: bool


@dataclass
class Count:
    """Talks and the people who spoke at them, each person once; `of` is what was counted, for the table."""

    of: str
    talks: int = 0
    external: set[int] = field(default_factory=set)  # the keys of people
    internal: set[int] = field(default_factory=set)
    unspecified: set[int] = field(default_factory=set)
    new: set[int] = field(default_factory=set)  # who had not spoken before this period
    modes: Counter[Mode | None] = field(default_factory=Counter)
    recorded: int = 0

    @property
    def speakers(self) -> set[int]:
        return self.external | self.internal | self.unspecified

    @property
    def numbers(self) -> tuple[int, ...]:
        """The cells of its row."""
        people = (self.speakers, self.new, self.speakers - self.new, self.external, self.internal, self.unspecified)
        modes = (self.modes[mode] for mode in (Mode.IN_PERSON, Mode.ONLINE, Mode.HYBRID))
        return self.talks, *map(len, people), *modes, self.recorded

    def add(self, talk: Counted, people: Iterable[Spoke], new: set[int]) -> None:
        """Count one talk with its speakers, and those of them who are new in its period."""
        self.talks += 1
        self.new |= new
        has_link = bool(talk.join_url) if talk.room else talk.is_online_alone  # as `Talk.mode` says
        self.modes[Mode.of(has_room=bool(talk.room), has_link=has_link)] += 1
        self.recorded += bool(talk.recording_url)
        for one in people:
            {True: self.external, False: self.internal, None: self.unspecified}[one.is_external].add(one.person)


@dataclass
class PeriodCounts:
    """One period: each row that had a talk, in alphabetical order, and all of them together."""

    period: AcademicYear | Term
    rows: list[Count]
    total: Count


def statistics(talks: TalkQuerySet, first_month: int, by: By = By.YEAR, rows: Rows = Rows.SERIES) -> list[PeriodCounts]:
    """Return the counts of each period, the latest first, of those talks that took place or will: three queries.

    A talk counts in its home series alone, so a joint talk counts once; cancelled and postponed ones never. By
    affiliation it counts once for each affiliation of its speakers.
    """
    talks = talks.going_ahead()
    people, names_of = _people_at(talks), _namer(rows)
    counts: dict[AcademicYear | Term, dict[str, Count]] = defaultdict(dict)
    totals: dict[AcademicYear | Term, Count] = defaultdict(lambda: Count(""))
    first: dict[int, AcademicYear | Term] = {}  # the period in which each person spoke first
    counted = talks.annotate(is_online_alone=ExpressionWrapper(ONLINE_ALONE, BooleanField()))
    for row in counted.soonest_first().values_list(*Counted._fields).iterator():
        talk = Counted(*row)
        spoke, period = people[talk.pk], by.period_of(local(talk.starts_at).date(), first_month)
        new = {one.person for one in spoke if first.setdefault(one.person, period) == period}
        each = [counts[period].setdefault(name, Count(name)) for name in names_of(talk, spoke)]
        for count in (*each, totals[period]):
            count.add(talk, spoke, new)
    return [
        PeriodCounts(period, [counts[period][name] for name in sorted(counts[period], key=fold)], totals[period])
        for period in reversed(totals)
    ]


def _people_at(talks: TalkQuerySet) -> dict[int, list[Spoke]]:
    people: dict[int, list[Spoke]] = defaultdict(list)
    spoke = Appearance.objects.filter(role=Role.SPEAKER, talk__in=talks.order_by().values("pk")).order_by()
    for talk, *one in spoke.values_list("talk", "speaker", "is_external", "affiliation").iterator():
        people[talk].append(Spoke(*one))
    return people


def _namer(rows: Rows) -> Callable[[Counted, list[Spoke]], Iterable[str]]:
    """Return what tells in which rows a talk counts."""
    series = {key: (name, kind) for key, name, kind in Series.objects.order_by().values_list("pk", "name", "kind")}
    return {
        Rows.SERIES: lambda talk, _people: [series[talk.series][0]],
        Rows.KIND: lambda talk, _people: [talk.kind or series[talk.series][1]],
        Rows.AFFILIATION: lambda _talk, people: dict.fromkeys(one.affiliation for one in people if one.affiliation),
    }[rows]
