"""Check what several talks are to be given: each value only if its box is ticked."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars.actions.several_talks import StateChange
from seminars.forms.desk import ROOM_GONE, RowsField
from seminars.forms.moments import ClockField
from seminars.models import JoinAccess, Room, Speaker, Talk, Topic

NEEDED = {"start", "minutes", "join_access", "state"}  # they cannot be blank
NOTHING = [("", "---------")]


def _field_of_talk(name: str, **options: Any) -> forms.Field:
    return Talk._meta.get_field(name).formfield(**options)


class SeveralTalksForm(forms.Form):
    """Values for several talks; what is not chosen stays as it is."""

    chosen = forms.MultipleChoiceField(
        required=False, error_messages={"invalid_choice": _("This cannot be changed here. Tick another box.")}
    )
    room = forms.ModelChoiceField(
        Room.objects.in_order(),
        label=_("Room"),
        required=False,
        empty_label=_("no room"),
        error_messages={"invalid_choice": ROOM_GONE},
    )
    start = ClockField(label=_("Start"), required=False, help_text=_("Each talk stays on its day."))
    minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=5, max_value=1440)
    join_url = _field_of_talk("join_url", label=_("Join link"), assume_scheme="https")
    passcode = _field_of_talk("passcode", label=_("Passcode"))
    join_access = forms.ChoiceField(
        label=_("Who sees the join link"), choices=[*NOTHING, *JoinAccess.choices], required=False
    )
    topics = RowsField(
        Topic.objects.order_by("name", "pk"),
        label=_("Topics"),
        required=False,
        help_text=_("Each talk gets these topics and no others."),
        error_messages={"invalid_choice": _("A topic has been deleted. Choose the topics again.")},
    )
    moderator = forms.ModelChoiceField(
        Speaker.objects.moderators().in_order(),
        label=_("Moderator"),
        required=False,
        empty_label=_("no moderator"),
        help_text=_(
            "Each talk gets this moderator and no other. The list has everybody who moderates a talk or a series."
        ),
        error_messages={"invalid_choice": _("Choose somebody who moderates a talk or a series.")},
    )
    host = _field_of_talk("host", label=_("Host"))
    language = _field_of_talk("language", label=_("Language"))
    notice = _field_of_talk("notice", label=_("Notice"))
    state = forms.ChoiceField(label=_("State"), choices=[*NOTHING, *StateChange.choices], required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["chosen"].choices = [(name, name) for name in self.names]
        for name in self.names:  # the label belongs to the box that is ticked
            self.fields[name].widget.attrs["aria-label"] = self.fields[name].label

    @property
    def names(self) -> list[str]:
        return [name for name in self.fields if name != "chosen"]

    @property
    def rows(self) -> Iterator[tuple[BoundField, bool]]:
        """Yield each field, and whether its box is ticked."""
        ticked = self.data.getlist("chosen") if self.is_bound else []
        yield from ((self[name], name in ticked) for name in self.names)

    def clean(self) -> dict[str, Any]:
        chosen = self.cleaned_data.get("chosen", [])
        for name in self.names:
            value = self.cleaned_data.get(name)
            if name not in chosen and value:
                self.add_error(name, gettext("Tick the box to change this, or clear the field."))
            elif name in chosen and name in NEEDED and not value and name not in self.errors:
                self.add_error(name, gettext("Enter a value, or clear the box."))
        if not chosen and not self.errors:
            self.add_error(None, gettext("Nothing is ticked. Tick what you want to change."))
        return self.cleaned_data

    @property
    def values(self) -> dict[str, Any]:
        """The values of a valid form that are to be set."""
        return {name: self.cleaned_data[name] for name in self.cleaned_data["chosen"]}

    @property
    def labels(self) -> str:
        """What a valid form changes, in words: "room, start"."""
        return ", ".join(str(self.fields[name].label) for name in self.cleaned_data["chosen"])
