"""The content lines of an iCalendar file: unfolded, decoded and sorted into components (RFC 5545 §3.1, §3.4)."""

import quopri
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars.importing.reading.texts import decoded

_MOST_LINES = 600_000  # unfolded; 20,000 events have some 300,000
_DEEPEST = 10  # components within each other; no calendar has more than three
# "Begin: noon" in running text begins no component.
_FRAME = re.compile(
    r"\s*(?P<word>BEGIN|END)\s*:\s*(?P<name>V(?:CALENDAR|EVENT|TODO|JOURNAL|FREEBUSY|TIMEZONE|ALARM|AVAILABILITY|LOCATION"
    r"|RESOURCE)|STANDARD|DAYLIGHT|AVAILABLE|PARTICIPANT|X-[\w-]+)\s*",
    re.IGNORECASE,
)
_SOFT = b"="  # at the end of a line: the next one continues it (RFC 2045 §6.7)
_CHARSET = re.compile(r";CHARSET=\"?([\w.:+-]{1,40})", re.IGNORECASE)

_BESIDE_EVENTS = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE"})  # they hold no event (§3.6)


@dataclass(frozen=True, slots=True)
class Line:
    """An unfolded content line; `number` is that of its first line in the file, from 1."""

    number: int
    text: str
    is_utf8: bool = True
    follows_blank: bool = False


@dataclass(slots=True)
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
    between were cut off. A VEVENT never stands within a VEVENT or a VTODO: the first was cut off. Raise
    ValidationError for a file with more lines than the largest calendar has.
    """
    stack = [root := Component("", 1)]
    for count, line in enumerate(unfolded(content)):
        if count >= _MOST_LINES:
            sentence = _("The file has more than %(most)d lines. Export fewer talks.")
            raise ValidationError(sentence % {"most": _MOST_LINES})
        frame = _FRAME.fullmatch(line.text) if len(line.text) < 100 else None
        if frame is None:
            stack[-1].lines.append(line)
        elif frame["word"].upper() == "BEGIN":
            _begin(stack, Component(frame["name"].upper(), line.number))
        else:
            _end(stack, frame["name"].upper())
    return root


def _begin(stack: list[Component], component: Component) -> None:
    if component.name == "VEVENT":
        del stack[next((depth for depth, outer in enumerate(stack) if outer.name in _BESIDE_EVENTS), len(stack)) :]
    if len(stack) < _DEEPEST:
        stack[-1].within.append(component)
        stack.append(component)


def _end(stack: list[Component], name: str) -> None:
    depth = next((depth for depth in range(len(stack) - 1, 0, -1) if stack[depth].name == name), 0)
    if depth:
        stack[depth].ends = True
        del stack[depth:]


def unfolded(content: bytes) -> Iterator[Line]:
    """Yield the content lines: a line that begins with a space or tab continues the one before (RFC 5545 §3.1).

    They are joined before they are decoded, since some programs fold within a character. A line of QUOTED-PRINTABLE
    that ends in "=" is continued by the next one, as vCalendar 1.0 has it.
    """
    whole = bytearray()
    first, follows_blank, has_blank = 1, False, False
    lines = BytesIO(content.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))  # a list of them all takes much memory
    for number, raw in enumerate(lines, start=1):
        raw = raw.removesuffix(b"\n")
        if whole.endswith(_SOFT) and b"QUOTED-PRINTABLE" in _head(whole) and not raw.startswith(b"END:"):
            whole[-len(_SOFT) :] = raw
        elif whole and raw[:1] in (b" ", b"\t"):
            whole += raw[1:]
        elif raw.strip():
            if whole:
                yield _line(first, bytes(whole), follows_blank)
            whole, first, follows_blank, has_blank = bytearray(raw), number, has_blank, False
        else:
            has_blank = True
    if whole:
        yield _line(first, bytes(whole), follows_blank)


def _head(raw: bytes | bytearray) -> bytes:
    """Return name and parameters of a line in capital letters."""
    return bytes(raw[:300]).partition(b":")[0].upper()


def _line(number: int, raw: bytes, follows_blank: bool) -> Line:
    if b";" in raw[:40] and ((is_quoted := b"QUOTED-PRINTABLE" in (head := _head(raw))) or b"CHARSET=" in head):
        return Line(number, _as_declared(raw, is_quoted=is_quoted), True, follows_blank)  # noqa: FBT003
    return Line(number, *decoded(raw), follows_blank)


def _as_declared(raw: bytes, *, is_quoted: bool) -> str:
    """Decode a line by its parameters ENCODING and CHARSET (vCalendar 1.0), its line breaks escaped."""
    head, _colon, value = raw.partition(b":")
    name = decoded(head)[0]
    if is_quoted:
        value = quopri.decodestring(value)
    text, is_utf8 = decoded(value)
    if (match := _CHARSET.search(name)) and (not is_utf8 or b"\x1b" in value):  # ISO-2022 is made of ASCII
        with suppress(LookupError):  # nobody knows that character set
            text = decoded(value.decode(match[1], "replace").encode("utf-8", "replace"))[0]
    return f"{name}:" + re.sub(r"\r\n?|\n", r"\\n", text)
