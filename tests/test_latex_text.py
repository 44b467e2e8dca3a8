"""Text as mathematicians send it: read on pages and in plain text, without losing a word."""

import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seminars import text
from seminars.models.page_addresses import short_slug
from seminars.models.talk_address import talk_slug
from seminars.text import definitions
from tests.reading import in_notation, rows

EXAMPLES = list(rows(Path(__file__).parent / "data" / "abstracts.txt"))
WORDS = st.from_regex(r"w[a-hj-v]{4,8}", fullmatch=True)
AROUND = (
    r"\emph{%s}", r"\textbf{%s}", r"\texttt{%s}", r"\textsf{%s}", r"\mbox{%s}", r"\unknown{%s}", r"{\it %s}", "``%s''",
    "`%s'", r"\cite{%s}", r"\cite[%s]{x}", r"\ref{%s}", r"\footnote{%s}", r"\href{https://a.example/}{%s}", "(%s)",
    r"\'%s", r"\begin{itemize}\item %s\end{itemize}", r"\begin{nosuch}%s\end{nosuch}", r"\section{%s}", "*%s*", "~%s",
    "{%s}", r"\underline{%s}", r"$x$ %s", "%s $5", r"\LaTeX{} %s", r"50 %% %s", r"\%% %s", r"%s\\", r"%s --- ", "- %s",
    "\n- %s", "\n> %s", "\n1. %s", r"\item %s", r"\par %s", "\n\n%s", r"\textsuperscript{%s}", "[%s](https://a.example/)",
    r"\begin{theorem}[%s]", r"\alpha %s", r"$%s$", "`` %s", r"\emph{%s", "%s}", r"\begin{align} %s", r"$%s", r"{\bf %s",
)  # fmt: skip
PIECES = st.tuples(st.sampled_from(AROUND), WORDS)


@pytest.mark.parametrize(("typed", "shown", "plain"), EXAMPLES)
def test_text_is_read_as_its_author_meant_it(typed, shown, plain):
    assert in_notation(text.html(typed)) == shown
    assert text.plain(typed) == plain


def test_the_table_has_all_kinds():
    assert len(EXAMPLES) >= 80


@pytest.mark.parametrize(
    ("title", "shown", "read"),
    [
        (
            r"On $\mathbb{Q}$-curves and \emph{their} friends",
            "On ⟦ℚ⟧-curves and *their* friends",
            "On ℚ-curves and their friends",
        ),
        (r"Erd\H{o}s--R\'enyi graphs", "Erdős–Rényi graphs", "Erdős–Rényi graphs"),
        (r"One \\ ``two''", "One “two”", "One “two”"),
        (r"C$^*$-algebras at 50\%", "C⟦*⟧-algebras at 50%", "C*-algebras at 50%"),
        (r"\newcommand{\k}{K}On $\k$-theory", "On ⟦K⟧-theory", "On K-theory"),
        ("1. *Stars* & <b> [a](b)", "1. *Stars* & <b> [a](b)", "1. *Stars* & <b> [a](b)"),
        (r"\href{https://a.example/}{Here}", "Here (https://a.example/)", "Here (https://a.example/)"),
    ],
)
def test_a_title_is_read_the_same_way(title, shown, read):
    assert in_notation(text.inline(title)) == shown
    assert text.line(title) == read


def test_the_address_of_a_talk_comes_from_the_title_as_it_reads():
    assert talk_slug(r"On $\mathbb{Q}$-curves and \emph{their} friends", "") == "on-q-curves-and-their-friends"
    assert talk_slug(r"Erd\H{o}s~numbers", "") == "erdos-numbers"
    assert talk_slug(r"Sorting in $O(n^2)$ and $\alpha_2$", "") == "sorting-in-on2-and-alpha_2"


@given(st.text(st.characters(exclude_characters="\\$`~")))
def test_the_address_of_a_talk_without_latex_stays(title):
    assert talk_slug(title, "") == short_slug(title)


@given(st.lists(PIECES, min_size=1, max_size=8))
def test_no_word_is_lost(pieces):
    typed = "Begin " + " ".join(around % word for around, word in pieces)
    words = {text.fold(word) for _around, word in pieces}

    for shown in (seen(text.html(typed)), text.plain(typed), seen(text.inline(typed)), text.line(typed)):
        letters = re.sub(r"[^a-z]+", " ", text.fold(shown))
        assert [word for word in words if word not in letters] == []


def seen(markup):
    return unescape(re.sub(r"<[^>]*>", "", markup))


@given(st.lists(WORDS, min_size=1).map(" ".join))
def test_text_without_any_mark_stays_as_it_is(typed):
    assert (text.line(typed), text.plain(typed)) == (typed, typed)


@pytest.mark.parametrize("plain", [row[2] for row in EXAMPLES if not re.search(r"[\\$*#<>`\n:]", row[2])])
def test_plain_text_reads_as_itself(plain):
    assert text.plain(plain) == plain


def test_a_text_may_define_commands_up_to_a_bound():
    many = "".join(rf"\def\a{chr(97 + number)}{{x}}" for number in range(20))
    doubling = r"\def\aa{xxxxxxxxxx}" + "".join(
        rf"\def\a{chr(98 + number)}{{\a{chr(97 + number)}\a{chr(97 + number)}}}" for number in range(20)
    )

    assert text.plain(f"{many}$\\at$") == "x"
    assert text.plain(f"{doubling}We end.").endswith("We end.")
    assert text.plain(f"{doubling}\\aa") == re.sub(r"\\def\\a[a-h]{.*?}", "", doubling) + "x" * 10
    assert definitions.expand(r"\def\b{xy}" + r"\b" * 20_000) == r"\def\b{xy}" + r"\b" * 20_000


@pytest.mark.parametrize("deep", [r"\emph{", "{\\it ", r"\unknown{", r"\footnote{", r"\textsc{", "`` ", r"\'{"])
def test_deep_nesting_is_read_without_an_error(deep):
    typed = f"{deep * 300}word{'}' * 300}"

    assert "word" in text.plain(typed)
    assert "word" in text.line(typed)
