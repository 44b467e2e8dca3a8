"""Suggestions where a search finds nothing: words of titles, and people, series and topics, nearly what was typed."""

from collections.abc import Collection, Sequence
from difflib import SequenceMatcher, get_close_matches
from typing import NamedTuple
from urllib.parse import urlencode

from django.db import models
from django.urls import reverse

from seminars.models.searching import needle, words_of
from seminars.models.series import Series
from seminars.models.speaker import Speaker
from seminars.models.talk import Talk
from seminars.models.topic import Topic

MOST = 5
MOST_SEARCHES = 3
MOST_TITLES = 1000  # that are read for their words
NEARLY = 0.7  # of 1, as difflib counts
LETTERS_ALIKE = 2  # at the beginning of a word: few misspell these, and they spare reading every name


class Suggestion(NamedTuple):
    """A name and the page about it, or words and the search for them."""

    name: str
    address: str


def suggestions(words: Sequence[str]) -> list[Suggestion]:
    """Return what is nearest to these folded words: searches that find something, then pages. Four small queries."""
    if not any(map(_is_judged, words)):
        return []
    searches = [Suggestion(typed, f"{reverse('search')}?{urlencode({'q': typed})}") for typed in _respelt(words)]
    return [*searches[:MOST_SEARCHES], *_pages(words)][:MOST]


def _is_judged(word: str) -> bool:
    return len(word) > LETTERS_ALIKE


def _respelt(words: Sequence[str]) -> list[str]:
    """Return the question in words that find a talk, taken from its title where it lacks them; the nearest first."""
    talks = Talk.objects.public().listed().beginning_alike(words, LETTERS_ALIKE).titles(MOST_TITLES)
    titles = [(frozenset(words_of(title)), search_text) for title, search_text in talks]
    near = {word: _nearest(word, frozenset().union(*(title for title, _ in titles))) for word in words}
    found: dict[tuple[str, ...], int] = {}
    for title, search_text in titles:
        spelt = tuple(_spelt(word, near[word], title, search_text) for word in words)
        if all(spelt) and spelt != tuple(words):
            found[spelt] = sum(
                near[word].index(other) for word, other in zip(words, spelt, strict=True) if other != word
            )
    return [" ".join(spelt) for spelt in sorted(found, key=lambda spelt: (found[spelt], spelt))]


def _nearest(word: str, others: Collection[str]) -> list[str]:
    """Return the words nearest to this one among others, the nearest first."""
    alike = [other for other in others if other[:LETTERS_ALIKE] == word[:LETTERS_ALIKE]]
    return get_close_matches(word, sorted(alike), MOST, NEARLY) if _is_judged(word) else []


def _spelt(word: str, near: Sequence[str], title: Collection[str], search_text: str) -> str:
    """Return how a talk spells a word: as asked where it has that, as in its title where something is near, else ""."""
    if needle(word) in search_text:
        return word
    return next((other for other in near if other in title and needle(other) in search_text), "")


def _pages(words: Sequence[str]) -> list[Suggestion]:
    """Return the names nearest to these words, the nearest first: three small queries."""
    words = [word for word in words if _is_judged(word)]
    rated = [(_likeness(words, thing), thing) for thing in _candidates(words)]
    near = sorted((one for one in rated if one[0] >= NEARLY), key=lambda one: (-one[0], one[1].name))
    return [Suggestion(thing.name, thing.get_absolute_url()) for _, thing in near[:MOST]]


def _candidates(words: Sequence[str]) -> list[Speaker | Series | Topic]:
    """Return whatever has a word that begins like one of these; slugs are names without accents and case."""
    begins = [word[:LETTERS_ALIKE] for word in words]
    conditions = [models.Q(slug__startswith=letters) | models.Q(slug__contains=f"-{letters}") for letters in begins]
    alike = models.Q(*conditions, _connector=models.Q.OR)
    kinds = (Speaker.objects.public(), Series.objects.listed(), Topic.objects.all())
    return [thing for kind in kinds for thing in kind.filter(alike).order_by().only("name", "slug")]


def _likeness(words: Sequence[str], thing: Speaker | Series | Topic) -> float:
    """Return how near the word of the name is that is nearest to any of these, from 0 to 1."""
    alike = (SequenceMatcher(None, word, other).ratio() for word in words for other in words_of(thing.name))
    return max(alike, default=0)
