r"""LaTeX outside formulas, as rules of the Markdown parser: `\emph{…}`, accents, quotation marks, dashes, `~`.

Every rule turns marks into tokens and reads the text between them again, so no word can get lost on the way. What has
no rule is shown as typed.
"""

import re
import unicodedata
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from . import commands, links, tex
from .groups import closing_braces

LONGEST_QUOTATION = 2000  # characters
UNKNOWN = "tex_unknown"  # the type of the token of a command that is shown as typed

_COMMAND = re.compile(r"\\([A-Za-z]+)(\*?)")
_OPTION = re.compile(r"[^\S\n]*\[([^\]\n]{0,200})\]")
_BEGIN = re.compile(r"\\begin\s*\{([a-z]+)(\*?)\}")
_SWITCH = re.compile(r"\{\s*\\([A-Za-z]+)(?![A-Za-z])[^\S\n]*(?:\\/)?")
_BREAK = re.compile(r"\\\\(?:\*|\s*\[-?[\d.]+\s*[a-z]{2}\])?[^\S\n]*\n?[^\S\n]*")
_SHARE = re.compile(r"\\\\[\w.-]+\\\w")  # a folder on a Windows server
_SCRIPT = re.compile(r"[_^](?:\\[A-Za-z]+|[A-Za-z0-9*+-])")
_BASE = re.compile(r"\s*(?:\{\s*(?:\\([ij])(?:\s*\{\})?|([^\W\d_]))?\s*\}|\\([ij])(?![A-Za-z])|([^\W\d_]))")
_PAIR = re.compile(r"\s*\{([^\W\d_]{2})\}")
_DASHES = re.compile("-+")
_QUOTATION_MARKS = re.compile("``?(?!`)")
# Each ends before the next mark that opens one, so that all attempts on one text together read it about once.
_END_OF_TWO = re.compile("((?:(?!''|``|\"(?!\\w)).)++)(?:''|\")", re.DOTALL)
_END_OF_ONE = re.compile(r"((?:[^`']|(?<=\w)'(?=\w))++)(?<!\s)'(?![\w'])")

Rule = Callable[[StateInline, bool], bool]


def add_rules(parser: MarkdownIt) -> None:
    """Teach a parser LaTeX; its own rules read what these leave."""
    inline = parser.inline.ruler
    for name, rule in (
        ("tex", formula),
        ("tex_environment", environment),
        ("tex_command", command),
        ("tex_sign", sign),
        ("tex_group", group),
        ("tex_quotation", quotation),
        ("tex_dash", dash),
        ("tex_tie", tie),
    ):
        inline.before("escape", name, rule)


# --- formulas ---


def formula(state: StateInline, silent: bool) -> bool:
    r"""Read `$…$`, `$$…$$`, `\(…\)` and `\[…\]`."""
    found = tex.FORMULA.match(state.src, state.pos, state.posMax)
    if not found or not tex.is_meant(found):
        return False
    if not silent:
        _push_formula(state, found[found.lastgroup or 0], is_display=found.lastgroup in ("dollars", "brackets"))
    state.pos = found.end()
    return True


def environment(state: StateInline, silent: bool) -> bool:
    r"""Read a display that has no dollars around it: `\begin{align} … \end{align}`."""
    end = tex.end_of_display(state.src, state.pos, state.posMax)
    if not end:
        return False
    if not silent:
        _push_formula(state, state.src[state.pos : end], is_display=True)
    state.pos = end
    return True


def _push_formula(state: StateInline, content: str, *, is_display: bool, is_bare: bool = False) -> None:
    token = state.push("tex", "", 0)
    token.content = content
    token.meta = {"display": is_display, "bare": is_bare}


# --- commands ---


def command(state: StateInline, silent: bool) -> bool:
    r"""Read a command such as `\emph{…}`; one that nobody knows becomes a token of its own."""
    found = _COMMAND.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    name, starred = found[1], found[1] + found[2]
    for reads in (_letter, _accented_letter, _symbol, _styled, _enclosed, _cited, _verbatim, _address, _bare, _unseen):
        if end := reads(state, starred if starred in commands.ENCLOSED else name, found.end(), silent):
            break
    else:
        end = found.end(1)
        if not silent:
            state.push(UNKNOWN, "", 0).content = found[0][: end - found.start()]
    state.pos = end
    return True


def _letter(state: StateInline, name: str, at: int, silent: bool) -> int:
    if name not in commands.LETTERS:
        return 0
    _say(state, commands.LETTERS[name], silent)
    if state.src.startswith("{}", at):
        return at + 2
    return at + (state.src.startswith(" ", at) and state.src[at + 1 : at + 2].isalpha())


def _accented_letter(state: StateInline, name: str, at: int, silent: bool) -> int:
    if name not in commands.ACCENTS:
        return 0
    if name == "t" and (pair := _PAIR.match(state.src, at, state.posMax)):
        _say(state, pair[1][0] + commands.ACCENTS["t"] + pair[1][1], silent)
        return pair.end()
    found = _BASE.match(state.src, at, state.posMax)
    # "\cat" is no accent on "at".
    if not found or (found.start() == at and found[4] and not state.src[at].isspace()) or "\n" in found[0]:
        return 0
    base = found[2] or found[4] or {"i": "i", "j": "j"}.get(found[1] or found[3] or "", "")
    _say(state, unicodedata.normalize("NFC", base + commands.ACCENTS[name]) if base else "", silent)
    return found.end()


def _symbol(state: StateInline, name: str, at: int, silent: bool) -> int:
    if name in commands.BREAKS:
        return _broken(state, at, silent)
    if name not in commands.SYMBOLS:
        return 0
    _say(state, commands.SYMBOLS[name], silent)
    return at + 2 * state.src.startswith("{}", at)


def _styled(state: StateInline, name: str, at: int, silent: bool) -> int:
    if name not in commands.STYLES:
        return 0
    option = _OPTION.match(state.src, at, state.posMax)
    start, end = _argument(state, option.end() if option else at)
    if not end:
        # A switch holds to the end of its group, which here has none: its text is there anyway.
        return _after_switch(state, at) if name in commands.SWITCHES else 0
    if name in ("textsuperscript", "textsubscript"):
        script = f"{'^' if name == 'textsuperscript' else '_'}{{\\text{{{state.src[start:end]}}}}}"
        if not silent:
            _push_formula(state, script, is_display=False)
    else:
        _within(state, start, end, commands.STYLES[name], silent)
    return end + 1


def _enclosed(state: StateInline, name: str, at: int, silent: bool) -> int:
    start, end = _argument(state, at) if name in commands.ENCLOSED else (0, 0)
    if not end:
        return 0
    before, after = commands.ENCLOSED[name]
    if name.startswith(("foot", "thanks")) or name.endswith("ref"):
        before = before.strip() if state.src[state.pos - 1 : state.pos].isspace() or state.pos == 0 else before
    _say(state, before, silent)
    _within(state, start, end, "", silent)
    _say(state, after, silent)
    return end + 1


def _cited(state: StateInline, name: str, at: int, silent: bool) -> int:
    r"""Show `\cite[Theorem 2]{AB,CD}` as "[AB, CD, Theorem 2]"."""
    if name not in commands.CITATIONS:
        return 0
    notes = []
    while option := _OPTION.match(state.src, at, state.posMax):
        notes += filter(None, [option[1].strip()])
        at = option.end()
    start, end = _argument(state, at)
    if not end:
        return 0
    keys = [key.strip() for key in state.src[start:end].split(",")]
    _say(state, f"[{', '.join([*keys, *notes])}]", silent)
    return end + 1


def _verbatim(state: StateInline, name: str, at: int, silent: bool) -> int:
    start, end = _argument(state, at) if name in commands.VERBATIM else (0, 0)
    if not end:
        return 0
    if re.search(r"[\\${}]", state.src[start:end]):
        _within(state, start, end, "", silent)
    elif not silent:
        state.push("code_inline", "code", 0).content = state.src[start:end]
    return end + 1


def _address(state: StateInline, name: str, at: int, silent: bool) -> int:
    start, end = _argument(state, at) if name in ("url", "href") else (0, 0)
    if not end:
        return 0
    address = re.sub(r"\\([#%&_~{}])", r"\1", state.src[start:end]).strip()
    label_start, label_end = _argument(state, end + 1) if name == "href" else (start, end)
    if not label_end:
        return 0
    if silent:
        return label_end + 1
    is_link = not state.linkLevel and state.md.validateLink(address)
    if is_link:
        links.open_link(state, address, is_shown=name == "url")
    if name == "url":
        _say(state, address, silent)
    else:
        _within(state, label_start, label_end, "", silent)
    if is_link:
        state.push("link_close", "a", -1)
    elif name == "href":
        _say(state, f" ({address})", silent)
    return label_end + 1


def _bare(state: StateInline, name: str, at: int, silent: bool) -> int:
    r"""Read mathematics without dollars: `\pi`, `\alpha_1`, `\frac{1}{2}`."""
    wanted = commands.BARE.get(name, -1)
    if wanted < 0:
        return 0
    for _argument_number in range(wanted):
        _start, end = _argument(state, at)
        if not end:
            return 0
        at = end + 1
    at = _after_scripts(state, at)
    if not silent:
        _push_formula(state, state.src[state.pos : at], is_display=False, is_bare=True)
    return at


def _after_scripts(state: StateInline, at: int) -> int:
    while state.src[at : at + 1] in ("_", "^") and at < state.posMax:
        _start, end = _argument(state, at + 1)
        script = _SCRIPT.match(state.src, at, state.posMax)
        if not end and not script:
            return at
        at = end + 1 if end else script.end()
    return at


def _unseen(state: StateInline, name: str, at: int, silent: bool) -> int:
    if name in commands.UNSEEN:
        return _after_switch(state, at)
    start, end = _argument(state, at + state.src.startswith("*", at)) if name in commands.UNSEEN_WITH_ARGUMENT else (0, 0)
    return end + 1 if end and start else 0


# --- signs, groups, quotation marks, dashes ---


def sign(state: StateInline, silent: bool) -> bool:
    r"""Read a backslash before a sign: `\%`, `\"o`, `\\`, `\,`."""
    typed = state.src[state.pos + 1 : min(state.pos + 2, state.posMax)]
    if state.src[state.pos] != "\\" or not typed:
        return False
    if typed == "\\":
        if _SHARE.match(state.src, state.pos, state.posMax):
            _say(state, "\\\\", silent)
            state.pos += 2
        else:
            state.pos = _broken(state, _BREAK.match(state.src, state.pos, state.posMax).end(), silent)
        return True
    end = _accent(state, typed, silent) or _spaced(state, typed, silent)
    if not end and typed in "%$&#_{}":
        _say(state, typed, silent)
        end = state.pos + 2
    state.pos = end or state.pos
    return bool(end)


def _accent(state: StateInline, typed: str, silent: bool) -> int:
    if typed not in commands.ACCENTS:
        return 0
    found = _BASE.match(state.src, state.pos + 2, state.posMax)
    base = found and (found[2] or found[4] or found[1] or found[3])
    # A backslash may also keep Markdown from reading a sign, so only letters that exist with this accent count.
    letter = unicodedata.normalize("NFC", (base or "") + commands.ACCENTS[typed])
    if not base or len(letter) > 1 or found[0][0].isspace():
        return 0
    _say(state, letter, silent)
    return found.end()


def _spaced(state: StateInline, typed: str, silent: bool) -> int:
    before, after = state.src[state.pos - 1 : state.pos], state.src[state.pos + 2 : state.pos + 3]
    is_within_word = before.isalnum() and after.isalnum()
    said = {" ": " ", "/": "", "@": ""}
    if is_within_word:
        said |= {",": "\u2009", "-": "", "!": ""}
    elif typed == ",":
        said |= {",": " "} if after.isalnum() else {}
    if typed not in said:
        return 0
    _say(state, said[typed], silent)
    return state.pos + 2


def group(state: StateInline, silent: bool) -> bool:
    r"""Read `{\it …}` and the braces around an accent, as in `Poincar{\'e}`."""
    start, end = _argument(state, state.pos)
    if not end or not state.src.startswith("\\", start):
        return False
    switch = _SWITCH.match(state.src, state.pos, end)
    if switch and switch[1] in commands.SWITCHES:
        _within(state, switch.end(), end, commands.STYLES[switch[1]], silent)
    elif re.match(r"\\(?:[`'^~\"=.]|([A-Za-z]+))", state.src[start : start + 30]) and _is_letter(state, start, end):
        _within(state, start, end, "", silent)
    else:
        return False
    state.pos = end + 1
    return True


def _is_letter(state: StateInline, start: int, end: int) -> bool:
    named = _COMMAND.match(state.src, start, end)
    known = commands.ACCENTS.keys() | commands.LETTERS.keys() | commands.SYMBOLS.keys()
    return end - start < 20 and (named is None or named[1] in known)


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
    _say(state, opening, silent)
    _within(state, start, found.end(1), "", silent)
    _say(state, closing, silent)
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
    _say(state, said, silent)
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
    _say(state, "\u00a0", silent)
    state.pos = at + 1
    return True


# --- what the rules share ---


def _say(state: StateInline, said: str, silent: bool) -> None:
    if not silent and said:
        state.append_pending(said)


def _argument(state: StateInline, at: int) -> tuple[int, int]:
    """Return where the text of an argument in braces begins and ends; (0, 0) where there is none."""
    while at < state.posMax and state.src[at] == " ":
        at += 1
    end = closing_braces(state.src).get(at, 0)
    return (at + 1, end) if 0 < end < state.posMax else (0, 0)


def _within(state: StateInline, start: int, end: int, tag: str, silent: bool) -> None:
    """Read a part of the text as tokens of their own, within a tag or without."""
    if silent:
        return
    after = state.posMax
    if tag:
        state.push(f"{tag}_open", tag, 1)
    else:
        state.level += 1  # so that the parser's bound on nesting holds here too
    state.pos, state.posMax = start, end
    state.md.inline.tokenize(state)
    state.posMax = after
    if tag:
        state.push(f"{tag}_close", tag, -1)
    else:
        state.level -= 1


def _after_switch(state: StateInline, at: int) -> int:
    """Return where the text after a command begins that prints nothing: one blank only ends its name."""
    return at + 2 if state.src.startswith("{}", at) else at + state.src.startswith(" ", at)


def _broken(state: StateInline, end: int, silent: bool) -> int:
    if not silent:
        state.pending = state.pending.rstrip(" ")
        state.push("hardbreak", "br", 0)
    return end
