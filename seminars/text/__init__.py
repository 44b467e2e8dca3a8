"""The only door for typed text: Markdown and TeX as safe HTML and as readable text, and the form for search."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from hashlib import sha256
from html import escape as escaped
from html import unescape
from itertools import filterfalse

from django.core.cache import cache
from django.utils.html import conditional_escape, escape, linebreaks
from django.utils.safestring import SafeString, mark_safe

from . import markdown, marking, mathml, safety
from .mathml import rendering

KEPT_FOR = 7 * 24 * 3600  # seconds
# In characters. Longer text is no abstract and no biography: it is shown as typed, in escaped paragraphs.
LONGEST = 100_000
LONG = 2000  # in characters: what takes some time even without formulas

_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")
_UNREAD = re.compile(r'<(code class="tex|span class="tex-unknown)">(.*?)</', re.DOTALL)
_HAS_MARKS = re.compile(r"[\\$`~]|--")  # what LaTeX in a line may begin with
_BULLET = re.compile(r"(^|\n) *- ")
_NOT_TEXT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
# Letters that people type without their stroke, though Unicode does not take them apart.
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
    | dict.fromkeys("‘’ʼ´`", "'")
    | dict.fromkeys("“”„«»", '"')
    | dict.fromkeys("‐‑‒–—−", "-")
    # What has no width: a soft hyphen, joiners, marks of direction; and the line that lengthens an Arabic word.
    | dict.fromkeys(
        "\u00ad\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u0640"
    )
)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_SPELT = re.compile("([aou])e")
_SPELT_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ő": "oe", "ű": "ue", "ø": "oe", "å": "aa"}
    | {"Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Ő": "Oe", "Ű": "Ue", "Ø": "Oe", "Å": "Aa"}
)


def html(source: str, lang: str | None = None) -> SafeString:
    """Markdown with TeX as safe HTML, headings from h3 down; `lang` (BCP 47) wraps it in a div that says so."""
    return _in_language(_kept("html", printable(source).strip(), _html, if_long=_paragraphs), lang)


def for_feeds(source: str, lang: str | None = None) -> SafeString:
    """Return `html` for feed readers: a formula is a line of text if it can be written as one, and MathML if not.

    Many feed readers drop the tags of MathML and keep its text, which turns ½ into 12.
    """
    rendered = _kept("feeds", printable(source).strip(), _for_feeds, if_long=_paragraphs)
    return _in_language(rendered, lang)


def inline(source: str) -> SafeString:
    """One line, such as a title, as safe HTML: LaTeX is read, everything else stays as typed."""
    typed = _one_line(printable(source))
    if not _HAS_MARKS.search(typed):  # as most titles: nothing to read or to keep
        return mark_safe(escaped(typed, quote=False))  # noqa: S308  escaped here
    return mark_safe(_kept("inline", typed, _inline, if_long=escape))  # noqa: S308  nh3 has been over it


def plain(source: str) -> str:
    """Markdown with TeX as readable text without any markup; it is no HTML, so templates escape it as usual."""
    return _kept("plain", printable(source).strip(), markdown.to_plain, if_long=str)


def line(source: str) -> str:
    """The plain twin of `inline`: LaTeX made readable, everything else as typed, white space collapsed."""
    typed = _one_line(printable(source))
    return _kept("line", typed, _line, if_long=str) if _HAS_MARKS.search(typed) else typed


def for_address(source: str) -> str:
    """Return a line as addresses are made from it: as `line`, but with formulas as typed, whatever can be drawn."""
    if not _HAS_MARKS.search(source) or len(source) > LONGEST:
        return source
    return markdown.line_for_address(_one_line(printable(source)))


def excerpt(source: str, length: int) -> str:
    """The beginning of `plain` on one line of at most `length` characters, cut at a word and ended by "…"."""
    whole = _running(source)
    if len(whole) <= length:
        return whole
    cut = whole[: max(length - 1, 0)]
    at_word = cut.rpartition(" ")[0] if whole[len(cut)].isalnum() else cut
    # A script without spaces, or one endless word, is cut where it stands.
    return (at_word or cut).rstrip(" ,;:.–—-") + "…"


def beginning(source: str, length: int) -> SafeString:
    """The beginning of `html`, of about `length` letters, up to the end of a block or sentence.

    Where the first sentence is longer, it is the `excerpt`.
    """

    def render(typed: str) -> str:
        return safety.clean(markdown.beginning_to_html(typed, length)) or escape(excerpt(typed, length))

    kept = _kept(
        f"beginning{length}", printable(source).strip(), render, if_long=lambda typed: escape(excerpt(typed, length))
    )
    return mark_safe(kept)  # noqa: S308  nh3 has been over it


def marked(markup: str, words: Sequence[str]) -> SafeString:
    """Put <mark> around the words that begin with one of these folded ones; what is not safe yet is escaped."""
    safe = conditional_escape(markup)
    return marking.mark(safe, words, fold) if words else safe


def around(source: str, words: Sequence[str]) -> SafeString | str:
    """The part of `plain` in which the first of these folded words occurs, with all of them marked, or ""."""
    return marking.around(_running(source), words, fold) if words else ""


def prepare(source: str, *, is_line: bool) -> None:
    """Render a text that was typed, before a transaction in which others would wait for it."""
    if _may_hold_formulas(source):
        for render in (inline, line) if is_line else (html, plain):
            render(source)


def unread(source: str, *, is_line: bool) -> list[tuple[str, bool]]:
    """Return what of a text the page shows as typed, each with whether it is a formula or else a command of LaTeX."""
    if not _may_hold_formulas(source):
        return []
    shown = inline(source) if is_line else html(source)
    found = ((unescape(typed), kind.startswith("code")) for kind, typed in _UNREAD.findall(shown))
    return list(dict.fromkeys(found))


def printable(source: str) -> str:
    """As typed, with newlines as "\\n" and no character that is a control, half a surrogate pair or none at all."""
    if source.replace("\n", " ").isprintable():  # most text, many times as fast
        return source
    return _NOT_TEXT.sub("", _LINE_ENDS.sub("\n", source))


def without_stop(sentence: str) -> str:
    """Return a sentence without the punctuation at its end, where other words follow: "Closed: snow."."""
    return sentence.rstrip(" .!?…")


def fold(text: str) -> str:
    """The form in which search compares: no accents, no case, single spaces; folding twice changes nothing."""
    if text.isascii() and (line := text.replace("\n", " ")).isprintable():  # most text, ten times as fast
        return _one_line(line.lower().replace("`", "'"))
    folded = _without_accents(_without_accents(printable(text)).casefold())
    return _one_line(folded.translate(_PLAIN_LETTERS))


def sort_key(name: str) -> str:
    """Return what a list of names is sorted by: accents and case decide only between names that are alike otherwise."""
    return f"{fold(name)}\0{name}"


def spell_out(text: str) -> str:
    """Write umlauts as people do without a key for them, Müller as Mueller; other letters stay as they are."""
    return text if text.isascii() else marking.composed(text).translate(_SPELT_OUT)


def without_spelt_umlauts(folded: str) -> str:
    """Return folded text in which ae, oe and ue are single letters: "mueller" may mean Müller or Muller."""
    return _SPELT.sub(r"\1", folded)


def _may_hold_formulas(source: str) -> bool:
    return "$" in source or "\\" in source or len(source) > LONG


def _html(source: str) -> str:
    return safety.clean(markdown.to_html(source))


def _paragraphs(source: str) -> str:
    return safety.clean(linebreaks(source, autoescape=True))


def _for_feeds(source: str) -> str:
    return safety.clean(markdown.to_html(source, is_for_feeds=True))


def _in_language(rendered: str, lang: str | None) -> SafeString:
    if lang and rendered:
        rendered = f'<div lang="{escape(lang)}">{rendered}</div>'
    return mark_safe(rendered)  # noqa: S308  nh3 has been over it


def _inline(source: str) -> str:
    return safety.clean(markdown.line_to_html(source))


def _line(source: str) -> str:
    return _one_line(markdown.line_to_plain(source))


def _kept(form: str, source: str, render: Callable[[str], str], *, if_long: Callable[[str], str]) -> str:
    if not source:
        return ""
    key = f"text:{form}:{sha256(source.encode()).hexdigest()}"
    rendered = cache.get(key)
    if rendered is None:
        with rendering() as whole, mathml.one_text():
            rendered = (if_long if len(source) > LONGEST else render)(source)
        if not whole.is_postponed:
            cache.set(key, rendered, KEPT_FOR)
    return rendered


def _running(source: str) -> str:
    """Return `plain` on one line; items of a list are told from words after a dash."""
    return _one_line(_BULLET.sub(r"\1• ", plain(source)))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _without_accents(text: str) -> str:
    """Take accents off, those that stand alone first: sorting ten thousand on one letter would take seconds."""
    if text.isascii():
        return text
    return _without_marks(unicodedata.normalize("NFKD", _without_marks(text)))


def _without_marks(text: str) -> str:
    return _NOT_ASCII.sub(lambda found: "".join(filterfalse(_is_mark, found[0])), text)


def _is_mark(letter: str) -> bool:
    return bool(unicodedata.combining(letter) or letter in marking.MADE_OF_MARKS)
