"""Reading dates that people type or paste: 2026-11-26, 26 Nov 2026, Nov 26, 2026, in a list or from one to another."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.forms import CharField, Textarea
from django.utils.translation import gettext as _

from seminars.text import fold
from seminars.times import days
from seminars.typed_dates import day_in, without_weekday

LONGEST = timedelta(days=366)  # of a span; a longer one is a slip of the finger
MOST_REFUSED = 10  # messages at once

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
    parts = _PARTS.split(_COMMA_BEFORE_YEAR.sub(r"\1 \2", without_weekday(whole)))
    return [part.strip() for part in parts if part.strip()]


def _days(part: str) -> Iterator[date]:
    ends = [day_in(end) for end in _BETWEEN.split(part)]
    if len(ends) > 2 or not timedelta() <= ends[-1] - ends[0] <= LONGEST:
        raise ValueError(part)
    return days(ends[0], ends[-1])
