"""Checking a series."""

from django import forms

from seminars.formats.letters import speakers
from seminars.forms.desk import DeskForm
from seminars.forms.widgets import PreviewedText


class SeriesForm(DeskForm):
    """A series with its defaults for a new talk."""

    class Meta:
        widgets = {"about": PreviewedText, "colour": forms.TextInput(attrs={"type": "color"})}

    def _post_clean(self) -> None:
        """Check the placeholders of letters, which Django has set on the row by then."""
        super()._post_clean()
        try:
            speakers.check_texts(self.instance)
        except forms.ValidationError as refusal:
            self.add_error(None, refusal)
