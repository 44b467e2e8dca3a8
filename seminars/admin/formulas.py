"""Formulas and LaTeX that people type into a form: read before the form is saved, and named if that fails."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from django.contrib import messages
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext as _

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


def warn(request: HttpRequest, typed: Iterable[tuple[str, Any]]) -> None:
    """Name what the page will show as typed; `typed` are names of fields and their values."""
    rendered = [(name, value) for name, value in typed if name in MARKDOWN | ONE_LINE and value]
    found = chain.from_iterable(warnings(value, is_line=name in ONE_LINE) for name, value in rendered)
    for sentence in dict.fromkeys(found):
        messages.warning(request, sentence)


def warnings(typed: str, *, is_line: bool) -> list[str]:
    """Return a sentence for each formula and each command of a text that the page will show as typed."""
    return [
        (
            _("This formula cannot be displayed, so the page shows it as typed: %(formula)s")
            if is_formula
            else _("This command is unknown, so the page shows it as typed: %(formula)s")
        )
        % {"formula": Truncator(piece).chars(80)}
        for piece, is_formula in text.unread(typed, is_line=is_line)
    ]


def typed_into(form: ModelForm, formsets: Iterable[BaseInlineFormSet]) -> Iterator[tuple[str, Any]]:
    """Yield names and values of the fields that were changed, and of all fields of the rows.

    Rows that a mail filled in say that nothing was changed in them.
    """
    yield from ((name, form.cleaned_data[name]) for name in form.changed_data)
    for row in chain.from_iterable(formset.forms for formset in formsets):
        yield from getattr(row, "cleaned_data", {}).items()
