"""MathML as one line of Unicode text, for calendars, summaries and announcements."""

import re
import unicodedata
from collections.abc import Callable
from xml.etree import ElementTree

_APPLY = "\u2061"
_SUPER = dict(
    zip("0123456789+-−=()abcdefghijklmnoprstuvwxyzT*′∗∘", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ*′*°", strict=True)
)
_SUB = dict(zip("0123456789+-−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
_ACCENTS = {"¯": "\u0304", "ˆ": "\u0302", "˜": "\u0303", "⃗": "\u20d7", "˙": "\u0307", "¨": "\u0308", "ˇ": "\u030c"}
_ACCENTS |= {"~": "\u0303", "\u0332": "\u0305", "\u0302": "\u0302", "\u0303": "\u0303", "´": "\u0301", "˘": "\u0306"}
_TIGHT_SIGNS = frozenset("∀∃∄∂∇∑∏∐∫∬∭∮√∞¬|‖~/′")
_LARGE_SIGNS = frozenset("∑∏∐∫∬∭∮⋃⋂⋁⋀⨁⨂")
_UNSEEN = dict.fromkeys(map(ord, "\u2062\u2063\u2064\ufe00\ufe01"))
_SIMPLE = re.compile(r"\d+(\.\d+)?|[^\W\d_][\u0300-\u036f\u20d7′⁰¹²³⁴-⁹ⁿ₀-₉ᵢⱼₖₙ]*|\((?:[^()]|\([^()]*\))*\)|[^\w\s]")


class _UnreadableError(Exception):
    """This formula has no form on one line."""


def text(mathml: str) -> str | None:
    """The text of what math-core wrote, or None where a line of text would say something else."""
    try:
        # The converter's own output, without any doctype: nothing typed is parsed as XML.
        root = ElementTree.fromstring(mathml.replace("&ApplyFunction;", _APPLY))  # noqa: S314
        found = _say(root)
    except (_UnreadableError, ElementTree.ParseError):
        return None
    found = re.sub(rf"\s*{_APPLY}\s*(?=[(\[])", "", found).replace(_APPLY, " ")
    found = re.sub(r"(?<=\d), (?=\d{3}(?!\d))", ",", " ".join(found.split()))
    return re.sub(r" (?=[,;)\]])|(?<=[(\[]) ", "", found)


def _say(element: ElementTree.Element) -> str:
    return _SAY.get(element.tag, _row)(element)


def _row(element: ElementTree.Element) -> str:
    return (element.text or "") + "".join(_say(child) + (child.tail or "") for child in element)


def _symbol(element: ElementTree.Element) -> str:
    return "".join(_letter(letter) for letter in (element.text or "").translate(_UNSEEN))


def _letter(letter: str) -> str:
    """Styled letters of the supplementary plane lose their style, which few calendars can show; ℝ and ℚ keep theirs."""
    is_styled = "\U0001d400" <= letter <= "\U0001d7ff"
    return unicodedata.normalize("NFKC", letter) if is_styled else letter


def _operator(element: ElementTree.Element) -> str:
    sign = _symbol(element)
    if sign in (",", ";"):
        return f"{sign} "
    is_tight = (
        sign in _TIGHT_SIGNS
        or "0" in (element.get("lspace"), element.get("rspace"))
        or element.get("form") in ("prefix", "postfix")
    )
    return f" {sign} " if not is_tight and any(map(_is_relation, sign)) else sign


def _is_relation(sign: str) -> bool:
    return unicodedata.category(sign) == "Sm" or "←" <= sign <= "⇿"


def _space(element: ElementTree.Element) -> str:
    width = (element.get("width") or "0").removesuffix("em")
    return " " if float(width) > 0.1 else ""


def _fraction(element: ElementTree.Element) -> str:
    if element.get("linethickness") == "0":
        raise _UnreadableError
    over, under = map(_say, element)
    return f"{_grouped(over)}/{_grouped(under)}"


def _grouped(part: str) -> str:
    part = part.strip()
    return part if _SIMPLE.fullmatch(part) else f"({part})"


def _script(part: str, small: dict[str, str], mark: str) -> str:
    part = part.strip().replace(" ", "")
    if part and all(letter in small for letter in part):
        return "".join(small[letter] for letter in part)
    if set(part) <= set("″‴⁗"):
        return part
    return f"{mark}{part}" if len(part) == 1 else f"{mark}({part})"


def _sup(element: ElementTree.Element) -> str:
    base, above = map(_say, element)
    return _scripted(base, "", above)


def _sub(element: ElementTree.Element) -> str:
    """Return the base with what stands below it and, if there is a third part, above it."""
    return _scripted(*map(_say, element))


def _scripted(base: str, below: str, above: str = "") -> str:
    base = base.strip()
    scripts = _script(below, _SUB, "_") + _script(above, _SUPER, "^")
    if base in _LARGE_SIGNS:
        return f"{base}{scripts} "
    return (base if re.fullmatch(r"\w*|.", base) or _SIMPLE.fullmatch(base) else f"({base})") + scripts


def _over(element: ElementTree.Element) -> str:
    base, above = map(_say, element)
    if element.get("accent"):
        return _accented(base, above.strip())
    return _scripted(base, "", above)


def _accented(base: str, accent: str) -> str:
    if len(base) != 1 or accent not in _ACCENTS:
        raise _UnreadableError
    return unicodedata.normalize("NFC", base + _ACCENTS[accent])


def _under(element: ElementTree.Element) -> str:
    if element.get("accentunder"):
        raise _UnreadableError
    return _sub(element)


def _root(element: ElementTree.Element) -> str:
    return "√" + _grouped(_row(element))


def _nth_root(element: ElementTree.Element) -> str:
    base, index = map(_say, element)
    return f"{_script(index, _SUPER, '^')}√{_grouped(base)}"


def _table(element: ElementTree.Element) -> str:
    # Cells with a side are one sentence split for alignment, centred ones are entries of a matrix.
    is_aligned = any("text-align" in cell.get("style", "") for cell in element.iter("mtd"))
    between = " " if is_aligned else ", "
    return "; ".join(between.join(_say(cell).strip() for cell in row).strip() for row in element)


def _padded(element: ElementTree.Element) -> str:
    return f" {_row(element)} " if "padding-left" in element.get("style", "") else _row(element)


def _refuse(element: ElementTree.Element) -> str:
    raise _UnreadableError


_SAY: dict[str, Callable[[ElementTree.Element], str]] = {
    "mi": _symbol,
    "mn": _symbol,
    "mo": _operator,
    "mspace": _space,
    "mpadded": _padded,
    "mphantom": lambda element: "",
    "mfrac": _fraction,
    "msqrt": _root,
    "mroot": _nth_root,
    "msub": _sub,
    "msup": _sup,
    "msubsup": _sub,
    "munder": _under,
    "mover": _over,
    "munderover": _sub,
    "mtable": _table,
    "mmultiscripts": _refuse,
}
