"""Tell the labels of a headline, which name a series or a kind of talk, from the words of a title."""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from seminars.importing.reading.headline_marks import Label, Marked
from seminars.importing.reading.headline_parts import Part, joined, parts_of
from seminars.importing.reading.headline_words import (
    FORMAT,
    KINDS,
    MEETINGS,
    MODIFIERS,
    MODIFIERS_AFTER,
    NUMBER_LAST,
    OF_NAMES,
)
from seminars.models.titles import is_to_be_announced
from seminars.text import fold
from seminars.typed_names.names import Certainty
from seminars.typed_names.people import named_in

_MOST_WORDS = 9  # in a label
_MOST_REMEMBERED = 2000  # words
_FIRST_BRACKETS = re.compile(r"(?P<sign>[\[(【])(?P<words>[^\[\]()【】]{1,80})[\])】](?P<after> ?[:–—-]? ?)(?=\S)")
_COMPOUND = re.compile(
    r"(?:\w{3,}|[\w-]+-)(?:seminars?|kolloquium|vortrag|vorlesung|lecture)"
)  # "Forschungsseminar", "SFB-Kolloquium"
_ARTICLE_FIRST = re.compile(r"(?:an?|the|eine?|une?|ein|una?|il|el) ")
_OF = re.compile(r"(?:d['’]|dell['’]).+", re.IGNORECASE)
_FOLDED_KINDS = tuple(fold(kind) for kind in KINDS)
_MODIFIERS = frozenset(map(fold, MODIFIERS))
_MODIFIERS_AFTER = frozenset(map(fold, MODIFIERS_AFTER))
_OF_NAMES = frozenset(map(fold, OF_NAMES))
_OF_SENTENCES = frozenset(
    {"a", "an", "to", "how", "why", "what", "from", "with", "is", "are", "at", "my", "your", "no", "by", "because"}
)
_ACRONYM = re.compile(r"[A-Z][A-Z&/-]{1,9}")


class KnownLabels:
    """The names of the series at hand and the kinds of talks, its own and the general ones."""

    def __init__(self, names: Collection[str], kinds: Collection[str]) -> None:
        self._names = {fold(name) for name in names if name}
        self._own_kinds = {fold(kind) for kind in kinds if kind}
        self._kinds = sorted(self._own_kinds.union(_FOLDED_KINDS), key=len, reverse=True)
        self._by_last_word: dict[str, list[str]] = {}
        self._known: dict[str, Label | None] = {}  # by words; a headline asks for the same ones several times
        for kind in self._kinds:
            self._by_last_word.setdefault(kind.rsplit(" ", 1)[-1], []).append(kind)

    def is_label(self, words: str) -> bool:
        return self.label_of(words) is not None

    def label_of(self, words: str) -> Label | None:
        """Return the label that these words are; None if they are words of a title."""
        if words not in self._known:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[words] = self._label_of(words)
        return self._known[words]

    def _label_of(self, words: str) -> Label | None:
        bare = words.strip(" ,:–—-|")
        unnumbered = _without_number(bare) or bare
        folded = fold(unnumbered)
        kind = self._kind_at_end(folded)
        if folded in self._names or (unnumbered != bare and fold(bare) in self._names):
            return Label(bare, _last_words(bare, kind), is_known=True)
        if not kind:
            return _with_kind_first(bare) or self._with_modifiers_behind(bare, folded)
        before = folded[: len(folded) - len(kind)].strip(" -–—:")
        if not before or before in self._names or folded in self._own_kinds:
            return Label(bare, _last_words(bare, kind), is_known=True)
        if all(word in _MODIFIERS for word in before.split()):
            return Label(bare, _last_words(bare, folded), is_known=False)
        if _may_name_a_series(bare, before):
            meets_again = bool(MEETINGS.fullmatch(kind))
            return Label(bare, _last_words(bare, kind), is_known=False, meets_again=meets_again)
        return None

    def _with_modifiers_behind(self, bare: str, folded: str) -> Label | None:
        """Read "Charla invitada" and "Séminaire doctorants"."""
        words = folded.split()
        count = next((count for count, word in enumerate(reversed(words)) if word not in _MODIFIERS_AFTER), 0)
        kind = " ".join(words[:-count]) if count else ""
        return Label(bare, bare, is_known=False) if kind in self._kinds else None

    def kind_before(self, text: str) -> str:
        """Return the kind that a text begins with: "Guest lecture" of "Guest lecture by Bo Reed"; "" if none does."""
        words = text.split(" ")
        for count in range(min(6, len(words) - 1), 0, -1):
            label = self.label_of(" ".join(words[:count]))
            if label and (label.is_known or label.kind == label.words or _joins(words[count])):
                return " ".join(words[:count])
        return ""

    def take_from(self, marked: Marked) -> None:
        """Take the labels at the beginning and a kind at the end off a headline."""
        self._take_brackets(marked)
        self._take_first(marked)
        self._take_before_comma(marked)
        self._take_last(marked)
        kind = "" if marked.label else self.kind_before(marked.text)
        if kind and is_to_be_announced(marked.text[len(kind) :]):
            _note(marked, Label(kind, kind, is_known=True), marked.text[len(kind) :])

    def _take_brackets(self, marked: Marked) -> None:
        """Take "[PDE]" off the beginning, and "(PDE)" if the series has this name."""
        match = _FIRST_BRACKETS.match(marked.text)
        if not match or FORMAT.fullmatch(match["words"]):
            return
        label = self.label_of(match["words"])
        is_apart = match["sign"] != "(" and (match["after"] or match["sign"] == "【")
        if (label and label.is_known) or (is_apart and re.search(r"[^\W\d_]", match["words"])):
            _note(marked, label or Label(match["words"], "", is_known=False), marked.text[match.end() :])

    def _take_first(self, marked: Marked) -> None:
        """Take "PDE Seminar:" off the beginning; a name of the series may have a colon of its own."""
        parts = parts_of(marked.text)
        for count in range(min(len(parts) - 1, 4), 0, -1):
            label, rest = self.label_of(joined(parts[:count])), joined(parts[count:])
            if label and (label.is_known or count == 1) and not _ARTICLE_FIRST.match(rest):
                _note(marked, label, rest)
                return
        _take_acronym(marked, parts)

    def _take_before_comma(self, marked: Marked) -> None:
        """Take "Algebra Seminar, " off the beginning if people follow."""
        words, _comma, rest = marked.text.partition(", ")
        label = self.label_of(words) if rest else None
        if label and (label.is_known or label.meets_again) and named_in(rest).people:
            _note(marked, label, rest)

    def _take_last(self, marked: Marked) -> None:
        """Take "— Seminar" off the end, and a longer label behind somebody who is surely named."""
        parts = parts_of(marked.text)
        label = self.label_of(parts[-1].text) if len(parts) > 1 else None
        if not label:
            return
        before = joined(parts[:-1])
        if label.is_known or label.kind == label.words or named_in(before).certainty == Certainty.SURE:
            _note(marked, label, before)

    def _kind_at_end(self, folded: str) -> str:
        """Return the folded kind that ends a folded label, "" if none does."""
        last = folded.rsplit(" ", 1)[-1]
        for kind in self._by_last_word.get(last, ()):
            if folded == kind or folded.endswith(f" {kind}"):
                return kind
        if _COMPOUND.fullmatch(last):
            return last
        if folded.isascii():
            return ""
        # Chinese and Japanese have no spaces before it.
        return next((kind for kind in self._kinds if not kind.isascii() and folded.endswith(kind)), "")


@lru_cache(maxsize=64)
def known_labels(names: tuple[str, ...], kinds: tuple[str, ...]) -> KnownLabels:
    """Return the labels of a series; a file has thousands of headlines and few series."""
    return KnownLabels(names, kinds)


def _joins(word: str) -> bool:
    return word.lower() in {"by", "von", "w/", "with", "mit", "avec", "con"} or word.startswith("(")


def _with_kind_first(bare: str) -> Label | None:
    """Read "Seminar on Algebra", "Oberseminar Algebra" and "Séminaire d'algèbre"."""
    words = bare.split()
    if not 2 <= len(words) <= _MOST_WORDS or not MEETINGS.fullmatch(words[0]):
        return None
    rest = " ".join(words[1:])
    is_of = fold(words[1]) in _OF_NAMES or _OF.fullmatch(words[1])
    if not is_of and (not words[1][0].isupper() or named_in(rest).people):
        return None
    return None if is_to_be_announced(rest) else Label(bare, words[0], is_known=False, meets_again=True)


def _may_name_a_series(bare: str, before: str) -> bool:
    """Tell "Women in Logic Symposium" and "Type theory seminar" from "How to give a good talk"."""
    words = bare.split()[: len(before.split())]
    if len(words) >= _MOST_WORDS or any(sign in before for sign in "?!\"“,;:'’"):
        return False
    if any(fold(word) in _OF_SENTENCES | {"the"} for word in words[1:]):
        return False
    first = fold(words[0])
    is_capital = words[0][0].isupper() or words[0][0].isdigit()
    return first == "the" or (is_capital and first not in _OF_SENTENCES | _OF_NAMES)


def _take_acronym(marked: Marked, parts: Sequence[Part]) -> None:
    """Take "PDE:" off the beginning if somebody follows who is surely named."""
    is_acronym = len(parts) > 1 and _ACRONYM.fullmatch(parts[0].text)
    if is_acronym and named_in(parts[1].text).certainty == Certainty.SURE:
        _note(marked, Label(parts[0].text, "", is_known=False), joined(parts[1:]))


def _last_words(bare: str, kind: str) -> str:
    """Return a kind as the label has it: "Seminar" of "TRUST Seminar #12"."""
    words, count = _without_number(bare).split(), len(kind.split())
    return " ".join(words[-count:]) if count else ""


def _without_number(bare: str) -> str:
    """Return "TRUST Seminar" of "TRUST Seminar #12"."""
    ends_in_number = bare[-1:].isdecimal() or bare[-1:] in set("期回讲講")
    return NUMBER_LAST.sub("", bare) if ends_in_number else bare  # looking for one takes longer than all else


def _note(marked: Marked, label: Label, rest: str) -> None:
    """Take a label off; there may be several."""
    marked.text = rest.strip(" :–—|")
    marked.kind = marked.kind or label.kind
    marked.label = " ".join(filter(None, (marked.label, label.words)))
