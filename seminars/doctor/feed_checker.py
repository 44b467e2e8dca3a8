"""A strict checker of calendar feeds on their bytes: the rules of RFC 5545 and 7986, and what our feeds promise.

It shares no code with what writes the feed.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from dateutil import tz

SAFE = r'[^\x00-\x1f\x7f";:,]+'
QUOTED = r'"[^\x00-\x1f\x7f"]+"'
VALUE = f"(?:{QUOTED}|{SAFE})"
LINE = re.compile(rf"([A-Za-z][A-Za-z0-9-]*)((?:;[A-Z][A-Z0-9-]*={VALUE}(?:,{VALUE})*)*):(.+)", re.S)
TEXT = re.compile(r"(?:[^\\;,\n]|\\[\\;,n])+")
TEXTS = re.compile(rf"{TEXT.pattern}(?:,{TEXT.pattern})*")
WALL = re.compile(r"\d{8}T\d{6}")
MOMENT = re.compile(r"\d{8}T\d{6}Z")
ADDRESS = re.compile(r"https?://[\x21-\x7e]+")
Rules = dict[str, re.Pattern[str]]  # what the value of a property has to be

ENVELOPE = {
    "VERSION": re.compile(r"2\.0"),
    "PRODID": re.compile(r"-//.+//.+//EN"),
    "CALSCALE": re.compile("GREGORIAN"),
    "NAME": TEXT,
    "X-WR-CALNAME": TEXT,
    "X-WR-TIMEZONE": re.compile(r"[A-Za-z0-9_+/-]+"),
    "COLOR": re.compile("[a-z]+"),
    "X-APPLE-CALENDAR-COLOR": re.compile("#[0-9A-F]{6}"),
    "REFRESH-INTERVAL": re.compile(r"PT\d+[HM]"),
    "X-PUBLISHED-TTL": re.compile(r"PT\d+[HM]"),
    "SOURCE": ADDRESS,
    "URL": ADDRESS,
}
ENVELOPE_EXTRAS = {"DESCRIPTION": TEXT, "X-WR-CALDESC": TEXT}
EVENT = {
    "UID": TEXT,
    "SEQUENCE": re.compile(r"0|[1-9]\d{0,8}"),
    "DTSTAMP": MOMENT,
    "LAST-MODIFIED": MOMENT,
    "CREATED": MOMENT,
    "DTSTART": re.compile(r"\d{8}T\d{6}Z?"),
    "DTEND": re.compile(r"\d{8}T\d{6}Z?"),
    "SUMMARY": TEXT,
    "STATUS": re.compile("TENTATIVE|CONFIRMED|CANCELLED"),
    "TRANSP": re.compile("TRANSPARENT"),
    "LOCATION": TEXT,
    "DESCRIPTION": TEXT,
    "URL": ADDRESS,
}
EVENT_EXTRAS = {
    "GEO": re.compile(r"-?\d+(\.\d+)?;-?\d+(\.\d+)?"),
    "CATEGORIES": TEXTS,
    "CONTACT": TEXT,
    "CONFERENCE": ADDRESS,
    "X-SEMINARS-NOTICE": TEXT,
    "X-SEMINARS-PROGRAMME": TEXT,
}
OBSERVANCE = {
    "DTSTART": WALL,
    "TZOFFSETFROM": re.compile(r"[+-]\d{4}(\d{2})?"),
    "TZOFFSETTO": re.compile(r"[+-]\d{4}(\d{2})?"),
    "TZNAME": TEXT,
}
DAY = r"(?:-?\d)?(?:MO|TU|WE|TH|FR|SA|SU)"
OBSERVANCE_EXTRAS = {
    "RRULE": re.compile(rf"FREQ=YEARLY;BYMONTH=\d+(;BYMONTHDAY=[\d,]+)?;BYDAY={DAY}(;UNTIL=\d{{8}}T\d{{6}}Z)?"),
    "RDATE": re.compile(r"\d{8}T\d{6}(,\d{8}T\d{6})*"),
}
PARAMETERS = {
    "DTSTART": {"TZID"}, "DTEND": {"TZID"}, "REFRESH-INTERVAL": {"VALUE"}, "SOURCE": {"VALUE"},
    "CONFERENCE": {"VALUE", "FEATURE", "LABEL"},
}  # fmt: skip


@dataclass
class FeedLine:
    """An unfolded content line."""

    name: str
    parameters: dict[str, str]
    value: str


@dataclass
class FeedComponent:
    """The lines between BEGIN and END."""

    name: str
    lines: list[FeedLine] = field(default_factory=list)
    parts: list["FeedComponent"] = field(default_factory=list)

    def value(self, name: str) -> str:
        return next((line.value for line in self.lines if line.name == name), "")

    def line(self, name: str) -> FeedLine:
        return next(line for line in self.lines if line.name == name)

    def called(self, *names: str) -> list["FeedComponent"]:
        return [part for part in self.parts if part.name in names]


def complaints(body: bytes) -> list[str]:
    """Return everything that is wrong with a feed, in words; nothing for a good one."""
    found = list(_about_bytes(body))
    try:
        calendar = parsed(body)
    except ValueError as broken:
        return [*found, str(broken)]
    return [*found, *_about_envelope(calendar), *_about_zones(calendar), *_about_events(calendar, body)]


def parsed(body: bytes) -> FeedComponent:
    """Parse a VCALENDAR into a tree; raise ValueError that names an invalid line."""
    root = FeedComponent("")
    open_ones = [root]
    for text in re.sub(rb"\r\n[ \t]", b"", body).decode().removesuffix("\r\n").split("\r\n"):
        line = _line(text)
        if line.name == "BEGIN":
            open_ones.append(FeedComponent(line.value))
            open_ones[-2].parts.append(open_ones[-1])
        elif line.name == "END":
            if line.value != open_ones.pop().name:
                raise ValueError(f"END:{line.value} ends what did not begin")
        else:
            open_ones[-1].lines.append(line)
    if len(open_ones) != 1 or [part.name for part in root.parts] != ["VCALENDAR"] or root.lines:
        raise ValueError("not exactly one whole VCALENDAR")
    return root.parts[0]


def _line(text: str) -> FeedLine:
    match = LINE.fullmatch(text)
    if not match:
        raise ValueError(f"no content line, or an empty value: {text[:60]!r}")
    name, parameters, value = match.groups()
    pairs = re.findall(rf";([A-Z0-9-]+)=({VALUE}(?:,{VALUE})*)", parameters)
    return FeedLine(name, dict(pairs), value)


def read_text(value: str) -> str:
    """Return a TEXT value as people read it."""
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], value)


def _about_bytes(body: bytes) -> Iterator[str]:
    if body.startswith(b"\xef\xbb\xbf"):
        yield "a byte order mark"
    if not body.endswith(b"\r\n"):
        yield "no CRLF at the end"
    if re.search(rb"(?<!\r)\n|\r(?!\n)", body):
        yield "a line break that is not CRLF"
    for number, line in enumerate(body.split(b"\r\n"), 1):
        if len(line) > 75:
            yield f"line {number} has {len(line)} octets"
        if not line.strip() and number <= body.count(b"\r\n"):
            yield f"line {number} is empty"
        try:
            text = line.decode()
        except UnicodeDecodeError:
            yield f"line {number} is not UTF-8: a fold within a character, or another encoding"
            continue
        if re.search(r"[\x00-\x1f\x7f-\x9f]", text):
            yield f"line {number} has a control character"


def _about_lines(component: FeedComponent, needed: Rules, extras: Rules) -> Iterator[str]:
    """Check the names, their number, values and parameters."""
    counts = Counter(line.name for line in component.lines)
    for name in needed:
        if counts[name] != 1:
            yield f"{component.name} has {name} {counts[name]} times"
    for line in component.lines:
        rule = needed.get(line.name) or extras.get(line.name)
        if rule is None:
            yield f"{component.name} has {line.name}"
        elif not rule.fullmatch(line.value):
            yield f"{component.name} has a wrong value: {line.name}:{line.value[:60]}"
        if surplus := set(line.parameters) - PARAMETERS.get(line.name, set()):
            yield f"{line.name} has the parameter {', '.join(surplus)}"


def _about_envelope(calendar: FeedComponent) -> Iterator[str]:
    yield from _about_lines(calendar, ENVELOPE, ENVELOPE_EXTRAS)
    if calendar.value("NAME") != calendar.value("X-WR-CALNAME"):
        yield "NAME and X-WR-CALNAME differ"
    if calendar.value("DESCRIPTION") != calendar.value("X-WR-CALDESC"):
        yield "DESCRIPTION and X-WR-CALDESC differ"
    if not calendar.parts:
        yield "no component at all"
    strange = {part.name for part in calendar.parts} - {"VTIMEZONE", "VEVENT"}
    yield from (f"a component {name}" for name in sorted(strange))


def _about_zones(calendar: FeedComponent) -> Iterator[str]:
    zones = calendar.called("VTIMEZONE")
    names, used = [zone.value("TZID") for zone in zones], _zones_of_events(calendar)
    if names[:1] != [calendar.value("X-WR-TIMEZONE")] or len({*names}) != len(names) or {*names[1:]} - used:
        yield "not exactly the VTIMEZONE of the department, then one for each further zone of events"
    for zone in zones:
        if [line.name for line in zone.lines] != ["TZID"]:
            yield "VTIMEZONE has more lines than TZID"
        for part in zone.parts:
            yield from _about_lines(part, OBSERVANCE, OBSERVANCE_EXTRAS)
        if not zone.parts or {part.name for part in zone.parts} - {"STANDARD", "DAYLIGHT"}:
            yield "VTIMEZONE holds something else than observances"


def _zones_of_events(calendar: FeedComponent) -> set[str]:
    return {
        line.parameters["TZID"]
        for event in calendar.called("VEVENT")
        for line in event.lines
        if "TZID" in line.parameters
    }


def _about_events(calendar: FeedComponent, body: bytes) -> Iterator[str]:
    events = calendar.called("VEVENT")
    twice = [uid for uid, times in Counter(event.value("UID") for event in events).items() if times > 1]
    yield from (f"UID {uid} occurs twice" for uid in twice)
    zones = tz.tzical(io.StringIO(body.decode(errors="replace")))
    told = {name: zones.get(name) for name in zones.keys()}  # noqa: SIM118  no mapping
    for event in events:
        wrong = list(_about_lines(event, EVENT, EVENT_EXTRAS))
        yield from wrong or [*_about_stamps(event), *_about_times(event, told), *_about_words(event)]
        if event.parts:
            yield "VEVENT holds another component"


def _about_stamps(event: FeedComponent) -> Iterator[str]:
    if event.value("DTSTAMP") != event.value("LAST-MODIFIED"):
        yield "DTSTAMP and LAST-MODIFIED differ"
    if event.value("CREATED") > event.value("LAST-MODIFIED"):
        yield "CREATED is later than LAST-MODIFIED"


def _about_times(event: FeedComponent, told: dict[str, tzinfo]) -> Iterator[str]:
    start, end = (event.line(name) for name in ("DTSTART", "DTEND"))
    for line in (start, end):
        zone = line.parameters.get("TZID")
        if (zone is None) != line.value.endswith("Z"):
            yield f"{line.name} is neither in UTC nor in a zone"
        elif zone is not None and zone not in told:
            yield f"{line.name} is in the zone {zone}, which the calendar does not tell"
        elif zone is not None and _offset(line, told[zone]) != _offset(line, ZoneInfo(zone)):
            yield f"the VTIMEZONE is wrong at {line.value}"
    if {"TZID"} >= {*start.parameters, *end.parameters} and moment(end) <= moment(start):
        yield "DTEND is not after DTSTART"


def _offset(line: FeedLine, zone: tzinfo) -> timedelta | None:
    return datetime.strptime(line.value, "%Y%m%dT%H%M%S").replace(tzinfo=zone).utcoffset()


def moment(line: FeedLine) -> datetime:
    """Return DTSTART or DTEND as an aware moment, by the zone database."""
    zone = ZoneInfo(line.parameters["TZID"]) if "TZID" in line.parameters else UTC
    return datetime.strptime(line.value.rstrip("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=zone).astimezone(UTC)


def _about_words(event: FeedComponent) -> Iterator[str]:
    summary = read_text(event.value("SUMMARY"))
    if len(summary) > 255 or "\n" in summary:
        yield "SUMMARY is longer than 255 characters or one line"
    if "\n" in read_text(event.value("LOCATION")):
        yield "LOCATION is longer than one line"
    if event.value("URL") not in read_text(event.value("DESCRIPTION")).splitlines()[-1]:
        yield "DESCRIPTION does not end with the address of the page"
    for line in event.lines:
        if line.name == "CONFERENCE" and line.value not in read_text(event.value("DESCRIPTION")):
            yield "CONFERENCE is the only place that tells how to join"
