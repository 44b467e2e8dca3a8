"""The dates and times of an event: when it starts and ends, and which dates its rules name (RFC 5545 §3.3, §3.8.2)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import vDuration

from seminars import times
from seminars.importing.sources.ical_properties import Properties, Property, Unreadable
from seminars.importing.sources.ical_zones import CANNOT_BE_READ, Zone, Zones, plain_name
from seminars.times import YEARS

# "20270210T150000Z"; some programs write the form of ISO 8601 with its signs, or an offset.
_WRITTEN = re.compile(
    r"(?P<year>\d{4})-?(?P<month>\d\d)-?(?P<day>\d\d)"
    r"(?:[T ](?P<hour>\d\d):?(?P<minute>\d\d)(?::?(?P<second>\d\d))?(?:[.,]\d{1,9})?\s?(?P<zone>Z|[+-]\d\d:?\d\d)?)?",
    re.IGNORECASE,
)
_MOST_DATES = 2000  # that an event lists one by one; a weekly seminar has as many in forty years
_TRUE = "TRUE"
_DAYS = re.compile(r"(?P<number>\d+)(?P<unit>[DW])")  # in "P1W", "P1DT2H"


@dataclass(frozen=True, slots=True)
class Moment:
    """A date with a time of day, aware, in the zone in which it was written; or a day."""

    value: datetime | date
    zone: str = ""  # its IANA name

    @property
    def is_day(self) -> bool:
        return not isinstance(self.value, datetime)

    @property
    def in_utc(self) -> datetime | None:
        return None if self.is_day else self.value.astimezone(UTC)

    @property
    def key(self) -> str:
        """How RECURRENCE-ID writes it: "20270210T150000Z" or "20270210"."""
        return f"{self.value:%Y%m%d}" if self.is_day else f"{self.in_utc:%Y%m%dT%H%M%SZ}"


class Times:
    """Reads the times of one event; `floating` is the zone that its calendar declares for times without one.

    `asked` is the zone of its start if somebody has to say what its name means.
    """

    def __init__(self, properties: Properties, zones: Zones, floating: str) -> None:
        self._properties, self._zones, self._floating = properties, zones, floating
        self._start: Moment | None = None
        self.asked: Zone | None = None

    def start(self) -> Moment:
        """Return the start; raise Unreadable without one. From midnight on, marked as all-day, is a day."""
        start = self._properties.first("DTSTART")
        if start is None:
            raise Unreadable(self._properties.line, _("The event has no start (DTSTART)."))
        self._start = self._moment("DTSTART", start, start.raw)
        if self._properties.text("X-MICROSOFT-CDO-ALLDAYEVENT").upper() == _TRUE and not self._start.is_day:
            self._start = Moment(self._start.value.date(), self._start.zone)
        return self._start

    def end(self, start: Moment) -> Moment | None:
        """Return the end, None where the event has none or no length, or one that cannot be so; the plan says that."""
        try:
            return self._end(start)
        except Unreadable as error:
            self._properties.remark(_("the end was not used: %(reason)s") % {"reason": error})
            return None

    def _end(self, start: Moment) -> Moment | None:
        found = self._properties.first("DTEND", "DURATION")
        if found is None:
            return None
        is_moment = self._properties.first("DTEND") is not None
        end = self._moment("DTEND", found, found.raw) if is_moment else _after(start, found)
        if start.is_day and not end.is_day:
            end = Moment(end.value.date())
        if end.is_day != start.is_day:
            self._properties.remark(_("the end (DTEND) has no time of day and was not used"))
            return None
        if start.is_day and (end.value - start.value).days > 1:
            sentence = _("it lasts %(days)d days; only its first day was read")
            self._properties.remark(sentence % {"days": (end.value - start.value).days})
        if end.value < start.value:
            raise Unreadable(found.line, _("The event ends before it starts."))
        return end if end.value > start.value else None

    def identity(self) -> Moment | None:
        """Return which date of a repeating event this is (RECURRENCE-ID), None for an event of its own."""
        found = self._properties.first("RECURRENCE-ID")
        return self._moment("RECURRENCE-ID", found, found.raw) if found else None

    def listed(self, name: str) -> Iterator[tuple[Moment, Moment | timedelta | None]]:
        """Yield the dates of RDATE or EXDATE, each with the end of its period if it has one."""
        count = 0
        for found in self._properties.all(name):
            for written in filter(None, map(str.strip, found.raw.split(",", _MOST_DATES))):
                count += 1
                if count > _MOST_DATES:
                    reason = _("%(name)s lists more than %(most)d dates. Export fewer of them.")
                    raise Unreadable(found.line, reason % {"name": name, "most": _MOST_DATES})
                yield self._dated(name, found, written)

    def stamp(self, name: str) -> datetime | None:
        """Return CREATED, LAST-MODIFIED or DTSTAMP, all in UTC whether or not they say so; None if there is none."""
        written = _WRITTEN.fullmatch(self._properties.text(name))
        try:
            value = _value_of(written) if written else None
        except ValueError:
            return None
        if not isinstance(value, datetime) or value.year not in YEARS:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)

    def _dated(self, name: str, found: Property, written: str) -> tuple[Moment, Moment | timedelta | None]:
        first, slash, last = written.partition("/")
        moment = self._moment(name, found, first)
        if not slash or moment.is_day:
            return moment, None
        return moment, _length_of(found, last) if last.strip()[:1] in "Pp+" else self._moment(name, found, last)

    def _moment(self, name: str, found: Property, raw: str) -> Moment:
        words = {"name": name, "value": raw.strip()[:40]}
        written = _WRITTEN.fullmatch(raw.strip())
        try:
            value = _value_of(written) if written else None
        except ValueError:
            value = None
        if value is None:
            raise Unreadable(found.line, _("%(name)s “%(value)s” is not a date and time.") % words)
        if value.year not in YEARS:
            raise Unreadable(found.line, _("%(name)s “%(value)s” is not a valid time for a talk.") % words)
        return self._in_its_zone(value, found)

    def _in_its_zone(self, value: datetime | date, found: Property) -> Moment:
        if not isinstance(value, datetime):
            return Moment(value)
        if value.tzinfo is not None:
            return Moment(value)
        zone = self._zone_of(found, value)
        if zone.remark:
            self._properties.remark(zone.remark)
        try:
            aware = value.replace(tzinfo=zone.rules)
            aware.astimezone(UTC)
        except CANNOT_BE_READ as error:
            reason = _("This time doesn’t exist in the time zone that the file defines.")
            raise Unreadable(found.line, reason) from error
        return Moment(aware, zone.name)

    def _zone_of(self, found: Property, wall: datetime) -> Zone:
        if name := plain_name(found.parameters.get("TZID", "")):
            zone = self._zones.named(name, wall)
            if zone.asked and (start := self._start_with_a_zone()):
                return Zone(start.value.tzinfo, start.zone)
            self.asked = self.asked or (zone if zone.asked else None)
            return zone
        if start := self._start_with_a_zone():
            return Zone(start.value.tzinfo, start.zone)  # an EXDATE without a zone means that of DTSTART
        if self._floating and not (zone := self._zones.named(self._floating, wall)).asked:
            return zone
        default = times.zone_info()
        self._properties.remark(_("no time zone given; used %(zone)s") % {"zone": default})
        return Zone(default, default.key)

    def _start_with_a_zone(self) -> Moment | None:
        is_one = self._start and not self._start.is_day and self._start.value.tzinfo is not UTC
        return self._start if is_one else None


def _value_of(written: re.Match[str]) -> datetime | date:
    """Return a date, or a date and time that is aware if it says its offset; raise ValueError for an impossible one."""
    day = date(int(written["year"]), int(written["month"]), int(written["day"]))
    if written["hour"] is None:
        return day
    second = min(int(written["second"] or 0), 59)  # a leap second is the one before it (RFC 5545 §3.3.12)
    clock = datetime(day.year, day.month, day.day, int(written["hour"]), int(written["minute"]), second)  # noqa: DTZ001
    offset = written["zone"]
    if offset in ("Z", "z"):
        return clock.replace(tzinfo=UTC)
    return (
        clock
        if offset is None
        else datetime.strptime(f"{clock:%Y%m%d%H%M%S}{offset}", "%Y%m%d%H%M%S%z").astimezone(UTC)
    )


def _after(start: Moment, found: Property) -> Moment:
    """Return the end of an event with a length; its days end at the same time of day, its hours are exact (§3.3.6)."""
    length = _length_of(found, found.raw)
    try:
        days = _days_in(found.raw)
        wall = start.value + (length if start.is_day else days)
        has_hours = not start.is_day and length != days
        end = wall.astimezone(UTC) + (length - days) if has_hours else wall
    except CANNOT_BE_READ as error:
        raise Unreadable(found.line, _not_a_length(found)) from error
    if end.year not in YEARS:
        raise Unreadable(found.line, _("We could not read the event’s end time."))
    return Moment(end)


def _days_in(written: str) -> timedelta:
    found = _DAYS.finditer(written.upper())
    return timedelta(sum(int(each["number"]) * (7 if each["unit"] == "W" else 1) for each in found))


def _length_of(found: Property, written: str) -> timedelta:
    try:
        return vDuration.from_ical(written.strip().upper()) or timedelta(0)
    except (ValueError, TypeError, OverflowError) as error:
        raise Unreadable(found.line, _not_a_length(found)) from error


def _not_a_length(found: Property) -> str:
    return _("DURATION “%(value)s” is not a valid length for a talk.") % {"value": found.raw.strip()[:40]}
