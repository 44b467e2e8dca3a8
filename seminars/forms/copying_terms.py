"""Checking which term an organiser wants to copy, to when, and with what."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars.actions.copying_terms import CopiedField, CopiedTerm, TakenFrom
from seminars.forms.desk import RowsField
from seminars.forms.moments import DayField
from seminars.models import Series, SeriesQuerySet
from seminars.models.terms import Term


class CopyTermForm(forms.Form):
    """A term of the past, the one that is planned now, and what stays."""

    series = RowsField(
        Series.objects.none(),
        label=_("Series"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one series."),
            "invalid_choice": _("You no longer organise one of these series. Choose again, or ask an administrator."),
        },
    )
    old = forms.ChoiceField(label=_("Copy the dates of"))
    new = forms.ChoiceField(label=_("To the term"))
    first_on = DayField(
        label=_("First day"),
        required=False,
        help_text=_(
            "The week of this day becomes the week of the first talk. Leave blank to keep each talk in the same week "
            "of the term."
        ),
    )
    start = forms.ChoiceField(label=_("Start"), choices=TakenFrom, help_text=_("Talks at an unusual time keep it."))
    minutes = forms.ChoiceField(label=_("Length"), choices=TakenFrom)
    room = forms.ChoiceField(label=_("Room"), choices=TakenFrom)
    kept = forms.MultipleChoiceField(
        label=_("Copy from each talk"),
        choices=CopiedField,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Anything that you leave unticked gets the usual value of the series. People, titles and "
            "abstracts are never copied."
        ),
    )

    def __init__(
        self, *args: Any, series: SeriesQuerySet, old: Iterable[Term], new: Iterable[Term], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["series"].queryset = series
        self._terms = {term.slug: term for term in (*old, *new)}
        self.fields["old"].choices = [(term.slug, str(term)) for term in old]
        self.fields["new"].choices = [(term.slug, str(term)) for term in new]

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        if not {"old", "new"} <= asked.keys():
            return asked
        new = self._terms[asked["new"]]
        if asked["old"] == asked["new"]:
            self.add_error("new", gettext("You are copying this term. Choose another one."))
        elif (first_on := asked.get("first_on")) and not new.first_on <= first_on <= new.last_on:
            self.add_error("first_on", gettext("This day is not in %(term)s. Choose one that is.") % {"term": new})
        return asked

    @property
    def copied(self) -> CopiedTerm:
        """What a valid form asks for."""
        asked = self.cleaned_data
        terms = {name: self._terms[asked[name]] for name in ("old", "new")}
        return CopiedTerm(**asked | terms | {"series": tuple(asked["series"]), "kept": frozenset(asked["kept"])})
