r"""Accents of LaTeX and the letters under them: `\'e`, `\"{o}`, `\H{o}`, `\~{\^e}`."""

import re
import unicodedata

from . import commands

ACCENT = re.compile(r"\\(?:[`'^~\"=.]|[uvHckrdbt](?![A-Za-z]))")
# The letter under an accent: with braces around it or none, dotless, or with an accent of its own.
BASE = re.compile(
    r"\s*(?:\{\s*(?:\\([ij])(?:\s*\{\})?|([^\W\d_])|\\([`'^~\"=.])\{?([^\W\d_])\}?)?\s*\}"
    r"|\\([ij])(?![A-Za-z])|([^\W\d_]))"
)


def letter(found: re.Match[str], accent: str) -> str:
    """Return the letter that BASE found with an accent on it, in NFC; "" where it found an empty group."""
    inner = commands.ACCENTS[found[3]] if found[3] else ""
    base = found[1] or found[2] or found[4] or found[5] or found[6]
    return unicodedata.normalize("NFC", base + inner + commands.ACCENTS[accent]) if base else ""
