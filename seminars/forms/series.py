"""Checking a series."""

from django import forms

from seminars.forms.desk import DeskForm
from seminars.models import Series


class SeriesForm(DeskForm):
    """A series with its defaults for a new talk."""

    class Meta:
        model = Series
        fields = "__all__"
        widgets = {"colour": forms.TextInput(attrs={"type": "color"})}
