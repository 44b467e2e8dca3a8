"""Checking a series."""

from django import forms

from seminars.forms.desk import DeskForm


class SeriesForm(DeskForm):
    """A series with its defaults for a new talk."""

    class Meta:
        widgets = {"colour": forms.TextInput(attrs={"type": "color"})}
