"""Checking what somebody says that the columns of a spreadsheet mean."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext

from seminars.importing.remembered_columns import mark_of
from seminars.importing.sources.column_meanings import DATES, LEFT_OUT, FoundColumn, meanings

HEADERS = "headers"


class ColumnsForm(forms.Form):
    """One choice for each column of a spreadsheet: a field of a talk, or to leave it out.

    Answers for a file with other headers do not count: somebody has chosen another file since.
    """

    headers = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Mapping[str, Any] | None, columns: list[FoundColumn], **options: Any) -> None:
        self.columns = columns
        mark = mark_of([column.header for column in columns])
        is_answered = data is not None and data.get(HEADERS) == mark
        super().__init__(data if is_answered else None, initial={HEADERS: mark}, **options)
        choices = [(LEFT_OUT, gettext("Leave out")), *meanings()]
        for at, column in enumerate(columns):
            self.fields[_name(at)] = forms.ChoiceField(
                label=column.header, choices=choices, required=False, initial=column.means
            )

    @property
    def chosen(self) -> dict[str, str]:
        """What each column means, by its header: what was said, else what it seems to be."""
        said = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return {column.header: said.get(_name(at), column.means) for at, column in enumerate(self.columns)}

    @property
    def rows(self) -> list[tuple[forms.BoundField, FoundColumn]]:
        """Each field with its column, for the template."""
        return [(self[_name(at)], column) for at, column in enumerate(self.columns)]

    @property
    def is_clear(self) -> bool:
        """Tell whether the meaning of every column is known without a question."""
        return all(column.means for column in self.columns)

    def clean(self) -> dict[str, Any]:
        super().clean()
        first: dict[str, str] = {}
        for at, column in enumerate(self.columns):
            means = self.cleaned_data.get(_name(at))
            kind = "date" if means in DATES else means
            if kind and kind in first:
                sentence = gettext("“%(column)s” has the same meaning. Leave one of the two out.")
                self.add_error(_name(at), sentence % {"column": first[kind]})
            first.setdefault(kind or "", column.header)
        if not self.errors and not {"date", "uid"} & first.keys():
            self.add_error(None, gettext("Choose the column that has the date."))
        return self.cleaned_data


def _name(at: int) -> str:
    return f"column-{at}"
