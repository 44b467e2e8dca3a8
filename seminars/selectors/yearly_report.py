"""How many talks each series had in each academic year, and how many people spoke: from inside, from outside."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from seminars.models.appearance import Appearance
from seminars.models.series import Series
from seminars.models.states import GOING_AHEAD, Role
from seminars.models.talk import Talk
from seminars.times import AcademicYear, local


@dataclass
class Count:
    """Talks and the people who spoke at them, each person once; `of` is what was counted, for the table."""

    of: str
    talks: int = 0
    external: set[int] = field(default_factory=set)  # the keys of people
    internal: set[int] = field(default_factory=set)
    unspecified: set[int] = field(default_factory=set)

    @property
    def speakers(self) -> int:
        return len(self.external | self.internal | self.unspecified)

    def add(self, people: Iterable[tuple[int, bool | None]]) -> None:
        """Count one talk with its speakers: their keys, and whether they come from outside."""
        self.talks += 1
        for person, is_external in people:
            {True: self.external, False: self.internal, None: self.unspecified}[is_external].add(person)


@dataclass
class YearCounts:
    """One academic year: each series that had a talk, in the order of their names, and all of them together."""

    year: AcademicYear
    series: list[Count]
    total: Count


def yearly_report(first_month: int, total_label: str) -> list[YearCounts]:
    """Return the counts of each academic year, the latest first, of public talks that took place or will.

    A talk counts in its home series alone, so a joint talk counts once; cancelled and postponed ones never.
    """
    talks = Talk.objects.filter(state__in=GOING_AHEAD)
    people: dict[int, list[tuple[int, bool | None]]] = defaultdict(list)
    spoke = Appearance.objects.filter(role=Role.SPEAKER, talk__in=talks.order_by().values("pk"))
    for talk, person, is_external in spoke.order_by().values_list("talk", "speaker", "is_external").iterator():
        people[talk].append((person, is_external))
    names = dict(Series.objects.in_order().values_list("pk", "name"))
    counts: dict[AcademicYear, dict[int, Count]] = defaultdict(
        lambda: {key: Count(name) for key, name in names.items()}
    )
    totals: dict[AcademicYear, Count] = defaultdict(lambda: Count(total_label))
    for talk, series, starts_at in talks.order_by().values_list("pk", "series", "starts_at").iterator():
        year = AcademicYear.of(local(starts_at).date(), first_month)
        for count in (counts[year][series], totals[year]):
            count.add(people[talk])
    return [
        YearCounts(year, [count for count in counts[year].values() if count.talks], totals[year])
        for year in sorted(counts, reverse=True)
    ]
