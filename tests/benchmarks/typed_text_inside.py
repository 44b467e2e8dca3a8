"""The strangest texts of 100 KB, and the cost of each computation from them, in a separate process (inside.py)."""

from django.core.cache import cache

from seminars import text
from seminars.actions import talk_changes
from seminars.importing.reading.summaries import read_description
from seminars.importing.sources import page
from seminars.models import Talk, searching
from tests.benchmarks.uploads_inside import costs

LENGTH = 100_000  # characters
TEXTS = {
    "prose": "We show that every *planar* graph has a separator, see [the paper](https://papers.example.org/a). ",
    "formulas": "We bound $O(\\sqrt{n})$ by $\\sum_{i=0}^{n} \\frac{1}{i!}$. ",
    "paragraphs": "> - a\n\n",
    "one word": "a",
    "hyphens": "a-",
    "Chinese": "量",
    "accents": "e" + "\u0301\u0327" * 50,
    "ligatures": "ﷺ",
    "open links": "[a](",
    "labels": "Title: a\nAbstract: b\n",
}
COMPUTED = {
    "page": text.html,
    "plain text": text.plain,
    "search index": lambda source: searching.indexed([text.plain(source)]),
    "search result": lambda source: text.around(source, ["zzz"]),
    "search question": searching.Question.asked,
    "pasted mail": page.read_mail,
    "description of an event": read_description,
}


def worst_of(what):
    """Return seconds of processor time and megabytes above the usual of the slowest text, by kind of text."""
    return _each(COMPUTED[what])


def worst_save():
    """The same for saving a talk with the text as its abstract, stamp and search index included."""
    return _each(_save)


def _each(compute):
    for source in ("a", "$x$"):  # so that what is made once is there
        compute(source)
    found = {}
    for kind, unit in TEXTS.items():
        source = (unit * LENGTH)[:LENGTH]
        cache.clear()
        found[kind] = costs(lambda source=source: compute(source))
    return found


def _save(source):
    talk = Talk.objects.first()
    talk.abstract = source
    talk_changes.save(talk)
