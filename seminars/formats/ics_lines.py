"""Content lines of iCalendar, unfolded and as bytes (RFC 5545 §3.1)."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain

from icalendar.parser import Parameters

LONGEST_LINE = 75  # octets, without the line break
# What would end a line, or ring a bell: C0, DEL and C1.
UNPRINTED = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]
ESCAPED = str.maketrans(dict.fromkeys(UNPRINTED) | {"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n", "\t": " "})
BACKSLASH = b"\\"
FLAG_HALVES = re.compile("[\U0001f1e6-\U0001f1ff]*$")
JOINER = "\u200d"


class Text(str):
    r"""A TEXT value, escaped once and without control characters (§3.3.11).

    icalendar's vText takes "\N" for a line break, and TeX has commands that begin like that.
    """

    __slots__ = ()

    def to_ical(self) -> bytes:
        return self.translate(ESCAPED).encode(errors="ignore")  # leaves out halves of surrogate pairs


class Texts(tuple[str, ...]):
    """Several TEXT values on one line."""

    __slots__ = ()

    def to_ical(self) -> bytes:
        return b",".join(Text(value).to_ical() for value in self)


def line(name: str, value: object, **parameters: str | tuple[str, ...]) -> str:
    """Return one unfolded line; `value` is one of icalendar's value types, and anything else stands for itself."""
    written = value.to_ical() if hasattr(value, "to_ical") else value
    told = written.decode() if isinstance(written, bytes) else written
    return f"{name}{_with(tuple(parameters.items()))}:{told}"


@lru_cache(maxsize=64)
def _with(parameters: tuple[tuple[str, str | tuple[str, ...]], ...]) -> str:
    return f";{Parameters(parameters).to_ical(sorted=False).decode()}" if parameters else ""


def one_line(text: str) -> str:
    """Return text without line breaks and runs of spaces."""
    return " ".join(text.split())


def folded(lines: Iterable[str]) -> bytes:
    """Return lines as they are sent: in UTF-8, folded at 75 octets, each ended by CRLF."""
    return b"".join(map(_folded, lines))


def _folded(line: str) -> bytes:
    octets = line.encode()
    parts, start, room = [], 0, LONGEST_LINE
    while len(octets) - start > room:
        end = _place_to_fold(octets, start, start + room)
        parts.append(octets[start:end])
        start, room = end, LONGEST_LINE - 1  # the space that begins a continuation counts
    parts.append(octets[start:])
    return b"\r\n ".join(parts) + b"\r\n"


def _place_to_fold(octets: bytes, start: int, end: int) -> int:
    """Return the last place up to `end` that parts no character as people see it, or at least none of Unicode's."""
    places = (place for place in range(end, max(start, end - 40), -1) if octets[place] & 0xC0 != 0x80)
    last = next(places)
    return next((place for place in chain([last], places) if _may_part(octets, start, place)), last)


def _may_part(octets: bytes, start: int, place: int) -> bool:
    if octets[place - 1] < 0x80 > octets[place] and octets[place - 1] != BACKSLASH[0]:
        return True
    before, after = octets[start:place], octets[place : place + 4].decode(errors="ignore")[0]
    if before.endswith(BACKSLASH):  # some programs unfold only after they have read the escapes
        return (len(before) - len(before.rstrip(BACKSLASH))) % 2 == 0
    if FLAG_HALVES.fullmatch(after):
        return len(FLAG_HALVES.search(before.decode())[0]) % 2 == 0
    return not (before.endswith(JOINER.encode()) or _goes_with_the_letter_before(after))


def _goes_with_the_letter_before(letter: str) -> bool:
    """Tell accents, variation selectors, joiners and skin tones."""
    return unicodedata.category(letter) in ("Mn", "Mc", "Me", "Cf") or "\U0001f3fb" <= letter <= "\U0001f3ff"
