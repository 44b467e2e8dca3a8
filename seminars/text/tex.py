r"""Formulas: `$…$`, `\(…\)`, `$$…$$` and `\[…\]` found, checked, and turned into MathML or into readable text."""

import re
from collections.abc import Iterable

from django.utils.html import escape

from . import mathml, readable
from .commands import DISPLAYS
from .safety import CELL_CLASSES, FORMULA_ELEMENTS

# Each pattern ends at the next delimiter of its kind, so that all the attempts on one text together read it about once;
# possessive quantifiers keep a failed attempt from being retried.
_DISPLAY = r"\$\$(?P<dollars>(?:[^\\$]|\\.)++)\$\$|\\\[(?P<brackets>(?:[^\\]|\\[^\[\]])++)\\\]"
_WITHIN_LINE = r"\$(?P<dollar>(?:[^\\$]|\\.)++)\$|\\\((?P<parens>(?:[^\\]|\\[^()])++)\\\)"
DISPLAY = re.compile(_DISPLAY, re.DOTALL)
FORMULA = re.compile(f"{_DISPLAY}|{_WITHIN_LINE}", re.DOTALL)
_ENVIRONMENT = re.compile(rf"\\begin\s?\{{({'|'.join(sorted(DISPLAYS))})(\*?)\}}")
LONGEST_ENVIRONMENT = 8000  # characters

_WORDS_IN_TEXT = re.compile(r"\\(?:text\w*|mathrm|operatorname|mbox|hbox|begin|end)\*?\s*\{[^{}]*\}|\\[A-Za-z]+")
_PROSE = re.compile(r"(?<![A-Za-z])[A-Za-z]{3,},?\s+[A-Za-z]{2,}(?![A-Za-z])")
_WORD = re.compile(r"[A-Za-z]{3}")
_IS_MATHEMATICS = re.compile(r"[\\^_=<>]")
_IS_SYMBOL = re.compile(r"[A-Za-z]'*(?:\s*[-+*/|,(]\s*\(?[A-Za-z0-9]'*\)?)*")

_NUMBERING = re.compile(r"\\label\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![a-zA-Z])")
# What the library has no name for, or would number, by what it is drawn as.
_ENVIRONMENTS = {
    "equation": "gathered",
    "gather": "gathered",
    "multline": "gathered",
    "displaymath": "gathered",
    "dmath": "gathered",
    "math": "gathered",
    "align": "aligned",
    "flalign": "aligned",
    "alignat": "aligned",
    "eqnarray": "array",
}
_NUMBERED = re.compile(rf"\\(begin|end)\s*\{{({'|'.join(_ENVIRONMENTS)})\*?\}}(?:(?<=alignat\}})\s*\{{\d+\}})?")

_REMARK_AT_END = re.compile(r"(?<!\\)%[ \t]*(?=\n)")
_MATHEMATICS_IN_TEXT = re.compile(r"\\(?:text|mbox|hbox|textrm|textnormal)\{([^{}$]*)\$([^{}$]*)\$([^{}$]*)\}")
# What the library refuses though its meaning is plain.
_REWRITTEN = (
    (re.compile(r"(?<!\\)%"), r"\\%"),
    (re.compile(r"\\cr(?![A-Za-z])"), r"\\\\"),
    (_MATHEMATICS_IN_TEXT, r"\\text{\1}\2\\text{\3}"),
)

LONGEST = 1500  # characters of a formula
# Definitions are refused, and numbers and references mean nothing where each formula stands alone.
_FORBIDDEN = re.compile(
    r"\\(?:[gex]?def|let|futurelet|global|(?:re|provide)?(?:new)?command|newenvironment|Declare|csname|expandafter"
    r"|tag|ref|eqref|input|include|require)(?![a-z])"
)
# Functions of functions nest in the answer alone, and what reads it recurses too.
_MOST_LEVELS = 100
_TAG = re.compile(r"<(?P<closing>/?)(?P<element>[a-z]+)[^<>]*?(?P<empty>/?)>")
_CELL_STYLE = re.compile(r'<mtd style="([^"]*)"')


def is_meant(found: re.Match[str]) -> bool:
    r"""Tell a formula within dollars from amounts of money and from the words between two formulas."""
    content = found["dollar"]
    if content is None:
        return True
    earlier = found.string[max(found.start() - 20, 0) : found.start()]
    before, after = earlier[-1:], found.string[found.end() : found.end() + 1]
    if before.isascii() and before.isalpha() and content[0] not in "_^\\'{":  # CuO$_2$, but US$5
        return False
    if after.isdigit() and (content[0].isdigit() or content[0].isspace() or content[-1].isspace()):
        return False
    words = _WORDS_IN_TEXT.sub(" ", content)
    is_mathematics = _IS_MATHEMATICS.search(content) is not None
    if content[0].isspace() or content[-1].isspace():
        is_amount = earlier.rstrip()[-1:].isdigit() and content[0].isspace()
        is_symbol = _IS_SYMBOL.fullmatch(content.strip()) is not None
        return (is_mathematics or is_symbol) and not is_amount and not _PROSE.search(words)
    if content[0].isdigit() and _WORD.search(words):
        return is_mathematics
    return is_mathematics or not _PROSE.search(words)


def closing_of_display(source: str, at: int) -> str:
    r"""Return the `\end{align}` that a `\begin{align}` at `at` asks for, "" where none begins there."""
    found = _ENVIRONMENT.match(source, at)
    return f"\\end{{{found[1]}{found[2]}}}" if found else ""


def display_at_start(source: str) -> tuple[str, int]:
    """Return the display with which a text begins, without its delimiters, and where it ends; ("", 0) without one."""
    if end := end_of_display(source, 0, len(source)):
        return source[:end], end
    found = DISPLAY.match(source)
    return (found[found.lastgroup or 0], found.end()) if found else ("", 0)


def end_of_display(source: str, at: int, most: int) -> int:
    r"""Return where a display that begins with `\begin{align}` or its like at `at` ends, 0 where none does."""
    closing = closing_of_display(source, at)
    end = source.find(closing, at, min(most, at + LONGEST_ENVIRONMENT)) if closing else -1
    return end + len(closing) if end >= 0 else 0


def to_html(formula: str, display: bool) -> str:
    """MathML that says its source in `alttext`, or on any doubt the source itself as code."""
    source = formula.strip()
    found = _mathml(source, display=display)
    if found is None:
        return f'<code class="tex">{escape(source)}</code>'
    # Not <annotation>: a reader that knows no MathML, such as a feed reader, would show every formula twice.
    return _CELL_STYLE.sub(_cell, found).replace("<math", f'<math alttext="{escape(source)}"', 1)


def to_plain(formula: str) -> str:
    """Unicode text such as "α ≤ 1/2", or the source where a formula has no such form."""
    return readable_text(formula) or " ".join(formula.split())


def readable_text(formula: str) -> str | None:
    """Return the same, or None where a formula has no form on one line."""
    found = _mathml(formula.strip(), display=False)
    return found and readable.text(found)


def convert(formulas: Iterable[tuple[str, bool]]) -> None:
    """Convert formulas at once, each with whether it is a display, so that `to_html` and `to_plain` need not wait."""
    convertible = ((_convertible(formula.strip()), display) for formula, display in formulas)
    mathml.converter.convert_all((formula, display) for formula, display in convertible if formula is not None)


def _mathml(source: str, *, display: bool) -> str | None:
    formula = _convertible(source)
    found = None if formula is None else mathml.converter.convert(formula, display=display)
    if found is None:
        return None
    # A strike through a symbol changes what it means, and only some browsers draw it.
    is_known = all(tag["element"] in FORMULA_ELEMENTS for tag in _TAG.finditer(found)) and "strike" not in found
    return found if is_known and _levels(found) <= _MOST_LEVELS else None


def _convertible(source: str) -> str | None:
    """Return a formula as the library takes it, None where it may not have it.

    Each formula is numbered from (1) anew, which would mislead, so that none is.
    """
    if len(source) > LONGEST or _FORBIDDEN.search(source):
        return None
    known = _REMARK_AT_END.sub("", _NUMBERING.sub("", source))
    for pattern, replacement in _REWRITTEN:
        known = pattern.sub(replacement, known)
    return _NUMBERED.sub(_environment, known)


def _environment(found: re.Match[str]) -> str:
    columns = "{rcl}" if found[2] == "eqnarray" and found[1] == "begin" else ""
    return f"\\{found[1]}{{{_ENVIRONMENTS[found[2]]}}}{columns}"


def _levels(markup: str) -> int:
    deepest = level = 0
    for tag in _TAG.finditer(markup):
        level += (not tag["closing"]) - bool(tag["closing"] or tag["empty"])
        deepest = max(deepest, level)
    return deepest


def _cell(found: re.Match[str]) -> str:
    classes = [name for style, name in CELL_CLASSES.items() if style in found[1]]
    return f'<mtd class="{" ".join(classes)}"'
