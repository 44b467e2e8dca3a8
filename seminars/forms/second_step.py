"""Reading a code of the second step, and what it is typed for."""

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """One code, from an app or from the list of recovery codes."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false", "autofocus": True}
        ),
    )


class Wish(TextChoices):
    """What a person who has a second step wants of it."""

    NEW_CODES = "new-codes", _("Make new recovery codes")
    TURN_OFF = "turn-off", _("Turn off two-factor authentication")


class WishForm(CodeForm):
    """What to do, and the code that allows it. Nothing is chosen at first, so that Enter alone does nothing."""

    wish = forms.ChoiceField(
        label=_("What do you want to do?"),
        choices=Wish,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you want to do.")},
    )
    field_order = ("wish", "code")
