"""The content lines of an iCalendar file: unfolded, decoded and sorted into components (RFC 5545 §3.1, §3.4)."""

import quopri
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from seminars.importing.texts import decoded

_DEEPEST = 10  # components within each other; no calendar has more than three
# "Begin: noon" in running text begins no component.
_FRAME = re.compile(
    r"\s*(?P<word>BEGIN|END)\s*:\s*(?P<name>V(?:CALENDAR|EVENT|TODO|JOURNAL|FREEBUSY|TIMEZONE|ALARM|AVAILABILITY|LOCATION"
    r"|RESOURCE)|STANDARD|DAYLIGHT|AVAILABLE|PARTICIPANT|X-[\w-]+)\s*",
    re.IGNORECASE,
)
_SOFT = b"="  # at the end of a line: the next one continues it (RFC 2045 §6.7)
_CHARSET = re.compile(r";CHARSET=\"?([\w.:+-]{1,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """An unfolded content line; `number` is that of its first line in the file, from 1."""

    number: int
    text: str
    is_utf8: bool = True
    follows_blank: bool = False


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
        frame = _FRAME.fullmatch(line.text) if len(line.text) < 100 else None
        if frame is None:
            stack[-1].lines.append(line)
        elif frame["word"].upper() == "BEGIN":
            _begin(stack, Component(frame["name"].upper(), line.number))
        else:
            _end(stack, frame["name"].upper())
    return root


def _begin(stack: list[Component], component: Component) -> None:
    names = [outer.name for outer in stack]
    if component.name == "VEVENT" and "VEVENT" in names:
        del stack[names.index("VEVENT") :]
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
    parts: list[bytes] = []
    first, follows_blank, has_blank = 1, False, False
    for number, raw in enumerate(content.splitlines(), start=1):
        if parts and _is_soft(parts) and not raw.startswith(b"END:"):
            parts[-1] = parts[-1][: -len(_SOFT)]
            parts.append(raw)
        elif parts and raw[:1] in (b" ", b"\t"):
            parts.append(raw[1:])
        elif raw.strip():
            if parts:
                yield _line(first, parts, follows_blank)
            parts, first, follows_blank, has_blank = [raw], number, has_blank, False
        else:
            has_blank = True
    if parts:
        yield _line(first, parts, follows_blank)


def _is_soft(parts: list[bytes]) -> bool:
    return parts[-1].endswith(_SOFT) and b"QUOTED-PRINTABLE" in _head(parts[0])


def _head(raw: bytes) -> bytes:
    """Return name and parameters of a line in capital letters."""
    return raw.partition(b":")[0][:300].upper()


def _line(number: int, parts: list[bytes], follows_blank: bool) -> Line:
    raw = b"".join(parts)
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
