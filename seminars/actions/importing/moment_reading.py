"""When an event starts and ends, in UTC, whatever zone it names."""

from datetime import UTC, date, datetime, timedelta, tzinfo

from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import vDDDTypes, vDuration

from seminars.actions.importing.property_reading import Properties, Property, Unreadable
from seminars.actions.importing.zone_reading import Zones
from seminars.times import YEARS


class Moments:
    """Reads the times of one event; `floating_zone` is what its calendar declares for times without a zone."""

    def __init__(self, properties: Properties, zones: Zones, floating_zone: tzinfo | None) -> None:
        self._properties, self._zones, self._floating_zone = properties, zones, floating_zone

    def start(self) -> datetime:
        """Return the start; raise Unreadable without a day and a time of day."""
        start = self._properties.first("DTSTART")
        if start is None:
            raise Unreadable(self._properties.line, _("The event has no start (DTSTART)."))
        return self._moment("DTSTART", start)

    def end(self, starts_at: datetime) -> datetime | None:
        """Return the end, None where the event has none or no length; raise Unreadable for one before the start."""
        found = self._properties.first("DTEND", "DURATION")
        if found is None:
            return None
        is_moment = self._properties.first("DTEND") is not None
        ends_at = self._moment("DTEND", found) if is_moment else _after(starts_at, found)
        if ends_at < starts_at:
            raise Unreadable(found.line, _("The event ends before it starts."))
        return ends_at if ends_at > starts_at else None

    def created(self) -> datetime | None:
        """Return CREATED, which is in UTC whether or not it says so (RFC 5545 §3.8.7.1); None if there is none."""
        try:
            value = vDDDTypes.from_ical(self._properties.text("CREATED").upper())
        except (ValueError, TypeError, OverflowError):
            return None
        if not isinstance(value, datetime) or value.year not in YEARS:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)

    def _moment(self, name: str, found: Property) -> datetime:
        words = {"name": name, "value": found.raw.strip()[:40]}
        try:
            value = vDDDTypes.from_ical(found.raw.strip().upper())
        except (ValueError, TypeError, OverflowError) as error:
            raise Unreadable(found.line, _("%(name)s “%(value)s” is no date and time.") % words) from error
        if isinstance(value, datetime) and value.year in YEARS:
            return self._in_utc(value, found)
        if isinstance(value, date) and not isinstance(value, datetime):
            raise Unreadable(found.line, _("The event lasts all day; a talk has a time of day."))
        raise Unreadable(found.line, _("%(name)s “%(value)s” is no time of a talk.") % words)

    def _in_utc(self, value: datetime, found: Property) -> datetime:
        if value.tzinfo is None:
            value = value.replace(tzinfo=self._zone_of(found))
        try:
            return value.astimezone(UTC)
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
            raise Unreadable(found.line, _("The time zone as the file defines it has no such time.")) from error

    def _zone_of(self, found: Property) -> tzinfo:
        if name := found.parameters.get("TZID", "").strip():
            if zone := self._zones.named(name):
                return zone
            reason = _("The time zone “%(zone)s” is unknown, and the file does not define it.")
            raise Unreadable(found.line, reason % {"zone": name[:80]})
        if self._floating_zone:
            return self._floating_zone
        zone = timezone.get_default_timezone()
        self._properties.remarks.append(_("its times name no zone and were read as %(zone)s") % {"zone": zone})
        return zone


def _after(starts_at: datetime, duration: Property) -> datetime:
    try:
        ends_at = starts_at + (vDuration.from_ical(duration.raw.strip().upper()) or timedelta(0))
    except (ValueError, TypeError, OverflowError) as error:
        words = {"value": duration.raw.strip()[:40]}
        raise Unreadable(duration.line, _("DURATION “%(value)s” is no length of a talk.") % words) from error
    if ends_at.year not in YEARS:
        raise Unreadable(duration.line, _("The event does not end in our time."))
    return ends_at
