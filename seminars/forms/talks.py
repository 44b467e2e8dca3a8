"""Checking a talk that an organiser typed, with its people and topics."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from seminars.actions import lifecycle
from seminars.forms.desk import DeskForm
from seminars.models import Appearance, State, TalkTopic


class TalkForm(DeskForm):
    """A talk; its state is changed by the steps of its life, not here."""

    is_only_shown = False  # after a preview: everything typed is shown again, and nothing is saved

    def is_valid(self) -> bool:
        return super().is_valid() and not self.is_only_shown

    def clean(self) -> dict[str, Any]:
        """Do what a move or a change of room does where the fields amount to one; the instance is still the old one."""
        super().clean()
        if self.instance.state == State.CANCELLED:
            self._refuse_to_move()
        elif self.instance.state == State.POSTPONED and self.has_new("starts_at"):
            self._go_ahead()
        elif self.instance.is_public and self.has_new("room") and not self.instance.is_over():
            self._propose_notice()
        return self.cleaned_data

    def _refuse_to_move(self) -> None:
        for name in ("starts_at", "room"):
            if self.has_new(name):
                self.add_error(name, _("A cancelled talk cannot be moved. Reinstate it first."))

    def _go_ahead(self) -> None:
        """A postponed talk with a new time is postponed no longer."""
        self.instance.state = State.CONFIRMED
        if "notice" not in self.changed_data:
            self.cleaned_data["notice"] = ""

    def _propose_notice(self) -> None:
        """Tell visitors of another room, unless the organiser says something else."""
        self.instance.join_url = self.cleaned_data.get("join_url", "")
        if "notice" not in self.changed_data:
            self.cleaned_data["notice"] = lifecycle.room_notice(self.instance, self.cleaned_data["room"])


class AppearanceForm(forms.ModelForm):
    """A person at the talk."""

    class Meta:
        model = Appearance
        fields = ["speaker", "role", "affiliation", "is_external", "order"]

    def clean(self) -> dict[str, Any]:
        """Put the new person's affiliation where another person stood before, unless one was typed."""
        speaker = self.cleaned_data.get("speaker")
        if speaker and self.instance.pk and "speaker" in self.changed_data and "affiliation" not in self.changed_data:
            self.cleaned_data["affiliation"] = speaker.affiliation
        return self.cleaned_data


class TalkTopicForm(forms.ModelForm):
    """A topic of the talk."""

    class Meta:
        model = TalkTopic
        fields = ["topic"]
