"""Checking a series."""

from django import forms

from seminars.forms.desk import DeskForm
from seminars.forms.widgets import PreviewedText


class SeriesForm(DeskForm):
    """A series with its defaults for a new talk."""

    class Meta:
        widgets = {"about": PreviewedText, "colour": forms.TextInput(attrs={"type": "color"})}
