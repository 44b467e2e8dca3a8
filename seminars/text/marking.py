"""Marking words of a question in safe HTML, whatever their accents and case; formulas and tags stay as they are."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from html import escape, unescape

from django.utils.safestring import SafeString, mark_safe

Fold = Callable[[str], str]

_PIECES = re.compile(r"(<math\b.*?</math>|<[^>]*>)", re.S)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_COMPOUND = re.compile(r"(?<![^\W_])[^\W_]+(?:['-][^\W_]+)+")
_SIMPLE = re.compile(r"[^\W_]+")
WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
MOST_MARKS = 30
MADE_OF_MARKS = frozenset("\u0f73\u0f75\u0f81")  # no marks themselves, but they come apart into nothing else
LENGTH = 220  # characters around the first word
# With these, most texts are ASCII, in which words are found in a tenth of the time; no place in the text changes.
_IN_ASCII = str.maketrans("’‘“”„«»–—−…•\u00a0\u202f", "'" + " " * 13)


def mark(markup: str, words: Sequence[str], fold: Fold) -> SafeString:
    """Put <mark> around each word that begins with one of these folded words."""
    parts = _PIECES.split(markup) if "<" in markup else [markup]
    parts[::2] = [_marked(unescape(part), words, fold) for part in parts[::2]]
    return mark_safe("".join(parts))  # noqa: S308  tags were safe before, text is escaped


def around(plain: str, words: Sequence[str], fold: Fold) -> SafeString | str:
    """Return what stands around the first such word of a plain text, "" where there is none."""
    whole = composed(plain)
    first = next(_spans(whole, words, fold), None)
    if first is None:
        return ""
    start, end = _window(whole, first[0])
    before, after = "… " if start else "", " …" if end < len(whole) else ""
    return mark_safe(f"{before}{_marked(whole[start:end].strip(), words, fold)}{after}")  # noqa: S308  as above


def composed(plain: str) -> str:
    """Return the text in NFC, with at most 30 marks on a letter (UAX #15, section 13); more take quadratic time."""
    if plain.isascii() or unicodedata.is_normalized("NFC", plain):
        return plain
    kept, marks = [], 0
    for letter in plain:
        marks = marks + 1 if unicodedata.combining(letter) or letter in MADE_OF_MARKS else 0
        if marks <= MOST_MARKS:
            kept.append(letter)
    return unicodedata.normalize("NFC", "".join(kept))


def _window(whole: str, at: int) -> tuple[int, int]:
    """Return a span that begins and ends with a word where there are spaces."""
    start = max(0, min(at - LENGTH // 3, len(whole) - LENGTH))
    end = min(len(whole), start + LENGTH)
    if start:
        start = whole.find(" ", start, at) + 1 or start
    if end < len(whole):
        end = max(whole.rfind(" ", at, end), at + 1) if " " in whole[at:end] else end
    return start, end


def _marked(plain: str, words: Sequence[str], fold: Fold) -> str:
    plain, done, parts = composed(plain), 0, []
    for start, end in _spans(plain, words, fold):
        parts += [escape(plain[done:start]), "<mark>", escape(plain[start:end]), "</mark>"]
        done = end
    return "".join([*parts, escape(plain[done:])])


def _spans(plain: str, words: Sequence[str], fold: Fold) -> Iterator[tuple[int, int]]:
    """Yield where words are found, in order: single ones, or a compound that was typed as one, O'Brien as "obrien"."""
    alike = plain if plain.isascii() else plain.translate(_IN_ASCII)
    if alike.isascii():
        yield from _spans_in_ascii(alike, tuple(word for word in words if word.isascii()))
        return
    beginnings = tuple(words)
    for compound in _WORD.finditer(plain):
        if compound[0].isascii() and compound[0].isalnum():  # most words, many times as fast
            if compound[0].lower().startswith(beginnings):
                yield compound.span()
            continue
        found = [span for simple in _SIMPLE.finditer(compound[0]) for span in _within(simple, words, fold)]
        if not found and "".join(_SIMPLE.findall(_folded(compound[0], fold))).startswith(beginnings):
            found = [(0, len(compound[0]))]
        yield from ((compound.start() + start, compound.start() + end) for start, end in found)


def _spans_in_ascii(plain: str, words: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Yield the same for a text without accents, as most are; words hold no special signs."""
    if not words:
        return
    lower = plain.lower()
    simple = _beginning_with(words)
    found = {match.start(): match.end() for match in simple.finditer(lower)}
    for compound in _COMPOUND.finditer(lower):
        start, end = compound.span()
        if "".join(_SIMPLE.findall(compound[0])).startswith(words) and not simple.search(lower, start, end):
            found[start] = end
    yield from sorted(found.items())


@lru_cache
def _beginning_with(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return what matches a word that begins with one of these."""
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(words)})[^\W_]*")


def _within(simple: re.Match[str], words: Sequence[str], fold: Fold) -> list[tuple[int, int]]:
    """Return the word if it begins so; where no spaces are written, the part that was typed."""
    typed, folded = simple[0], _folded(simple[0], fold)
    if folded.startswith(tuple(words)) and not WITHOUT_SPACES.search(typed):
        return [simple.span()]
    parts = [word for word in words if WITHOUT_SPACES.match(word)]
    found = (re.search(re.escape(part), typed) for part in parts)
    return [(simple.start() + match.start(), simple.start() + match.end()) for match in found if match][:1]


def _folded(word: str, fold: Fold) -> str:
    """Fold the quick way where a word has no accents, as most have none: abstracts are long."""
    return word.lower() if word.isascii() else fold(word)
