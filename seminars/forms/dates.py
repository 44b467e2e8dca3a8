"""Reading dates that people type or paste: 2026-11-26, 26 Nov 2026, Nov 26, 2026, in a list or from one to another."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.forms import CharField, Textarea
from django.utils import translation
from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from seminars.text import fold
from seminars.times import days

LONGEST = timedelta(days=366)  # of a span; a longer one is a slip of the finger
MOST_REFUSED = 10  # messages at once

_FORMS = [
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)? +(?P<month>[^\W\d_]+)\.? +(?P<year>\d{4})"),
    re.compile(r"(?P<month>[^\W\d_]+)\.? +(?P<day>\d{1,2})(?:st|nd|rd|th)? +(?P<year>\d{4})"),
]
_COMMA_BEFORE_YEAR = re.compile(r"([^\W\d_]{3,}\.? +\d{1,2}(?:st|nd|rd|th)?), +(\d{4})(?!-)")
_BETWEEN = re.compile(r" +(?:to|until|bis|-) +|(?<=[^\W\d] \d{4})-|(?<=-\d\d)-(?=\d{4})")
_PARTS = re.compile(r"[\n,;]")


class DatesField(CharField):
    """Dates, one per line or between commas, as a frozenset of days."""

    widget = Textarea(attrs={"rows": 4})

    def to_python(self, value: str | None) -> frozenset[date]:
        return read(super().to_python(value))


def read(typed: str) -> frozenset[date]:
    """Return the days; raise ValidationError with a sentence for each part that is none."""
    found, refused = set(), []
    for part in _parts(typed):
        try:
            found |= set(_days(part))
        except ValueError:
            refused.append(
                _("“%(typed)s” is not a date. Enter a date like 2026-11-26 or 26 Nov 2026.") % {"typed": part}
            )
    if refused:
        raise ValidationError(refused[:MOST_REFUSED])
    return frozenset(found)


def _parts(typed: str) -> list[str]:
    """Return the single entries without the names of weekdays, which say nothing new."""
    whole = "\n".join(fold(line) for line in typed.splitlines())
    without = re.sub(rf"\b({'|'.join(_weekdays())})\b\.?,? *", "", whole)
    parts = _PARTS.split(_COMMA_BEFORE_YEAR.sub(r"\1 \2", without))
    return [part.strip() for part in parts if part.strip()]


def _days(part: str) -> Iterator[date]:
    ends = [_date(end.strip()) for end in _BETWEEN.split(part)]
    if len(ends) > 2 or not timedelta() <= ends[-1] - ends[0] <= LONGEST:
        raise ValueError(part)
    return days(ends[0], ends[-1])


def _date(typed: str) -> date:
    found = next(filter(None, (form.fullmatch(typed) for form in _FORMS)), None)
    if not found:
        raise ValueError(typed)
    month = int(found["month"]) if found["month"].isdigit() else _month(found["month"])
    return date(int(found["year"]), month, int(found["day"]))


def _month(name: str) -> int:
    """Return the number of a month named in English or in the reader's language, by three letters or more."""
    for number in range(1, 13):
        for month in (*_in_both(MONTHS[number]), *_in_both(MONTHS_3[number])):
            if len(name) >= 3 and (month.startswith(name) or month.rstrip(".") == name):
                return number
    raise ValueError(name)


def _weekdays() -> list[str]:
    names = [name for day in range(7) for name in (*_in_both(WEEKDAYS[day]), *_in_both(WEEKDAYS_ABBR[day]))]
    return sorted(set(map(re.escape, names)), key=len, reverse=True)


def _in_both(word: object) -> tuple[str, str]:
    """Return a word of Django's in English and in the reader's language, folded."""
    with translation.override("en"):
        english = fold(str(word))
    return english, fold(str(word))
