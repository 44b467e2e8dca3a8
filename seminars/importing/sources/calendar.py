"""Parsing an iCalendar file: every VEVENT as an event, or the reason why it cannot be read."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Timezone, vDDDTypes, vDuration
from icalendar.parser.property import split_on_unescaped_comma, unescape_backslash
from icalendar.timezone import tzp

from seminars.importing.events import Meeting, Refusal, SourceEvent, SourceFile, former_path
from seminars.importing.meetings import meeting_in
from seminars.importing.sources.ical_lines import Component, Properties, Property, Unreadable, components
from seminars.importing.texts import plain_text
from seminars.models import State
from seminars.times import YEARS
from seminars.zone_names import known_zone, nearest_zone

MOST = 20_000  # events
_MEETING_LINKS = ("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL")
_STATES = {"TENTATIVE": State.TENTATIVE, "CANCELLED": State.CANCELLED, "CANCELED": State.CANCELLED}
_LARGEST_SEQUENCE = 2**31 - 2
_LONGEST_UID = 255
_MOST_LINES = 2000
_MOST_CATEGORIES = 50
# Rules that can be read quickly: others could make the library step through centuries.
_HARMLESS_RULE = re.compile(
    r"RRULE[^:]*:(?:(?:FREQ=YEARLY|(?:BYMONTH|BYDAY|BYMONTHDAY|UNTIL|COUNT|INTERVAL|WKST)=[\w,+-]+)(?:;|\s*$))+",
    re.IGNORECASE,
)
_LONGEST_ZONE, _LONGEST_ZONES = 20_000, 200_000  # characters; a zone with all its past has some 10 000
_PROBES = [datetime(2025, month, 1, 12) for month in range(1, 13)]  # noqa: DTZ001  wall clocks of the zone in question


def parse_calendar(content: bytes, most: int = MOST) -> SourceFile:
    """Parse every event of an iCalendar file; raise ValidationError if it has more than `most`."""
    root = components(content)
    events = list(_events(root))
    if len(events) > most:
        sentence = _("The file has %(count)d talks. You can import at most %(most)d at once. Export fewer talks.")
        raise ValidationError(sentence % {"count": len(events), "most": most})
    zones = _Zones(root.walk("VTIMEZONE"))
    name = next(root.walk("VCALENDAR"), root).value("X-WR-CALNAME", "NAME")
    found = SourceFile(name=_one_line(unescape_backslash(name))[:200])
    for event, floating_zone in events:
        try:
            found.events.append(_event_of(event, zones, zones.named(floating_zone)))
        except Unreadable as error:
            name = unescape_backslash(event.value("SUMMARY")).strip()[:80] or _("an event without a title")
            found.refusals.append(Refusal(error.line, name, str(error)))
    _refuse_doubles(found)
    _refuse_a_broken_calendar(found, root)
    found.refusals.sort(key=lambda refusal: refusal.line)
    return found


def _events(root: Component) -> Iterator[tuple[Component, str]]:
    """Yield each event with the zone that its calendar names for times without one, "" where it names none."""
    for holder in (root, *root.walk("VCALENDAR")):
        zone = holder.value("X-WR-TIMEZONE", "TIMEZONE-ID")
        yield from ((event, zone) for event in holder.within if event.name == "VEVENT")


def _refuse_doubles(found: SourceFile) -> None:
    """Keep one of several events that say the same; refuse all that share a UID and say different things."""
    by_uid: dict[str, list[SourceEvent]] = {}
    for event in found.events:
        by_uid.setdefault(event.uid, []).append(event)
    found.events = []
    for first, *others in by_uid.values():
        if all(first.says_the_same_as(other) for other in others):
            found.events.append(first)
            continue
        lines = ", ".join(str(event.line) for event in (first, *others))
        reason = _("The events on lines %(lines)s have the same UID but differ. Keep one of them.")
        found.refusals += [Refusal(it.line, it.name, reason % {"lines": lines}) for it in (first, *others)]


def _refuse_a_broken_calendar(found: SourceFile, root: Component) -> None:
    for calendar in root.walk("VCALENDAR"):
        if not calendar.ends:
            reason = _("The file is cut off: END:VCALENDAR is missing. Download it again.")
            found.refusals.append(Refusal(calendar.line, _("the calendar"), reason))
    if not found.events and not found.refusals:
        reason = _("This calendar has no events. Export a calendar that has talks.")
        found.refusals.append(Refusal(1, _("the calendar"), reason))


def _event_of(component: Component, zones: "_Zones", floating_zone: tzinfo | None) -> SourceEvent:
    """Return what a VEVENT says; raise Unreadable if it is not a single talk."""
    if len(component.lines) > _MOST_LINES:
        reason = _("The event has more than %(most)d lines. Export it again, without its guests.")
        raise Unreadable(component.line, reason % {"most": _MOST_LINES})
    if not component.ends:
        reason = _("The event is cut off: END:VEVENT is missing. Download the file again.")
        raise Unreadable(component.line, reason)
    properties = Properties(component)
    _refuse_what_repeats(properties)
    moments = _Moments(properties, zones, floating_zone)
    starts_at = moments.start()
    abstract, meeting = _abstract_and_meeting(properties)
    return SourceEvent(
        line=component.line,
        uid=_uid(properties),
        sequence=_sequence(properties.text("SEQUENCE")),
        created_at=moments.created(),
        summary=_one_line(properties.text("SUMMARY")),
        abstract=abstract,
        starts_at=starts_at,
        ends_at=moments.end(starts_at),
        location=_one_line(properties.text("LOCATION")),
        meeting=meeting,
        state=_STATES.get(properties.text("STATUS").upper(), State.CONFIRMED),
        categories=_categories(properties),
        address=former_path(properties.text("URL")),
        contact=_contact(properties),
        remarks=tuple(dict.fromkeys(properties.remarks)),
    )


def _refuse_what_repeats(properties: Properties) -> None:
    if rule := properties.first("RRULE", "RDATE"):
        reason = _("The event repeats, but a talk happens once. Enter its dates one by one, or plan the term here.")
        raise Unreadable(rule.line, reason)
    if override := properties.first("RECURRENCE-ID"):
        reason = _("This is one date of a repeating event. Give it its own UID, or enter the talk here.")
        raise Unreadable(override.line, reason)


def _uid(properties: Properties) -> str:
    uid = properties.text("UID")
    if not uid:
        reason = _("The event has no UID, so a second import could not recognise it.")
        raise Unreadable(properties.line, reason)
    if len(uid) > _LONGEST_UID:
        raise Unreadable(properties.first("UID").line, _("The UID is longer than 255 characters."))
    return uid


def _sequence(written: str) -> int:
    is_number = written.isascii() and written.isdigit()
    return min(int(written[:12]), _LARGEST_SEQUENCE) if is_number else 0


def _abstract_and_meeting(properties: Properties) -> tuple[str, Meeting]:
    """Return the text without the meeting, and the meeting, from whichever property has it."""
    text, meeting = meeting_in(plain_text(properties.text("DESCRIPTION", "X-ALT-DESC")))
    url = meeting.url or properties.text(*_MEETING_LINKS) or meeting_in(properties.text("LOCATION"))[1].url
    is_link = url.lower().startswith(("http://", "https://"))
    return plain_text(text), Meeting(url if is_link else "", meeting.passcode)


def _categories(properties: Properties) -> tuple[str, ...]:
    """Return the names, each once: at most the first fifty, because they are looked up one by one."""
    written = ",".join(each.raw for each in properties.all("CATEGORIES"))
    first = ",".join(written.split(",", 2 * _MOST_CATEGORIES)[: 2 * _MOST_CATEGORIES])
    return tuple(dict.fromkeys(filter(None, map(_one_line, split_on_unescaped_comma(first)))))[:_MOST_CATEGORIES]


def _contact(properties: Properties) -> tuple[str, str]:
    """Return name and e-mail address of the organiser; some programs percent-encode the name (CN)."""
    found = properties.first("ORGANIZER")
    if found is None:
        return _one_line(properties.text("CONTACT"))[:200], ""
    scheme, _colon, address = found.text.partition(":")
    address = unquote(address if scheme.lower() == "mailto" else "").partition("?")[0].strip()
    name = unescape_backslash(unquote(found.parameters.get("CN", ""))).strip().strip('"')
    try:
        validate_email(address)
    except ValidationError:
        address = ""
    return _one_line(name)[:200], address


def _one_line(text: str) -> str:
    return " ".join(plain_text(text).split())


class _Moments:
    """Reads the times of one event; `floating_zone` is what its calendar declares for times without a zone."""

    def __init__(self, properties: Properties, zones: "_Zones", floating_zone: tzinfo | None) -> None:
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
            raise Unreadable(found.line, _("%(name)s “%(value)s” is not a date and time.") % words) from error
        if isinstance(value, datetime) and value.year in YEARS:
            return self._in_utc(value, found)
        if isinstance(value, date) and not isinstance(value, datetime):
            raise Unreadable(found.line, _("The event lasts all day, but a talk needs a start time."))
        raise Unreadable(found.line, _("%(name)s “%(value)s” is not a possible time for a talk.") % words)

    def _in_utc(self, value: datetime, found: Property) -> datetime:
        if value.tzinfo is None:
            value = value.replace(tzinfo=self._zone_of(found))
        try:
            return value.astimezone(UTC)
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
            reason = _("This time doesn’t exist in the time zone that the file defines.")
            raise Unreadable(found.line, reason) from error

    def _zone_of(self, found: Property) -> tzinfo:
        if name := found.parameters.get("TZID", "").strip():
            if zone := self._zones.named(name):
                return zone
            reason = _("The time zone “%(zone)s” is unknown, and the file does not define it.")
            if nearest := nearest_zone(name[:80]):
                reason = _(
                    "The time zone “%(zone)s” is unknown, and the file does not define it. Did you mean %(nearest)s?"
                )
            raise Unreadable(found.line, reason % {"zone": name[:80], "nearest": nearest})
        if self._floating_zone:
            return self._floating_zone
        zone = timezone.get_default_timezone()
        self._properties.remarks.append(_("no time zone given; used %(zone)s") % {"zone": zone})
        return zone


def _after(starts_at: datetime, duration: Property) -> datetime:
    try:
        ends_at = starts_at + (vDuration.from_ical(duration.raw.strip().upper()) or timedelta(0))
    except (ValueError, TypeError, OverflowError) as error:
        words = {"value": duration.raw.strip()[:40]}
        raise Unreadable(
            duration.line, _("DURATION “%(value)s” is not a possible length for a talk.") % words
        ) from error
    if ends_at.year not in YEARS:
        raise Unreadable(duration.line, _("We could not read the event’s end time."))
    return ends_at


class _Zones:
    """Looks zones up by the names that one file gives them."""

    def __init__(self, defined: Iterable[Component] = ()) -> None:
        self._defined = {component.value("TZID"): component for component in defined}
        self._read: dict[str, tzinfo | None] = {"": None}
        self._left = _LONGEST_ZONES

    def named(self, name: str) -> tzinfo | None:
        """Return the zone, or None if neither the zone database nor the file knows the name.

        The zone database comes first: its rules are better than those that most files define.
        """
        if name not in self._read:
            self._read[name] = _known_zone(name) or self._as_defined(name)
        return self._read[name]

    def _as_defined(self, name: str) -> tzinfo | None:
        """Return the zone that the file means by this name, None where its VTIMEZONE or all of them are too long."""
        component = self._defined.get(name)
        if component is None:
            return None
        if known := _known_zone(component.value("X-LIC-LOCATION")):
            return known
        length = len(component.text())
        self._left -= length
        return _made_of(component) if length <= _LONGEST_ZONE and self._left >= 0 else None


def _known_zone(name: str) -> ZoneInfo | None:
    """Return the zone of the database for its own name, its Windows name or a name with a vendor before it."""
    parts = name.strip().strip('"').strip("/").split("/")
    found = filter(None, (known_zone("/".join(parts[start:])) for start in range(len(parts))))
    zone = next(found, None)
    return ZoneInfo(zone) if zone else None


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
        return None  # the libraries raise all of these if they cannot read it
    return zone if None not in known else None
