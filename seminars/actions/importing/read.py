"""The lines of an iCalendar file, unfolded and sorted into components, each with the number of its line in the file."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from seminars.actions.importing.sources import decoded

_DEEPEST = 10  # components within each other; no calendar has more than three


@dataclass(frozen=True, slots=True)
class Line:
    """An unfolded content line; `number` is that of its first line in the file, from 1."""

    number: int
    text: str
    is_utf8: bool = True


@dataclass
class Component:
    """What stands between BEGIN and END; `lines` are its own, without those of the components within."""

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

    def text(self) -> str:
        """Return it as an iCalendar stream again, unfolded."""
        own = [line.text for line in self.lines]
        return "\r\n".join([f"BEGIN:{self.name}", *own, *(part.text() for part in self.within), f"END:{self.name}", ""])


def components(content: bytes) -> Component:
    """Sort the lines of a file; the nameless component that is returned holds all others.

    An END that belongs to no BEGIN is passed over; one that belongs to an outer component ends that one, and those in
    between were cut off. A VEVENT never stands within a VEVENT: the first was cut off.
    """
    stack = [root := Component("", 1)]
    for line in unfolded(content):
        word, _, name = line.text.partition(":")
        word, name = word.strip().upper(), name.strip().upper()
        if word == "BEGIN":
            _begin(stack, Component(name, line.number))
        elif word == "END":
            _end(stack, name)
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


def _end(stack: list[Component], name: str) -> None:
    depth = next((depth for depth in range(len(stack) - 1, 0, -1) if stack[depth].name == name), 0)
    if depth:
        stack[depth].ends = True
        del stack[depth:]


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
