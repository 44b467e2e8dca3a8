r"""Signs of LaTeX among words: `\%`, `\"o`, `\\`, `{\it …}`, ``…'', `--`, `~`."""

import re

from markdown_it.rules_inline import StateInline

from . import commands, inline
from .accents import ACCENT, BASE, letter

LONGEST_QUOTATION = 2000  # characters

_NAMED = re.compile(r"\\([A-Za-z]+)")
_SWITCH = re.compile(r"\{\s*\\([A-Za-z]+)(?![A-Za-z])[^\S\n]*(?:\\/)?")
_BREAK = re.compile(r"\\\\(?:\*|\s*\[-?[\d.]+\s*[a-z]{2}\])?[^\S\n]*\n?[^\S\n]*")
_SHARE = re.compile(r"\\\\[\w.-]+\\\w")  # a folder on a Windows server
_DASHES = re.compile("-+")
_QUOTATION_MARKS = re.compile("``?(?!`)")
# Each ends before the next mark that opens one, so that all attempts on one text together read it about once.
_END_OF_TWO = re.compile("((?:(?!''|``|\"(?!\\w)).)++)(?:''|\")", re.DOTALL)
_END_OF_ONE = re.compile(r"((?:[^`']|(?<=\w)'(?=\w))++)(?<!\s)'(?![\w'])")


def sign(state: StateInline, silent: bool) -> bool:
    r"""Read a backslash before a sign: `\%`, `\"o`, `\\`, `\,`."""
    typed = state.src[state.pos + 1 : min(state.pos + 2, state.posMax)]
    if state.src[state.pos] != "\\" or not typed:
        return False
    if typed == "\\":
        if _SHARE.match(state.src, state.pos, state.posMax):
            inline.say(state, "\\\\", silent)
            state.pos += 2
        else:
            state.pos = inline.broken(state, _BREAK.match(state.src, state.pos, state.posMax).end(), silent)
        return True
    end = _accent(state, typed, silent) or _spaced(state, typed, silent)
    if not end and typed in "%$&#_{}":
        inline.say(state, typed, silent)
        end = state.pos + 2
    state.pos = end or state.pos
    return bool(end)


def _accent(state: StateInline, typed: str, silent: bool) -> int:
    if typed not in commands.ACCENTS:
        return 0
    found = BASE.match(state.src, state.pos + 2, state.posMax)
    # A backslash may also keep Markdown from reading a sign, so only letters that exist with this accent count.
    accented = letter(found, typed) if found else ""
    if len(accented) != 1 or found[0][0].isspace():
        return 0
    inline.say(state, accented, silent)
    return found.end()


def _spaced(state: StateInline, typed: str, silent: bool) -> int:
    before, after = state.src[state.pos - 1 : state.pos], state.src[state.pos + 2 : state.pos + 3]
    is_within_word = before.isalnum() and after.isalnum()
    said = {" ": " ", "/": "", "@": "", ",": "\u2009"}
    if is_within_word:
        said |= {"-": "", "!": ""}
    if typed not in said:
        return 0
    inline.say(state, said[typed], silent)
    return state.pos + 2


def group(state: StateInline, silent: bool) -> bool:
    r"""Read `{\it …}` and the braces around an accent, as in `Poincar{\'e}`."""
    start, end = inline.argument(state, state.pos)
    if not end or not state.src.startswith("\\", start):
        return False
    switch = _SWITCH.match(state.src, state.pos, end)
    if switch and switch[1] in commands.SWITCHES:
        inline.within(state, switch.end(), end, commands.STYLES[switch[1]], silent)
    elif _is_letter(state, start, end):
        inline.within(state, start, end, "", silent)
    else:
        return False
    state.pos = end + 1
    return True


def _is_letter(state: StateInline, start: int, end: int) -> bool:
    """Tell whether a group holds one command for a letter or sign, such as `{\\'e}`, `{\\H o}` or `{\\L}`."""
    if accent := ACCENT.match(state.src, start, end):
        base = BASE.match(state.src, accent.end(), end)
        return base is not None and base.end() == end
    named = _NAMED.match(state.src, start, end)
    return named is not None and named.end() == end and named[1] in commands.LETTERS.keys() | commands.SYMBOLS.keys()


def quotation(state: StateInline, silent: bool) -> bool:
    "Read ``…'' and `…' as quotations where Markdown would begin code."
    marks = _QUOTATION_MARKS.match(state.src, state.pos, state.posMax)
    if not marks or state.src[state.pos - 1 : state.pos] in ("`", "\\"):
        return False
    start, most = marks.end(), min(state.posMax, marks.end() + LONGEST_QUOTATION)
    found = (_END_OF_TWO if len(marks[0]) == 2 else _END_OF_ONE).match(state.src, start, most)
    if not found:
        return False
    opening, closing = ("“", "”") if len(marks[0]) == 2 else ("‘", "’")
    inline.say(state, opening, silent)
    inline.within(state, start, found.end(1), "", silent)
    inline.say(state, closing, silent)
    state.pos = found.end()
    return True


def dash(state: StateInline, silent: bool) -> bool:
    """Read two hyphens as an en dash and three as an em dash; `--help` and `-->` stay."""
    found = _DASHES.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    before, after = state.src[state.pos - 1 : state.pos], state.src[found.end() : found.end() + 1]
    is_option = (not before or before.isspace()) and after.isalpha() and len(found[0]) == 2
    is_mark = before in ("<", "!") or after == ">"
    said = found[0] if is_option or is_mark else {2: "–", 3: "—"}.get(len(found[0]), found[0])
    inline.say(state, said, silent)
    state.pos = found.end()
    return True


def tie(state: StateInline, silent: bool) -> bool:
    """Read `~` between words as the space at which no line ends; "~50" and "/~ada" keep theirs."""
    at = state.pos
    before, after = state.src[at - 1 : at], state.src[at + 1 : at + 2]
    if state.src[at] != "~" or not before or before in "/~(\\" or before.isspace() or not after or after.isspace():
        return False
    if after in "~/":
        return False
    inline.say(state, "\u00a0", silent)
    state.pos = at + 1
    return True
