r"""Formulas: `$…$`, `\(…\)`, `$$…$$` and `\[…\]` found, checked, and turned into MathML or into readable text."""

import re
from collections.abc import Callable, Iterable

from django.utils.html import escape

from . import mathml, readable
from .safety import CELL_CLASSES, FORMULA_ELEMENTS

# A dollar amount is no formula: "$5 and $7" has a space before its second dollar, "$5/$7" a digit after it,
# "US$5" a letter before the first. Each pattern ends at the next delimiter of its kind, so that all the attempts
# on one text together read it about once; possessive quantifiers keep a failed attempt from being retried.
_DISPLAY = r"\$\$(?P<dollars>(?:[^\\$]|\\.)++)\$\$|\\\[(?P<brackets>(?:[^\\]|\\[^\[\]])++)\\\]"
_WITHIN_LINE = (
    r"(?<![A-Za-z])\$(?![\s$])(?P<dollar>(?:[^\\$]|\\.)++)(?<!\s)\$(?!\d)|\\\((?P<parens>(?:[^\\]|\\[^()])++)\\\)"
)
DISPLAY = re.compile(_DISPLAY, re.DOTALL)
FORMULA = re.compile(f"{_DISPLAY}|{_WITHIN_LINE}", re.DOTALL)
_NEXT = re.compile(rf"\\(?P<escaped>\$)|\\\\|{FORMULA.pattern}", re.DOTALL)

_NUMBERING = re.compile(r"\\label\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![a-zA-Z])")
_ENVIRONMENTS = {
    "equation": "gathered",
    "gather": "gathered",
    "align": "aligned",
    "flalign": "aligned",
}
_NUMBERED = re.compile(rf"(\\(?:begin|end)\s*\{{)({'|'.join(_ENVIRONMENTS)})\*?\}}")

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


def replace(source: str, in_text: Callable[[str], str], in_formula: Callable[[str, bool], str]) -> str:
    r"""One line with its formulas replaced; `\$` is a dollar, all other text goes through `in_text`."""
    parts: list[str] = []
    at = 0
    for found in _NEXT.finditer(source):
        parts.append(in_text(source[at : found.start()]))
        at = found.end()
        if found["escaped"]:
            parts.append("$")
        elif found.lastgroup:
            parts.append(in_formula(found[found.lastgroup], False))  # noqa: FBT003  a line has no display of its own
        else:
            parts.append(found[0])
    return "".join([*parts, in_text(source[at:])])


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
    source = formula.strip()
    found = _mathml(source, display=False)
    return (found and readable.text(found)) or " ".join(source.split())


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
    return _NUMBERED.sub(lambda found: f"{found[1]}{_ENVIRONMENTS[found[2]]}}}", _NUMBERING.sub("", source))


def _levels(markup: str) -> int:
    deepest = level = 0
    for tag in _TAG.finditer(markup):
        level += (not tag["closing"]) - bool(tag["closing"] or tag["empty"])
        deepest = max(deepest, level)
    return deepest


def _cell(found: re.Match[str]) -> str:
    classes = [name for style, name in CELL_CLASSES.items() if style in found[1]]
    return f'<mtd class="{" ".join(classes)}"'
