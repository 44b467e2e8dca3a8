"""The beginning of a text ends where a block or a sentence does."""

import pytest

from seminars import text
from tests.reading import in_notation

ABSTRACT = """\
We study *planar* graphs, e.g. trees of Prof. A. Smith, with $k^2$ colours. Our results are:

- every planar graph has one. It is fast.
- the bound $\\chi \\le 4$ is tight

## Outlook

The rest follows. It ends with
$$x^2 = y$$
and that is it."""
FIRST = "We study *planar* graphs, e.g. trees of Prof. A. Smith, with ⟦k²⟧ colours."
INTRODUCED = f"{FIRST} Our results are:"


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (60, "We study planar graphs, e.g. trees of Prof. A. Smith, with…"),
        (130, FIRST),
        (200, f"{INTRODUCED} ¶ (• every planar graph has one. It is fast. )"),
        (300, f"{INTRODUCED} ¶ (• every planar graph has one. It is fast. • the bound ⟦χ ≤ 4⟧ is tight )"),
        (
            370,
            f"{INTRODUCED} ¶ (• every planar graph has one. It is fast. • the bound ⟦χ ≤ 4⟧ is tight )"
            " ## Outlook ¶ The rest follows.",
        ),
    ],
)
def test_a_beginning_ends_with_a_block_or_a_sentence(length, shown):
    assert in_notation(text.beginning(ABSTRACT, length)) == shown


def test_a_sentence_around_a_formula_is_not_cut_behind_it():
    typed = f"It is known.\n\nWe have\n$$x$$\nand {'more of it ' * 30}."

    assert in_notation(text.beginning(typed, 250)) == "It is known."


def test_a_text_that_is_short_enough_is_there_as_a_whole():
    assert text.beginning(ABSTRACT, 1000) == text.html(ABSTRACT)


@pytest.mark.parametrize("length", [10, 100, 250, 1000])
def test_nothing_typed_becomes_markup_in_a_beginning(length):
    typed = "<script>alert(1)</script> " * 30 + "\n\n- <img src=x>\n"

    assert "<script" not in text.beginning(typed, length)
    assert "<img" not in text.beginning(typed, length)
