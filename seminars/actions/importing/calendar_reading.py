"""The events of an iCalendar file, and why some of them cannot be read; the rows come later."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo

from django.utils.translation import gettext as _
from icalendar.parser.property import unescape_backslash

from seminars.actions.importing.parse import CalendarEvent, event_of
from seminars.actions.importing.property_reading import Unreadable
from seminars.actions.importing.read import Component, components
from seminars.actions.importing.sources import Refusal, Refused
from seminars.actions.importing.zone_reading import Zones

MOST = 20_000  # events


@dataclass
class CalendarFile:
    """The events that can be read, and the refusals of those that cannot."""

    events: list[CalendarEvent] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def read(content: bytes, most: int = MOST) -> CalendarFile:
    """Read every event of an iCalendar file; raise Refused, before any is read, where there are more than `most`."""
    root = components(content)
    events = list(_events(root))
    if len(events) > most:
        sentence = _("The file has %(count)d talks; at most %(most)d are imported here. Export fewer talks.")
        raise Refused(sentence % {"count": len(events), "most": most})
    zones = Zones(root.walk("VTIMEZONE"))
    found = CalendarFile()
    for event, calendar in events:
        try:
            found.events.append(event_of(event, zones, _floating_zone(calendar, zones)))
        except Unreadable as error:
            found.refusals.append(Refusal(error.line, _name_of(event), str(error)))
    _refuse_doubles(found)
    _refuse_a_broken_calendar(found, root)
    found.refusals.sort(key=lambda refusal: refusal.line)
    return found


def _events(root: Component) -> Iterator[tuple[Component, Component]]:
    """Yield each event with the calendar around it, or with the file where there is none."""
    for holder in (root, *root.walk("VCALENDAR")):
        yield from ((event, holder) for event in holder.within if event.name == "VEVENT")


def _floating_zone(calendar: Component, zones: Zones) -> tzinfo | None:
    """Return the zone that the calendar declares for times without one, if it does."""
    for line in calendar.lines:
        name, _colon, value = line.text.partition(":")
        if name.strip().upper() in {"X-WR-TIMEZONE", "TIMEZONE-ID"}:
            return zones.named(value.strip())
    return None


def _name_of(event: Component) -> str:
    summary = next((line.text for line in event.lines if line.text.upper().startswith("SUMMARY")), "")
    return unescape_backslash(summary.partition(":")[2]).strip()[:80] or _("an event without a title")


def _refuse_doubles(found: CalendarFile) -> None:
    """Keep one of several events that say the same; refuse all that share a UID and say different things."""
    by_uid: dict[str, list[CalendarEvent]] = {}
    for event in found.events:
        by_uid.setdefault(event.uid, []).append(event)
    found.events = []
    for first, *others in by_uid.values():
        if all(first.says_the_same_as(other) for other in others):
            found.events.append(first)
            continue
        lines = ", ".join(str(event.line) for event in (first, *others))
        reason = _("The events of lines %(lines)s have the same UID and say different things. Keep one of them.")
        found.refusals += [Refusal(it.line, it.summary, reason % {"lines": lines}) for it in (first, *others)]


def _refuse_a_broken_calendar(found: CalendarFile, root: Component) -> None:
    for calendar in root.walk("VCALENDAR"):
        if not calendar.ends:
            reason = _("The file breaks off: END:VCALENDAR is missing. Download it again.")
            found.refusals.append(Refusal(calendar.line, _("the calendar"), reason))
    if not found.events and not found.refusals:
        reason = _("There is no event in it. Export a calendar that has talks.")
        found.refusals.append(Refusal(1, _("the calendar"), reason))
