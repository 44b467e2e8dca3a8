"""Formulas in feeds: once, as text where they have such a form, as most feed readers drop MathML or join its text."""

import json

import feedparser
import pytest

from seminars import listings, text
from seminars.formats import atom, jsonfeed
from tests.factories import make_talk

pytestmark = pytest.mark.django_db
ABSTRACT = r"Half is $\frac{1}{2}$, a million $10^6$, and \emph{all} $x_i^2 \le \sqrt{n}$.\n\n$$\sum_{i=1}^n x_i$$"
READ = "Half is 1/2, a million 10⁶, and <em>all</em> xᵢ² ≤ √n."


def contents():
    [entry] = feedparser.parse(atom.render(listings.everything())).entries
    [item] = json.loads(jsonfeed.render(listings.everything()))["items"]
    return entry.content[0].value, item["content_html"]


def test_both_feeds_carry_the_text_of_a_formula():
    make_talk(title=r"On $x^2$ and \emph{more}", abstract=ABSTRACT.replace(r"\n", "\n"))

    for content in contents():
        assert READ in content
        assert "∑ᵢ₌₁ⁿ xᵢ" in content
        assert "<math" not in content


def test_a_formula_without_such_a_form_is_mathml():
    assert text.for_feeds(r"$\binom{n}{k}$") == text.html(r"$\binom{n}{k}$")


def test_titles_and_notices_are_read():
    make_talk(title=r"On $x^2$ and \emph{more}", notice=r"Bring $\frac{1}{2}$ a \textbf{pen}", programme="Tea --- 3~pm")

    [item] = json.loads(jsonfeed.render(listings.everything()))["items"]
    assert item["_seminars"]["title"] == "On x² and more"
    assert "<strong>Bring 1/2 a pen</strong>" in item["content_html"]
    assert "<p>Tea — 3 pm</p>" in item["content_html"]
