"""What the time zone names of an iCalendar file mean (RFC 5545 §3.2.19, §3.6.5)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Timezone
from icalendar.parser.property import unescape_backslash
from icalendar.timezone import tzp

from seminars import times
from seminars.importing.sources.ical_lines import Component
from seminars.importing.sources.ical_zone_names import offset_in, zone_of_offset, zones_meant
from seminars.zone_names import known_zone, nearest_zone

# Rules with few dates a year: others could make the library step through centuries day by day.
_HARMLESS_RULE = re.compile(
    r"RRULE[^:]*:(?=.*BYMONTH=)(?:(?:FREQ=YEARLY|INTERVAL=1|BYMONTH=\d{1,2}|BYDAY=[+-]?\d?\w\w|BYMONTHDAY=[\d,-]{1,30}"
    r"|(?:UNTIL|COUNT|WKST)=\w+)(?:;|\s*$))+",
    re.IGNORECASE,
)
_LONGEST, _LONGEST_TOGETHER = 20_000, 200_000  # characters; a zone with all its past has some 10 000
_MOST_SUGGESTED = 20  # unknown names
_LIKENESS = 0.8  # of an unknown name to a known one, from 0 to 1
_ONSET = re.compile(r"DTSTART[^:]*:\s*(\d{8}T\d{6})", re.IGNORECASE)
_NEEDED = re.compile(r"(?:DTSTART|TZOFFSETFROM|TZOFFSETTO|TZNAME|RRULE|RDATE)\s*[:;]", re.IGNORECASE)
# What the libraries raise if they cannot read a zone.
CANNOT_BE_READ = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)


@dataclass(frozen=True)
class Zone:
    """A time zone, its IANA name ("" where it has none), and what there is to say about it.

    Where nobody can tell what a name means, `asked` is that name, `proposed` are zones that it may mean, and the times
    are those of the department's zone until somebody has answered.
    """

    rules: tzinfo
    name: str = ""
    remark: str = ""
    asked: str = ""
    proposed: tuple[str, ...] = ()


class Budget:
    """How many characters of zone definitions may still be read from one file."""

    def __init__(self) -> None:
        self._left = _LONGEST_TOGETHER

    def allows(self, length: int) -> bool:
        self._left -= length
        return length <= _LONGEST and self._left >= 0


@dataclass(frozen=True)
class _Definition:
    """What a VTIMEZONE defines, from its first observance on, and where its program says that this is."""

    rules: tzinfo
    first: datetime  # wall time
    location: ZoneInfo | None

    def offset(self, wall: datetime) -> timedelta | None:
        """Return the offset at a wall time; None before the first observance, about which it says nothing."""
        return self.rules.utcoffset(wall) if wall >= self.first else None

    def agrees_with(self, zone: tzinfo, wall: datetime) -> bool:
        """Tell whether the two have the same clocks then and in the other half of the year."""
        walls = (wall, wall.replace(month=(wall.month + 5) % 12 + 1, day=15))
        return all(self.offset(each) in (None, zone.utcoffset(each)) for each in walls)


class Zones:
    """Looks zones up by the names that one VCALENDAR gives them.

    A definition in the calendar is what the name means there. The zone of the database that has the name is taken
    where both agree, because its rules also hold for years that the definition does not know.
    """

    def __init__(self, defined: Iterable[Component], budget: Budget, elsewhere: Iterable[Component] = ()) -> None:
        self._own = {_name_of(component): component for component in defined}
        self._elsewhere = {_name_of(component): component for component in elsewhere}
        self._budget = budget
        self._read: dict[str, _Definition | None] = {}
        self._known: dict[str, ZoneInfo | None] = {}
        self._nearest: dict[str, str | None] = {}
        self._meant: dict[tuple[str, int, int], list[str]] = {}

    def named(self, name: str, wall: datetime) -> Zone:
        """Return what the name means at a wall time, by the calendar, the zone database or the words of the name."""
        known = self.known(name)
        defined = self._definition(name, self._own)
        if defined is None and known is None:
            defined = self._definition(name, self._elsewhere)
        if defined is None:
            return Zone(known, known.key) if known else self._described(name, wall)
        known = known or defined.location
        offset = defined.offset(wall)
        if known and offset in (None, known.utcoffset(wall)):
            return Zone(known, known.key)
        return Zone(defined.rules, self._alike(defined, wall), _different(name, known) if known else "")

    def known(self, name: str) -> ZoneInfo | None:
        """Return the zone of the database for its own name, its Windows name or a name with a vendor before it."""
        if name not in self._known:
            parts = re.split(r"[/\\]", name.strip().strip('"').strip("/"))[-6:]
            found = filter(None, (known_zone("/".join(parts[start:])) for start in range(len(parts))))
            self._known[name] = ZoneInfo(zone) if (zone := next(found, None)) else None
        return self._known[name]

    def _described(self, name: str, wall: datetime) -> Zone:
        if fixed := offset_in(name):
            return Zone(fixed)
        if (key := (name, wall.year, wall.month)) not in self._meant:
            self._meant[key] = zones_meant(name, wall)
        found = self._meant[key]
        if len(found) == 1:
            remark = _("the time zone “%(zone)s” was read as %(known)s") % {"zone": name[:80], "known": found[0]}
            return Zone(ZoneInfo(found[0]), found[0], remark)
        default = times.zone_info()
        proposed = found or filter(None, [zone_of_offset(name) or self._like(name)])
        return Zone(default, default.key, asked=name[:80], proposed=tuple(proposed))

    def _like(self, name: str) -> str | None:
        """Return the known name that looks much like an unknown one; for the first few alone, as it takes a while."""
        if name not in self._nearest and len(self._nearest) < _MOST_SUGGESTED:
            self._nearest[name] = nearest_zone(name[:80], likeness=_LIKENESS)
        return self._nearest.get(name)

    def _alike(self, defined: _Definition, wall: datetime) -> str:
        """Return the name of the department's zone if the definition means the same clocks, else ""."""
        ours = times.zone_info()
        return ours.key if defined.agrees_with(ours, wall) else ""

    def _definition(self, name: str, among: dict[str, Component]) -> _Definition | None:
        component = among.get(name)
        if component is None:
            return None
        if name not in self._read:
            is_short = self._budget.allows(len(component.text()))
            self._read[name] = self._defined_by(component) if is_short else None
        return self._read[name]

    def _defined_by(self, component: Component) -> _Definition | None:
        rules = _rules_of(component)
        onsets = [match[1] for part in component.within for line in part.lines if (match := _ONSET.match(line.text))]
        if rules is None or not onsets:
            return None
        try:
            first = datetime.strptime(min(onsets).upper(), "%Y%m%dT%H%M%S")  # noqa: DTZ007  a wall time
        except ValueError:
            return None
        return _Definition(rules, first, self.known(component.value("X-LIC-LOCATION")))


def plain_name(written: str) -> str:
    """Return the name of a zone without quotation marks and backslashes, which only some places of a file have."""
    return unescape_backslash(written.strip().strip('"'))


def _name_of(component: Component) -> str:
    return plain_name(component.value("TZID"))


def _rules_of(component: Component) -> tzinfo | None:
    """Return the zone that a VTIMEZONE defines, or None where it defines none."""
    lines = [line.text for part in (component, *component.within) for line in part.lines]
    rules = [line for line in lines if line.upper().startswith("RRULE")]
    if not all(_HARMLESS_RULE.fullmatch(rule) for rule in rules):
        return None
    try:
        zone = tzp.create_timezone(Timezone.from_ical(_for_the_library(component)))
        known = [zone.utcoffset(datetime(2025, month, 1, 12)) for month in range(1, 13)]  # noqa: DTZ001
    except CANNOT_BE_READ:
        return None
    return zone if None not in known else None


def _for_the_library(component: Component) -> str:
    """Return the definition without what the library refuses: parameters of TZID, and odd properties."""
    parts = [f"BEGIN:VTIMEZONE\r\nTZID:{_name_of(component)}\r\n"]
    for part in component.within:
        lines = [line.text for line in part.lines if _NEEDED.match(line.text)]
        parts.append("\r\n".join([f"BEGIN:{part.name}", *lines, f"END:{part.name}", ""]))
    return "".join([*parts, "END:VTIMEZONE\r\n"])


def _different(name: str, known: ZoneInfo) -> str:
    sentence = _("the rules of the time zone “%(zone)s” in the file are not those of %(known)s; used the file’s rules")
    return sentence % {"zone": name[:80], "known": known.key}
