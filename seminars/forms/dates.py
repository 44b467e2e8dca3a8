"""Reading dates that people type or paste, in a list or from one to another: 2026-11-26, 26 Nov, 24 Dec – 2 Jan."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars import date_formats
from seminars.text import fold
from seminars.times import days, today
from seminars.typed_dates import TypedDay, read_day, without_weekday

LONGEST = timedelta(days=366)  # of a span; a longer one is a slip of the finger
MOST_REFUSED = 10  # messages at once

_COMMA_BEFORE_YEAR = re.compile(r"([^\W\d_]{3,}\.? +\d{1,2}(?:st|nd|rd|th)?), +(\d{4})(?!-)")
_DASHES = re.compile("[‐-―−]")
_BETWEEN = re.compile(
    r" +(?:to|until|bis|-) +|(?<=[^\W\d] \d{4})-|(?<=\d{4}-\d\d-\d\d)-(?=\d{4})|(?<=[^\W\d])-(?=\d{1,2}[ .])"
    r"|(?<=\.)-(?=\d)",
    re.IGNORECASE,
)
_SAME_MONTH = re.compile(r"\A(\d{1,2}\.?) ?- ?(\d{1,2}[. ].*\w.*)\Z")  # "24-26 Dec"
_DAY_ALONE = re.compile(r"\d{1,2}\.?")
_PARTS = re.compile(r"[\n;]")


def read(typed: str, near: date | None = None) -> frozenset[date]:
    """Return the days; raise ValidationError with a sentence for each part that is none.

    A year that is not typed is the one that brings the day closest to `near`, or without it the next one.
    """
    found, refused = set(), []
    for part in _parts(typed):
        try:
            found |= set(_days(part, near))
        except ValidationError as refusal:
            refused += refusal.messages
        except (ValueError, OverflowError):
            sentence = _("“%(typed)s” is not a date. Enter a date like 26 Nov or 2026-11-26.")
            refused.append(sentence % {"typed": part})
    if refused:
        raise ValidationError(refused[:MOST_REFUSED])
    return frozenset(found)


def in_words(chosen: Iterable[date]) -> list[str]:
    """Return days in order, those that follow each other as one span."""
    spans: list[tuple[date, date]] = []
    for day in sorted(chosen):
        if spans and day - spans[-1][1] == timedelta(days=1):
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return [
        date_formats.day(first, with_year=True) if first == last else date_formats.dates(first, last)
        for first, last in spans
    ]


def _parts(typed: str) -> Iterator[str]:
    """Yield the single entries; a weekday belongs to the date after it, with or without a comma."""
    for line in _PARTS.split(typed):
        weekday = ""
        for part in map(str.strip, _COMMA_BEFORE_YEAR.sub(r"\1 \2", _DASHES.sub("-", line)).split(",")):
            if part and without_weekday(fold(part)).strip(" .") == "":
                weekday = f"{part} "
            elif part:
                yield weekday + part
                weekday = ""
        if weekday:
            yield weekday.strip()


def _days(part: str, near: date | None) -> Iterator[date]:
    ends = _BETWEEN.split(_SAME_MONTH.sub(r"\1 - \2", part))
    if len(ends) > 2:
        raise ValueError(part)
    last = _read(ends[-1], near)
    if len(ends) == 1:
        return days(last.day, last.day)
    if _DAY_ALONE.fullmatch(ends[0]):
        first = last.day.replace(day=int(ends[0].rstrip(".")))
    else:
        begin = _read(ends[0], near if last.is_inferred else last.day)
        first = begin.day
        if last.is_inferred:
            last = _read(ends[-1], first)
    if not timedelta() <= last.day - first <= LONGEST:
        raise ValueError(part)
    return days(first, last.day)


def _read(typed: str, near: date | None) -> TypedDay:
    read_as = read_day(typed, today=today(), near=near)
    if read_as.contradicts:
        words = {"typed": typed, "day": date_formats.day(read_as.day, with_year=True)}
        raise ValidationError(_("“%(typed)s” would be %(day)s. Correct the weekday or the date.") % words)
    return read_as
