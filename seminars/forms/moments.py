"""Fields for days and times of day: one reader reads what people type, and what is doubtful is asked about."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.dates import WEEKDAYS
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars import date_formats, times
from seminars.typed_clocks import NextDay, time_in
from seminars.typed_dates import TypedDay, read_day

FAR = 10  # years from today, or from the day that was there; a day that is further away is asked about
NO_DAY = _("“%(typed)s” is not a date. Enter a date such as 17 March or 2027-03-17.")
NO_TIME = _("“%(typed)s” is not a time. Enter a time such as 15:30 or 3:30 pm.")

NEXT_DAY = _("24:00 is 00:00 of the next day. Enter the next day, and 00:00 as the time.")


class Typed(str):
    """What was typed, and the day that a person has said they mean by it, as 2072-03-17."""

    __slots__ = ("meant",)
    meant: str


class DayInput(forms.DateInput):
    """A box for a day; if what was typed in it is doubtful, with another to say that it is meant."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        own = {"autocomplete": "off", "size": "18", "data-typed": "day", "data-choose": _("Choose a date")}
        super().__init__(own | (attrs or {}))
        self.doubt: DayDoubt | None = None

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Typed | None:
        sent = data.get(name)
        if sent is None:
            return None
        typed = Typed(sent)
        typed.meant = data.get(f"{name}-meant", "")
        return typed

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        box = super().render(name, value, attrs, renderer)
        return render_to_string("admin/_typed_day.html", {"box": box, "name": name, "doubt": self.doubt})


class ClockInput(forms.TimeInput):
    """A box for a time of day."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        own = {"autocomplete": "off", "size": "8", "data-typed": "clock", "data-choose": _("Choose a time")}
        super().__init__(own | (attrs or {}))

    def format_value(self, value: Any) -> str | None:
        """Leave out seconds, which few talks have: those of another calendar that wrote them."""
        return f"{value:%H:%M}" if isinstance(value, time) and not value.second else super().format_value(value)


class MomentInput(AdminSplitDateTime):
    """A day and a time of day, in two boxes."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        forms.MultiWidget.__init__(self, [DayInput, ClockInput], attrs)


class DayDoubt:
    """Why a day that was typed may not be the one that is meant."""

    def __init__(self, read: TypedDay, near: date | None) -> None:
        self.day = read.day
        self.is_other_weekday = read.contradicts
        around = [times.today(), *filter(None, [near])]
        self.is_far = all(abs(self.day.year - one.year) > FAR for one in around)
        self.typed_weekday = min(read.weekdays) if read.contradicts else 0

    def __bool__(self) -> bool:
        return self.is_other_weekday or self.is_far

    @property
    def answer(self) -> str:
        """What a person confirms."""
        meant = self.day.year if self.is_far else date_formats.day(self.day, with_year=True)
        return gettext("Yes, I mean %(day)s") % {"day": meant}

    @property
    def sentence(self) -> str:
        words = {"day": date_formats.day(self.day, with_year=True), "answer": self.answer}
        if self.is_far:
            return gettext("This is %(day)s. Correct the year, or tick “%(answer)s”.") % words
        words["weekday"] = WEEKDAYS[self.typed_weekday]
        return gettext("This is %(day)s, not a %(weekday)s. Correct the date, or tick “%(answer)s”.") % words


class DayField(forms.DateField):
    """A day as `read_day` reads it; years outside `times.YEARS` are refused.

    `near` is a day close to which one without a year is expected; without it, the next such day is meant.
    """

    widget = DayInput
    default_validators = [times.check_year]
    default_error_messages = {"invalid": NO_DAY}
    _near: date | None = None

    @property
    def near(self) -> date | None:
        return self._near

    @near.setter
    def near(self, day: date | None) -> None:
        self._near = day
        self.widget.attrs["data-near"] = day.isoformat() if day else ""

    def to_python(self, value: Any) -> date | None:
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value if not isinstance(value, str) else None)
        return self._read(value).day

    def clean(self, value: Any) -> date | None:
        """Ask once about a day that is probably a slip; the box beside it says that it is not."""
        day = super().clean(value)
        if day and isinstance(value, Typed) and value.meant != day.isoformat():
            doubt = DayDoubt(self._read(value), self.near)
            if doubt and isinstance(self.widget, DayInput):
                self.widget.doubt = doubt
                raise ValidationError(doubt.sentence, code="doubt")
        return day

    def _read(self, typed: str) -> TypedDay:
        try:
            return read_day(typed, today=times.today(), near=self.near)
        except (ValueError, OverflowError) as wrong:
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"typed": typed}) from wrong


class ClockField(forms.TimeField):
    """A time of day as `time_in` reads it."""

    widget = ClockInput
    default_error_messages = {"invalid": NO_TIME, "next_day": NEXT_DAY}

    def to_python(self, value: Any) -> time | None:
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value if not isinstance(value, str) else None)
        try:
            return time_in(value)
        except NextDay as wrong:
            raise ValidationError(self.error_messages["next_day"], code="next_day") from wrong
        except ValueError as wrong:
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"typed": value}) from wrong


class ClocksField(forms.CharField):
    """One time of day or more, between commas."""

    def to_python(self, value: str | None) -> tuple[time, ...]:
        clock = ClockField()
        found = set()
        for part in filter(None, map(str.strip, re.split(r"[,;\n]", super().to_python(value)))):
            try:
                found.add(clock.clean(part))
            except ValidationError as wrong:
                if wrong.code == "next_day":
                    raise
                sentence = gettext(
                    "“%(typed)s” is not a time. Enter a time like 12:00, or 12:00, 14:30 for two talks a day."
                )
                raise ValidationError(sentence % {"typed": part}) from wrong
        return tuple(sorted(found))


class MomentField(forms.SplitDateTimeField):
    """A day and a time of day on the department's clocks."""

    widget = MomentInput
    default_error_messages = {
        "invalid_date": _("Enter a date too, or leave both blank."),
        "invalid_time": _("Enter a time too, or leave both blank."),
    }

    def __init__(self, *, input_date_formats: Any = None, input_time_formats: Any = None, **options: Any) -> None:
        localize = options.get("localize", False)
        forms.MultiValueField.__init__(
            self, fields=(DayField(localize=localize), ClockField(localize=localize)), **options
        )

    @property
    def near(self) -> date | None:
        return self.fields[0].near

    @near.setter
    def near(self, day: date | None) -> None:
        self.fields[0].near = day
        self.widget.widgets[0].attrs["data-near"] = self.fields[0].widget.attrs["data-near"]

    def clean(self, value: Any) -> datetime | None:
        try:
            return super().clean(value)
        finally:
            self.widget.widgets[0].doubt = self.fields[0].widget.doubt


def name_boxes(field: forms.Field) -> None:
    """Give each of the two boxes for a moment a name of its own, for screen readers (WCAG 4.1.2)."""
    for part, name in zip(field.widget.widgets, (_("date"), _("time")), strict=True):
        part.attrs["aria-label"] = format_lazy("{}: {}", field.label, name)


def expect_days_near_initial(form: forms.BaseForm) -> None:
    """Read days without a year as those close to the ones that a form begins with."""
    for field, initial in _days_of(form):
        field.near = times.local(initial).date() if isinstance(initial, datetime) else initial


def _days_of(form: forms.BaseForm) -> Iterator[tuple[DayField | MomentField, date]]:
    for name, field in form.fields.items():
        if isinstance(field, DayField | MomentField):
            initial = form.get_initial_for_field(field, name)
            if isinstance(initial, date):
                yield field, initial
