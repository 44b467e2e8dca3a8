r"""LaTeX outside formulas, as rules of the Markdown parser: `\emph{…}`, accents, quotation marks, dashes, `~`.

Every rule turns marks into tokens and reads the text between them again, so no word can get lost on the way. What has
no rule is shown as typed.
"""

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from . import commands, definitions, inline, links, signs, tex
from .accents import BASE, letter

UNKNOWN = "tex_unknown"  # the type of the token of a command that is shown as typed

COMMAND = re.compile(r"\\([A-Za-z]+)(\*?)")
_OPTION = re.compile(r"[^\S\n]*\[([^\]\n]{0,200})\]")
_BEGIN = re.compile(r"\\begin\s*\{([a-z]+)(\*?)\}")
_ONE_SIGN = re.compile(r" ?[A-Za-z0-9](?![A-Za-z])|(?<=[A-Za-z])[0-9]")
_VERB = re.compile(r"([^\w\s{*\\])([^\n]{1,200}?)\1")
_SCRIPT = re.compile(r"[_^](?:\\[A-Za-z]+|[A-Za-z0-9*+-])")
_PAIR = re.compile(r"\s*\{([^\W\d_]{2})\}")

Rule = Callable[[StateInline, bool], bool]


def add_rules(parser: MarkdownIt) -> None:
    """Teach a parser LaTeX; its own rules read what these leave."""
    ruler = parser.inline.ruler
    ruler.at("text", plain_text)
    for name, rule in (
        ("tex", formula),
        ("tex_environment", environment),
        ("tex_command", command),
        ("tex_sign", signs.sign),
        ("tex_group", signs.group),
        ("tex_quotation", signs.quotation),
        ("tex_dash", signs.dash),
        ("tex_tie", signs.tie),
    ):
        ruler.before("escape", name, rule)


def plain_text(state: StateInline, silent: bool) -> bool:
    """Read up to the next sign with a meaning. The library's own rule reads past the end of an argument."""
    found = state.md.inline.terminator_re.search(state.src, state.pos, state.posMax)
    end = found.start() if found else state.posMax
    inline.say(state, state.src[state.pos : end], silent)
    is_text, state.pos = end > state.pos, end
    return is_text


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
    found = COMMAND.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if end := definitions.end_of_definition(state.src, state.pos, state.posMax):
        if not silent:
            state.push(UNKNOWN, "", 0).content = state.src[state.pos : end]
        state.pos = end
        return True
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
    inline.say(state, commands.LETTERS[name], silent)
    if state.src.startswith("{}", at):
        return at + 2
    return at + (state.src.startswith(" ", at) and state.src[at + 1 : at + 2].isalpha())


def _accented_letter(state: StateInline, name: str, at: int, silent: bool) -> int:
    if name not in commands.ACCENTS:
        return 0
    if name == "t" and (pair := _PAIR.match(state.src, at, state.posMax)):
        inline.say(state, pair[1][0] + commands.ACCENTS["t"] + pair[1][1], silent)
        return pair.end()
    found = BASE.match(state.src, at, state.posMax)
    if not found or (found[0] and found[0] == found[6]) or "\n" in found[0]:  # "\cat" is no accent on "at"
        return 0
    inline.say(state, letter(found, name), silent)
    return found.end()


def _symbol(state: StateInline, name: str, at: int, silent: bool) -> int:
    if name in commands.BREAKS:
        return inline.broken(state, at, silent)
    if name not in commands.SYMBOLS:
        return 0
    inline.say(state, commands.SYMBOLS[name], silent)
    return at + 2 * state.src.startswith("{}", at)


def _styled(state: StateInline, name: str, at: int, silent: bool) -> int:
    if name not in commands.STYLES:
        return 0
    option = _OPTION.match(state.src, at, state.posMax)
    start, end = inline.argument(state, option.end() if option else at)
    if not end:
        # A switch holds to the end of its group, which here has none: its text is there anyway.
        return inline.after_switch(state, at) if name in commands.SWITCHES else 0
    if name in ("textsuperscript", "textsubscript"):
        script = f"{'^' if name == 'textsuperscript' else '_'}{{\\text{{{state.src[start:end]}}}}}"
        if not silent:
            _push_formula(state, script, is_display=False)
    else:
        inline.within(state, start, end, commands.STYLES[name], silent)
    return end + 1


def _enclosed(state: StateInline, name: str, at: int, silent: bool) -> int:
    start, end = inline.argument(state, at) if name in commands.ENCLOSED else (0, 0)
    if not end:
        return 0
    before, after = commands.ENCLOSED[name]
    typed_before = state.src[state.pos - 1 : state.pos]
    if not typed_before or typed_before.isspace():
        before = before.lstrip()
    if typed_before == before == "(" and state.src.startswith(")", end + 1):  # "by (\ref{x})"
        before = after = ""
    inline.say(state, before, silent)
    inline.within(state, start, end, "", silent)
    inline.say(state, after, silent)
    return end + 1


def _cited(state: StateInline, name: str, at: int, silent: bool) -> int:
    r"""Show `\cite[Theorem 2]{AB,CD}` as "[AB, CD, Theorem 2]"."""
    if name not in commands.CITATIONS:
        return 0
    notes = []
    while option := _OPTION.match(state.src, at, state.posMax):
        notes += filter(None, [option[1].strip()])
        at = option.end()
    start, end = inline.argument(state, at)
    if not end:
        return 0
    keys = [key.strip() for key in state.src[start:end].split(",")]
    inline.say(state, f"[{', '.join([*keys, *notes])}]", silent)
    return end + 1


def _verbatim(state: StateInline, name: str, at: int, silent: bool) -> int:
    if name == "verb" and (found := _VERB.match(state.src, at, state.posMax)):
        if not silent:
            state.push("code_inline", "code", 0).content = found[2]
        return found.end()
    start, end = inline.argument(state, at) if name in commands.VERBATIM else (0, 0)
    if not end:
        return 0
    if re.search(r"[\\${}]", state.src[start:end]):
        inline.within(state, start, end, "", silent)
    elif not silent:
        state.push("code_inline", "code", 0).content = state.src[start:end]
    return end + 1


def _address(state: StateInline, name: str, at: int, silent: bool) -> int:
    start, end = inline.argument(state, at) if name in ("url", "href") else (0, 0)
    if not end:
        return 0
    address = re.sub(r"\\([#%&_~{}])", r"\1", state.src[start:end]).strip()
    label_start, label_end = inline.argument(state, end + 1) if name == "href" else (start, end)
    if not label_end:
        return 0
    if silent:
        return label_end + 1
    is_link = not state.linkLevel and state.md.validateLink(address)
    if is_link:
        links.open_link(state, address, is_shown=name == "url")
    if name == "url":
        inline.say(state, address, silent)
    else:
        inline.within(state, label_start, label_end, "", silent)
    if is_link:
        state.push("link_close", "a", -1)
    elif name == "href":
        inline.say(state, f" ({address})", silent)
    return label_end + 1


def _bare(state: StateInline, name: str, at: int, silent: bool) -> int:
    r"""Read mathematics without dollars: `\pi`, `\alpha_1`, `\frac{1}{2}`."""
    wanted = commands.BARE.get(name, -1)
    if wanted < 0:
        return 0
    for _argument_number in range(wanted):
        _start, end = inline.argument(state, at)
        one = _ONE_SIGN.match(state.src, at, state.posMax)
        if not end and not one:
            return 0
        at = end + 1 if end else one.end()
    at = _after_scripts(state, at)
    if not silent:
        _push_formula(state, state.src[state.pos : at], is_display=False, is_bare=True)
    return at


def _after_scripts(state: StateInline, at: int) -> int:
    while state.src[at : at + 1] in ("_", "^") and at < state.posMax:
        _start, end = inline.argument(state, at + 1)
        script = _SCRIPT.match(state.src, at, state.posMax)
        if not end and not script:
            return at
        at = end + 1 if end else script.end()
    return at


def _unseen(state: StateInline, name: str, at: int, silent: bool) -> int:
    if name in commands.UNSEEN:
        return inline.after_switch(state, at)
    if name not in commands.UNSEEN_WITH_ARGUMENT:
        return 0
    _start, end = inline.argument(state, at + state.src.startswith("*", at))
    if not end:
        return 0
    return end + 1 + (state.src.startswith(" ", end + 1) and state.src[state.pos - 1 : state.pos] in ("", " "))
