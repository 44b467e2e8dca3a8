"""Break text for cards into lines by its measured width."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable

ELLIPSIS = "…"
LONGEST_LINE = 200  # letters; more are not measured at once, which would take long
# Chinese, Japanese and Thai letters: a line may end after each.
_EACH = "\u0e00-\u0e7f\u2e80-\ua4cf\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_PARTS = re.compile(rf"[{_EACH}]\s*|[^\s{_EACH}]+\s*")

Measure = Callable[[str], float]  # of the width in pixels


def fitted(
    text: str, sizes: Iterable[tuple[int, int]], room: float, measure: Callable[[str, int], float]
) -> tuple[int, list[str]]:
    """Return the largest of some sizes, each with the most lines, at which the text fits `room`, and its lines.

    If it does not fit at the smallest size either, its end is left out and an ellipsis says so.
    """
    for size, most in sizes:
        lines = wrapped(text, room, lambda part, size=size: measure(part, size))
        if len(lines) <= most:
            break
    return size, shortened(lines, most, room, lambda part: measure(part, size))


def wrapped(text: str, room: float, measure: Measure) -> list[str]:
    """Return the lines of a text; a word that is wider than a line is broken."""
    lines: list[str] = []
    for part in _PARTS.findall(text):
        if lines and measure((lines[-1] + part).rstrip()) <= room:
            lines[-1] += part
        else:
            lines += _pieces(part, room, measure)
    return [line.rstrip() for line in lines]


def _pieces(word: str, room: float, measure: Measure) -> list[str]:
    """Return a word in pieces that each fit a line."""
    pieces = []
    while word and (len(word) > LONGEST_LINE or measure(word.rstrip()) > room):
        ends = range(2, min(len(word), LONGEST_LINE) + 1)
        end = 1 + bisect_right(ends, room, key=lambda letters: measure(word[:letters]))
        pieces.append(word[:end])
        word = word[end:]
    return [*pieces, word] if word else pieces


def shortened(lines: list[str], most: int, room: float, measure: Measure) -> list[str]:
    """Return at most so many lines; where one is left out, the last ends in an ellipsis."""
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and measure(last + ELLIPSIS) > room:
        last = last[:-1].rstrip()
    return [*lines[: most - 1], last + ELLIPSIS]
