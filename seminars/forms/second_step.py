"""Reading a code of the second step or the answer of a passkey, and what it is given for."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp.models import Device

from seminars.models import Passkey

LONGEST_ANSWER = 10_000  # characters; the longest that a browser sends for a key of 4096 bits has 4,000


class AnswerInput(forms.HiddenInput):
    """Filled in by js/passkey.js. It is not shown again: each answer is taken once."""

    def format_value(self, value: Any) -> None:
        return None


def answer_field(*, required: bool) -> forms.CharField:
    """Return the field for what a browser says of a passkey, in JSON."""
    return forms.CharField(max_length=LONGEST_ANSWER, required=required, widget=AnswerInput)


class CodeForm(forms.Form):
    """One code, from an app or from the list of recovery codes."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}),
    )


class ProofForm(CodeForm):
    """One code or, of people who have one, a passkey."""

    def __init__(self, *args: Any, takes_passkey: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"].widget.attrs["autofocus"] = True
        if takes_passkey:
            self.fields["code"].required = False
            self.fields["passkey"] = answer_field(required=False)

    def clean(self) -> dict[str, Any]:
        asked = super().clean()
        if "code" in asked and not asked["code"] and not asked.get("passkey"):
            raise ValidationError({"code": _("Enter a code, or use a passkey.")})
        return asked


class SecondStepAction(TextChoices):
    """What a person who has a second step does with it; any other value is the id of a device to remove."""

    ADD = "add"
    NEW_CODES = "new-codes", gettext_lazy("Make new recovery codes")
    TURN_OFF = "turn-off", gettext_lazy("Turn off two-factor authentication")


class SecondStepActionForm(ProofForm):
    """What to do, and the proof that allows it. Nothing is chosen at first, so that Enter alone does nothing."""

    action = forms.ChoiceField(
        label=gettext_lazy("What do you want to do?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what you want to do.")},
    )
    field_order = ("action", "code")

    def __init__(
        self, *args: Any, devices: Sequence[Device], new_kinds: Collection[type[Device]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        removals = [(one.persistent_id, _removal(one)) for one in devices]
        self.fields["action"].choices = [
            *([(SecondStepAction.ADD, _addition(new_kinds))] if new_kinds else []),
            *(removals if len(removals) > 1 else []),
            *[(action, action.label) for action in (SecondStepAction.NEW_CODES, SecondStepAction.TURN_OFF)],
        ]


def _addition(kinds: Collection[type[Device]]) -> str:
    if len(kinds) > 1:
        return _("Add a passkey or an app for codes")
    return _("Add a passkey") if Passkey in kinds else _("Add an app for codes")


def _removal(device: Device) -> str:
    if isinstance(device, Passkey):
        return _("Remove the passkey “%(name)s”") % {"name": device}
    return _("Remove the app for codes")


class PasskeyForm(forms.Form):
    """A passkey that a browser made, and what its owner calls it."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=64,
        help_text=gettext_lazy("For example “Laptop” or “Security key”, so that you know which one it is."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    passkey = answer_field(required=True)
