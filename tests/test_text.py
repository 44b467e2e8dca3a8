"""Render typed text as its author meant it: Markdown, links, and formulas as MathML."""

import sys

import pytest

from seminars import text

MATH_ALPHA = '<math alttext="\\alpha \\le \\frac{1}{2}"><mi>α</mi><mo>≤</mo><mfrac><mn>1</mn><mn>2</mn></mfrac></math>'


@pytest.mark.parametrize(
    ("source", "rendered"),
    [
        ("", ""),
        ("Some *words* and **more**.", "<p>Some <em>words</em> and <strong>more</strong>.</p>\n"),
        ("# One\n\n## Two\n\n##### Five", "<h3>One</h3>\n<h4>Two</h4>\n<h6>Five</h6>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("<b>bold</b>", "<p>&lt;b&gt;bold&lt;/b&gt;</p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("    indented", "<p>indented</p>\n"),
        ("[1]: Smith", "<p>[1]: Smith</p>\n"),
        ("`$x$`", "<p><code>$x$</code></p>\n"),
        ("a\r\nb\rc\u2028d", "<p>a\nb\nc\nd</p>\n"),
        ("a\x00b\x1b\x85\ud800\ufffe\U0010ffffc\td", "<p>abc\td</p>\n"),
    ],
)
def test_markdown_becomes_html(source, rendered):
    assert text.html(source) == rendered


@pytest.mark.parametrize(
    ("source", "rendered"),
    [
        ("[a](https://b.example)", '<p><a href="https://b.example" rel="nofollow noopener">a</a></p>\n'),
        ("<x@b.example>", '<p><a href="mailto:x@b.example" rel="nofollow noopener">x@b.example</a></p>\n'),
        ("[a](//b.example)", '<p><a href="//b.example" rel="nofollow noopener">a</a></p>\n'),
        ("[a](/rooms/414/)", '<p><a href="/rooms/414/">a</a></p>\n'),
        ("![alt](/x.png)", '<p><a href="/x.png">alt</a></p>\n'),
        ("[![alt](/x.png)](/y)", '<p><a href="/y">alt</a></p>\n'),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
        ("[a](data:text/html,x)", "<p>[a](data:text/html,x)</p>\n"),
        ("[a](java&#115;cript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
    ],
)
def test_links_go_to_the_web_to_mail_or_to_this_site(source, rendered):
    assert text.html(source) == rendered


def test_a_language_becomes_a_lang_attribute():
    assert text.html("Über", lang="de") == '<div lang="de"><p>Über</p>\n</div>'
    assert text.html("", lang="de") == ""
    assert text.html("x", lang='"><script>') == '<div lang="&quot;&gt;&lt;script&gt;"><p>x</p>\n</div>'


def test_text_longer_than_any_abstract_is_shown_as_typed():
    source = "*a* <b>\n\n" * 15_000

    assert text.html(source).startswith("<p>*a* &lt;b&gt;</p>\n\n<p>*a* &lt;b&gt;</p>")
    assert text.plain(source) == source.strip()
    assert text.inline(source).startswith("*a* &lt;b&gt; *a*")
    assert text.line(source).startswith("*a* <b> *a*")


def files_run_by(function, *arguments):
    """Call a function. Return its result and the files of all functions that ran."""
    files = set()
    sys.setprofile(lambda frame, _event, _argument: files.add(frame.f_code.co_filename))
    try:
        result = function(*arguments)
    finally:
        sys.setprofile(None)
    return result, files


@pytest.mark.parametrize("form", [text.html, text.inline, text.plain, text.line])
def test_a_rendering_is_kept_for_the_next_reader(form):
    renderers = {text.markdown.__file__, text.tex.__file__}

    first, files_at_first = files_run_by(form, "$x$")
    again, files_then = files_run_by(form, "$x$")

    assert again == first
    assert (files_at_first & renderers != set(), files_then & renderers) == (True, set())


@pytest.mark.parametrize("source", [r"$\alpha \le \frac{1}{2}$", r"\(\alpha \le \frac{1}{2}\)"])
def test_a_formula_becomes_mathml_that_says_its_source(source):
    assert text.html(f"So {source}.") == f"<p>So {MATH_ALPHA}.</p>\n"
    assert text.inline(f"So {source}.") == f"So {MATH_ALPHA}."


@pytest.mark.parametrize("source", ["$$x$$", "\\[x\\]", "$$\nx\n$$", "  \\[\nx\n\\]"])
def test_a_formula_on_its_own_is_displayed(source):
    displayed = '<math alttext="x" display="block"><mi>x</mi></math>'

    assert text.html(f"{source}.") == f'<div class="tex-display">{displayed}.</div>\n'
    assert text.html(f"a\n{source}\nb") == f'<p>a</p>\n<div class="tex-display">{displayed}</div>\n<p>b</p>\n'
    assert text.html(f"a {source.strip()} b") == f'<p>a <span class="tex-display">{displayed}</span> b</p>\n'


def test_markdown_does_not_see_into_formulas():
    assert text.plain("$a*b$ and $c*d$, $x_1$ and $y_1$, \\(a\\_b\\)") == "a ∗ b and c ∗ d, x₁ and y₁, a_b"
    assert text.plain("$$\na\n=\n- b\n$$\n> \\[\n> a\n> \\]") == "a = −b\n\na"


@pytest.mark.parametrize(
    "source",
    [
        "costs $5 and $7",
        "from $5/$7 on",
        "US$5 or CA$7, or US$ and CA$",
        "$ 5$",
        "$$",
        "$",
        "$5",
        "5$",
        "\\(",
        "\\[ x",
        "an empty $$$$ pair",
    ],
)
def test_dollars_and_single_delimiters_are_not_formulas(source):
    assert "<" not in text.inline(source)
    assert "<math" not in text.html(source)
    assert text.line(source) == source


def test_an_escaped_dollar_is_a_dollar():
    assert text.html(r"\$5 to 7\$") == "<p>$5 to 7$</p>\n"
    assert text.inline(r"\$5 to 7\$") == "$5 to 7$"
    assert text.line(r"\$5 to 7\$") == "$5 to 7$"
    assert text.plain(r"\$5 to 7\$") == "$5 to 7$"


def test_equations_lose_their_numbers_and_keep_their_columns_without_any_style():
    rendered = text.html("\\[\\begin{align} a &= b \\label{x} \\\\ c &= d \\end{align}\\]")

    assert " style=" not in rendered
    assert "(1)" not in rendered
    assert rendered.count('<mtd class="tex-right tex-flush-right">') == 2
    assert rendered.count('<mtd class="tex-left tex-flush-left">') == 2


@pytest.mark.parametrize(
    "formula",
    [
        r"\def\a{\a}\a",
        r"\let\a\b",
        r"\unknown{x}",
        r"\href{javascript:alert(1)}{x}",
        r"\text{<script>}\nothing",
        r"\class{a}{x}",
        r"\style{color:red}{x}",
        r"\url{javascript:alert(1)}",
        r"\includegraphics{x}",
        r"\eqref{x}",
        r"\cancel{x}",
        r"{x",
        "x" * 1501,
        "\\sin " * 200 + "x",
    ],
)
def test_a_formula_in_doubt_is_shown_as_its_source(formula):
    assert text.inline(f"${formula}$") == f'<code class="tex">{text.escape(formula)}</code>'
    assert text.line(f"${formula}$") == formula


def test_markup_inside_a_formula_stays_text():
    assert text.inline(r"$\text{<script>alert(1)</script>}$") == (
        '<math alttext="\\text{&lt;script&gt;alert(1)&lt;/script&gt;}">'
        "<mtext>&lt;script&gt;alert(1)&lt;/script&gt;</mtext></math>"
    )
    assert "mathcolor" not in text.inline(r"$\color{red} x$")
    assert " style=" not in text.inline(r"$\color{red} x$")
