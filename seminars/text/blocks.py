"""Rules for the blocks of a text: displayed formulas, and which lines begin a list or a quotation."""

import re
from collections.abc import Callable, Iterator

from markdown_it.rules_block import StateBlock

from . import tex

_CLOSING = {"$$": "$$", "\\[": "\\]"}
# What begins a block, by its kind.
_MARK = re.compile(r"(?P<item>[-+*](?= ))|(?P<number>\d{1,9}[.)](?= ))|(?P<quotation>>)|(?P<heading>#{1,6} )")


def displayed(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    r"""A formula on lines of its own, from `$$`, `\[` or `\begin{align}` to its partner, no blank line between."""
    start = state.bMarks[first] + state.tShift[first]
    opening = state.src[start : start + 2]
    closing = _CLOSING.get(opening) or tex.closing_of_display(state.src, start)
    if not closing:
        return False
    lines = list(_lines(state, first, last, (opening, closing)))
    text = "\n".join(lines).strip()
    content, end = tex.display_at_start(text)
    # A full stop may follow, a sentence makes it part of a paragraph.
    if not end or text[end:].strip() not in {"", ".", ",", ";", ":"}:
        return False
    if not silent:
        state.line = first + len(lines)
        token = state.push("tex_block", "", 0)
        token.content, token.info = content, text[end:].strip()
        token.map = [first, state.line]
    return True


def _lines(state: StateBlock, first: int, last: int, delimiters: tuple[str, str]) -> Iterator[str]:
    """The lines up to the one that closes the formula, or that opens the next, or that ends the paragraph."""
    opening, closing = delimiters
    for number in range(first, last):
        text = state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]
        is_first = number == first
        if not text.strip() or (not is_first and state.sCount[number] < state.blkIndent):
            return
        yield text
        is_next = opening in _CLOSING and text.startswith(opening) and not is_first
        if closing in text[2 if is_first else 0 :] or is_next:
            return


def on_its_own(rule: Callable[..., bool]) -> Callable[[StateBlock, int, int, bool], bool]:
    """Let a block interrupt a paragraph only where that is meant, not at a hard-wrapped line with its mark."""

    def interrupts(state: StateBlock, first: int, last: int, silent: bool) -> bool:
        is_within_paragraph = silent and state.parentType == "paragraph" and state.blkIndent == 0  # no item of a list
        if is_within_paragraph and not _is_meant_as_block(state, first):
            return False
        return rule(state, first, last, silent)

    return interrupts


def _is_meant_as_block(state: StateBlock, line: int) -> bool:
    """Tell a list or quotation from a sentence that goes on: after the end of a sentence, or one of several lines."""
    mark = _MARK.match(_text_of(state, line))
    before, after = _text_of(state, line - 1), _text_of(state, line + 1) if line + 1 < state.lineMax else ""
    return (
        mark is None
        or before.rstrip().endswith((".", ":", ";", "?", "!"))
        or any(_kind_of_mark(other) == mark.lastgroup for other in (before, after))
    )


def _kind_of_mark(text: str) -> str | None:
    mark = _MARK.match(text)
    return mark and mark.lastgroup


def _text_of(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
