r"""What may not reach math-core: it ends the process on deep nesting and takes 2ⁿ steps for n brackets left open."""

import math
import re
from functools import lru_cache

from math_core import LatexError, LatexToMathML

LONGEST = 1500  # characters
# math-core needs up to 4 KiB of stack for a level: 40 levels fit the smallest thread, and the longest formula,
# were it nothing but braces, would still fit the usual 8 MiB.
DEEPEST = 40
# Ten half-open intervals are one formula; thirty would be an hour.
MOST_LEFT_OPEN = 10

_FORBIDDEN = re.compile(
    r"\\(?:[gex]?def|let|futurelet|global|(?:re|provide)?(?:new)?command|newenvironment|Declare|csname|expandafter"
    r"|tag|ref|eqref|input|include|require)(?![a-z])"
)

_DELIMITER = r"\s*(?:\\[a-zA-Z]+|\\?[^a-zA-Z\s])"
_LETTERS_END = r"(?![a-zA-Z])"
_TOKEN = re.compile(
    r"%[^\n]*"
    rf"|(?P<enter>\{{|\\left{_DELIMITER}|\\begin\s*\{{[^{{}}]*\}}|\\begingroup{_LETTERS_END})"
    rf"|(?P<leave>\}}|\\right{_DELIMITER}|\\end\s*\{{[^{{}}]*\}}|\\endgroup{_LETTERS_END})"
    rf"|(?P<divide>&|\\\\|\\middle{_DELIMITER})"
    rf"|(?P<open>\(|\\\{{|\\l(?:angle|floor|ceil|[vV]ert|brac[ek]|paren|group){_LETTERS_END}|\\[bB]igg?l{_DELIMITER}|[⟨⌊⌈])"
    rf"|(?P<shut>\)|\\\}}|\\r(?:angle|floor|ceil|[vV]ert|brac[ek]|paren|group){_LETTERS_END}|\\[bB]igg?r{_DELIMITER}|[⟩⌋⌉])"
    r"|(?P<square>\[)|(?P<unsquare>\])"
    # Brackets whose partners are not worth a list, and macros that hide one.
    rf"|(?P<stray>\\(?:lAngle|lBrace|lang|llangle|llbracket|llcorner|llparenthesis|lmoustache|ulcorner){_LETTERS_END}"
    r"|[⌜⌞⎰⟅⟦⟪⟬⟮⦃-⧼❨-❴⸢-⸨「-〚﴾︗-﹝（［｛｟｢])"
    r"|(?P<command>\\[a-zA-Z]+)|(?P<script>[\^_])|(?P<atom>\\?\S|\\\s)"
)
# Commands take one argument or none, except these; the last kind reaches to the end of the group.
_TAKE_TWO = "frac dfrac tfrac cfrac binom dbinom tbinom overset underset stackrel textcolor raisebox"
_TAKE_THE_REST = "color displaystyle textstyle scriptstyle scriptscriptstyle over choose brace brack"
_ARGUMENTS: dict[str, float] = {"sideset": 3, "prescript": 3, "mathchoice": 4, "genfrac": 6}
_ARGUMENTS |= dict.fromkeys(_TAKE_TWO.split(), 2) | dict.fromkeys(_TAKE_THE_REST.split(), math.inf)
_HIDE_A_BRACKET = frozenset({"pmod", "pod", "mathopen"})

# What stands for `{`, for `[` of an option and for a bracket, among the numbers of arguments still awaited.
_GROUP, _OPTION, _BRACKET = -1, -2, -3

_converter = LatexToMathML(fancy_error=False)


def is_tame(formula: str) -> bool:
    """Whether math-core may have it: short, without definitions, nested and left open no more than it can bear."""
    if len(formula) > LONGEST or _FORBIDDEN.search(formula):
        return False
    nesting = Nesting(formula)
    return nesting.deepest <= DEEPEST and nesting.left_open <= MOST_LEFT_OPEN


class Nesting:
    r"""How deep a parser of `formula` recurses and how many brackets find no partner: at most that, never more.

    One pass without recursion. A level is a group, a bracket, or a command that still waits for an argument:
    `\frac1\frac1\frac1x` is three deep. Where the reading is in doubt it errs towards more.
    """

    def __init__(self, formula: str) -> None:
        self.awaited: list[float] = []
        self.deepest = self.left_open = 0
        self.is_after_command = False
        for token in _TOKEN.finditer(formula):
            if token.lastgroup:
                getattr(self, f"_{token.lastgroup}")(token[0])
                self.is_after_command = token.lastgroup == "command" and self._awaits_argument()
                self.deepest = max(self.deepest, len(self.awaited))
        self.left_open += self.awaited.count(_BRACKET)

    def _enter(self, token: str) -> None:
        self.awaited.append(_GROUP)

    def _leave(self, token: str) -> None:
        self._divide(token)
        if self.awaited:
            self.awaited.pop()
        self._atom(token)

    def _divide(self, token: str) -> None:
        """A cell ends, and with it all that its group had begun."""
        while self.awaited and self.awaited[-1] != _GROUP:
            self.left_open += self.awaited.pop() == _BRACKET

    def _open(self, token: str) -> None:
        self._atom(token)
        self.awaited.append(_BRACKET)

    def _shut(self, token: str) -> None:
        if self.awaited and self.awaited[-1] == _BRACKET:
            self.awaited.pop()
        else:
            self._atom(token)

    def _square(self, token: str) -> None:
        if self.is_after_command:
            self.awaited.append(_OPTION)
        else:
            self._open(token)

    def _unsquare(self, token: str) -> None:
        innermost = next((level for level in reversed(self.awaited) if level < 0), None)
        if innermost != _OPTION:
            return self._shut(token)
        while self.awaited.pop() != _OPTION:
            pass
        return None

    def _stray(self, token: str) -> None:
        self.left_open += 1
        self._atom(token)

    def _command(self, token: str) -> None:
        name = token[1:]
        self.left_open += name in _HIDE_A_BRACKET
        if name in _ARGUMENTS:
            self.awaited.append(_ARGUMENTS[name])
        elif _is_symbol(name):
            self._atom(token)
        else:
            self.awaited.append(1)

    def _script(self, token: str) -> None:
        self.awaited.append(1)

    def _atom(self, token: str) -> None:
        """An argument for the innermost command; one that has all of its own is an argument in turn."""
        while self._awaits_argument():
            self.awaited[-1] -= 1
            if self.awaited[-1] > 0:
                return
            self.awaited.pop()

    def _awaits_argument(self) -> bool:
        return bool(self.awaited) and self.awaited[-1] > 0


@lru_cache(maxsize=2048)
def _is_symbol(name: str) -> bool:
    """Whether a command stands for itself, as `alpha` does, which math-core itself knows best."""
    try:
        _converter.convert_with_local_state(f"\\{name}", displaystyle=False)
    except LatexError:
        return False
    return True
