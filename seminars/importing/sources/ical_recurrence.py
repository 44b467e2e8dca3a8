"""Expand a repeating event into its dates within bounds (RFC 5545 §3.3.10, §3.8.5)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event
from icalendar.prop import vDDDTypes, vRecur
from recurring_ical_events import CalendarQuery

from seminars.importing.sources.ical_properties import Properties, Property, Unreadable
from seminars.importing.sources.ical_times import Moment, Times
from seminars.importing.sources.ical_zones import CANNOT_BE_READ

AHEAD = timedelta(days=400)  # how far into the future dates are imported
BEHIND = timedelta(days=400)  # how far back those of a series without an end
MOST_DATES = 500  # of one series
_MOST_STEPS = 20_000  # from the first date to the last one wanted; the library takes each of them
_MOST_RULES = 3
_FARTHEST_SHIFT = timedelta(days=60)  # of a change to one date and all that follow
_MOST_CHANGES = 50  # of those
_DAYS = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 28, "YEARLY": 365}  # at least, from one step to the next
# Of each part the values that a seminar may need. Other rules could step to the year 9999 without finding a date.
_NUMBERS = r"[+-]?\d{1,3}(?:,[+-]?\d{1,3}){0,30}"
_WEEKDAY = r"[+-]?[1-5]?(?:MO|TU|WE|TH|FR|SA|SU)"
_PARTS = {
    "FREQ": re.compile("|".join(_DAYS)),
    "INTERVAL": re.compile(r"[1-9]\d?"),
    "COUNT": re.compile(r"[1-9]\d{0,5}"),
    "UNTIL": re.compile(r"\d{8}(?:T\d{6}Z?)?"),
    "WKST": re.compile(r"MO|TU|WE|TH|FR|SA|SU"),
    "BYDAY": re.compile(rf"{_WEEKDAY}(?:,{_WEEKDAY}){{0,20}}"),
    "BYMONTH": re.compile(r"(?:0?[1-9]|1[0-2])(?:,(?:0?[1-9]|1[0-2])){0,11}"),
    "BYMONTHDAY": re.compile(_NUMBERS),
    "BYSETPOS": re.compile(r"-?[1-5](?:,-?[1-5]){0,4}"),
    "BYHOUR": re.compile(r"\d{1,2}"),
    "BYMINUTE": re.compile(r"\d{1,2}"),
    "BYSECOND": re.compile(r"\d{1,2}"),
}
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MOST_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # of the months


@dataclass(frozen=True)
class Dated:
    """One date of a repeating event; `change` is the number of the change (from 1) that it follows, 0 for none."""

    starts: Moment
    ends: Moment
    identity: Moment
    change: int = 0


@dataclass
class Pattern:
    """How an event repeats, its dates without their texts."""

    line: int
    start: Moment
    end: Moment
    rules: list[dict[str, str]] = field(default_factory=list)
    added: list[tuple[Moment, Moment | timedelta | None]] = field(default_factory=list)
    excluded: list[Moment] = field(default_factory=list)
    identity: Moment | None = None  # of a change to this date and all that follow

    @property
    def has_end(self) -> bool:
        return all("COUNT" in rule or "UNTIL" in rule for rule in self.rules)


def repeats(properties: Properties) -> bool:
    return properties.first("RRULE", "RDATE", "EXRULE") is not None


def pattern_of(properties: Properties, times: Times, start: Moment, end: Moment | None) -> Pattern:
    """Read how an event repeats, with remarks in `properties`; raise Unreadable for a rule that no talk needs."""
    if found := properties.first("EXRULE"):
        raise Unreadable(found.line, _("The event leaves out dates by a rule (EXRULE). Enter its dates one by one."))
    rules = properties.all("RRULE")
    if len(rules) > _MOST_RULES:
        raise Unreadable(rules[0].line, _cannot_be_read(rules[0]))
    pattern = Pattern(properties.line, start, end or start)
    pattern.rules = [_rule(found, start, properties) for found in rules]
    pattern.added = list(times.listed("RDATE"))
    pattern.excluded = [moment for moment, _end in times.listed("EXDATE")]
    if pattern.rules and not any(_is_on(rule, start) for rule in pattern.rules):
        properties.remark(
            _("the first date does not follow the rule by which the event repeats; look whether it is meant")
        )
    return pattern


def expand(pattern: Pattern, changes: list[Pattern], now: datetime) -> list[Dated]:
    """Return the dates in order, changed ones with what they follow; raise Unreadable for what takes too long.

    A series that ends is expanded whole, as its past is an archive; one without an end, or with more than MOST_DATES,
    from BEHIND before now. All end AHEAD of now, or of a start that is later.
    """
    stop = max(now, _utc(pattern.start)) + AHEAD
    whole = pattern.has_end and _is_short(pattern, stop)
    since = _utc(pattern.start) if whole else max(_utc(pattern.start), now - BEHIND)
    _refuse_many_steps(pattern, stop)
    try:
        query = CalendarQuery(_calendar(pattern, changes))
        found = [_dated(each, changes) for each in query.between(since - timedelta(days=1), stop)]
    except (*CANNOT_BE_READ, RecursionError) as error:
        raise Unreadable(pattern.line, _("The rule by which the event repeats cannot be followed.")) from error
    left_out = {moment.key for moment in pattern.excluded}
    kept = [each for each in found if since <= _utc(each.starts) <= stop and each.identity.key not in left_out]
    return sorted(kept, key=lambda each: _utc(each.starts))[-MOST_DATES:]


def _rule(found: Property, start: Moment, properties: Properties) -> dict[str, str]:
    """Return the parts of a rule, UNTIL in the form that the start requires."""
    pairs = [part.partition("=")[::2] for part in found.raw.strip().upper().strip(";").split(";")]
    rule = {name.strip(): value.strip() for name, value in pairs}
    if rule.get("FREQ") in {"SECONDLY", "MINUTELY", "HOURLY"}:
        reason = _("The event repeats several times a day, which no talk does. Enter its dates one by one.")
        raise Unreadable(found.line, reason)
    if "FREQ" not in rule or not all(name in _PARTS and _PARTS[name].fullmatch(rule[name]) for name in rule):
        raise Unreadable(found.line, _cannot_be_read(found))
    for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        _take_out_the_time(name, rule, start, found)
    if _never_comes(rule, start):
        raise Unreadable(found.line, _cannot_be_read(found))
    if until := rule.get("UNTIL"):
        rule["UNTIL"] = _until(until, start, found, properties)
    return rule


def _take_out_the_time(name: str, rule: dict[str, str], start: Moment, found: Property) -> None:
    """Drop BYHOUR and its like where they only repeat what the start says."""
    value = rule.pop(name, None)
    if value is not None and (start.is_day or int(value) != getattr(start.value, name[2:].lower())):
        raise Unreadable(found.line, _cannot_be_read(found))


def _never_comes(rule: dict[str, str], start: Moment) -> bool:
    """Tell whether a rule may have no date, or none in centuries, which the library would look for until 9999."""
    interval = int(rule.get("INTERVAL", "1"))
    months = [int(month) for month in rule.get("BYMONTH", "").split(",") if month]
    days = [abs(int(day)) for day in rule.get("BYMONTHDAY", "").split(",") if day]
    longest = max((_MOST_DAYS[month - 1] for month in months), default=31)
    if days and not any(0 < day <= longest for day in days):
        return True
    if rule["FREQ"] == "DAILY":
        return bool(days or rule.get("BYSETPOS") or ("BYDAY" in rule and interval % 7 == 0))
    if rule["FREQ"] == "WEEKLY":
        return bool(days or rule.get("BYSETPOS"))
    is_every_month = interval % 12 or not months or start.value.month in months
    return rule["FREQ"] == "MONTHLY" and not is_every_month


def _until(written: str, start: Moment, found: Property, properties: Properties) -> str:
    """Return UNTIL as a day for days, else in UTC; a day is its end, and local time is that of the start."""
    try:
        day = datetime.strptime(written[:8], "%Y%m%d")  # noqa: DTZ007  the clocks of the start follow
        clock = datetime.strptime(written[9:15], "%H%M%S").time() if len(written) > 8 else time(23, 59, 59)  # noqa: DTZ007
    except ValueError as error:
        raise Unreadable(found.line, _cannot_be_read(found)) from error
    if start.is_day:
        return written[:8]
    if written.endswith("Z"):
        return written
    words = {"until": written}
    if len(written) == 8:
        properties.remark(_("the last day of the event, UNTIL=%(until)s, was read as the whole day") % words)
    else:
        properties.remark(_("the end of the rule, UNTIL=%(until)s, was read in the time zone of the start") % words)
    try:
        moment = datetime.combine(day.date(), clock, start.value.tzinfo).astimezone(UTC)
    except CANNOT_BE_READ as error:
        raise Unreadable(found.line, _cannot_be_read(found)) from error
    return f"{moment:%Y%m%dT%H%M%SZ}"


def _cannot_be_read(found: Property) -> str:
    reason = _("The rule by which the event repeats is too unusual for a talk: %(rule)s Enter its dates one by one.")
    return reason % {"rule": found.raw.strip()[:80]}


def _is_on(rule: dict[str, str], start: Moment) -> bool:
    """Tell whether the start is one of the rule's dates, as far as its weekday, day and month tell."""
    day = start.value
    weekdays = {part[-2:] for part in rule.get("BYDAY", "").split(",") if part}
    month_days = {int(part) for part in rule.get("BYMONTHDAY", "").split(",") if part}
    months = {int(part) for part in rule.get("BYMONTH", "").split(",") if part}
    return (
        (not weekdays or _WEEKDAYS[day.weekday()] in weekdays)
        and (not months or day.month in months)
        and (not month_days or day.day in month_days or any(number < 0 for number in month_days))
    )


def _steps(rule: dict[str, str], start: datetime, stop: datetime) -> float:
    """Return how many steps a rule takes until `stop`, at most."""
    if until := rule.get("UNTIL"):
        ends = datetime.strptime(until[:8], "%Y%m%d").replace(tzinfo=UTC) + timedelta(days=2)
        stop = min(stop, ends)
    each = _DAYS[rule["FREQ"]] * int(rule.get("INTERVAL", "1"))
    steps = max((stop - start).days, 0) / each + 1
    return min(steps, int(rule["COUNT"])) if "COUNT" in rule else steps


def _is_short(pattern: Pattern, stop: datetime) -> bool:
    """Tell whether the whole series has at most MOST_DATES dates."""
    start = _utc(pattern.start)
    dates = (_steps(rule, start, stop) * (rule.get("BYDAY", "").count(",") + 1) for rule in pattern.rules)
    return sum(dates) + len(pattern.added) <= MOST_DATES


def _refuse_many_steps(pattern: Pattern, stop: datetime) -> None:
    if sum(_steps(rule, _utc(pattern.start), stop) for rule in pattern.rules) > _MOST_STEPS:
        reason = _("The event has repeated for too long. Export a part of its dates, or enter them one by one.")
        raise Unreadable(pattern.line, reason)


def _calendar(pattern: Pattern, changes: list[Pattern]) -> Calendar:
    """Return a calendar with the times alone, for the library; X-CHANGE is the number of a change."""
    calendar = Calendar()
    event = _event(pattern, 0)
    for rule in pattern.rules:
        event.add("RRULE", vRecur.from_ical(";".join(f"{name}={value}" for name, value in rule.items())))
    for moment, end in pattern.added:
        event.add(
            "RDATE", [moment.value if end is None else (moment.value, end if isinstance(end, timedelta) else end.value)]
        )
    for moment in pattern.excluded:
        event.add("EXDATE", [moment.value])
    calendar.add_component(event)
    for number, change in enumerate(changes[:_MOST_CHANGES], start=1):
        if _is_near(change):
            calendar.add_component(_event(change, number))
    return calendar


def _is_near(change: Pattern) -> bool:
    """Tell whether a change moves by weeks at most: the library steps through all that it moves over."""
    return abs(_utc(change.start) - _utc(change.identity)) <= _FARTHEST_SHIFT


def _event(pattern: Pattern, number: int) -> Event:
    event = Event()
    event.add("UID", "it")
    event.add("X-CHANGE", str(number))
    event["DTSTART"], event["DTEND"] = vDDDTypes(pattern.start.value), vDDDTypes(pattern.end.value)
    if pattern.identity:
        event["RECURRENCE-ID"] = vDDDTypes(pattern.identity.value)
        event["RECURRENCE-ID"].params["RANGE"] = "THISANDFUTURE"
    return event


def _dated(event: Event, changes: list[Pattern]) -> Dated:
    start, end, identity = (event[name].dt for name in ("DTSTART", "DTEND", "RECURRENCE-ID"))
    if number := int(event["X-CHANGE"]):
        identity = _before(changes[number - 1], start)
    return Dated(Moment(start), Moment(end), Moment(identity), number)


def _before(change: Pattern, start: datetime | date) -> datetime | date:
    """Return which date this was before a change of it and others: the library names the first of them for all."""
    if change.start.is_day or change.identity.is_day:
        return (
            start - (change.start.value - change.identity.value)
            if change.start.is_day == change.identity.is_day
            else start
        )
    zone = change.start.value.tzinfo
    moved_by = change.start.value.replace(tzinfo=None) - change.identity.value.astimezone(zone).replace(tzinfo=None)
    return (start.astimezone(zone).replace(tzinfo=None) - moved_by).replace(tzinfo=zone)


def _utc(moment: Moment) -> datetime:
    """Return when it begins; a day at its midnight in UTC, which is near enough for bounds."""
    return moment.in_utc or datetime.combine(moment.value, time.min, UTC)


def unchanged_alone(dates: list[Dated], identities: list[Moment]) -> Iterator[Dated]:
    """Yield the dates that no change of a single date replaces; such a change may name the day alone."""
    replaced = {moment.key for moment in identities}
    for each in dates:
        day = f"{each.identity.value:%Y%m%d}"
        if each.identity.key not in replaced and day not in replaced:
            yield each
