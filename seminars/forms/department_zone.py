"""Checks which time zone the department is to have."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars import times
from seminars.models.wall_times import zone_of


class ZoneForm(forms.Form):
    """The name of a time zone, or nothing for TIME_ZONE."""

    time_zone = forms.CharField(
        label=gettext_lazy("New time zone"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "off", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_time_zone(self) -> str:
        chosen = zone_of(self.cleaned_data["time_zone"])
        if chosen == times.chosen_zone():
            raise ValidationError(_("The department already has this time zone. Enter another one."), code="same")
        return chosen
