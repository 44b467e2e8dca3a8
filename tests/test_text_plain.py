"""Typed text as plain text without markup, and as text that the search finds in any spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seminars import text

ABSTRACT = """\
# What it is

A *short* text,
with a [page](https://a.example/x), a [room](/rooms/414/), [mail](mailto:x@b.example) and <https://c.example/>.
<b>typed</b> &amp; `code`, ![a plot](https://a.example/p.png)

1. one
2. two
   - inner

   more of two
- a
- b\\
  c

> quoted

```
as   is
```

$$x^2$$

[top](#top) ---
"""


@pytest.mark.parametrize(
    ("formula", "readable"),
    [
        (r"\alpha \le \frac{1}{2}", "α ≤ 1/2"),
        (r"O(n \log n)", "O(n log n)"),
        (r"\mathcal{O}(n^2)", "O(n²)"),
        (r"x^2", "x²"),
        (r"x^{q+1}", "x^(q+1)"),
        (r"n^{\omega}", "n^ω"),
        (r"x_{i,j}^{2k+1}", "x_(i,j)²ᵏ⁺¹"),
        (r"\mathbb{R}^n", "ℝⁿ"),
        (r"\mathsf{P} \neq \mathsf{NP}", "P ≠ NP"),
        (r"f\colon X \to Y", "f:X → Y"),
        (r"\sum_{i=0}^n x_i", "∑ᵢ₌₀ⁿ xᵢ"),
        (r"\int_0^1 f(x)\,dx", "∫₀¹ f(x) dx"),
        (r"\lim_{n\to\infty} a_n", "lim_(n→∞) aₙ"),
        (r"\frac{a+b}{2n}", "(a+b)/(2n)"),
        (r"\sqrt{x+1}", "√(x + 1)"),
        (r"\sqrt[3]{x}", "³√x"),
        (r"(x+y)^2", "(x + y)²"),
        (r"C\left(\frac{1}{n\gamma^2}\right)^{1/3}", "C(1/(nγ²))^(1/3)"),
        (r"{(a)(b)}^2", "((a)(b))²"),
        (r"f''(x)", "f″(x)"),
        (r"\hat\theta_n", "θ̂ₙ"),
        (r"\tilde O(n)", "Õ(n)"),
        (r"X \sim \mathcal{N}(0,1)", "X ∼ N(0, 1)"),
        (r"3,000", "3,000"),
        (r"90^\circ", "90°"),
        (r"\text{if } x > 0", "if x > 0"),
        (r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", "(a, b; c, d)"),
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "a = b; c = d"),
        (r"\binom{n}{k}", r"\binom{n}{k}"),
        (r"\overline{AB}", r"\overline{AB}"),
        (r"\prescript{a}{b}{c}", r"\prescript{a}{b}{c}"),
        (r"{}", "{}"),
    ],
)
def test_a_formula_reads_as_text(formula, readable):
    assert text.line(f"${formula}$") == readable
    assert text.plain(f"${formula}$") == readable


def test_plain_text_keeps_paragraphs_lists_and_addresses():
    assert (
        text.plain(ABSTRACT)
        == """\
What it is

A short text, with a page (https://a.example/x), a room (http://talks.example.edu/rooms/414/), \
mail (x@b.example) and https://c.example/. <b>typed</b> & code, a plot (https://a.example/p.png)

1. one
2. two
  - inner

  more of two
- a
- b
  c

quoted

as   is

x²

top —"""
    )


def test_a_list_keeps_its_first_number_and_its_empty_items():
    assert text.plain("7. a\n8.\n9. b") == "7. a\n8.\n9. b"
    assert text.plain("- - a") == "-\n  - a"


def test_a_line_is_what_the_title_shows():
    title = "On  $O(n^2)$\nand *stars* <b> & \\$5"

    assert text.inline(title) == (
        'On <math alttext="O(n^2)"><mi>O</mi><mo stretchy="false">(</mo><msup><mi>n</mi><mn>2</mn></msup>'
        '<mo stretchy="false">)</mo></math> and *stars* &lt;b&gt; &amp; $5'
    )
    assert text.line(title) == "On O(n²) and *stars* <b> & $5"


@pytest.mark.parametrize(
    ("length", "cut"),
    [
        (100, "Every planar graph, and more"),
        (28, "Every planar graph, and more"),
        (27, "Every planar graph, and…"),
        (20, "Every planar graph…"),
        (19, "Every planar graph…"),
        (18, "Every planar…"),
        (3, "Ev…"),
        (1, "…"),
    ],
)
def test_an_excerpt_ends_at_a_word(length, cut):
    assert text.excerpt("Every *planar* graph,\n\nand more", length) == cut


def test_an_excerpt_distinguishes_list_items_from_words_after_a_dash():
    assert text.excerpt("We show - at last:\n\n- one\n- two", 80) == "We show - at last: • one • two"


def test_an_excerpt_of_text_without_spaces_is_cut_where_it_stands():
    assert text.excerpt("平面図の分割定理", 5) == "平面図の…"


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Erdős  Pál", "erdos pal"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Łukasz Øystein", "lukasz oystein"),
        ("İstanbul", "istanbul"),
        ("O’Brien–Šmíd", "o'brien-smid"),
        ("ﬁne", "fine"),
        ("हिन्दी", "हिन्दी".replace("\u094d", "")),
        (" a\n\tb\x00 ", "a b"),
    ],
)
def test_search_sees_neither_accents_nor_case(typed, folded):
    assert text.fold(typed) == folded


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_letters_are_folded_as_they_are_beside_others(typed):
    assert text.fold(f"é {typed}") == f"e {text.fold(typed)}".strip()


@given(st.text())
def test_folding_twice_changes_nothing(typed):
    assert text.fold(text.fold(typed)) == text.fold(typed)
