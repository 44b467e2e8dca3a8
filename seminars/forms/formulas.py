"""The formulas that people type into a form: drawn before the form is saved, named where they cannot be drawn."""

from collections.abc import Iterable, Mapping
from typing import Any

from seminars import text

# The fields that pages show through `text.html` and through `text.inline`.
MARKDOWN = frozenset({"abstract", "about", "biography", "getting_there", "access_notes"})
ONE_LINE = frozenset({"title", "notice", "programme"})


def prepare(posted: Mapping[str, str]) -> None:
    """Render what was typed, also within the rows of an inline, before a transaction in which others would wait."""
    for name, typed in posted.items():
        field = name.rpartition("-")[2]
        if field in MARKDOWN | ONE_LINE:
            text.prepare(typed, is_line=field in ONE_LINE)


def undrawn(typed: Iterable[tuple[str, Any]]) -> list[str]:
    """Return each formula, once, that a page will show as typed; `typed` are names of fields and their values."""
    rendered = [(name, value) for name, value in typed if name in MARKDOWN | ONE_LINE and value]
    found = (formula for name, value in rendered for formula in text.undrawn(value, is_line=name in ONE_LINE))
    return list(dict.fromkeys(found))
