"""Reading one day or one time of day as people type it, in several languages; no database."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import product

from django.utils import translation
from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR

from seminars.text import fold

LANGUAGES = ("en", "de", "fr", "es", "it")  # whose months and weekdays are read, beside the reader's own
DAY_FIRST, MONTH_FIRST = "day-first", "month-first"  # how 05/11/2026 is read
NOON, A_DAY = 12 * 60, 24 * 60  # minutes

_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?P<between>[-/.])(?P<month>\d{1,2})(?P=between)(?P<day>\d{1,2})")
_WITH_DOTS = re.compile(r"(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\. ?(?P<year>\d{4}|\d{2})")
_WITH_SLASHES = re.compile(r"(?P<first>\d{1,2})[/-](?P<second>\d{1,2})[/-](?P<year>\d{4}|\d{2})")
_DAY_THEN_MONTH = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.|º)? *(?:de +|- *)?(?P<month>[^\W\d_]+)\.?,?"
    r"(?: +del?| *-)? *(?P<year>\d{4})"
)
_MONTH_THEN_DAY = re.compile(r"(?P<month>[^\W\d_]+)\.? +(?P<day>\d{1,2})(?:st|nd|rd|th)?,? +(?P<year>\d{4})")

_CLOCK = (
    r"(?:(?P<{0}word>noon|midday|mittag|midi|mediodia)|(?P<{0}hour>\d{{1,2}})(?:(?:[:.]| ?h ?)(?P<{0}minute>\d\d)"
    r"(?::(?P<{0}second>\d\d)(?:\.\d+)?)?)? *(?P<{0}suffix>[ap]\.? ?m\.?|noon|uhr|o'clock|hrs|hours|horas|heures|h)?)"
)
_FROM_TO = re.compile(rf"{_CLOCK.format('from_')}(?: *(?:-|to|until|bis|a) *{_CLOCK.format('to_')})?(?: uhr)?")


def day_in(typed: str, *, order: str = "") -> date:
    """Read a day such as "2026-11-26", "26.11.2026", "26 Nov 2026", "Nov 26, 2026" or "jeudi 26 novembre 2026".

    `order` says how "05/11/2026" is read: DAY_FIRST or MONTH_FIRST; without it, such a day is not read. Raise
    ValueError for anything else, and for a day that the calendar does not have.
    """
    if _ISO.fullmatch(typed):
        return date.fromisoformat(typed)
    folded = fold(typed).strip(" ,")
    words = without_weekday(folded).strip(" ,")
    patterns = (_YEAR_FIRST, _WITH_DOTS, _DAY_THEN_MONTH, _MONTH_THEN_DAY)
    # "Mar 10, 2027" is in March, though "mar" is also short for Tuesday in French, Spanish and Italian.
    for written, pattern in product(dict.fromkeys((folded, words)), patterns):
        if found := pattern.fullmatch(written):
            return date(_year(found["year"]), month_named(found["month"]), int(found["day"]))
    if order and (found := _WITH_SLASHES.fullmatch(words)):
        parts = int(found["first"]), int(found["second"])
        day, month = parts if order == DAY_FIRST else parts[::-1]
        return date(_year(found["year"]), month, day)
    raise ValueError(typed)


def orders_of(typed: str) -> set[str]:
    """Return the orders in which a day such as "05/11/2026" can be read; none for a day of another form."""
    found = _WITH_SLASHES.fullmatch(without_weekday(fold(typed)).strip(" ,"))
    if not found:
        return set()
    first, second = int(found["first"]), int(found["second"])
    return {order for order, month in ((DAY_FIRST, second), (MONTH_FIRST, first)) if month <= 12}


def clock_in(typed: str) -> tuple[int, int | None]:
    """Read a time of day, or one to another, as minutes after midnight; 24:00 is the end of the day.

    "15:30", "15.30", "15h30", "3:30 PM", "15 Uhr", "noon", "15:30–16:30", "3–4 pm". Raise ValueError for anything else,
    also for a bare number, which says nothing of hours or minutes.
    """
    found = _FROM_TO.fullmatch(fold(typed))
    if not found:
        raise ValueError(typed)
    has_end = bool(found["to_hour"] or found["to_word"])
    suffix = _half(found["from_suffix"]) or (_half(found["to_suffix"]) if has_end else "")
    is_shared = not found["from_suffix"] and bool(found["to_suffix"])
    start = _minutes(found, "from_", suffix, is_told=is_shared)
    end = _minutes(found, "to_", _half(found["to_suffix"]), is_told=False) if has_end else None
    if end is not None and is_shared and suffix and start > end and start >= NOON:
        start -= NOON  # 11–1 pm
    return start, end


def month_named(typed: str) -> int:
    """Return the number of a month, given by its digits or by three folded letters or more of its name.

    Raise ValueError for anything else.
    """
    if typed.isdigit():
        return int(typed)
    for name, number in _months(translation.get_language() or ""):
        if len(typed) >= 3 and (name.startswith(typed) or name.rstrip(".") == typed):
            return number
    raise ValueError(typed)


def without_weekday(folded: str) -> str:
    """Return folded text without the names of weekdays, which say nothing new."""
    return _weekdays(translation.get_language() or "").sub("", folded)


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _half(suffix: str | None) -> str:
    """Return "am" or "pm", "noon", any other suffix, or "" for none."""
    return (suffix or "").replace(".", "").replace(" ", "")


def _minutes(found: re.Match[str], which: str, suffix: str, *, is_told: bool) -> int:
    if found[f"{which}word"]:
        return NOON
    hour, minute = int(found[f"{which}hour"]), int(found[f"{which}minute"] or 0)
    if not (found[f"{which}minute"] or suffix or is_told) or minute > 59 or hour > 24:
        raise ValueError(found[0])
    if suffix in {"am", "pm"}:
        if not 1 <= hour <= 12:
            raise ValueError(found[0])
        hour = hour % 12 + (12 if suffix == "pm" else 0)
    rounded = hour * 60 + minute + (int(found[f"{which}second"] or 0) >= 30)
    if rounded > A_DAY:
        raise ValueError(found[0])
    return rounded


@cache
def _months(language: str) -> tuple[tuple[str, int], ...]:
    return tuple((name, number) for number in range(1, 13) for name in _in_all((MONTHS, MONTHS_3), number, language))


@cache
def _weekdays(language: str) -> re.Pattern[str]:
    names = {name for day in range(7) for name in _in_all((WEEKDAYS, WEEKDAYS_ABBR), day, language)}
    longest_first = sorted((re.escape(name) for name in names if name), key=len, reverse=True)
    return re.compile(rf"(?<![^\W\d_])(?:{'|'.join(longest_first)})(?![^\W\d_])\.?,? *")


def _in_all(kinds: tuple[dict, ...], number: int, language: str) -> Iterator[str]:
    """Yield a word of Django's, folded, in the reader's language and in all that are read."""
    for each in dict.fromkeys((language or "en", *LANGUAGES)):
        with translation.override(each):
            yield from (fold(str(words[number])) for words in kinds)
