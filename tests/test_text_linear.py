"""What is computed from typed text takes time in proportion to its length, however odd the text is."""

import time

import pytest

from seminars import text
from seminars.models import searching
from seminars.text import marking

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
}
COMPUTED = {
    "index": lambda source: searching.indexed([source]),
    "question": searching.Question.asked,
    "html": text._html,
    "plain": text._plain,
    "marked": lambda source: marking.mark(text.escape(source), ["a", "量"], text.fold),
    "around": lambda source: marking.around(source, ["zzz"], text.fold),
}


def seconds(compute, source):
    """Processor time, the lesser of two: other programs can only add to it."""
    spent = []
    for _round in range(2):
        began = time.process_time()
        compute(source)
        spent.append(time.process_time() - began)
    return min(spent)


@pytest.mark.parametrize("what", COMPUTED)
@pytest.mark.parametrize("kind", ODD)
def test_four_times_the_text_takes_four_times_as_long(kind, what):
    short, long = ((ODD[kind] * 32_000)[:length] for length in (8_000, 32_000))

    # Quadratic time would be sixteen times as long; what takes some milliseconds is not measured well enough. Other
    # programs can only add to the time, so one good attempt is proof.
    def is_linear():
        return seconds(COMPUTED[what], long) < min(9 * max(seconds(COMPUTED[what], short), 0.005), 2)

    assert any(is_linear() for _attempt in range(4))
