"""No typed text becomes script."""

from html.parser import HTMLParser

from hypothesis import example, given
from hypothesis import strategies as st

from seminars import text
from seminars.text import safety, tex

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


@given(st.one_of(st.text(), TYPED))
@example("-\x08-")  # a dash, once the control character is gone
def test_a_line_reads_the_same_whether_or_not_there_is_latex_after_it(source):
    assert text.inline(f"{source} |--") == f"{text.inline(f'{source} |')}–"
    assert text.line(f"{source} |--") == f"{text.line(f'{source} |')}–"


@given(st.one_of(st.text(), TYPED, FORMULAS))
def test_plain_text_holds_nothing_that_no_calendar_can_carry(source):
    one_line = text.line(source)

    assert text.plain(source) == text.printable(text.plain(source))
    assert one_line == " ".join(text.printable(one_line).split())
    assert len(text.excerpt(source, 20)) <= 20


def test_typed_markup_stays_in_plain_text():
    assert text.plain("a <b>c</b> <script> $x < y$") == "a <b>c</b> <script> x < y"


def test_an_ordinary_long_formula_is_drawn():
    terms = " + ".join(
        rf"\frac{{\mathbb{{E}}[X_{{{i}}}]}}{{\sqrt{{n}}}} \log\left(1 + \alpha_{i}\right)" for i in range(20)
    )

    assert "<math" in tex.to_html(terms, display=True)
