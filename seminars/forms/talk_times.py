"""Start and end of a talk as one types them: a day, a time, and the end as a time of the same day or as a length."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.utils.datastructures import MultiValueDict

from seminars.forms.moments import MomentInput
from seminars.text import fold
from seminars.typed_clocks import ends_the_day

LONGEST_IN_HOURS = 6  # "8 h" is a time of day

_LENGTH = re.compile(
    r"(?:(?P<hours>\d+(?:[.,]\d+)?) *(?:h|hr|hrs|hours?|std|stunden?|heures?|horas?) *)?"
    r"(?:(?P<minutes>\d{1,3}) *(?:m|min|mins|minutes?|minuten?|minutos?)?)?"
)
_MINUTES = re.compile(r"\d{1,3} *(?:m|min|mins|minutes?|minuten?|minutos?)")


class EndWidget(MomentInput):
    """The day and the time of an end; the day is blank while it is the day of the start."""

    start: datetime | str | None = None  # what the control of the start shows

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        del self.widgets[1].attrs["data-typed"]  # a length is no time of day, which the script would say

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        day, clock = self._parts(value)
        return super().get_context(name, [None if day == self._parts(self.start)[0] else day, clock], attrs)

    def shown_day(self, value: Any) -> Any:
        """Return the day that the control shows for this value."""
        day, _clock = self._parts(value)
        return None if day == self._parts(self.start)[0] else day

    def _parts(self, value: Any) -> list[Any]:
        parts = value if isinstance(value, list | tuple) else self.decompress(value)
        return [*parts, None, None][:2]


def length_in(typed: str) -> timedelta | None:
    """Return the length that was typed, such as "60 min", "1 h 30" or "1.5 hours"; None for a time of day."""
    folded = fold(typed).strip(" +.")
    found = _LENGTH.fullmatch(folded)
    if not found or not (found["hours"] or _MINUTES.fullmatch(folded)):
        return None
    hours = float((found["hours"] or "0").replace(",", "."))
    length = timedelta(hours=hours, minutes=int(found["minutes"] or 0))
    return length if length and hours <= LONGEST_IN_HOURS else None


def end_of(data: MultiValueDict, form: BaseForm) -> dict[str, str]:
    """Return the day of the end that was left blank, and the end for a length or 24:00; {} where both are told."""
    names = [form.add_prefix(f"{name}_{part}") for name in ("starts_at", "ends_at") for part in (0, 1)]
    day, clock, end_day, end_clock = (data.get(name, "") for name in names)
    if ends_the_day(end_clock) and (midnight := _moment(form, end_day or day, "00:00")):
        return _told(names, midnight + timedelta(days=1))
    if not end_clock or end_day:
        return {}
    length = length_in(end_clock)
    if length and (start := _moment(form, day, clock)):
        return _told(names, start + length)
    return {names[2]: day, f"{names[2]}-meant": data.get(f"{names[0]}-meant", "")}


def _told(names: list[str], end: datetime) -> dict[str, str]:
    day = f"{end:%Y-%m-%d}"
    return {names[2]: day, f"{names[2]}-meant": day, names[3]: f"{end:%H:%M}"}


def _moment(form: BaseForm, day: str, clock: str) -> datetime | None:
    """Return the wall time that was typed for the start, None if it cannot be read."""
    days, clocks = form.fields["starts_at"].fields
    try:
        return datetime.combine(days.clean(day), clocks.clean(clock))
    except (ValidationError, TypeError):
        return None
