"""The first answers to a question whose words thousands of talks have, without putting all of these in order."""

from dataclasses import replace

from seminars.models.asked_period import year_in
from seminars.models.search_index import WordMatch, is_common
from seminars.models.searching import FACTS, Question
from seminars.models.talk_queries import TalkQuerySet
from seminars.text.marking import WITHOUT_SPACES

MANY_IN_HEAD = 500  # talks with all words in title and names


def best_answers(talks: TalkQuerySet, question: Question, most: int) -> list[int]:
    """Return the primary keys of the first `most` talks in the order of `best_first` if all words of the question
    stand in the titles and names of each of them, else an empty list: one small query on SQLite, or two.

    These come before all others, so only they have to be put in order. Words that mean something beside what stands
    in a text are left to the whole search.
    """
    if question.phrases or question.period or any(map(_means_more, question.words)):
        return []
    groups = question.match(question.words).groups
    in_head = WordMatch.of(([term.in_head() for term in group] for group in groups), is_common=True)
    if not is_common(in_head, talks.db, more_than=MANY_IN_HEAD):
        return []
    in_time = talks.filter(search_text__finds=in_head).best_first(replace(question, words=(), spelt_out=()))
    keys = list(in_time.values_list("pk", flat=True)[:most])
    return keys if len(keys) == most else []


def _means_more(word: str) -> bool:
    return bool(word in FACTS or year_in(word) or WITHOUT_SPACES.match(word))
