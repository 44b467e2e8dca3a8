"""The events that the components of a file mean: the newest version of each, and every date of those that repeat."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext as _

from seminars.importing.events import Refusal, SourceEvent
from seminars.importing.sources.ical_properties import Unreadable
from seminars.importing.sources.ical_recurrence import Dated, Pattern, expand, unchanged_alone
from seminars.importing.sources.ical_times import Moment

_MOST_DATES = 5_000  # of all repeating events of a file
_MOST_SECONDS = 8.0  # of processor time, for all of them
_MANY = 3  # events with one UID at as many times were not meant to be one event


@dataclass
class EventVersion:
    """One VEVENT as it stands: its event, which version of it this is, and how it repeats.

    `identity` says which date of a repeating event it changes; `pattern` has the times of both kinds.
    """

    event: SourceEvent
    version: tuple[int, datetime]  # SEQUENCE, then LAST-MODIFIED or DTSTAMP (RFC 5545 §3.8.7.4)
    identity: Moment | None = None
    pattern: Pattern | None = None
    repeats: bool = False
    is_for_all_following: bool = False
    has_uid: bool = True


def events_of(readings: Iterable[EventVersion], refusals: list[Refusal], now: datetime) -> list[SourceEvent]:
    """Return all events; add to `refusals` those that contradict each other or repeat for too long."""
    events: list[SourceEvent] = []
    by_uid: dict[str, list[EventVersion]] = defaultdict(list)
    for reading in _newest(readings, refusals):
        by_uid[reading.event.uid].append(reading)
    bounds = _Bounds()
    for family in by_uid.values():
        try:
            dates = list(_dates_of(family, now, bounds))
            bounds.count(family, dates)
            events += dates
        except Unreadable as error:
            refusals.append(Refusal(error.line, family[0].event.name, str(error), family[0].event.uid))
    return events


def _newest(readings: Iterable[EventVersion], refusals: list[Refusal]) -> Iterator[EventVersion]:
    """Yield the newest of the versions of each event or date of it; refuse newest ones that differ."""
    versions: dict[tuple[str, str], list[EventVersion]] = defaultdict(list)
    for reading in readings:
        versions[reading.event.uid, reading.identity.key if reading.identity else ""].append(reading)
    for same in versions.values():
        highest = max(reading.version for reading in same)
        newest = [reading for reading in same if reading.version == highest]
        if all(newest[0].event.says_the_same_as(other.event) for other in newest[1:]):
            yield newest[0]
        elif _are_apart(newest):
            yield from _separate_events(newest)
        else:
            refusals += _contradicting(newest)


def _are_apart(readings: list[EventVersion]) -> bool:
    """Tell whether they were given one UID, or made one for lack of it, although they are different talks."""
    starts = {(reading.event.starts_at, reading.event.day) for reading in readings}
    return not readings[0].has_uid or (len(starts) == len(readings) >= _MANY and not readings[0].identity)


def _separate_events(readings: list[EventVersion]) -> Iterator[EventVersion]:
    """Give each of them a UID of its own, which is the same in every import."""
    for reading in readings:
        event = reading.event
        identity = f"{event.uid}|{event.day or event.starts_at.isoformat()}|{event.summary}|{event.location}"
        event.uid = sha256(identity.encode()).hexdigest()[:40]
        event.remarks += (_("other events have the same UID; made a different one for this event"),)
        yield reading


def _contradicting(readings: list[EventVersion]) -> list[Refusal]:
    events = [reading.event for reading in readings]
    lines = ", ".join(str(event.line) for event in events)
    reason = _("The events on lines %(lines)s have the same UID but differ. Keep one of them.")
    return [Refusal(event.line, event.name, reason % {"lines": lines}, event.uid) for event in events]


class _Bounds:
    """How many dates of repeating events one file may have, and how long they may take."""

    def __init__(self) -> None:
        self._until = time.thread_time() + _MOST_SECONDS
        self._left = _MOST_DATES

    def check(self, line: int) -> None:
        if time.thread_time() > self._until:
            reason = _("The repeating events of this file take too long to read. Export fewer of them.")
            raise Unreadable(line, reason)

    def count(self, family: list[EventVersion], dates: list[SourceEvent]) -> None:
        if any(reading.repeats for reading in family):
            if len(dates) > self._left:
                reason = _("The repeating events of this file have more than %(most)d dates. Export fewer of them.")
                raise Unreadable(family[0].event.line, reason % {"most": _MOST_DATES})
            self._left -= len(dates)


def _dates_of(family: list[EventVersion], now: datetime, bounds: _Bounds) -> Iterator[SourceEvent]:
    """Yield every event of one UID: a single one, or the dates of a repeating one with their changes.

    A change of one date is an event as it stands. Its date is left out where the repeating event excludes it.
    """
    masters = [reading for reading in family if reading.identity is None]
    series = next((reading for reading in masters if reading.repeats), None)
    yield from (reading.event for reading in masters if reading is not series)
    if series is None:
        yield from (_identified(reading) for reading in family if reading.identity)
        return
    bounds.check(series.event.line)
    following = [reading for reading in family if reading.is_for_all_following]
    alone = [reading for reading in family if reading.identity and not reading.is_for_all_following]
    dates, remark = expand(series.pattern, [reading.pattern for reading in following], now)
    sources = [series, *following]
    for number, each in enumerate(unchanged_alone(dates, [one.identity for one in alone])):
        one = _on(sources[each.change].event, each)
        one.remarks = (*one.remarks, *filter(None, [remark])) if number == 0 else ()  # once is enough
        yield one
    excluded = {moment.key for moment in series.pattern.excluded}
    yield from (_identified(reading) for reading in alone if reading.identity.key not in excluded)


def _on(event: SourceEvent, dated: Dated) -> SourceEvent:
    """Return a repeating event on one of its dates."""
    one = replace(event, recurrence_id=dated.identity.key, people=list(event.people), fields=dict(event.fields))
    has_length = dated.ends.value > dated.starts.value
    one.set_times(dated.starts.value, dated.ends.value if has_length else None)
    return one


def _identified(reading: EventVersion) -> SourceEvent:
    event = copy(reading.event)
    event.recurrence_id = reading.identity.key
    return event
