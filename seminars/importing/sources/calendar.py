"""Parsing an iCalendar file: every VEVENT as an event, or the reason why it cannot be read."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar.parser.property import unescape_backslash

from seminars.importing.events import Refusal, SourceEvent, SourceFile, former_path
from seminars.importing.reading.descriptions import read_description
from seminars.importing.reading.texts import plain_text
from seminars.importing.sources import ical_texts, own_feed
from seminars.importing.sources.ical_lines import Component, components
from seminars.importing.sources.ical_properties import Properties, Unreadable
from seminars.importing.sources.ical_recurrence import Pattern, pattern_of, repeats
from seminars.importing.sources.ical_series import EventVersion, events_of
from seminars.importing.sources.ical_times import Moment, Times
from seminars.importing.sources.ical_zones import Budget, Zones
from seminars.models import State

MOST = 20_000  # events
_BEGUN = re.compile(rb"BEGIN(?<![^\r\n]BEGIN)[ \t]{0,9}:[ \t]{0,9}VEVENT")  # in capital letters, at the start of a line
_STATES = {"TENTATIVE": State.TENTATIVE, "CANCELLED": State.CANCELLED, "CANCELED": State.CANCELLED}
_PRIVATE = {"PRIVATE", "CONFIDENTIAL"}  # RFC 5545 §3.8.1.3
# What Google and Outlook write in place of the title where a calendar shows only whether somebody is free.
_HIDDEN = {
    "busy", "private", "private appointment", "beschäftigt", "gebucht", "privat", "privater termin", "occupé", "privé",
}  # fmt: skip
_LARGEST_SEQUENCE = 2**31 - 2
_LONGEST_UID = 255
_MOST_LINES = 2000
_MOST_LISTED = 50_000  # dates in EXDATE and RDATE, in one file


@dataclass(frozen=True)
class _Calendar:
    """What a VCALENDAR says about all its events; `zone` is that of times without one."""

    zones: Zones
    zone: str
    is_cancelled: bool
    is_ours: bool


def parse_calendar(content: bytes, most: int = MOST, now: datetime | None = None) -> SourceFile:
    """Parse every event of an iCalendar file; raise ValidationError if it has more than `most`.

    Repeating events are expanded for a time around `now`, which is the present unless it is given.
    """
    if (count := len(_BEGUN.findall(content.upper()))) > most:
        sentence = _("The file has %(count)d talks. You can import at most %(most)d at once. Export fewer talks.")
        raise ValidationError(sentence % {"count": count, "most": most})
    root = components(content)
    found = SourceFile(name=_name_of(root))
    readings = list(_readings(_events(root), found.refusals))
    found.events = events_of(readings, found.refusals, now or timezone.now())
    _refuse_a_broken_calendar(found, root)
    found.events.sort(key=lambda event: event.line)
    found.refusals.sort(key=lambda refusal: refusal.line)
    return found


def _name_of(root: Component) -> str:
    names = (calendar.value("X-WR-CALNAME", "NAME") for calendar in root.walk("VCALENDAR"))
    name = ical_texts.one_line(unescape_backslash(next(filter(None, names), "")))[:200]
    return "" if "@" in name else name  # Google calls a calendar by the address of its owner


def _events(root: Component) -> Iterator[tuple[Component, _Calendar]]:
    """Yield each event with its calendar; events outside of any belong to one that says nothing."""
    defined, budget = list(root.walk("VTIMEZONE")), Budget()
    for holder in (root, *root.walk("VCALENDAR")):
        calendar = _Calendar(
            zones=Zones((part for part in holder.within if part.name == "VTIMEZONE"), budget, defined),
            zone=holder.value("X-WR-TIMEZONE", "TIMEZONE-ID"),
            is_cancelled=holder.value("METHOD").upper() == "CANCEL",
            is_ours=own_feed.is_ours(holder.value("PRODID")),
        )
        yield from ((event, calendar) for event in holder.within if event.name == "VEVENT")


def _readings(events: Iterable[tuple[Component, _Calendar]], refusals: list[Refusal]) -> Iterator[EventVersion]:
    """Yield what each event says; add to `refusals` those that cannot be read."""
    left = _MOST_LISTED
    for component, calendar in events:
        try:
            reading = _reading_of(component, calendar)
            left -= len(reading.pattern.added) + len(reading.pattern.excluded) if reading.pattern else 0
            if left < 0:
                reason = _("The events of this file list more than %(most)d dates. Export fewer of them.")
                raise Unreadable(component.line, reason % {"most": _MOST_LISTED})
            yield reading
        except Unreadable as error:
            name = unescape_backslash(component.value("SUMMARY")).strip()[:80] or _("an event without a title")
            refusals.append(Refusal(error.line, name, str(error), component.value("UID")))
        component.lines.clear()  # of thousands of events they take more memory than what was read


def _refuse_a_broken_calendar(found: SourceFile, root: Component) -> None:
    for calendar in root.walk("VCALENDAR"):
        if not calendar.ends:
            reason = _("The file is cut off: END:VCALENDAR is missing. Download it again.")
            found.refusals.append(Refusal(calendar.line, _("the calendar"), reason))
    if not found.events and not found.refusals:
        reason = _("This calendar has no events. Export a calendar that has talks.")
        found.refusals.append(Refusal(1, _("the calendar"), reason))


def _reading_of(component: Component, calendar: _Calendar) -> EventVersion:
    """Return what a VEVENT says; raise Unreadable if it cannot be a talk."""
    if len(component.lines) > _MOST_LINES:
        reason = _("The event has more than %(most)d lines. Export it again, without its guests.")
        raise Unreadable(component.line, reason % {"most": _MOST_LINES})
    if not component.ends:
        reason = _("The event is cut off: END:VEVENT is missing. Download the file again.")
        raise Unreadable(component.line, reason)
    properties = Properties(component)
    times = Times(properties, calendar.zones, calendar.zone)
    start = times.start()
    end = times.end(start)
    identity = times.identity()
    pattern = pattern_of(properties, times, start, end) if repeats(properties) and not identity else None
    event = _event_of(properties, calendar, start, end)
    if times.asked:
        event.zone_asked, event.zones_proposed = times.asked.asked, times.asked.proposed
    event.created_at = times.stamp("CREATED")
    follows = (properties.first("RECURRENCE-ID").parameters.get("RANGE", "") if identity else "").upper()
    return EventVersion(
        event=event,
        version=(
            event.sequence,
            times.stamp("LAST-MODIFIED") or times.stamp("DTSTAMP") or datetime.min.replace(tzinfo=UTC),
        ),
        identity=identity,
        pattern=pattern or (Pattern(event.line, start, end or start, identity=identity) if identity else None),
        repeats=pattern is not None,
        is_for_all_following=follows == "THISANDFUTURE",
        has_uid=bool(properties.text("UID")),
    )


def _event_of(properties: Properties, calendar: _Calendar, start: Moment, end: Moment | None) -> SourceEvent:
    summary, text, meeting = ical_texts.texts_and_meeting(properties)
    event = SourceEvent(
        line=properties.line,
        sequence=_sequence(properties.text("SEQUENCE")),
        summary=summary,
        zone=start.zone or (known.key if (known := calendar.zones.known(calendar.zone)) else ""),
        location=plain_text(properties.text("LOCATION")),
        meeting=meeting,
        state=State.CANCELLED if calendar.is_cancelled else _state(properties.text("STATUS")),
        is_private=properties.text("CLASS").upper() in _PRIVATE or summary.casefold() in _HIDDEN,
        categories=ical_texts.categories(properties),
        address=former_path(properties.text("URL")),
        contact=ical_texts.contact(properties),
    )
    event.set_times(start.value, end.value if end else None)
    event.uid = _uid(properties, event)
    if calendar.is_ours:
        own_feed.read(event, properties)
    else:
        _describe(event, text)
    event.remarks = tuple(dict.fromkeys((*properties.remarks, *event.remarks)))
    return event


def _describe(event: SourceEvent, text: str) -> None:
    described = read_description(text)
    event.title, event.people, event.kind = described.title, list(described.people), described.kind
    event.abstract = "\n\n".join(filter(None, (described.abstract, described.rest)))
    event.biography = described.biography
    if described.host:
        event.fields["host"] = described.host
    if described.moderators:
        event.fields["moderators"] = "\n".join(person.name for person in described.moderators)


def _state(status: str) -> State:
    return _STATES.get(status.upper(), State.CONFIRMED)


def _uid(properties: Properties, event: SourceEvent) -> str:
    """Return the UID; for an event without one a digest of its start and title, the same in every import."""
    uid = properties.text("UID")
    if len(uid) > _LONGEST_UID:
        raise Unreadable(properties.first("UID").line, _("The UID is longer than 255 characters."))
    if uid:
        return uid
    properties.remark(
        _("no UID given; made one from its start and title. If either changes, it is imported as a new talk")
    )
    return sha256(f"{event.day or event.starts_at.isoformat()}|{event.summary}".encode()).hexdigest()[:40]


def _sequence(written: str) -> int:
    is_number = written.isascii() and written.isdigit()
    return min(int(written[:12]), _LARGEST_SEQUENCE) if is_number else 0
