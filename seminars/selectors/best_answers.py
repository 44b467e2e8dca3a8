"""The first answers to a question whose words thousands of talks have, and how many answers there are.

Both without putting all of them in order.
"""

from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from seminars.models.asked_period import year_in
from seminars.models.nearby_talks import upcoming_first
from seminars.models.search_index import MOST_FEW, SearchTerm, WordMatch, number_found
from seminars.models.searching import FACTS, Question
from seminars.models.talk import Talk
from seminars.models.talk_queries import TalkQuerySet
from seminars.text.marking import WITHOUT_SPACES

MANY_IN_HEAD = 500  # talks; for more, SQLite is faster if it reads an index of all talks
RECENT = 1000  # past talks
VERY_MANY = 40_000  # talks with a word; for fewer, the index is as fast as reading the words of some
MOST_READ = 1000  # talks, the first in time, whose words are read before the index is asked for all that have them


def asks_for_words_alone(question: Question) -> bool:
    """Tell whether all of a question is asked of the index: its words mean nothing beside what stands in a text."""
    return not (question.phrases or question.period or any(map(_means_more, question.words)))


def number_of_answers(question: Question, with_words: int) -> int:
    """Return how many public, listed talks match, if `with_words` talks do: those that visitors may not see are fewer,
    so they are counted."""
    hidden, match = Talk.objects.hidden(), question.match(question.words)
    is_read = not hidden.has_more_than(MOST_FEW)
    return with_words - hidden.filter(search_text__finds=replace(match, is_read=is_read)).count()


def best_answers(talks: TalkQuerySet, question: Question, with_words: int, most: int) -> list[int]:
    """Return the primary keys of the first `most` talks in the order of `best_first`, or an empty list where only the
    whole search can tell them. `with_words` talks have all words of the question.

    Talks with all words in title and names come before all others. So where there are enough of them, only they are
    put in order. Where no talk has any of the words there, all answers are equals.
    """
    groups = [[term.in_head() for term in group] for group in question.match(question.words).groups]
    in_head = number_found(WordMatch.of(groups), talks.db) or 0
    if in_head >= most:
        return _first_in_time(talks, WordMatch.of(groups, is_common=in_head > MANY_IN_HEAD), in_head, most)
    if in_head or _is_any_in_head(groups, talks.db):
        return []
    return _first_in_time(talks, question.match(question.words), with_words, most)


def _is_any_in_head(groups: list[list[SearchTerm]], using: str) -> bool:
    either = WordMatch.of([[term for group in groups for term in group]])
    return len(groups) > 1 and bool(number_found(either, using))


def _first_in_time(talks: TalkQuerySet, match: WordMatch, matching: int, most: int) -> list[int]:
    """Return the keys of the first `most` of those that match, in the order of `upcoming_first`; none if fewer match.

    They are looked for among the upcoming and the most recent talks. A talk that ended before these also started
    before, so it does not come before one of them that started later than that.
    """
    now = timezone.now()
    in_order = talks.order_by(*upcoming_first(now)).values_list("pk", "starts_at")
    before = (
        Talk.objects.filter(ends_at__lte=now)
        .order_by("-ends_at")
        .values_list("ends_at", flat=True)[RECENT : RECENT + 1]
        .first()
    )
    latest = in_order.filter(ends_at__gt=before) if before else in_order.none()
    found = _first_read(latest, match)[:most] if matching > VERY_MANY else []
    if len(found) < most:
        found = list(latest.filter(search_text__finds=match)[:most])
    if len(found) < most or found[-1][1] < before:
        found = list(in_order.filter(search_text__finds=match)[:most])
    return [key for key, _start in found] if len(found) == most else []


def _first_read(in_order: QuerySet, match: WordMatch) -> list[tuple[int, datetime]]:
    """Return those of the first MOST_READ of `in_order` that match, by their words.

    Most likely some of them have a common word. The index would list all talks that have it: SQLite takes 0.1 s for
    500 000, and 1 ms to read the words of 1 000.
    """
    first = list(in_order[:MOST_READ])
    asked = Talk.objects.with_keys(key for key, _start in first).order_by()
    matching = {*asked.filter(search_text__finds=replace(match, is_read=True)).values_list("pk", flat=True)}
    return [one for one in first if one[0] in matching]


def _means_more(word: str) -> bool:
    return bool(word in FACTS or year_in(word) or WITHOUT_SPACES.match(word))
