"""How alike two names are, whatever typos, initials, accents and the order of their words; no database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from importlib import import_module
from typing import Protocol, TypeVar

from seminars.models.searching import needle, words_of
from seminars.text import fold

NEARLY = 0.85  # of 1, as difflib counts: a letter or two in a name of two words
NEARLY_A_WORD = 0.75  # likewise for a single word, which somebody is still typing
LONG = 4  # letters; shorter words are too alike to be told apart by their letters


class HasAffiliation(Protocol):
    """A person with where they are from."""

    name: str
    affiliation: str


Named = TypeVar("Named", bound=HasAffiliation)


def nearest(wanted: str, names: dict[int, Iterable[str]]) -> list[int]:
    """Return the keys of those who have a name that is nearly the wanted one, the nearest first."""
    return nearest_of_each([wanted], names)[wanted]


def nearest_of_each(wanted: Iterable[str], names: dict[int, Iterable[str]]) -> dict[str, list[int]]:
    """Return by wanted name the keys of the `nearest`."""
    known = _KnownNames(names)
    return {name: known.nearest(name) for name in wanted}


class _KnownNames:
    """Many names, folded once; only those that may be near a wanted one are compared with it."""

    def __init__(self, names: dict[int, Iterable[str]]) -> None:
        self._names = [(key, words_of(name)) for key, some in names.items() for name in some]
        self._texts = [" ".join(words) for _key, words in self._names]
        self._with_word: dict[str, list[int]] = defaultdict(list)
        for place, (_key, words) in enumerate(self._names):
            for word in words:
                self._with_word[word].append(place)
        self._look = import_module("rapidfuzz.process").extract  # when it is needed: it takes some memory
        self._scorer = import_module("rapidfuzz.distance.Indel").normalized_similarity  # never below difflib's ratio

    def nearest(self, wanted: str) -> list[int]:
        compare, text = _Comparison(wanted), " ".join(words_of(wanted))
        alike = self._look(text, self._texts, scorer=self._scorer, score_cutoff=NEARLY - 0.001, limit=None)
        places = {place for _text, _score, place in alike}
        places.update(place for word in words_of(wanted) for place in self._with_word[word])
        rated: dict[int, float] = defaultdict(float)
        for key, words in map(self._names.__getitem__, places):
            rated[key] = max(rated[key], compare(words))
        near = [key for key, likeness in rated.items() if likeness >= NEARLY]
        return sorted(near, key=lambda key: (-rated[key], key))


def is_nearly(one: str, other: str) -> bool:
    """Tell whether two names are those of one person, but for a typo, an initial or the order of their words."""
    return _Comparison(one)(words_of(other)) >= NEARLY


def is_alike(affiliation: str, other: str) -> bool:
    """Tell whether two affiliations are given and one is a part of the other: "MIT" and "MIT, Cambridge"."""
    some, others = fold(affiliation), fold(other)
    return bool(some and others) and (some in others or others in some)


def surely_meant(namesakes: Sequence[Named], affiliation: str) -> Named | None:
    """Return whom a name with this affiliation means among those who bear it; None if nobody can tell."""
    alike = [one for one in namesakes if is_alike(one.affiliation, affiliation)]
    if len(alike) == 1:
        return alike[0]
    is_only = len(namesakes) == 1 and not (namesakes[0].affiliation and affiliation)
    return namesakes[0] if is_only else None


def begun(words: list[str], known: list[str]) -> bool:
    """Tell whether each of these folded words begins one of a name's."""
    name = "".join(f" {word}" for word in known)
    return all(needle(word) in name for word in words)


class Mistyped:
    """Tells whether each of some folded words begins a word of a name or, if it is long, nearly is one."""

    def __init__(self, words: list[str]) -> None:
        self._matchers = {word: SequenceMatcher(None, b=word, autojunk=False) for word in words}

    def __call__(self, known: list[str]) -> bool:
        return all(begun([word], known) or any(self._nearly(word, one) for one in known) for word in self._matchers)

    def _nearly(self, word: str, known: str) -> bool:
        if len(word) < LONG or len(known) < LONG:
            return False
        matcher = self._matchers[word]
        matcher.set_seq1(known)
        return all(ratio() >= NEARLY_A_WORD for ratio in (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio))


class _Comparison:
    """Compares the words of names with one name; difflib prepares the second of two texts, so that is the one."""

    def __init__(self, wanted: str) -> None:
        self._words = words_of(wanted)
        self._matcher = SequenceMatcher(None, b=" ".join(self._words), autojunk=False)

    def __call__(self, words: list[str]) -> float:
        if not words or not self._words:
            return 0
        if _is_short_for(words, self._words) or _is_short_for(self._words, words):
            return 1
        self._matcher.set_seq1(" ".join(words))
        return self._matcher.ratio()


def _is_short_for(some: list[str], all_: list[str]) -> bool:
    """Tell whether two words or more each are a word of the other name, or its initial: "A. Lovelace"."""
    if len(some) < 2 or not set(some) & set(all_):
        return False
    return all(word in all_ or (len(word) == 1 and any(one.startswith(word) for one in all_)) for word in some)
