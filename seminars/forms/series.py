"""Checking a series."""

from django import forms

from seminars.formats.letters import speakers
from seminars.forms.desk import DeskForm
from seminars.forms.widgets import PreviewedText


class SeriesForm(DeskForm):
    """A series with its defaults for a new talk."""

    class Meta:
        widgets = {"about": PreviewedText, "colour": forms.TextInput(attrs={"type": "color"})}

    def clean_ask_subject(self) -> str:
        """Check the placeholders of the subject."""
        speakers.check(self.cleaned_data["ask_subject"], needs_address=False)
        return self.cleaned_data["ask_subject"]

    def clean_ask_text(self) -> str:
        """Check the placeholders of the letter, which needs the address."""
        speakers.check(self.cleaned_data["ask_text"], needs_address=True)
        return self.cleaned_data["ask_text"]

    def clean_remind_text(self) -> str:
        """Check a reminder in the same way."""
        speakers.check(self.cleaned_data["remind_text"], needs_address=True)
        return self.cleaned_data["remind_text"]

    def clean_thanks_text(self) -> str:
        """Check the request for slides in the same way."""
        speakers.check(self.cleaned_data["thanks_text"], needs_address=True)
        return self.cleaned_data["thanks_text"]
