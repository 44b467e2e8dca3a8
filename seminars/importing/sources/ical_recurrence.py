"""Expand a repeating event into its dates within bounds (RFC 5545 §3.3.10, §3.8.5)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module

from django.utils.translation import gettext as _
from icalendar import Calendar, Event
from icalendar.prop import vDDDTypes, vRecur

from seminars.date_formats import day
from seminars.importing.sources.ical_properties import Properties, Unreadable
from seminars.importing.sources.ical_rules import is_on, read_rule, steps, too_unusual
from seminars.importing.sources.ical_times import Moment, Times
from seminars.importing.sources.ical_zones import CANNOT_BE_READ

AHEAD = timedelta(days=400)  # how far into the future dates are imported
BEHIND = timedelta(days=400)  # how far back those of a series without an end
MOST_DATES = 500  # of one series
_MOST_STEPS = 20_000  # from the first date to the last one wanted; the library takes each of them
_MOST_RULES = 3
_FARTHEST_SHIFT = timedelta(days=60)  # of a change to one date and all that follow
_MOST_CHANGES = 50  # of those


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
    return any(found.raw.strip() for name in ("RRULE", "RDATE", "EXRULE") for found in properties.all(name))


def pattern_of(properties: Properties, times: Times, start: Moment, end: Moment | None) -> Pattern:
    """Read how an event repeats, with remarks in `properties`; raise Unreadable for a rule that no talk needs."""
    if found := properties.first("EXRULE"):
        raise Unreadable(found.line, _("The event leaves out dates by a rule (EXRULE). Enter its dates one by one."))
    rules = [found for found in properties.all("RRULE") if found.raw.strip()]
    if len(rules) > _MOST_RULES:
        raise Unreadable(rules[0].line, too_unusual(rules[0]))
    pattern = Pattern(properties.line, start, end or start)
    pattern.rules = [read_rule(found, start, properties) for found in rules]
    pattern.added = list(times.listed("RDATE"))
    pattern.excluded = [moment for moment, _end in times.listed("EXDATE")]
    if pattern.rules and not any(is_on(rule, start) for rule in pattern.rules):
        properties.remark(_("the first date does not follow the event’s rule; check whether a talk takes place then"))
    return pattern


def expand(pattern: Pattern, changes: list[Pattern], now: datetime) -> tuple[list[Dated], str]:
    """Return the dates in order, and a remark; raise Unreadable for what takes too long.

    A series that ends is expanded whole, as its past is an archive; one without an end, or with more than MOST_DATES,
    from BEHIND before now. All end AHEAD of now, or of a start that is later.
    """
    first = min(_utc(moment) for moment in (pattern.start, *(moment for moment, _end in pattern.added)))
    stop = max(now, _utc(pattern.start)) + AHEAD
    is_whole = pattern.has_end and _is_short(pattern, stop)
    since = first if is_whole else max(first, now - BEHIND)
    _refuse_many_steps(pattern, changes, stop)
    try:
        library = import_module("recurring_ical_events")  # when one is needed: it takes 1.5 MB
        query = library.CalendarQuery(_calendar(pattern, changes))
        found = [_dated(each, changes) for each in query.between(since - timedelta(days=1), stop)]
    except (*CANNOT_BE_READ, RecursionError) as error:
        raise Unreadable(pattern.line, _cannot_be_followed()) from error
    left_out = {moment.key for moment in pattern.excluded}
    kept = [each for each in found if since <= _utc(each.starts) <= stop and each.identity.key not in left_out]
    dates = sorted(kept, key=lambda each: _utc(each.starts))[-MOST_DATES:]
    return dates, "" if is_whole or not dates else _remark_on(dates)


def _remark_on(dates: list[Dated]) -> str:
    """Say which part of a long series was read."""
    words = {"first": day(dates[0].starts.value, with_year=True), "last": day(dates[-1].starts.value, with_year=True)}
    return _("of this repeating event the dates from %(first)s to %(last)s were read") % words


def _cannot_be_followed() -> str:
    return _("The rule by which the event repeats cannot be followed. Enter its dates one by one.")


def _is_short(pattern: Pattern, stop: datetime) -> bool:
    """Tell whether the whole series has at most MOST_DATES dates."""
    start = _utc(pattern.start)
    dates = (steps(rule, start, stop) * (rule.get("BYDAY", "").count(",") + 1) for rule in pattern.rules)
    return sum(dates) + len(pattern.added) <= MOST_DATES


def _refuse_many_steps(pattern: Pattern, changes: list[Pattern], stop: datetime) -> None:
    if sum(steps(rule, _utc(pattern.start), stop) for rule in pattern.rules) > _MOST_STEPS:
        reason = _("The event repeats over too long a time. Export some of its dates, or enter them one by one.")
        raise Unreadable(pattern.line, reason)
    # The library steps through all dates that a change moves others over.
    is_near = all(abs(_utc(change.start) - _utc(change.identity)) <= _FARTHEST_SHIFT for change in changes)
    if len(changes) > _MOST_CHANGES or not is_near:
        raise Unreadable(pattern.line, _cannot_be_followed())


def _calendar(pattern: Pattern, changes: list[Pattern]) -> Calendar:
    """Return a calendar with the times alone, for the library; X-CHANGE is the number of a change."""
    calendar = Calendar()
    event = _event(pattern, 0)
    for rule in pattern.rules:
        event.add("RRULE", vRecur.from_ical(";".join(f"{name}={value}" for name, value in rule.items())))
    for moment, end in pattern.added:
        end = end.value if isinstance(end, Moment) else end
        event.add("RDATE", [(moment.value, end) if end else moment.value])
    for moment in pattern.excluded:
        event.add("EXDATE", [moment.value])
    calendar.add_component(event)
    for number, change in enumerate(changes, start=1):
        calendar.add_component(_event(change, number))
    return calendar


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
    if change.start.is_day != change.identity.is_day:
        return start
    if change.start.is_day:
        return start - (change.start.value - change.identity.value)
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
        if not replaced & {each.identity.key, f"{each.identity.value:%Y%m%d}"}:
            yield each
