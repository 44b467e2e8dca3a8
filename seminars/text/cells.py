"""Text in the cells of a CSV file: what a spreadsheet would calculate stays text, and reads back as it was."""

import re

FORMULAS = "=+-@＝＋－＠"  # what spreadsheets calculate when it stands first in a cell
# A program that expects another separator than the comma begins a cell after each semicolon, tab and line end.
_BEGINS_FORMULA = re.compile(rf"(^|[;\t\r\n])( *)(?='*[{re.escape(FORMULAS)}])")
_IS_GUARDED = re.compile(rf"(^|[;\t\r\n])( *)'(?='*[{re.escape(FORMULAS)}])")


def guarded(text: str) -> str:
    """Return text with an apostrophe wherever a formula could begin; `unguarded` takes it away again."""
    return _BEGINS_FORMULA.sub(r"\1\2'", text)


def unguarded(text: str) -> str:
    """Return what `guarded` was given."""
    return _IS_GUARDED.sub(r"\1\2", text)
