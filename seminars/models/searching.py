"""Searching: what a visitor asks for, and the words under which a talk is found."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from django.db.models import Model

from seminars import text
from seminars.models.fetched import fetched_rows
from seminars.text.marking import WITHOUT_SPACES

MOST_WORDS = 10
LONGEST = 200  # characters of a question that are read
HEAD_ENDS = "|"  # in `search_text`: title and names stand before it; no word has one

_WORD = re.compile(r"[^\W_]+")
# Tried at the beginning of a word alone, so that one of ten thousand letters is read once and not from each of them.
_COMPOUND = re.compile(r"(?<![^\W_])[^\W_]+(?:['-][^\W_]+)+")


@dataclass(frozen=True)
class Question:
    """What somebody typed into the search field."""

    typed: str  # as much of it as is read, spaces collapsed
    words: tuple[str, ...]  # folded, each once, in the order typed
    is_cut: bool  # some of it was left out

    @classmethod
    def asked(cls, typed: str) -> Self:
        """Read the first 200 characters and ten words; signs such as quotes, `%` and `_` only part words."""
        shown = " ".join(typed[:LONGEST].split())
        words = words_of(shown)
        return cls(shown, tuple(words[:MOST_WORDS]), len(typed) > LONGEST or len(words) > MOST_WORDS)


def words_of(typed: str) -> list[str]:
    """Return the folded words, each once: "O'Brien" gives "o" and "brien"."""
    return list(dict.fromkeys(_WORD.findall(text.fold(typed))))


def needle(word: str) -> str:
    """Return what `search_text` contains if a word in it begins with `word`.

    Japanese, Chinese and Thai put no spaces between words, so there a word may stand anywhere.
    """
    return word if WITHOUT_SPACES.match(word) else f" {word}"


def beginnings(word: str) -> list[str]:
    """Return every text that `needle` looks for the beginning of: the word and, without spaces, each rest of it."""
    return [word, *(word[place:] for place in range(1, len(word)) if WITHOUT_SPACES.match(word[place]))]


def search_text_of(talk: Model) -> str:
    """Return the folded words of a talk, each once: " on engines ada lovelace | london analysis".

    The talk was fetched `for_pages()`. Title and names, other names too, come before the
    bar; affiliations, topics, series and abstract after it.
    """
    people = fetched_rows(talk, "appearances")
    head = [text.line(talk.title)]
    head += [name for person in people for name in (person.speaker.name, person.speaker.other_names)]
    rest = [person.affiliation for person in people] + [topic.name for topic in fetched_rows(talk, "topics")]
    rest += [name for series in talk.shown_series for name in (series.short_name, series.name)]
    rest += [talk.kind_name, text.plain(talk.abstract)]
    first, then = indexed(head), indexed(rest)
    return " ".join(["", *first, HEAD_ENDS, *(word for word in then if word not in first)])


def indexed(parts: Iterable[str]) -> dict[str, None]:
    """Return the words in order, compounds also as one: "O'Brien" is found by "brien" and by "obrien"."""
    folded = text.fold("\n".join(parts))
    words = _WORD.findall(folded)
    if "'" in folded or "-" in folded:
        words += ["".join(_WORD.findall(compound)) for compound in _COMPOUND.findall(folded)]
    return dict.fromkeys(words)
