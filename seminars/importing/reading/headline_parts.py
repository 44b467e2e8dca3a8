"""Split a headline at its colons, dashes and bars, outside brackets and quotation marks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_SIGN = re.compile(
    r"(?P<open>[(\[（【])|(?P<close>[)\]）】])"
    r"|(?P<sign> ?(?:[：｜]|——|—) ?| ?: (?=\S)| ?:(?=[\"“„«])|(?<=[^\W\d_]):(?=[A-ZÀ-Þ][a-zß-ÿ])"
    r"| -{1,3} | [–−‒―] | -{2,3}(?=\S)|- (?=[A-Z])| -(?=[A-Z])"
    r"|– (?=\S)| –(?=\S)| ?\| ?| [•·»@] |: *$)"
)


@dataclass(frozen=True)
class Part:
    """A part of a headline, and the sign before it, "" for the first one; `written` is the sign with its spaces."""

    text: str
    sign: str = ""
    written: str = ""


@lru_cache(maxsize=64)  # each step of reading a headline asks for its parts
def parts_of(text: str) -> tuple[Part, ...]:
    """Return the parts; a sign in brackets or between quotation marks does not split."""
    parts, begun, depth, before = [], 0, 0, ("", "")
    quoted = _quoted(text)
    for match in _SIGN.finditer(text):
        if match["open"]:
            depth += 1
        elif match["close"]:
            depth = max(depth - 1, 0)
        elif not depth and not any(begin < match.start() < end for begin, end in quoted):
            parts.append(Part(text[begun : match.start()].strip(), *before))
            before, begun = (_plain(match[0]), match[0]), match.end()
    parts.append(Part(text[begun:].strip(), *before))
    if depth and len(parts) == 1 and (sign := re.search(r": ", text)):  # a bracket is never closed
        parts = [Part(text[: sign.start()].strip()), Part(text[sign.end() :].strip(), ":", ": ")]
    return tuple(part for part in parts if part.text)


def joined(parts: Sequence[Part]) -> str:
    """Return parts as they were written."""
    return "".join(f"{part.written if place else ''}{part.text}" for place, part in enumerate(parts))


def _plain(sign: str) -> str:
    sign = sign.strip()
    return ":" if sign in {":", "："} else "|" if sign in {"|", "｜"} else "-"


def _quoted(text: str) -> list[tuple[int, int]]:
    pairs = re.finditer(r"[“„][^”“]*[”“]|«[^»]*»|\"[^\"]*\"|「[^」]*」|《[^》]*》", text)
    return [match.span() for match in pairs]
