"""The zone that a TZID means: of the zone database, under its Windows name, or defined in the file."""

import re
from collections.abc import Iterable
from datetime import datetime, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar import Timezone
from icalendar.timezone import tzp
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from seminars.actions.importing.read import Component

# What a file may define without making us count seconds through the centuries.
_HARMLESS_RULE = re.compile(
    r"RRULE[^:]*:(?:(?:FREQ=YEARLY|(?:BYMONTH|BYDAY|BYMONTHDAY|UNTIL|COUNT|INTERVAL|WKST)=[\w,+-]+)(?:;|\s*$))+",
    re.IGNORECASE,
)
_LONGEST, _LONGEST_TOGETHER = 20_000, 200_000  # characters; a zone with all its past has some 10 000
_PROBES = [datetime(2025, month, 1, 12) for month in range(1, 13)]  # noqa: DTZ001  wall clocks of the zone in question


class Zones:
    """Looks zones up by the names that one file gives them."""

    def __init__(self, defined: Iterable[Component] = ()) -> None:
        self._defined = {self._first(component, "TZID"): component for component in defined}
        self._read: dict[str, tzinfo | None] = {}
        self._left = _LONGEST_TOGETHER

    def named(self, name: str) -> tzinfo | None:
        """Return the zone, or None if neither the world nor the file knows the name.

        The zone database comes first: it knows New York better than most files that define it.
        """
        if name not in self._read:
            self._read[name] = known_zone(name) or self._as_defined(name)
        return self._read[name]

    def _as_defined(self, name: str) -> tzinfo | None:
        component = self._defined.get(name)
        if component is None:
            return None
        return known_zone(self._first(component, "X-LIC-LOCATION")) or self._made_of(component)

    def _made_of(self, component: Component) -> tzinfo | None:
        """Return the zone that a VTIMEZONE defines, None where it is too long or the file defines too many."""
        length = len(component.text())
        self._left -= length
        return _made_of(component) if length <= _LONGEST and self._left >= 0 else None

    @staticmethod
    def _first(component: Component, name: str) -> str:
        """Return the value of a property without parameters, "" if there is none."""
        prefix = f"{name}:"
        values = (line.text[len(prefix) :] for line in component.lines if line.text.upper().startswith(prefix))
        return next(values, "").strip()


def known_zone(name: str) -> ZoneInfo | None:
    """Return the zone of the database for its own name, its Windows name or a name with a vendor before it."""
    name = name.strip().strip('"').strip("/")
    known = _known_names()
    parts = name.split("/")
    tails = ("/".join(parts[start:]) for start in range(len(parts)))
    found = next((tail for tail in tails if tail.lower() in known), None)
    return ZoneInfo(known[found.lower()]) if found else None


@cache
def _known_names() -> dict[str, str]:
    """By its name in small letters, every zone of the database and every Windows name for one."""
    olson = {name.lower(): name for name in available_timezones()}
    windows = {name.lower(): zone for name, zone in WINDOWS_TO_OLSON.items() if zone.lower() in olson}
    return windows | olson


def _made_of(component: Component) -> tzinfo | None:
    """Return the zone that a VTIMEZONE defines, or None where it defines none."""
    lines = [line.text for part in (component, *component.within) for line in part.lines]
    rules = [line for line in lines if line.upper().startswith("RRULE")]
    if not all(_HARMLESS_RULE.fullmatch(rule) for rule in rules):
        return None
    try:
        zone = tzp.create_timezone(Timezone.from_ical(component.text()))
        known = [zone.utcoffset(probe) for probe in _PROBES]
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError):
        return None  # the libraries below say in many ways that they cannot read it
    return zone if None not in known else None
