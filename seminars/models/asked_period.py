"""Months, terms and years that a question names: "march 2026", "2026-03", "autumn 2026"."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.utils.formats import date_format

from seminars.models.terms import Term
from seminars.text import without_spelt_umlauts
from seminars.times import YEARS, Span, start_of
from seminars.typed_dates import month_named

# The month in which the season is under way in every country; folded, also as German, French and Spanish have them.
SEASONS = (
    dict.fromkeys(("spring", "fruhjahr", "fruhling", "printemps", "primavera"), 4)
    | dict.fromkeys(("summer", "sommer", "ss", "sose", "sommersemester", "ete", "verano"), 6)
    | dict.fromkeys(("autumn", "fall", "herbst", "automne", "otono"), 11)
    | dict.fromkeys(("winter", "ws", "wise", "wintersemester", "hiver", "invierno"), 12)
)
_TERM_WORDS = frozenset({"term", "semester", "semestre", "quarter"})


@dataclass(frozen=True)
class Period:
    """A month, or the term that a season names."""

    year: int
    month: int
    is_term: bool = False

    def span(self, first_month: int) -> Span:
        """Return when it is; the academic year of the department begins in `first_month`."""
        first = date(self.year, self.month, 1)
        if self.is_term:
            return Term.of(first, first_month).span
        return Span(start_of(first), start_of((first + timedelta(days=31)).replace(day=1)))

    def name(self, first_month: int) -> str:
        """Return what a page calls it: "March 2026" or "August 2026 to December 2026"."""
        first = date(self.year, self.month, 1)
        return str(Term.of(first, first_month)) if self.is_term else date_format(first, "F Y")

    @classmethod
    def read(cls, words: Sequence[str]) -> tuple[Self | None, list[str]]:
        """Return the first period that these folded words name, None where there is none, and the words left."""
        for place in range(len(words)):
            for length in (4, 3, 2):
                part = words[place : place + length]
                if len(part) == length and (period := cls._of(part)):
                    return period, [*words[:place], *words[place + length :]]
        return None, list(words)

    @classmethod
    def _of(cls, words: Sequence[str]) -> Self | None:
        """Return what all of these words name together: "autumn term 2026", "ws 2026 27", "march 2026", "2026 03"."""
        years = [word for word in words if year_in(word)]
        if len(years) != 1:
            return None
        year, at = int(years[0]), list(words).index(years[0])
        before, after = list(words[:at]), list(words[at + 1 :])
        if len(before) > 1 and before[1] in _TERM_WORDS:
            del before[1]
        if len(before) == 1 and before[0] in SEASONS and after in ([], [f"{(year + 1) % 100:02}"]):
            return cls(year, SEASONS[before[0]], is_term=True)
        if len(words) == 2 and (month := _month(*before, *after)):
            return cls(year, month)
        return None


def year_in(word: str) -> int | None:
    """Return the year that a word is, if talks can be in it."""
    is_year = len(word) == 4 and word.isascii() and word.isdecimal() and int(word) in YEARS
    return int(word) if is_year else None


def year_span(year: int) -> Span:
    """Return the calendar year."""
    return Span(start_of(date(year, 1, 1)), start_of(date(year + 1, 1, 1)))


def _month(word: str) -> int | None:
    if word.isdecimal():
        return int(word) if len(word) == 2 and word.isascii() and 1 <= int(word) <= 12 else None
    for spelling in (word, without_spelt_umlauts(word)):
        with suppress(ValueError):
            return month_named(spelling)
    return None
