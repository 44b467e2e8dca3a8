"""Moments, hours and days in the department's words: dates and clocks follow the language, the zone is named."""

import re
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as in_form
from django.utils.formats import date_format, get_format, time_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from seminars import times
from seminars.times import Span, local, today

# Django's own English writes "Nov. 5, 2025"; a listing reads better without dots, for British and American readers.
ENGLISH = {"DATE_FORMAT": "j F Y", "MONTH_DAY_FORMAT": "j F"}
TWELVE_HOURS = "P"  # Django's name for the form "1:15 p.m."


def clock(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return the time of day: "12 noon", "1:15 pm", "9 am"; 24 hours where the language counts so.

    Here and below, it is the department's unless another zone is given.
    """
    return time_of_day(local(moment, zone))


def time_of_day(at: time | datetime) -> str:
    """Return a time as `clock` does, without a look at days and zones."""
    return _clock(time(at.hour, at.minute), get_language())


@lru_cache(maxsize=512)
def _clock(there: time, language: str | None) -> str:
    """Return the time of day in the active language, which is `language`."""
    if get_format("TIME_FORMAT") != TWELVE_HOURS:
        return time_format(there, "TIME_FORMAT")
    if there in {time(0), time(12)}:
        return _("12 noon") if there.hour else _("12 midnight")
    return _("%(clock)s am") % {"clock": in_form(there, "f")} if there.hour < 12 else _pm(there)


def _pm(there: time) -> str:
    return _("%(clock)s pm") % {"clock": in_form(there, "f")}


def written(on: date, form: str) -> str:
    """Return a day in one of Django's formats, such as "D" or "DATE_FORMAT"; a list says the same days often.

    `on` may also be a moment on the clocks of a zone: only its day counts. In the cache, moments of two zones would be
    equal even if their days differ.
    """
    return _written(date(on.year, on.month, on.day), form, get_language())


@lru_cache(maxsize=2048)
def _written(on: date, form: str, language: str | None) -> str:
    if form == "M" and not _is_english():  # Django gives months a capital in every language; "b" as the language does
        form = "b"
    return date_format(on, form)


def hours(span: Span, zone: tzinfo | None = None) -> str:
    """Return "12–1:15 pm", "11 am–12 noon", "11 pm–1 am the next day"; an end on a later day is named with its day."""
    start, end = local(span.starts_at, zone), local(span.ends_at, zone)
    last = _last_day(span, zone)
    if last == start.date():
        return _hours(time(start.hour, start.minute), time(end.hour, end.minute), get_language())
    words = {"start": time_of_day(start), "end": time_of_day(end)}
    if last == start.date() + timedelta(days=1):
        return pgettext("hours", "%(start)s–%(end)s the next day") % words
    words["end"] = moment(span.ends_at, zone)
    return pgettext("dates", "%(start)s – %(end)s") % words


@lru_cache(maxsize=512)
def _hours(start: time, end: time, language: str | None) -> str:
    """Return the hours of a span within a day in the active language, which is `language`; a list says them often."""
    words = {"start": time_of_day(start), "end": time_of_day(end)}
    if _share_a_half(start, end):
        words["start"] = in_form(start, "f")
    return pgettext("hours", "%(start)s–%(end)s") % words


def _share_a_half(start: time, end: time) -> bool:
    """Tell whether "am" or "pm" is said once of a span within a day: not by a 24-hour clock, nor at midnight."""
    is_said_once = start.hour // 12 == end.hour // 12 and time(0) not in (start, end)
    return is_said_once and get_format("TIME_FORMAT") == TWELVE_HOURS


def until(span: Span) -> str:
    """Return "until 1 am", or "until Friday, 7 November, 5 pm" if that is not today."""
    end = clock(span.ends_at) if _last_day(span) == today() else moment(span.ends_at)
    return pgettext("hours", "until %(end)s") % {"end": end}


def _last_day(span: Span, zone: tzinfo | None = None) -> date:
    """A talk until midnight ends on the day that midnight closes."""
    return local(span.ends_at - timedelta(microseconds=1), zone).date()


def day(on: date, *, with_year: bool = False) -> str:
    """Return "Wednesday, 5 November"; with the year if asked or if it is not the present one."""
    form = "DATE_FORMAT" if with_year or on.year != today().year else "MONTH_DAY_FORMAT"
    return _("%(weekday)s, %(date)s") % {"weekday": written(on, "l"), "date": written(on, _form(form))}


def day_in_year(on: date) -> str:
    """Return "5 November 2026"."""
    return written(on, _form("DATE_FORMAT"))


def days(first: date, last: date) -> str:
    """Return one day, "Wednesday, 26 November", or several as `dates` does."""
    return day(first) if first == last else dates(first, last, with_year=False)


def dates(first: date, last: date, *, with_year: bool = True) -> str:
    """Return "26–27 November 2026" or "30 November – 6 December 2026".

    Without `with_year` the present year is not named.
    """
    full, short = _form("DATE_FORMAT"), _form("MONTH_DAY_FORMAT")
    if not with_year and first.year == last.year == today().year:
        full = short
    end = date_format(last, full)
    if (first.year, first.month) == (last.year, last.month) and (said := _same_month(first, last, end)):
        return said
    forms = (full, full)
    if first.year == last.year:  # it is named once, where the language has it
        forms = (full, short) if end.startswith(str(last.year)) else (short, full)
    words = {"start": date_format(first, forms[0]), "end": date_format(last, forms[1])}
    return pgettext("dates", "%(start)s – %(end)s") % words


def _same_month(first: date, last: date, end: str) -> str:
    """Return "26–27 November" or "26.–27. November" where the language begins a date with the day, else ""."""
    match = re.match(rf"{last.day}(\.?)(?!\d)", end)
    return f"{first.day}{match[1]}–{end}" if match else ""


def _form(name: str) -> str:
    return ENGLISH.get(name, name) if _is_english() else name


def _is_english() -> bool:
    return (get_language() or "en").split("-")[0] == "en"


def near_day(moment: datetime) -> str:
    """Return "Today", "Tomorrow" or the day."""
    ahead = (local(moment).date() - today()).days
    return {0: _("Today"), 1: _("Tomorrow")}.get(ahead) or day(local(moment))


def month(of: date) -> str:
    """Return "November 2025"."""
    return written(of, "YEAR_MONTH_FORMAT")


def zone(name: str = "") -> str:
    """Return whose time it is: "New York time" for America/New_York; by default the department's."""
    name = name or times.zone_name()
    city = name.rpartition("/")[2].replace("_", " ")
    return city if name in {"UTC", "Etc/UTC"} else _("%(city)s time") % {"city": city}


def offset(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return how far the clocks of a zone are from UTC at a moment: "UTC−5", "UTC+5:30", "UTC"."""
    minutes = local(moment, zone).utcoffset() // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    sign = "\N{MINUS SIGN}" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else "UTC"


def when(span: Span, there: str = "") -> str:
    """Return all of it: "Wednesday, 5 November 2025, 12–1:15 pm, New York time".

    `there` is the IANA name of the zone in which it takes place: where the clocks differ, "(9–10:15 am, Vancouver
    time)" follows.
    """
    words = {"day": day(local(span.starts_at), with_year=True), "hours": hours(span), "zone": zone()}
    words |= {"when": _("%(day)s, %(hours)s, %(zone)s") % words, "there": elsewhere(span, there)}
    return _("%(when)s (%(there)s)") % words if words["there"] else words["when"]


def elsewhere(span: Span, name: str) -> str:
    """Return "9–10:15 am, Vancouver time", with the day where that is another; "" where clocks show the same."""
    there = ZoneInfo(name) if name else None
    first = local(span.starts_at, there)
    if [first.utcoffset(), local(span.ends_at, there).utcoffset()] == [
        local(moment).utcoffset() for moment in (span.starts_at, span.ends_at)
    ]:
        return ""
    words = {"hours": hours(span, there), "zone": zone(name), "day": day(first)}
    is_same_day = first.date() == local(span.starts_at).date()
    return (_("%(hours)s, %(zone)s") if is_same_day else _("%(day)s, %(hours)s, %(zone)s")) % words


def moment(at: datetime, zone: tzinfo | None = None) -> str:
    """Return "Wednesday, 5 November, 12 noon"."""
    return _("%(day)s, %(clock)s") % {"day": day(local(at, zone)), "clock": clock(at, zone)}


def hours_there(span: Span, there: str = "") -> str:
    """Return "12–1:15 pm", or in the zone with the IANA name `there` "9–10:15 am, Vancouver time"."""
    if not there:
        return hours(span)
    return _("%(hours)s, %(zone)s") % {"hours": hours(span, ZoneInfo(there)), "zone": zone(there)}


def short_day(moment: datetime) -> str:
    """Return the department's date in the locale's form."""
    return date_format(local(moment), "DATE_FORMAT")
