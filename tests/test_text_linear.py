"""The time to compute anything from typed text is proportional to its length, however odd the text is."""

import gc
import math
import time

import pytest

from seminars import text
from seminars.importing.reading.summaries import people_in, read_description, read_headline
from seminars.models import searching
from seminars.text import marking

ROUNDS = 6
ODD = {
    "one long word": "a",
    "a run of Chinese": "量",
    "words with hyphens": "a-",
    "words with apostrophes": "a'",
    "accents without letters": "\u0301\u0327",
    "vowels made of marks": "\u0f73",
    "letters with many accents": "e" + "\u0301\u0327" * 50,
    "letters that become eighteen": "ﷺ",
    "list items": "\n- a",
    "links that never close": "[a](",
    "dollars": "$ ",
    "groups of LaTeX": "\\emph{",
    "backticks": "`",
    "quotations of LaTeX": "`a' ",
    "blanks that do not break": "\u00a0a",
    "definitions": "\\def\\a{x}\\a",
    "remarks": "50\n% ",
    "people with affiliations": "Bo Reed (X), ",
    "labels": "\nSpeaker: ",
}
COMPUTED = {
    "index": lambda source: searching.indexed([source]),
    "question": searching.Question.asked,
    "html": text._html,
    "plain": text.markdown.to_plain,
    "marked": lambda source: marking.mark(text.escape(source), ["a", "量"], text.fold),
    "headline": read_headline,
    "people": people_in,
    "description": read_description,
    "around": lambda source: marking.around(source, ["zzz"], text.fold),
}


def seconds(compute, source):
    """Processor time without that of the garbage collector, which depends on what ran before.

    Nothing is collected beforehand: looking at all objects of the tests takes longer than what is measured.
    """
    gc.disable()
    try:
        began = time.process_time()
        compute(source)
        return time.process_time() - began
    finally:
        gc.enable()


def is_linear(compute, short, long):
    """Whether four times the text takes less than nine times as long; quadratic time would be sixteen times.

    Other programs can only add to a measurement, so the least of each counts, and a moment of noise has several rounds
    to pass. What takes some milliseconds is not measured well enough.
    """
    least_short = min(seconds(compute, short) for _round in range(3))
    least_long = math.inf
    for _round in range(ROUNDS):
        least_long = min(least_long, seconds(compute, long))
        if least_long < min(9 * max(least_short, 0.005), 2):
            return True
        least_short = min(least_short, seconds(compute, short))
    return False


def lengths(piece):
    return [(piece * 32_000)[:length] for length in (8_000, 32_000)]


@pytest.mark.parametrize("what", COMPUTED)
@pytest.mark.parametrize("kind", ODD)
def test_four_times_the_text_takes_four_times_as_long(kind, what):
    assert is_linear(COMPUTED[what], *lengths(ODD[kind]))


def test_quadratic_time_is_noticed():
    def quadratic(source):
        return sum(source[:end].count("ab") for end in range(0, len(source), 10))

    assert not is_linear(quadratic, *lengths("a"))
