"""Tell the labels of a headline, which name a series or a kind of talk, from the words of a title."""

import re
from collections.abc import Collection

from seminars.importing.headline_marks import Label, Marked
from seminars.importing.headline_parts import Part, joined, parts_of
from seminars.importing.headline_words import FORMAT, KINDS, MEETINGS, MODIFIERS, NUMBER_LAST, OF_NAMES
from seminars.importing.people import Certainty, named_in
from seminars.models.titles import is_to_be_announced
from seminars.text import fold

_FIRST_BRACKETS = re.compile(r"(?P<sign>[\[(【])(?P<words>[^\[\]()【】]{1,80})[\])】] ?[:–—-]? ?(?=\S)")
_FOLDED_KINDS = tuple(sorted({fold(kind) for kind in KINDS}, key=len, reverse=True))
_COMPOUND = re.compile(r"\w{3,}(?:seminar|kolloquium|vortrag|vorlesung|seminars|lecture)")
_ARTICLE_FIRST = re.compile(r"(?:an?|the|eine?|une?|ein|una?|il|el) ")
_MOST_WORDS = 9  # in a label


class KnownLabels:
    """The names of the series at hand and the kinds of talks, its own and the general ones."""

    def __init__(self, names: Collection[str], kinds: Collection[str]) -> None:
        self._names = {fold(name) for name in names if name}
        self._kinds = (*sorted({fold(kind) for kind in kinds if kind}, key=len, reverse=True), *_FOLDED_KINDS)
        self._own_kinds = {fold(kind) for kind in kinds if kind}

    def is_label(self, words: str) -> bool:
        return self.label_of(words) is not None

    def label_of(self, words: str) -> Label | None:
        """Return the label that these words are; None if they are words of a title."""
        bare = words.strip(" ,:–—-|")
        folded = fold(NUMBER_LAST.sub("", bare) or bare)
        kind = self._kind_at_end(folded)
        if folded in self._names or fold(bare) in self._names:
            return Label(bare, self._as_written(bare, kind), is_known=True)
        if not kind:
            return self._with_kind_first(bare, folded)
        before = folded[: len(folded) - len(kind)].strip(" -–—:")
        if not before or before in self._names or self._own_kinds & {folded}:
            return Label(bare, self._as_written(bare, kind), is_known=True)
        if all(word in MODIFIERS for word in before.split()):
            return Label(bare, bare if folded == fold(bare) else self._as_written(bare, folded), is_known=False)
        if self._may_name_a_series(bare, before):
            meets_again = bool(MEETINGS.fullmatch(kind))
            return Label(bare, self._as_written(bare, kind), is_known=False, meets_again=meets_again)
        return None

    def kind_before(self, text: str) -> str:
        """Return the kind that a text begins with: "Guest lecture" of "Guest lecture by Bo Reed"; "" if none does."""
        words = text.split(" ")
        for count in range(min(4, len(words) - 1), 0, -1):
            begin = " ".join(words[:count])
            label = self.label_of(begin)
            if label and (label.is_known or label.kind == label.words):
                return begin
        return ""

    def take_from(self, marked: Marked) -> None:
        """Take the labels at the beginning and a kind at the end off a headline."""
        self._take_brackets(marked)
        self._take_first(marked)
        self._take_last(marked)
        kind = "" if marked.label else self.kind_before(marked.text)
        if kind and is_to_be_announced(marked.text[len(kind) :]):
            _note(marked, Label(kind, kind, is_known=True), marked.text[len(kind) :])

    def _take_brackets(self, marked: Marked) -> None:
        """Take "[PDE]" off the beginning, and "(PDE)" if the series is called so."""
        match = _FIRST_BRACKETS.match(marked.text)
        if not match or FORMAT.fullmatch(match["words"]):
            return
        label = self.label_of(match["words"])
        is_alone = match["sign"] != "(" and re.match(
            r"\S*[\])】](?:[ :–—-]|$|[^\x00-\x7f])", marked.text[match.end("words") :]
        )
        if (label and label.is_known) or (is_alone and re.search(r"[^\W\d_]", match["words"])):
            _note(marked, label or Label(match["words"], "", is_known=False), marked.text[match.end() :])

    def _take_first(self, marked: Marked) -> None:
        """Take "PDE Seminar:" off the beginning; a name of the series may have a colon of its own."""
        parts = parts_of(marked.text)
        for count in range(min(len(parts) - 1, 4), 0, -1):
            label, rest = self.label_of(joined(parts[:count])), joined(parts[count:])
            if label and (label.is_known or count == 1) and not _ARTICLE_FIRST.match(rest):
                _note(marked, label, rest)
                return
        self._take_acronym(marked, parts)

    def _take_acronym(self, marked: Marked, parts: list[Part]) -> None:
        """Take off "PDE:" before somebody who is surely named."""
        if len(parts) < 2 or not re.fullmatch(r"[A-Z][A-Z&/-]{1,9}", parts[0].text):
            return
        if named_in(parts[1].text).certainty == Certainty.SURE:
            _note(marked, Label(parts[0].text, "", is_known=False), joined(parts[1:]))

    def _take_last(self, marked: Marked) -> None:
        """Take "— Seminar" off the end, and a longer label behind somebody who is surely named."""
        parts = parts_of(marked.text)
        if len(parts) < 2:
            return
        label, before = self.label_of(parts[-1].text), joined(parts[:-1])
        if label and (label.is_known or label.kind == label.words or named_in(before).certainty == Certainty.SURE):
            _note(marked, label, before)

    def _kind_at_end(self, folded: str) -> str:
        """Return the folded kind that ends a folded label, "" if none does."""
        found = next((kind for kind in self._kinds if folded == kind or folded.endswith(f" {kind}")), "")
        if found or not folded:
            return found or next((kind for kind in self._kinds if not kind.isascii() and folded.endswith(kind)), "")
        last = folded.rsplit(" ", 1)[-1]
        return last if _COMPOUND.fullmatch(last) else ""

    def _with_kind_first(self, bare: str, folded: str) -> Label | None:
        """Read "Seminar on Algebra", "Oberseminar Algebra", "Séminaire d'algèbre"."""
        words = folded.split()
        if not 2 <= len(words) <= _MOST_WORDS or not (MEETINGS.fullmatch(words[0])):
            return None
        rest = bare.split()[1:]
        is_of = fold(rest[0]) in OF_NAMES or rest[0].lower().startswith(("d'", "d’", "dell'"))
        if (named_in(" ".join(rest)).people and not is_of) or is_to_be_announced(" ".join(rest)):
            return None
        if fold(rest[0]) in {"by", "with", "von", "mit"} or (not is_of and not bare.split()[1][0].isupper()):
            return None
        return Label(bare, bare.split()[0], is_known=False, meets_again=True)

    def _may_name_a_series(self, bare: str, before: str) -> bool:
        """Tell "Women in Logic Symposium" and "Type theory seminar" from "How to give a good talk"."""
        words = bare.split()[: len(before.split())]
        if len(words) > _MOST_WORDS - 1 or any(sign in before for sign in '?!"“,;:'):
            return False
        inner = [word for word in words[1:] if fold(word) not in OF_NAMES]
        little = {
            "a",
            "an",
            "the",
            "to",
            "how",
            "why",
            "what",
            "from",
            "with",
            "is",
            "are",
            "at",
            "my",
            "your",
            "no",
            "by",
        }
        if any(fold(word) in little for word in inner):
            return False
        first = fold(words[0])
        return first == "the" or (first not in little | OF_NAMES and (words[0][0].isupper() or words[0][0].isdigit()))

    def _as_written(self, bare: str, kind: str) -> str:
        """Return the words of a label that are its kind: "Seminar" of "TRUST Seminar #12"."""
        words = NUMBER_LAST.sub("", bare).split()
        count = len(kind.split())
        return " ".join(words[-count:]) if kind and count and len(words) >= count else ""


def _note(marked: Marked, label: Label, rest: str) -> None:
    """Take a label off; of several the first names the series."""
    marked.text = rest.strip(" :–—|")
    marked.kind = marked.kind or label.kind
    marked.label = " ".join(filter(None, (marked.label, label.words)))
