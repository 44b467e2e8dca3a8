"""What every source of talks returns: its events, and the parts of it that cannot be imported."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from typing import Self
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from seminars.importing.reading.links import is_meeting
from seminars.importing.reading.unwrapping import unwrapped
from seminars.models import State
from seminars.typed_names.people import Person

LONGEST_PATH = 500  # characters
MOST_DAYS = 366  # of an event


@dataclass(frozen=True)
class Refusal:
    """A part of a file that is not imported, its line (from 1), and why."""

    line: int
    name: str
    reason: str
    uid: str = ""  # of the event, if it has one: its talk is not gone from the source


@dataclass(frozen=True)
class Meeting:
    """Where to join, and with which passcode; "" where the text does not say."""

    url: str = ""
    passcode: str = ""

    def is_the_same_room_as(self, url: str) -> bool:
        """Compare addresses without what may follow them, such as a passcode in disguise."""
        return self.url.partition("?")[0].rstrip("/").lower() == url.partition("?")[0].rstrip("/").lower()


@dataclass(slots=True)
class SourceEvent:
    """One event as its source describes it: times in UTC; "", None or [] for what the source does not say.

    Without a UID it is not a separate event: it adds to the talk with the same title.
    """

    line: int = 1  # where it begins in the file: a line, or a row of a spreadsheet
    uid: str = ""
    recurrence_id: str = ""  # which date of a repeating event it is (RFC 5545 §3.8.4.4), in UTC or a day
    sequence: int = 0  # of its entry in the calendar of its source
    has_entry: bool = True  # its source has a calendar, whose subscribers may know it by its UID
    created_at: datetime | None = None
    summary: str = ""  # the line that the event is called by: it may name series, people, title and state at once
    is_headline: bool = False  # its source has columns, but none for people: its title may name them too
    title: str = ""  # where the source has a field for it
    people: list[Person] = field(default_factory=list)  # likewise
    kind: str = ""  # likewise
    series: str = ""  # likewise: a name or short name
    abstract: str = ""  # plain text without the meeting
    biography: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    day: date | None = None  # of an event without a time of day
    last_day: date | None = None  # likewise, of one that lasts several days
    zone: str = ""  # the time zone in which its source writes its times, by its IANA name
    zone_asked: str = ""  # a name that the source gives its zone and nobody knows: `zone` is assumed, as are the times
    zones_proposed: tuple[str, ...] = ()  # IANA names of zones that it may mean
    location: str = ""
    meeting: Meeting = field(default_factory=Meeting)
    state: str = State.CONFIRMED
    is_private: bool = False  # its source shows it to few people only
    categories: tuple[str, ...] = ()
    address: str = ""  # the path of its old page, query string included
    contact: tuple[str, str] = ("", "")  # name and email address
    fields: dict[str, str] = field(default_factory=dict)  # other fields of a talk, by name, as text: host, language …
    available_fields: frozenset[str] | None = None  # those that its source has; None: all of a calendar
    edited: frozenset[str] | None = None  # those that somebody edited in our export; None: it is not our export
    check: str = ""  # how that file told the talk, as formats/spreadsheet_columns.py writes it
    remarks: tuple[str, ...] = ()

    def set_times(self, start: datetime | date, end: datetime | date | None) -> None:
        """Set start and end, aware, in UTC; a date without a time of day is a day, and the day `end` is not in it."""
        if isinstance(start, datetime):
            self.starts_at, self.ends_at, self.day = start.astimezone(UTC), end and end.astimezone(UTC), None
        else:
            self.starts_at, self.ends_at, self.day = None, None, start
            self.last_day = end - timedelta(days=1) if end and end > start + timedelta(days=1) else None

    def days_in(self, zone: ZoneInfo) -> tuple[date, date]:
        """Return its first and last day on the clocks of `zone`; if it lasts more than a year, only the first."""
        if self.day:
            first, last = self.day, self.last_day or self.day
        else:
            end = max(self.starts_at, (self.ends_at or self.starts_at) - timedelta(microseconds=1))
            first, last = self.starts_at.astimezone(zone).date(), end.astimezone(zone).date()
        return first, last if (last - first).days <= MOST_DAYS else first

    def read_in(self, zone: str) -> None:
        """Read its wall times in another zone than the assumed one."""
        assumed = ZoneInfo(self.zone)
        walls = (moment and moment.astimezone(assumed) for moment in (self.starts_at, self.ends_at))
        self.starts_at, self.ends_at = (wall and wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for wall in walls)
        self.zone = zone

    @property
    def has_headline(self) -> bool:
        """Whether its summary may name series, people and state beside the title."""
        return self.available_fields is None or self.is_headline

    @property
    def has_fields(self) -> bool:
        """Whether its source has columns or fields, as spreadsheets and JSON have; calendars do not."""
        return self.available_fields is not None

    @property
    def name(self) -> str:
        """What people call it, for messages."""
        return self.summary or self.title

    def says_the_same_as(self, other: Self) -> bool:
        """Tell whether the two differ only in their place in the file."""
        names = (one.name for one in fields(self) if one.name not in {"line", "remarks"})
        return all(getattr(self, name) == getattr(other, name) for name in names)


@dataclass
class SourceFile:
    """The events of a file that can be read, and the refusals of those that cannot."""

    events: list[SourceEvent] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    name: str = ""  # what the source is called: X-WR-CALNAME or NAME of a calendar (RFC 7986 §5.1)
    remarks: list[str] = field(default_factory=list)  # on the file as a whole
    headers: tuple[str, ...] = ()  # of a spreadsheet


def contacts_in(events: Iterable[SourceEvent]) -> set[tuple[str, str]]:
    """Return the names and addresses that could be the contact of a series, which everyone sees.

    Those of private events are not for everyone, and those that Google gives to calendars reach nobody.
    """
    named = {event.contact for event in events if any(event.contact) and not event.is_private}
    return {(name, address) for name, address in named if not address.lower().endswith("calendar.google.com")}


def former_path(url: str) -> str:
    """Return the path of a page's old address, decoded as requests arrive, and its query string as written.

    A link to a meeting, which may hold its passcode, is no page.
    """
    if is_meeting(unwrapped(url)):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    path = unquote(parts.path)
    if parts.scheme.lower() not in {"http", "https"} or not path.startswith("/"):
        return ""
    address = f"{path}?{parts.query}" if parts.query else path
    return "" if address == "/" or len(address) > LONGEST_PATH else address
