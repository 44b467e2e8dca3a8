"""What somebody meant who mistyped a word: the question with words that talks have."""

from collections.abc import Iterable
from importlib import import_module
from itertools import islice, product

from django.db.models import Exists

from seminars.models.edition import Edition
from seminars.models.search_words import SearchWord, mistakes_in
from seminars.models.searching import Question
from seminars.models.talk_queries import TalkQuerySet

MOST_WORDS = 3  # that are corrected in a question
MOST_NEAR = 12  # words that are compared with the talks, for each word
MOST_TRIED = 12  # questions


def corrected(question: Question, talks: TalkQuerySet) -> Question | None:
    """Return the nearest question that finds some of these talks, None where there is none: four queries at most.

    The question itself finds none of them. Only words that none of these talks has are corrected, and only to words
    that one of them has.
    """
    parts = [question.only(word) for word in question.words]
    has_word = [False] if parts == [question] else _have(talks, parts)
    unknown = [word for word, is_there in zip(question.words, has_word, strict=True) if not is_there]
    if not unknown or len(unknown) > MOST_WORDS or not all(map(mistakes_in, unknown)):
        return None
    others = SearchWord.objects.like(unknown)
    near = [(word, other) for word in unknown for other in _nearest(word, others)]
    asked = [Question.asked(other) for _word, other in near]
    are_there = _have(talks, asked)
    known = {word: [] for word in unknown}
    for (word, other), is_there in zip(near, are_there, strict=True):
        if is_there:
            known[word].append(other)
    tried = [
        question.with_words(dict(zip(unknown, choice, strict=True)))
        for choice in islice(product(*known.values()), MOST_TRIED)
    ]
    if tried and tried[0] in asked:  # a word alone, which a talk has
        return tried[0]
    return next((one for one, is_there in zip(tried, _have(talks, tried), strict=True) if is_there), None)


def _have(talks: TalkQuerySet, questions: list[Question]) -> list[bool]:
    """Tell for each question whether one of the talks matches: one query for all."""
    if not questions:
        return []
    asked = {f"asked_{n}": Exists(talks.matching(question).order_by()) for n, question in enumerate(questions)}
    row = Edition.objects.annotate(**asked).values_list(*asked).first()
    return list(row or [False] * len(questions))


def _nearest(word: str, others: Iterable[str]) -> list[str]:
    """Return the words that differ by a letter or two, or by two letters that changed places; the nearest first."""
    nearness = import_module("rapidfuzz.process")  # when it is needed: it takes some memory
    scorer = import_module("rapidfuzz.distance.OSA").distance
    found = nearness.extract(word, others, scorer=scorer, score_cutoff=mistakes_in(word), limit=None)
    rated = sorted(found, key=lambda one: (one[1], one[0][0] != word[0], abs(len(one[0]) - len(word)), one[0]))
    return [other for other, _distance, _place in rated[:MOST_NEAR]]
