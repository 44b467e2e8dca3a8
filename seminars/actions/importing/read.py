"""Read a file from any source: bytes as text, content lines and properties, HTML as text, links to meetings.

The reader of each source returns a SourceFile, which is all that the following steps know about the source.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from typing import Self

from django.utils.translation import gettext as _
from icalendar.parser import Contentline
from icalendar.parser.property import unescape_backslash

from seminars.models import State

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_DEEPEST = 10  # components within each other; no calendar has more than three
_NAME = re.compile(r"([A-Za-z][\w-]*)\s*[;:]")
_READ = {
    "UID", "SUMMARY", "DESCRIPTION", "X-ALT-DESC", "LOCATION", "URL", "CATEGORIES", "STATUS", "SEQUENCE", "CREATED",
    "ORGANIZER", "CONTACT", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "RECURRENCE-ID", "CONFERENCE",
    "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL",
}  # fmt: skip
_MOST_REMARKS = 20  # on one event
_VITAL = {"UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "RECURRENCE-ID"}
# Only real tags: "a<b and c>d" is mathematics.
_TAG = re.compile(
    r"</?(?:p|br|div|span|a|b|i|u|em|strong|ul|ol|li|h[1-6]|table|tr|td|html|body|font|blockquote)\s*/?>"
    r"|<(?:p|br|div|span|a|ul|ol|li|h[1-6]|table|tr|td|html|body|font)\s+[\w-]+=[^<>]*>",
    re.IGNORECASE,
)
_LONGEST_MARKUP = 200_000  # characters; longer text cannot be the description of a talk and is not changed
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,8}\d{0,2});", re.IGNORECASE)
_BLOCKS = frozenset({"p", "div", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"})
_LINES = frozenset({"br", "tr", "li"})
_SILENT = frozenset({"script", "style", "head", "title"})
_URL = re.compile(r"https?://[^\s<>\"'()\[\]]+", re.IGNORECASE)
_HOST = re.compile(
    r"https?://(?:[\w-]+\.)*(?:zoom\.us|zoom\.com|zoomgov\.com|teams\.microsoft\.com|teams\.live\.com|meet\.google\.com|"
    r"webex\.com|gotomeeting\.com|gotomeet\.me|goto\.com|bluejeans\.com|whereby\.com|meet\.jit\.si|"
    r"bigbluebutton\.org|gather\.town|chime\.aws)(?=[/:?#]|$)",
    re.IGNORECASE,
)
_RECORDING = re.compile(r"/rec(?:ording)?s?/", re.IGNORECASE)
_LABEL = re.compile(r"\W*(?:zoom|join|online|virtual|meeting|video|live\s?stream|teams|webex)\b[^:]{0,40}:\s*$", re.I)
_PASSCODE = re.compile(
    r"\b(?:pass\s?code|pass\s?word|pwd|kennwort|kenncode)\b\s*(?:is\b|[:=])\s*(?P<passcode>\S{1,60})", re.IGNORECASE
)
_INVITATION = re.compile(
    r"\W*(?:join (?:zoom|microsoft teams|google meet|webex|the meeting|by (?:sip|h\.323|phone|video))\b.{0,60}"
    r"|(?:meeting|webinar|conference) (?:id|number)\b.{0,60}|one tap mobile.{0,40}|dial by your location.{0,40}"
    r"|find your local number\b.*|microsoft teams meeting.{0,40}|.{0,80} is inviting you to a scheduled zoom \w+\.?"
    r"|\+\d[\d ,#*()-]{8,}.{0,40}|[_-]{10,})",
    re.IGNORECASE,
)
_SHORT = 60  # characters: a line that says little beside the link is about the meeting, a longer one about the talk
_ENDS = ".,;:!?"


@dataclass(frozen=True)
class Refusal:
    """A part of a file that is not imported, its line (from 1), and why."""

    line: int
    name: str
    reason: str


@dataclass(frozen=True)
class Meeting:
    """Where to join, and with which passcode; "" where the text does not say."""

    url: str = ""
    passcode: str = ""

    def is_the_same_room_as(self, url: str) -> bool:
        """Compare addresses without what may follow them, such as a passcode in disguise."""
        return self.url.partition("?")[0].rstrip("/").lower() == url.partition("?")[0].rstrip("/").lower()


@dataclass(frozen=True)
class Person:
    """A speaker as the source names them."""

    name: str
    affiliation: str = ""


@dataclass
class SourceEvent:
    """One event as its source describes it: times in UTC; "", None or [] for what the source does not say.

    Without a UID it is not a separate event: it adds to the talk with the same title.
    """

    line: int = 1  # where it begins in the file
    uid: str = ""
    sequence: int = 0
    created_at: datetime | None = None
    title: str = ""  # as in the source, including any label before it
    abstract: str = ""  # plain text without the meeting
    people: list[Person] = field(default_factory=list)
    biography: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    location: str = ""
    meeting: Meeting = field(default_factory=Meeting)
    state: str = State.CONFIRMED
    categories: tuple[str, ...] = ()
    address: str = ""  # the path of its old page, query string included
    contact: tuple[str, str] = ("", "")  # name and e-mail address
    remarks: tuple[str, ...] = ()

    def says_the_same_as(self, other: Self) -> bool:
        """Tell whether the two differ only in their place in the file."""
        place = {"line": 0, "remarks": ()}
        return vars(self) | place == vars(other) | place


@dataclass
class SourceFile:
    """The events of a file that can be read, and the refusals of those that cannot."""

    events: list[SourceEvent] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def decoded(content: bytes) -> tuple[str, bool]:
    """Return bytes as text without control characters, and whether they were the UTF-8 that they should be.

    Other bytes are read as Windows-1252, which holds Latin-1; the five that it lacks are dropped.
    """
    try:
        return _CONTROLS.sub("", content.decode()), True
    except UnicodeDecodeError:
        return _CONTROLS.sub("", content.decode("cp1252", "ignore")), False


def plain_text(text: str) -> str:
    """Return text without HTML tags and entities, if it has any, and without stray blank lines."""
    if len(text) > _LONGEST_MARKUP:
        return tidy(text)
    if _TAG.search(text):
        text = _without_tags(text)
    elif _ENTITY.search(text):
        text = html.unescape(text)
    return tidy(text)


def _without_tags(text: str) -> str:
    reader = _Reader()
    try:
        reader.feed(text)
        reader.close()
    except AssertionError:  # raised by html.parser for a declaration that it cannot read
        return html.unescape(_TAG.sub("", text))
    return reader.text()


def tidy(text: str) -> str:
    """Return text with "\\n" line ends, ordinary spaces, no space around lines and single blank lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in lines)).strip()


class _Reader(HTMLParser):
    """Collects the text of a document; a link whose words are not its address is followed by it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._silent = 0
        self._link = ""
        self._link_begins = 0

    def text(self) -> str:
        return "".join(self._parts)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self._parts.append("\n\n")
        elif tag in _LINES:
            self._parts.append("\n- " if tag == "li" else "\n")
        elif tag == "a":
            self._link, self._link_begins = dict(attributes).get("href") or "", len(self._parts)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag in _BLOCKS:
            self._parts.append("\n\n")
        elif tag == "a" and self._link:
            words = "".join(self._parts[self._link_begins :])
            if self._link.startswith(("http://", "https://")) and self._link not in words:
                self._parts.append(f" ({self._link})" if words.strip() else self._link)
            self._link = ""

    def handle_data(self, words: str) -> None:
        if not self._silent:
            self._parts.append(words)


def meeting_in(text: str) -> tuple[str, Meeting]:
    """Return the text without the lines about the meeting, and the meeting; the text as it was if there is none."""
    lines = text.split("\n")
    url = next(filter(None, map(_link, lines)), "")
    if not url:
        return text, Meeting()
    passcode = next((match["passcode"] for line in lines if (match := _PASSCODE.search(_URL.sub("", line)))), "")
    kept = [rest for line in lines if (rest := _without_meeting(line)) is not None]
    return "\n".join(kept), Meeting(url, passcode.rstrip(_ENDS + ")]"))


def _link(line: str) -> str:
    """Return the first link to a meeting: to a known service, or any that is announced as one."""
    for match in _URL.finditer(line):
        url = match[0].rstrip(_ENDS)
        if _RECORDING.search(url):
            continue
        if _HOST.match(url) or _LABEL.fullmatch(line[: match.start()]):
            return url
    return ""


def _without_meeting(line: str) -> str | None:
    """Return the line without the meeting, or None if little is left."""
    without_link = line.replace(url, "") if (url := _link(line)) else line
    rest = _PASSCODE.sub("", without_link)
    if rest == line:
        return None if _INVITATION.fullmatch(line.strip()) else line
    return None if len(rest.strip()) <= _SHORT else re.sub(r"\s*[(<\[]\s*[,;]?\s*[)>\]]", "", rest)


@dataclass(frozen=True, slots=True)
class Line:
    """An unfolded content line; `number` is that of its first line in the file, from 1."""

    number: int
    text: str
    is_utf8: bool = True


@dataclass
class Component:
    """The content between BEGIN and END; `lines` are its own, without those of inner components."""

    name: str
    line: int
    lines: list[Line] = field(default_factory=list)
    within: list["Component"] = field(default_factory=list)
    ends: bool = False  # a component without its END was cut off

    def walk(self, name: str) -> Iterator["Component"]:
        """Yield the components of that name, this one and those within it, in the order of the file."""
        waiting = [self]
        while waiting:
            component = waiting.pop()
            if component.name == name:
                yield component
            waiting += reversed(component.within)

    def value(self, *names: str) -> str:
        """Return the value of the first line with one of these names, as written; "" if there is none."""
        for line in self.lines:
            name, _colon, value = line.text.partition(":")
            if name.partition(";")[0].strip().upper() in names:
                return value.strip()
        return ""

    def text(self) -> str:
        """Return it as an iCalendar stream again, unfolded."""
        own = [line.text for line in self.lines]
        return "\r\n".join([f"BEGIN:{self.name}", *own, *(part.text() for part in self.within), f"END:{self.name}", ""])


def components(content: bytes) -> Component:
    """Sort the lines of a file; the nameless component that is returned holds all others.

    An END without a BEGIN is ignored; one that belongs to an outer component ends that one, and those in
    between were cut off. A VEVENT never stands within a VEVENT: the first was cut off.
    """
    stack = [root := Component("", 1)]
    for line in unfolded(content):
        word, _, name = line.text.partition(":")
        word, name = word.strip().upper(), name.strip().upper()
        if word == "BEGIN":
            _begin(stack, Component(name, line.number))
        elif word == "END":
            depth = next((depth for depth in range(len(stack) - 1, 0, -1) if stack[depth].name == name), 0)
            if depth:
                stack[depth].ends = True
                del stack[depth:]
        else:
            stack[-1].lines.append(line)
    return root


def _begin(stack: list[Component], component: Component) -> None:
    names = [outer.name for outer in stack]
    if component.name == "VEVENT" and "VEVENT" in names:
        del stack[names.index("VEVENT") :]
    if len(stack) < _DEEPEST:
        stack[-1].within.append(component)
        stack.append(component)


def unfolded(content: bytes) -> Iterator[Line]:
    """Yield the content lines: a line that begins with a space or tab continues the one before (RFC 5545 §3.1).

    They are joined before they are decoded, since some programs fold within a character.
    """
    parts: list[bytes] = []
    first = 1
    for number, raw in enumerate(content.splitlines(), start=1):
        if raw[:1] in (b" ", b"\t") and parts:
            parts.append(raw[1:])
        elif raw.strip():
            yield from _joined(first, parts)
            parts, first = [raw], number
    yield from _joined(first, parts)


def _joined(number: int, parts: list[bytes]) -> Iterator[Line]:
    if parts:
        yield Line(number, *decoded(b"".join(parts)))


class Unreadable(Exception):
    """An event cannot be imported because of `line`."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True)
class Property:
    """One content line taken apart; `raw` is its value with backslashes, `text` without."""

    line: int
    parameters: dict[str, str]
    raw: str

    @property
    def text(self) -> str:
        return unescape_backslash(self.raw).strip()


class Properties:
    """The properties of a component by name; raise Unreadable if an essential one cannot be read."""

    def __init__(self, component: Component) -> None:
        self.line = component.line
        self.remarks: list[str] = []
        self._by_name: dict[str, list[Property]] = {}
        for line in component.lines:
            self._keep(line)

    def all(self, name: str) -> list[Property]:
        return self._by_name.get(name, [])

    def first(self, *names: str) -> Property | None:
        """Return the first property of the first of these names that occurs."""
        return next((found[0] for name in names if (found := self.all(name))), None)

    def text(self, *names: str) -> str:
        """Return the first text that is not empty, else ""."""
        return next((text for name in names if (found := self.first(name)) and (text := found.text)), "")

    def _remark(self, sentence: str) -> None:
        if len(self.remarks) <= _MOST_REMARKS:
            is_enough = len(self.remarks) == _MOST_REMARKS
            self.remarks.append(_("more lines like these are not listed") if is_enough else sentence)

    def _keep(self, line: Line) -> None:
        match = _NAME.match(line.text)
        name = match[1].upper() if match else ""
        is_told = len(self.remarks) > _MOST_REMARKS
        if name not in _READ if match else is_told:
            return
        try:
            _written, parameters, raw = Contentline(line.text).raw_parts()
        except (ValueError, TypeError, IndexError) as error:
            if name in _VITAL:
                raise Unreadable(line.number, _("%(name)s cannot be read.") % {"name": name}) from error
            words = {"line": line.number, "text": line.text[:40]}
            self._remark(_("line %(line)d is not a calendar line and was skipped: %(text)s") % words)
            return
        if not line.is_utf8:
            self._remark(_("line %(line)d is not in UTF-8 and was read as Latin-1") % {"line": line.number})
        parameters = {key.upper(): value for key, value in parameters.items() if isinstance(value, str)}
        self._by_name.setdefault(name, []).append(Property(line.number, parameters, raw))
