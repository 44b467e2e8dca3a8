"""Read text that was escaped once too often, and leave TeX and mathematics alone."""

import pytest

from seminars.importing.reading.texts import plain_text, without_double_escapes


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Looms\\, wheels\\; and more", "Looms, wheels; and more"),
        ("Looms.\\nWheels.\\n\\nThread.", "Looms.\nWheels.\n\nThread."),
        ("Looms.\\nthe end", "Looms.\nthe end"),
        ("Looms.\\NWheels.", "Looms.\nWheels."),
    ],
)
def test_escapes_of_icalendar_that_are_left_are_read(text, meant):
    assert without_double_escapes(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Let $f(x)\\,dx$ be given.",
        "The operator \\nabla and \\nu, \\neq 0",
        "We show \\emph{looms}\\, and more.",
        "\\(x\\, y\\) is a pair",
        "A path C:\\data",
        "no backslash, no change; none",
        "",
    ],
)
def test_text_with_tex_keeps_its_backslashes(text):
    assert without_double_escapes(text) == text


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("&lt;p&gt;Looms &amp;amp; wheels&lt;/p&gt;&lt;p&gt;Thread&lt;/p&gt;", "Looms & wheels\n\nThread"),
        ("Looms&lt;br/&gt;wheels", "Looms\nwheels"),
        ("Looms&amp;nbsp;weave", "Looms weave"),
        ("<p>Looms &amp;amp; wheels</p>", "Looms & wheels"),
        ("a &lt; b and c &gt; d", "a < b and c > d"),
        ("Looms &amp; wheels", "Looms & wheels"),
        ("<b>Looms</b> &lt;T&gt;", "Looms <T>"),
        ("[vc_row el_class=wide][vc_column]Looms [0, 1] and [a_b][/vc_column][/vc_row]", "Looms [0, 1] and [a_b]"),
    ],
)
def test_html_that_was_escaped_once_more_is_read(text, meant):
    assert plain_text(text) == meant
