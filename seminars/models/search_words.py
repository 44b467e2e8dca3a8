"""The words that talks are found by, from which the search corrects a mistyped one."""

from collections.abc import Collection, Iterable

from django.apps import apps
from django.db import models

from seminars.models.searching import shown_words

SHORTEST = 4  # letters; shorter words are too alike, as the names of Bo Li and Bo Liu are
LONG = 8  # letters; from here on, two mistakes are corrected
LONGEST = 64
BATCH = 500


def words_to_keep(search_text: str) -> set[str]:
    """Return the words of a talk that somebody may have meant: no short ones, no numbers, nothing that is not shown."""
    return {word for word in shown_words(search_text) if SHORTEST <= len(word) <= LONGEST and word.isalpha()}


def mistakes_in(word: str) -> int:
    """Return how many letters of a typed word may be wrong."""
    return 0 if len(word) < SHORTEST or not word.isalpha() else 1 if len(word) < LONG else 2


class SearchWordQuerySet(models.QuerySet):
    """Words."""

    def add(self, words: Collection[str]) -> None:
        """Add the words that are not there yet: mostly one small query."""
        asked = sorted(words)
        for start in range(0, len(asked), BATCH):
            some = asked[start : start + BATCH]
            there = set(self.filter(word__in=some).values_list("word", flat=True))
            rows = [self.model(word=word, length=len(word)) for word in some if word not in there]
            if rows:
                self.bulk_create(rows, ignore_conflicts=True)

    def like(self, words: Iterable[str]) -> list[str]:
        """Return all words that are about as long as one of these: one query."""
        lengths = {len(word) + more for word in words for more in range(-mistakes_in(word), mistakes_in(word) + 1)}
        return list(self.filter(length__in=lengths).order_by().values_list("word", flat=True))

    def rebuild(self) -> None:
        """Keep the words that public talks have and no others.

        Words are read before talks, so that none is removed which somebody adds at that moment.
        """
        there = set(self.values_list("word", flat=True))
        talks = (
            apps.get_model("seminars", "Talk")
            .objects.public()
            .listed()
            .order_by()
            .values_list("search_text", flat=True)
        )
        wanted: set[str] = set()
        for search_text in talks.iterator(BATCH):
            wanted |= words_to_keep(search_text)
        gone = sorted(there - wanted)
        for start in range(0, len(gone), BATCH):
            self.filter(word__in=gone[start : start + BATCH]).delete()
        self.add(wanted - there)


class SearchWord(models.Model):
    """A folded word of a public talk; until the next housekeeping also of one that is no longer public."""

    word = models.CharField(max_length=LONGEST, primary_key=True)
    length = models.PositiveSmallIntegerField()

    objects = SearchWordQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["length", "word"], name="search_word_by_length")]

    def __str__(self) -> str:
        return self.word
