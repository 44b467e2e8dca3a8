"""Reading one day as people type it, in several languages; no database. Times of day: `typed_clocks`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import product

from django.utils import translation
from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import get_format

from seminars.text import fold

LANGUAGES = ("en", "de", "fr", "es", "it")  # whose months and weekdays are read, beside the reader's own
DAY_FIRST, MONTH_FIRST = "day-first", "month-first"  # how 05/11/2026 is read
A_LEAP = 8  # years within which every date of the calendar comes

_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?P<between>[-/.])(?P<month>\d{1,2})(?P=between)(?P<day>\d{1,2})")
_WITH_DOTS = re.compile(r"(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})(?:\. ?(?P<year>\d{4}|\d{2})?)?")
_WITH_SLASHES = re.compile(r"(?P<first>\d{1,2})(?: ?[/-] ?)(?P<second>\d{1,2})(?: ?[/-] ?(?P<year>\d{4}|\d{2}))?")
_YEAR = r"(?P<year>\d{4}|'?\d{2})"
_DAY_THEN_MONTH = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.|º|o)? *(?:de +|of +|- *)?(?P<month>[^\W\d_]+)\.?,?"
    rf"(?:(?: +del?| *-)? *{_YEAR})?"
)
_MONTH_THEN_DAY = re.compile(rf"(?P<month>[^\W\d_]+)\.? +(?:the +)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? +{_YEAR})?")
_BEFORE = re.compile(r"\A(?:on |the |am |an |dem |den |le |el |il )+")
# Words before or after the name of a weekday that is to come.
_COMING = re.compile(
    r"(?:next|this|coming|(?:nachste|kommende|diese)[rnm]?|prochaine?|ce|proxim[oa]|prossim[oa]|este|que viene)(?!\w)"
)
_IN_DAYS = {
    **dict.fromkeys(("today", "heute", "aujourd'hui", "hoy", "oggi"), 0),
    **dict.fromkeys(("tomorrow", "morgen", "demain", "manana", "domani"), 1),
    **dict.fromkeys(("day after tomorrow", "ubermorgen", "apres-demain", "pasado manana", "dopodomani"), 2),
}
# Short names that people write and Django does not.
_MORE_WEEKDAYS = {"tues": 1, "weds": 2, "thur": 3, "thurs": 3, "sonnabend": 5}
_MORE_MONTHS = {"janner": 1, "feber": 2, "marz": 3, "maerz": 3, "mrz": 3, "sept": 9}


@dataclass(frozen=True)
class TypedDay:
    """A day as it was read, and the weekdays that were typed with it, of which it should be one; Monday is 0."""

    day: date
    weekdays: frozenset[int] = frozenset()
    is_inferred: bool = False  # its year was not typed

    @property
    def contradicts(self) -> bool:
        """Tell whether the weekday that was typed is not that of the day."""
        return bool(self.weekdays) and self.day.weekday() not in self.weekdays


def day_in(typed: str, *, order: str = "", near: date | None = None) -> TypedDay:
    """Read a day with its year: "2026-11-26", "26.11.2026", "26 Nov 2026", "Nov 26, 2026", "jeudi 26 novembre 2026".

    `order` says how "05/11/2026" is read: DAY_FIRST or MONTH_FIRST; without it, such a day is not read. If `near` is
    given, a year that is not typed is the one that brings the day closest to it. Raise ValueError for anything else,
    and for a day that the calendar does not have.
    """
    if _ISO.fullmatch(typed):
        return TypedDay(date.fromisoformat(typed))
    for found, weekdays in _matches(fold(typed).strip(" ,")):
        if found["year"] or near:
            return _typed_day(found, weekdays, (int(found["day"]), month_named(found["month"])), near)
    if order and (found := _WITH_SLASHES.fullmatch(_bare(typed))) and (found["year"] or near):
        return _typed_day(found, frozenset(), _in_order(found, order), near)
    raise ValueError(typed)


def read_day(typed: str, *, today: date, near: date | None = None) -> TypedDay:
    """Read a day as `day_in` does, or one without a year, "17 March", "tomorrow" or "next Tuesday".

    A year that is not typed is the one that brings the day closest to `near`, or without `near` the next one from
    `today` on. "3/4" is read as the language in use writes dates, "17/3" in the only way that is possible.
    Raise ValueError for anything else.
    """
    folded = fold(typed).strip(" ,")
    if found := _COMPACT.fullmatch(folded):
        return TypedDay(date(*map(int, found.groups())))
    if relative := _relative(folded, today):
        return TypedDay(relative)
    for found, weekdays in _matches(folded):
        return _typed_day(found, weekdays, (int(found["day"]), month_named(found["month"])), near, today)
    for written, weekdays in _readings(folded):
        if found := _WITH_SLASHES.fullmatch(written):
            return _with_slashes(found, weekdays, today, near)
    raise ValueError(typed)


def order_of_language() -> str:
    """Return how the active language writes the numbers of a date, as Django's formats for it say."""
    for form in get_format("DATE_INPUT_FORMATS"):
        if form[:2] in {"%d", "%m"}:
            return DAY_FIRST if form[:2] == "%d" else MONTH_FIRST
    return MONTH_FIRST


def orders_of(typed: str) -> set[str]:
    """Return the orders in which a day such as "05/11/2026" can be read; none for a day of another form."""
    found = _WITH_SLASHES.fullmatch(_bare(typed))
    if not found:
        return set()
    first, second = int(found["first"]), int(found["second"])
    return {order for order, month in ((DAY_FIRST, second), (MONTH_FIRST, first)) if month <= 12}


def month_named(typed: str) -> int:
    """Return the number of a month, given by its digits or by three folded letters or more of its name.

    Raise ValueError for anything else, also for letters that begin several months.
    """
    if typed.isdigit():
        return int(typed)
    if typed in _MORE_MONTHS:
        return _MORE_MONTHS[typed]
    found = {number for name, number in _months(translation.get_language() or "") if name.startswith(typed)}
    if len(typed) < 3 or len(found) != 1:  # "jui" is June and July
        raise ValueError(typed)
    return found.pop()


def without_weekday(folded: str) -> str:
    """Return folded text without the names of weekdays."""
    return _weekdays(translation.get_language() or "")[0].sub("", folded)


def _bare(typed: str) -> str:
    return without_weekday(fold(typed)).strip(" ,")


def _matches(folded: str) -> Iterator[tuple[re.Match[str], frozenset[int]]]:
    """Yield how a folded day that names its parts can be read, and the weekdays beside it."""
    patterns = (_YEAR_FIRST, _WITH_DOTS, _DAY_THEN_MONTH, _MONTH_THEN_DAY)
    for (written, weekdays), pattern in product(dict.fromkeys(_readings(folded)), patterns):
        if found := pattern.fullmatch(written):
            yield found, weekdays


def _readings(folded: str) -> Iterator[tuple[str, frozenset[int]]]:
    """Yield a day without words that say nothing: as it is, without the first word that is a weekday, without all.

    "Mar 10" is in March, though "mar" is also short for Tuesday in French, Spanish and Italian; so is "Wed 10 Mar".
    """
    names = _weekdays(translation.get_language() or "")[0]
    written = _BEFORE.sub("", folded, count=1)
    yield written, frozenset()
    if first := names.match(written):
        yield _after_weekday(written[first.end() :]), _weekdays_in(first[0])
    yield _after_weekday(names.sub("", written)), _weekdays_in(written)


def _after_weekday(folded: str) -> str:
    return _BEFORE.sub("", folded.strip(" ,"), count=1)


def _relative(folded: str, today: date) -> date | None:
    """Return the day that "tomorrow", "Tuesday" or "next Tuesday" is; None for anything else."""
    if folded in _IN_DAYS:
        return today + timedelta(days=_IN_DAYS[folded])
    written = _BEFORE.sub("", folded, count=1)
    weekdays = _weekdays_in(written)
    if len(weekdays) != 1 or _COMING.sub("", without_weekday(written), count=1).strip(" ,"):
        return None
    return today + timedelta(days=(min(weekdays) - today.weekday() - 1) % 7 + 1)


def _with_slashes(found: re.Match[str], weekdays: frozenset[int], today: date, near: date | None) -> TypedDay:
    order = order_of_language()
    try:
        return _typed_day(found, weekdays, _in_order(found, order), near, today)
    except ValueError:
        other = MONTH_FIRST if order == DAY_FIRST else DAY_FIRST
        return _typed_day(found, weekdays, _in_order(found, other), near, today)


def _in_order(found: re.Match[str], order: str) -> tuple[int, int]:
    """Return the day and the month."""
    first, second = int(found["first"]), int(found["second"])
    return (first, second) if order == DAY_FIRST else (second, first)


def _typed_day(
    found: re.Match[str],
    weekdays: frozenset[int],
    day_and_month: tuple[int, int],
    near: date | None,
    today: date | None = None,
) -> TypedDay:
    """Return a day and month in the year that was typed, or else in the one that is meant."""
    day, month = day_and_month
    if found["year"]:
        return TypedDay(date(_year(found["year"]), month, day), weekdays)
    return TypedDay(_in_some_year(month, day, near, today), weekdays, is_inferred=True)


def _in_some_year(month: int, day: int, near: date | None, today: date | None) -> date:
    """Return the day closest to `near`, or without `near` the next one from `today` on."""
    around = near or today
    years = (around.year + ahead for ahead in range(-A_LEAP if near else 0, A_LEAP + 1))
    possible = [one for in_year in years if (one := _possible(in_year, month, day)) and (near or one >= today)]
    if not possible:
        raise ValueError(day)
    return min(possible, key=lambda one: abs(one - around))


def _possible(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits.lstrip("'"))


def _weekdays_in(folded: str) -> frozenset[int]:
    pattern, numbers = _weekdays(translation.get_language() or "")
    found = [numbers[match[1]] for match in pattern.finditer(folded)]
    return frozenset.union(*found) if found else frozenset()


@cache
def _months(language: str) -> tuple[tuple[str, int], ...]:
    return tuple((name, number) for number in range(1, 13) for name in _in_all((MONTHS, MONTHS_3), number, language))


@cache
def _weekdays(language: str) -> tuple[re.Pattern[str], dict[str, frozenset[int]]]:
    """Return what finds the names of weekdays, and which days each can mean."""
    numbers = {name: frozenset({day}) for name, day in _MORE_WEEKDAYS.items()}
    for day in range(7):
        for name in filter(None, _in_all((WEEKDAYS, WEEKDAYS_ABBR), day, language)):
            numbers[name] = numbers.get(name, frozenset()) | {day}
    longest_first = sorted(map(re.escape, numbers), key=len, reverse=True)
    return re.compile(rf"(?<![^\W\d_])({'|'.join(longest_first)})(?![^\W\d_])\.?,? *"), numbers


def _in_all(kinds: tuple[dict, ...], number: int, language: str) -> Iterator[str]:
    """Yield a word of Django's, folded, in the reader's language and in all that are read."""
    for each in dict.fromkeys((language or "en", *LANGUAGES)):
        with translation.override(each):
            yield from (fold(str(words[number])) for words in kinds)
