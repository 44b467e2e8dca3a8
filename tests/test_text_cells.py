"""Text in CSV files: no program takes it for a formula, and it reads back as it was."""

import hypothesis
import pytest
from hypothesis import strategies as st

from seminars.text.cells import guarded, unguarded

BEGINNINGS = st.text(alphabet="=+-@＝＋－＠';\n\t a1,", max_size=12)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("'=1", "''=1"),
        ("a;=1", "a;'=1"),
        ("a; =1", "a; '=1"),
        ("a\n- b\n\t+c", "a\n'- b\n\t'+c"),
        ("＝1", "'＝1"),
        ("it's", "it's"),
        ("'quoted'", "'quoted'"),
        ("1-2", "1-2"),
    ],
)
def test_an_apostrophe_stands_where_a_formula_could_begin(text, written):
    assert guarded(text) == written


@hypothesis.given(BEGINNINGS)
def test_what_is_guarded_reads_back_as_it_was(text):
    assert unguarded(guarded(text)) == text
