"""Rendered text in a short notation, for tables of examples."""

import re
from html import unescape

from seminars.text import readable

_TAGS = (
    (r"<math\b.*?</math>", lambda found: f"⟦{readable.text(found[0]) or '…'}⟧"),
    (r"</?em>", "*"),
    (r"</?strong>", "**"),
    (r'<code class="tex">(.*?)</code>', r"⟪\1⟫"),
    (r"</?code>", "`"),
    (r'<span class="tex-unknown">(.*?)</span>', r"⟪\1⟫"),
    (r'<(span|div) class="tex-display">(.*?)</\1>', r"⟦\2⟧"),
    (r'<a href="(.*?)"[^>]*>(.*?)</a>', r"[\2](\1)"),
    (r"<br>\n?", " / "),
    (r"<ol[^>]*>\n?", "("),
    (r"<ul>\n?", "("),
    (r"\n?</[ou]l>", ")"),
    (r"<li>\n?", "• "),
    (r"\n?</li>\n?", " "),
    (r"<h[3-6]>", "## "),
    (r"<blockquote>\n?", "> "),
    (r"<pre>(.*?)</pre>", r"\1"),
    (r"</(?:p|h[3-6]|blockquote)>\n?", " ¶ "),
    (r"<p>", ""),
)


def in_notation(html):
    """`*em*`, `**strong**`, `⟦formula⟧`, `⟪shown as typed⟫`, `[label](address)`, `(• items )`, `/` for a break, `¶`."""
    html = html.replace("&nbsp;", "\u00a0")
    for pattern, replacement in _TAGS:
        html = re.sub(pattern, replacement, html, flags=re.DOTALL)
    return " ".join(unescape(html).split()).strip(" ¶")


def rows(path):
    """The rows of a table: typed, as the page shows it, as plain text. `⏎` is the end of a line."""
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            typed, page, plain = (part.strip(" ").replace("⏎", "\n") for part in line.split(" ┃ "))
            yield typed, page, page if plain == "=" else plain
