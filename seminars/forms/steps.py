"""Checking what an organiser says when a talk takes a step of its life."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    """Why a talk is postponed or cancelled."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=300,
        help_text=_("One public line. It becomes the notice on the page and in calendars: “The speaker is ill.”"),
    )


class AnnounceForm(forms.Form):
    """How sure it is that a talk takes place."""

    tentative = forms.BooleanField(
        label=_("Provisional"), required=False, help_text=_("Visitors are told that it is not certain yet.")
    )
