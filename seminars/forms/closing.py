"""Check which day is closed, where, and what happens to its talks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from seminars.actions.closing import Action, Closing
from seminars.forms.moments import DayField
from seminars.models import Room


class ClosingForm(forms.Form):
    """A day, a building or all, and one reason for all talks."""

    day = DayField(label=_("Day"))
    building = forms.ChoiceField(
        label=_("Building"),
        required=False,
        error_messages={"invalid_choice": _("This building no longer exists. Choose another one.")},
    )
    action = forms.TypedChoiceField(
        label=_("What happens to the talks"),
        choices=Action,
        coerce=Action,
        widget=forms.RadioSelect,
        initial=Action.CANCEL,
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_(
            "One public line. It becomes the notice of every talk, for example “The university is closed: snow.”"
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        buildings = Room.objects.buildings()
        self.fields["building"].choices = [("", _("Everywhere")), *zip(buildings, buildings, strict=True)]

    @property
    def closing(self) -> Closing:
        """What a valid form asks for."""
        return Closing(**self.cleaned_data)
