"""The directory of people who appear at public talks: by letter and, once they are many, a letter at a time."""

from collections import Counter
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from seminars import text
from seminars.models.searching import words_of
from seminars.models.speaker import Speaker

MOST_ON_ONE_PAGE = 150
NO_LETTER = "#"  # for names that begin with a digit, say


@dataclass(frozen=True)
class Directory:
    """One page of the directory."""

    letters: dict[str, int]  # how many people each has, in order
    letter: str  # the one that is shown, "" where all are
    typed: str  # what somebody looked for
    page: Page  # of people, in the order of their sort names, accents and case aside


@dataclass(frozen=True, slots=True)  # a university has tens of thousands
class _Listed:
    key: int
    sorted_as: str  # folded

    @property
    def letter(self) -> str:
        return letter_of(self.sorted_as)


def directory(letter: str = "", typed: str = "", number: str | None = None) -> Directory:
    """Return the people whose names begin with `letter`, or have a word that begins with each word `typed`.

    Where neither says who is meant and people are many, those of the first letter: three queries at most however many.
    """
    everyone = _entries()
    letters = dict(Counter(entry.letter for entry in everyone))
    if words := words_of(typed):
        found = set(Speaker.objects.with_words(words).values_list("pk", flat=True))
        letter, shown = "", [entry for entry in everyone if entry.key in found]
    else:
        letter = _letter_to_show(letter, letters)
        shown = [entry for entry in everyone if letter in ("", entry.letter)]
    page = Paginator([entry.key for entry in shown], MOST_ON_ONE_PAGE).get_page(number)
    people = Speaker.objects.in_bulk(page.object_list)
    page.object_list = [people[key] for key in page.object_list if key in people]
    return Directory(letters, letter, typed, page)


def letter_of(name: str) -> str:
    """Return the letter under which a name stands, accents and case aside."""
    first = text.fold(name)[:1].upper()
    return first if first.isalpha() else NO_LETTER


def _letter_to_show(asked: str, letters: dict[str, int]) -> str:
    if sum(letters.values()) <= MOST_ON_ONE_PAGE:
        return ""
    return asked if asked in letters else next(iter(letters))


def _entries() -> list[_Listed]:
    rows = Speaker.objects.public().order_by().values_list("pk", "sort_name")
    entries = [_Listed(key, text.fold(sort_name)) for key, sort_name in rows.iterator()]
    return sorted(entries, key=lambda entry: (entry.letter == NO_LETTER, entry.sorted_as, entry.key))
