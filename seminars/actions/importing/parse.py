"""One VEVENT as the talk that it tells of, as far as it says anything of it."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Self
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from icalendar.parser.property import split_on_unescaped_comma, unescape_backslash

from seminars.actions.importing.markup import plain_text
from seminars.actions.importing.meeting import Meeting, meeting_in
from seminars.actions.importing.moment_reading import Moments
from seminars.actions.importing.property_reading import Properties, Unreadable
from seminars.actions.importing.read import Component
from seminars.actions.importing.zone_reading import Zones
from seminars.models import State

_MEETING_LINKS = ("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL")
_STATES = {"TENTATIVE": State.TENTATIVE, "CANCELLED": State.CANCELLED, "CANCELED": State.CANCELLED}
_LARGEST_SEQUENCE = 2**31 - 2
_LONGEST_UID = 255
_MOST_LINES = 2000
_MOST_CATEGORIES = 50
_LONGEST_PATH = 500


@dataclass(frozen=True)
class CalendarEvent:
    """What one VEVENT says; moments in UTC, "" and None where it says nothing."""

    line: int
    uid: str
    sequence: int
    created_at: datetime | None
    summary: str
    description: str  # plain text without the meeting
    starts_at: datetime
    ends_at: datetime | None
    location: str
    meeting: Meeting
    state: str
    categories: tuple[str, ...]
    address: str  # the path of its old page, query string included
    contact: tuple[str, str]  # name and e-mail address
    remarks: tuple[str, ...]

    def says_the_same_as(self, other: Self) -> bool:
        """Tell whether the two differ in nothing but where they stand."""
        place = {"line": 0, "remarks": ()}
        return vars(self) | place == vars(other) | place


def event_of(component: Component, zones: Zones, floating_zone: tzinfo | None) -> CalendarEvent:
    """Return what a VEVENT says; raise Unreadable where it tells of no single talk."""
    if len(component.lines) > _MOST_LINES:
        reason = _("The event has more than %(most)d lines. Export it again, without its guests.")
        raise Unreadable(component.line, reason % {"most": _MOST_LINES})
    if not component.ends:
        reason = _("The event breaks off: END:VEVENT is missing. Download the file again.")
        raise Unreadable(component.line, reason)
    properties = Properties(component)
    _refuse_what_repeats(properties)
    moments = Moments(properties, zones, floating_zone)
    starts_at = moments.start()
    description, meeting = _description_and_meeting(properties)
    return CalendarEvent(
        line=component.line,
        uid=_uid(properties),
        sequence=_sequence(properties.text("SEQUENCE")),
        created_at=moments.created(),
        summary=_one_line(properties.text("SUMMARY")),
        description=description,
        starts_at=starts_at,
        ends_at=moments.end(starts_at),
        location=_one_line(properties.text("LOCATION")),
        meeting=meeting,
        state=_STATES.get(properties.text("STATUS").upper(), State.CONFIRMED),
        categories=_categories(properties),
        address=_path_of(properties.text("URL")),
        contact=_contact(properties),
        remarks=tuple(dict.fromkeys(properties.remarks)),
    )


def _refuse_what_repeats(properties: Properties) -> None:
    if rule := properties.first("RRULE", "RDATE"):
        reason = _("The event repeats, and a talk does not. Enter its dates one by one, or plan the term here.")
        raise Unreadable(rule.line, reason)
    if override := properties.first("RECURRENCE-ID"):
        reason = _("This is one date of an event that repeats. Give it a UID of its own, or enter the talk here.")
        raise Unreadable(override.line, reason)


def _uid(properties: Properties) -> str:
    uid = properties.text("UID")
    if not uid:
        reason = _("The event has no UID, by which a second import would know it again.")
        raise Unreadable(properties.line, reason)
    if len(uid) > _LONGEST_UID:
        raise Unreadable(properties.first("UID").line, _("The UID is longer than 255 characters."))
    return uid


def _sequence(written: str) -> int:
    is_number = written.isascii() and written.isdigit()
    return min(int(written[:12]), _LARGEST_SEQUENCE) if is_number else 0


def _description_and_meeting(properties: Properties) -> tuple[str, Meeting]:
    """Return the text without the meeting, and the meeting, wherever the event tells of it."""
    text, meeting = meeting_in(plain_text(properties.text("DESCRIPTION", "X-ALT-DESC")))
    url = meeting.url or properties.text(*_MEETING_LINKS) or meeting_in(properties.text("LOCATION"))[1].url
    is_link = url.lower().startswith(("http://", "https://"))
    return plain_text(text), Meeting(url if is_link else "", meeting.passcode)


def _categories(properties: Properties) -> tuple[str, ...]:
    """Return the names, each once: the first fifty at most, for they are looked up one by one."""
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


def _path_of(url: str) -> str:
    """Return the path of an address, decoded as requests arrive, and its query string as written."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    path = unquote(parts.path)
    if parts.scheme.lower() not in {"http", "https"} or not path.startswith("/"):
        return ""
    address = f"{path}?{parts.query}" if parts.query else path
    return "" if address == "/" or len(address) > _LONGEST_PATH else address


def _one_line(text: str) -> str:
    return " ".join(plain_text(text).split())
