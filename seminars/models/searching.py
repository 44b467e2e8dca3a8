"""Searching: what a visitor asks for, and the words under which a talk is found."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

from django.db.models import Model

from seminars import text
from seminars.models.asked_period import Period
from seminars.models.fetched import fetched_rows
from seminars.models.search_index import IN_HEAD, SearchTerm, WordMatch
from seminars.text.marking import WITHOUT_SPACES

MOST_WORDS = 10
LONGEST = 200  # characters of a question that are read
LONGEST_WORD = 64  # letters of a word that are compared; PostgreSQL indexes none of more than 2,046 bytes
# Characters that are indexed of a talk: in four bytes each, they are less than the 1 MB that PostgreSQL indexes.
MOST_OF_HEAD, MOST_OF_REST, MOST_OF_PIECES = 20_000, 120_000, 100_000
BAR = " | "
FORM = "§§2"  # stands in each `search_text` of the form that this release writes

# What some words say of a talk beside that they may stand in its text.
FACTS = (
    dict.fromkeys(("recording", "recordings", "recorded", "video", "videos", "aufzeichnung", "aufzeichnungen",
                   "enregistrement", "enregistrements", "grabacion", "grabaciones"), "recording")
    | dict.fromkeys(("slides", "folien", "diapositives", "diapositivas"), "slides")
    | dict.fromkeys(("online", "ligne", "linea"), "online")
    | dict.fromkeys(("hybrid", "hybride", "hibrido"), "hybrid")
)  # fmt: skip

_WORD = re.compile(r"[^\W_]+")
_BETWEEN_WORDS = {code: " " for code in range(128) if not chr(code).isalnum()}  # for ASCII: three times as fast
# Tried at the beginning of a word alone, so that one of ten thousand letters is read once and not from each of them.
_COMPOUND = re.compile(r"(?<![^\W_])[^\W_]+(?:['-][^\W_]+)+")
_QUOTED = re.compile(r'"([^"]+)"')


@dataclass(frozen=True)
class Question:
    """What somebody typed into the search field."""

    typed: str  # as much of it as is read, spaces collapsed
    words: tuple[str, ...]  # folded, each once, in the order typed
    is_cut: bool  # some of it was left out
    phrases: tuple[str, ...] = ()  # " lattice reduction ": words that were quoted, which must stand side by side
    spelt_out: tuple[str, ...] = ()  # for each word, how it is written without a key for umlauts
    period: Period | None = None  # in which the talk starts
    is_common: bool = False  # thousands of talks have its words

    @classmethod
    def asked(cls, typed: str) -> Self:
        """Read the first 200 characters and ten words; signs other than quotes only part words."""
        shown = " ".join(typed[:LONGEST].split())
        phrases = [words for quoted in _QUOTED.findall(text.fold(shown)) if len(words := _in_order(quoted)) > 1]
        period, left = Period.read([] if phrases else _in_order(text.fold(shown)))
        left = left if period else _in_order(text.fold(shown))
        spelt = dict(zip(_in_order(text.fold(shown)), _in_order(text.fold(text.spell_out(shown))), strict=False))
        words = list(dict.fromkeys(left))
        read = tuple(words[:MOST_WORDS])
        return cls(
            shown,
            read,
            len(typed) > LONGEST or len(words) > MOST_WORDS,
            tuple(f" {' '.join(phrase)} " for phrase in phrases),
            tuple(spelt.get(word, word) for word in read),
            period,
        )

    def __bool__(self) -> bool:
        """Tell whether it asks for something."""
        return bool(self.words or self.period)

    @property
    def spellings(self) -> dict[str, list[SearchTerm]]:
        """What is looked for, by word: the word, as it is without umlauts, and a whole word that it may mean."""
        return {word: list(_spellings(word, out)) for word, out in zip(self.words, self.spelt_out, strict=True)}

    @cached_property
    def marked(self) -> tuple[str, ...]:
        """The words to mark where they are found."""
        return tuple(dict.fromkeys(term.word for terms in self.spellings.values() for term in terms))

    def match(self, words: Iterable[str]) -> WordMatch:
        """Return what the index is asked for, to find these of its words."""
        spellings = self.spellings
        groups = (group for word in words for group in _groups(word, spellings[word]))
        return WordMatch.of(groups, is_common=self.is_common)

    def only(self, word: str) -> Self:
        """Return the question for one of its words, within the same period."""
        spelt_out = self.spelt_out[self.words.index(word)]
        return replace(self, words=(word,), spelt_out=(spelt_out,), phrases=())

    def with_words(self, others: Mapping[str, str]) -> Self:
        """Return the question in which some folded words are others, as somebody would have typed it."""
        typed = _WORD.sub(lambda found: others.get(text.fold(found[0])[:LONGEST_WORD], found[0]), self.typed)
        return type(self).asked(typed)


def _spellings(word: str, spelt_out: str) -> Iterator[SearchTerm]:
    yield SearchTerm(word)
    if spelt_out != word:
        yield SearchTerm(spelt_out)
    if (plain := text.without_spelt_umlauts(word)) != word:
        yield SearchTerm(plain, is_start=False)


def _groups(word: str, terms: list[SearchTerm]) -> list[list[SearchTerm]]:
    """Return the groups of a `WordMatch`: a word without spaces around it is looked for by its letters."""
    if WITHOUT_SPACES.match(word):
        return [[SearchTerm(letter, is_start=False)] for letter in dict.fromkeys(word) if WITHOUT_SPACES.match(letter)]
    return [terms]


def words_of(typed: str) -> list[str]:
    """Return the folded words, each once: "O'Brien" gives "o" and "brien"."""
    return list(dict.fromkeys(_WORD.findall(text.fold(typed))))


def spelt_out_words_of(typed: str) -> list[str]:
    """Return those folded words that differ without a key for umlauts: "mueller" for Müller."""
    spelt_out = text.spell_out(typed)
    return [] if spelt_out == typed else sorted(set(words_of(spelt_out)) - set(words_of(typed)))


def needle(word: str) -> str:
    """Return what `search_text` contains if a word in it begins with `word`.

    Japanese, Chinese and Thai put no spaces between words, so there a word may stand anywhere.
    """
    return word if WITHOUT_SPACES.match(word) else f" {word}"


def beginnings(word: str) -> list[str]:
    """Return every text that `needle` looks for the beginning of: the word and, without spaces, each rest of it."""
    return [word, *(word[place:] for place in range(1, len(word)) if WITHOUT_SPACES.match(word[place]))]


def search_text_of(talk: Model) -> str:
    """Return the words of a talk as the index has them: " on engines / ada lovelace | london | §on §engines … ".

    The talk was fetched `for_pages()`. Title and names come first; affiliations, topics, series, room and abstract
    after the bar. After the next bar stands what is never shown: the words of title and names with a mark of their
    own, other names, and what else finds the talk: "obrien" for O'Brien, "mueller" for Müller, each letter of Chinese.
    """
    people = fetched_rows(talk, "appearances")
    head = [text.line(talk.title), *(person.speaker.name for person in people)]
    head += [talk.host] if talk.host else []
    rest = [person.affiliation for person in people] + [topic.name for topic in fetched_rows(talk, "topics")]
    rest += [name for series in talk.shown_series for name in (series.short_name, series.name)]
    rest += [talk.room.name, talk.room.building] if talk.room else []
    rest += [talk.kind_name, text.plain(talk.abstract)]
    first, then = indexed(head, MOST_OF_HEAD), indexed(rest, MOST_OF_REST)
    others = indexed([person.speaker.other_names for person in people], MOST_OF_HEAD)
    hidden = dict.fromkeys([*others.words, *others.pieces, *first.pieces])
    in_head = dict.fromkeys(f"{IN_HEAD}{word}" for word in (*first.words, *hidden))
    pieces = _cut(" ".join([*in_head, *hidden, *then.pieces]), MOST_OF_PIECES)
    return f" {first.in_order} | {then.in_order} | {pieces} {FORM} "


def may_stand_after_head(talk: Model, words: Iterable[str]) -> bool:
    """Tell whether one of these folded words may begin a word of a talk's abstract.

    If not, nobody has to read the abstract to find out. The words of affiliations, topics, series and room count too.
    """
    rest = talk.search_text.partition(BAR)[2]
    return not rest or any(needle(word) in rest for word in words)


def shown_words(search_text: str) -> set[str]:
    """Return the words of a talk that visitors may see."""
    return set(" ".join(search_text.split(BAR)[:2]).split())


@dataclass(frozen=True)
class Indexed:
    """The words of some texts."""

    in_order: str  # with "/" between two texts
    pieces: dict[str, None]  # what finds them besides

    @property
    def words(self) -> list[str]:
        return [word for word in self.in_order.split() if word != "/"]


def indexed(parts: Iterable[str], most: int = MOST_OF_REST) -> Indexed:
    """Return the folded words in order, and what finds them besides: compounds as one word, for example."""
    parts = [part for part in parts if part]
    each = [text.fold(part) for part in parts]
    folded = " ".join(each)
    has_compounds = "'" in folded or "-" in folded
    found = _COMPOUND.findall(folded) if has_compounds else ()
    compounds = ("".join(_WORD.findall(compound))[:LONGEST_WORD] for compound in found)
    letters = (letter for letter in folded if WITHOUT_SPACES.match(letter)) if not folded.isascii() else ()
    spelt_out = (word[:LONGEST_WORD] for part in parts for word in spelt_out_words_of(part))
    in_order = " / ".join(" ".join(_in_order(part)) for part in each)
    return Indexed(_cut(in_order, most), dict.fromkeys([*compounds, *spelt_out, *letters]))


def _in_order(folded: str) -> list[str]:
    words = folded.translate(_BETWEEN_WORDS).split() if folded.isascii() else _WORD.findall(folded)
    return [word[:LONGEST_WORD] for word in words]


def _cut(words: str, most: int) -> str:
    """Return at most so many characters, cut between two words."""
    return words if len(words) <= most else words[: words.rfind(" ", 0, most)]
