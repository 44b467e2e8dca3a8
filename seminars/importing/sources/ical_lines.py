"""The content lines of an iCalendar file: unfolded, sorted into components, taken apart (RFC 5545 §3.1)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from icalendar.parser import Contentline
from icalendar.parser.property import unescape_backslash

from seminars.importing.texts import decoded

_DEEPEST = 10  # components within each other; no calendar has more than three
_NAME = re.compile(r"([A-Za-z][\w-]*)\s*[;:]")
_READ = {
    "UID", "SUMMARY", "DESCRIPTION", "X-ALT-DESC", "LOCATION", "URL", "CATEGORIES", "STATUS", "SEQUENCE", "CREATED",
    "ORGANIZER", "CONTACT", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "RECURRENCE-ID", "CONFERENCE",
    "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL",
}  # fmt: skip
_MOST_REMARKS = 20  # on one event
_VITAL = {"UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "RECURRENCE-ID"}


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
