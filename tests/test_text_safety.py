"""Nothing that anybody types becomes script, ends the process or keeps it busy."""

import json
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seminars import text
from seminars.text import guard, safety, tex

PIECES = [
    *(
        "<script>",
        "</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<iframe>",
        "<!--",
        "-->",
        "<a ",
    ),
    *("</math>", "<style>", "</p>", "<math href='javascript:alert(1)'>", '"', "'", ">", "<", "&lt;", "&#60;", "&quot;"),
    *("javascript:alert(1)", "data:text/html,<script>", "vbscript:x", "JaVaScRiPt:", "java\tscript:", "//evil.example"),
    *(
        "[",
        "](",
        ")",
        "![",
        "<http://a",
        "*",
        "**",
        "_",
        "`",
        "```\n",
        "# ",
        "> ",
        "- ",
        "1. ",
        "\n",
        "\n\n",
        "---\n",
        "~~",
    ),
    *("$", "$$", "\\(", "\\)", "\\[", "\\]", "\\$", "\\", "{", "}", "^", "_", "&", "%", "#", "'"),
    *(r"\href{javascript:alert(1)}{x}", r"\text{<script>alert(1)</script>}", r"\class{x}{y}", r"\style{color:red}{x}"),
    *(
        r"\url{javascript:x}",
        r"\includegraphics{x}",
        r"\frac",
        r"\sqrt[",
        r"\left(",
        r"\right)",
        r"\begin{matrix}",
        "(",
    ),
    *(
        r"\end{matrix}",
        r"\text{",
        r"\textbf{<b onclick=x>}",
        r"\label{<}",
        r"\tag{<}",
        r"\color{red}",
        r"\operatorname{",
    ),
    *(
        r"\def\a{\a\a}\a",
        r"\newcommand",
        r"\htmlClass{a}{b}",
        r"\unicode{60}",
        r"\eqref{javascript:x}",
        r"\sin ",
        "x",
        "1",
    ),
]
TYPED = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=30).map("".join)
FORMULAS = st.lists(st.sampled_from(PIECES), max_size=20).map(lambda pieces: f"$a{''.join(pieces)}b$")


class Reader(HTMLParser):
    """What a browser would find: elements and attributes that are not on the list."""

    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.strange = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attributes):
        allowed = safety.ATTRIBUTES.get(tag, set()) | {"class"}
        self.strange += [tag] if tag not in safety.ELEMENTS else []
        self.strange += [name for name, _ in attributes if name not in allowed]
        addresses = [value for name, value in attributes if name == "href"]
        self.strange += [value for value in addresses if not is_harmless(value)]

    def handle_comment(self, data):
        self.strange.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def is_harmless(address):
    """As a browser reads it: control characters and spaces fall away, letters of any case make a scheme."""
    seen = "".join(letter for letter in address if letter > " ").lower()
    scheme, colon, _ = seen.partition(":")
    return not colon or not scheme.isalnum() or scheme in {"http", "https", "mailto"}


@given(st.one_of(st.text(), TYPED, FORMULAS))
@example('<a href="javascript:alert(1)">x</a>')
@example("[x](javascript:alert(1)) <javascript:alert(1)> ![x](javascript:alert(1))")
@example(r"$\href{javascript:alert(1)}{x}$ $\text{<img src=x onerror=alert(1)>}$")
@example('$\\text{</math><script>alert(1)</script>" onload="x}$')
def test_nothing_typed_becomes_script(source):
    for rendered in (text.html(source), text.inline(source)):
        assert Reader(rendered).strange == []


@given(st.one_of(st.text(), TYPED, FORMULAS))
def test_plain_text_holds_nothing_that_no_calendar_can_carry(source):
    one_line = text.line(source)

    assert text.plain(source) == text.printable(text.plain(source))
    assert one_line == " ".join(text.printable(one_line).split())
    assert len(text.excerpt(source, 20)) <= 20


def test_what_looks_like_markup_in_plain_text_is_what_was_typed():
    assert text.plain("a <b>c</b> <script> $x < y$") == "a <b>c</b> <script> x < y"


DEEP = [
    *("{", "}"), *("\\frac1", ""), *("\\frac{1}", ""), *("x^{", "}"), *("x_{x^{", "}}"), *("\\sqrt ", ""),
    *("\\sqrt[", "]x"), *("\\left(", "\\right)"), *("\\left(", ""), *("\\begin{matrix}", "\\end{matrix}"),
    *("\\begin{array}{c}", "\\end{array}"), *("\\hat ", ""), *("\\not", ""), *("\\text{", "}"), *("\\color{red}", ""),
    *("\\displaystyle ", ""), *("\\sin ", ""), *("\\sin^", ""), *("\\sum_", ""), *("\\overset a", ""),
    *("\\genfrac(){0pt}{}1", ""), *("\\mathchoice xxx", ""), *("\\begingroup ", "\\endgroup "), *("%}\n{", "}"),
    *("(", ""), *("(", ")"), *("[", ""), *("f(", ""), *("\\sin (", ""), *("\\{", ""), *("\\langle ", ""),
    *("\\bigl(", ""), *("\\bigl|", ""), *("\\cfrac12+\\pmod ", ""), *("\\pmod{(", "}"), *("⟨", ""), *("⟦", ""),
    *("(\\frac1)", ""), *("\\operatorname{a}^\\lhd (", ""), *("\\mathopen(", ""), *("{(}", ""), *("x'", ""),
]  # fmt: skip


def test_no_formula_ends_the_process_or_keeps_it_busy():
    battery = [
        f"${opening * count}x{closing * count}$"
        for opening, closing in zip(DEEP[::2], DEEP[1::2], strict=True)
        for count in (10, 15, 30, 41, 200, 3000)
    ]
    # The smallest stack that any thread of ours could have, and a death that does not take the tests along.
    script = """
import json, sys, threading
from django.conf import settings
settings.configure(CACHES={"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}})
from seminars import text
def render():
    for source in json.load(sys.stdin):
        text.html(source), text.inline(source), text.plain(source), text.line(source)
    print("alive")
threading.stack_size(512 * 1024)
thread = threading.Thread(target=render)
thread.start()
thread.join()
"""
    finished = subprocess.run(
        [sys.executable, "-c", script], input=json.dumps(battery), capture_output=True, text=True, timeout=60
    )

    assert (finished.returncode, finished.stdout) == (0, "alive\n")


@pytest.mark.parametrize(
    ("formula", "deepest", "left_open"),
    [
        ("x", 0, 0),
        (r"\alpha\beta\gamma\leq\to", 0, 0),
        ("{{x}}", 2, 0),
        (r"\frac{1}{2}\frac{1}{2}\frac{1}{2}", 2, 0),
        (r"\frac1\frac1\frac1x", 3, 0),
        (r"\frac12\frac12\frac12", 1, 0),
        (r"\sqrt[{3}]{x}\sqrt[3]{x}", 3, 0),
        (r"\begin{matrix}\frac12&x\\{y}\end{matrix}", 2, 0),
        ("%{{{{{\nx", 0, 0),
        ("%}\n{%}\n{", 2, 0),
        ("f(x)[y)]z(", 1, 1),
        (r"x\frac1)(", 1, 1),
        (r"(\frac1)", 2, 1),
        (r"\left(\middle|\right)[0,1)", 1, 0),
        (r"\bigl(x\bigr)\{y\}\langle z\rangle", 1, 0),
        (r"a\pmod{n}", 2, 1),
        (r"{(}{)}", 2, 1),
        (r"(a &\\ b)", 1, 1),
    ],
)
def test_the_guard_counts_levels_and_open_brackets(formula, deepest, left_open):
    nesting = guard.Nesting(formula)

    assert (nesting.deepest, nesting.left_open) == (deepest, left_open)


def test_an_ordinary_long_formula_is_tame():
    terms = " + ".join(
        rf"\frac{{\mathbb{{E}}[X_{{{i}}}]}}{{\sqrt{{n}}}} \log\left(1 + \alpha_{i}\right)" for i in range(20)
    )

    assert guard.is_tame(terms)
    assert "<math" in tex.to_html(terms, display=True)
