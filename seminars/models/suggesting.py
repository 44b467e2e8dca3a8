"""Suggestions where a search finds nothing: people, series and topics whose names are nearly what was typed."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from django.db import models

from seminars.models.searching import words_of
from seminars.models.series import Series
from seminars.models.speaker import Speaker
from seminars.models.topic import Topic

MOST = 5
NEARLY = 0.7  # of 1, as difflib counts
LETTERS_ALIKE = 2  # at the beginning of a word: few misspell these, and they spare reading every name


class Suggestion(NamedTuple):
    """A name and the page about it."""

    name: str
    address: str


def suggestions(words: Sequence[str]) -> list[Suggestion]:
    """Return the names nearest to these folded words, the nearest first: three small queries."""
    words = [word for word in words if len(word) > LETTERS_ALIKE]
    rated = [(_likeness(words, thing), thing) for thing in _candidates(words)]
    near = sorted((one for one in rated if one[0] >= NEARLY), key=lambda one: (-one[0], one[1].name))
    return [Suggestion(thing.name, thing.get_absolute_url()) for _, thing in near[:MOST]]


def _candidates(words: Sequence[str]) -> list[Speaker | Series | Topic]:
    """Return whatever has a word that begins like one of these; slugs are names without accents and case."""
    begins = [word[:LETTERS_ALIKE] for word in words]
    conditions = [models.Q(slug__startswith=letters) | models.Q(slug__contains=f"-{letters}") for letters in begins]
    if not conditions:
        return []
    alike = models.Q(*conditions, _connector=models.Q.OR)
    kinds = (Speaker.objects.public(), Series.objects.listed(), Topic.objects.all())
    return [thing for kind in kinds for thing in kind.filter(alike).order_by().only("name", "slug")]


def _likeness(words: Sequence[str], thing: Speaker | Series | Topic) -> float:
    """Return how near the word of the name is that is nearest to any of these, from 0 to 1."""
    alike = (SequenceMatcher(None, word, other).ratio() for word in words for other in words_of(thing.name))
    return max(alike, default=0)
