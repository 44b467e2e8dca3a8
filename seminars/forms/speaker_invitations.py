"""Check the list of people to invite: a row for each person, from which only changed fields are saved."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars import date_formats, times
from seminars.actions.chosen_people import ChosenPerson
from seminars.actions.speaker_invitations import InvitationChange, NewInvitation
from seminars.forms.moments import DayField
from seminars.forms.people import NameQuestion, Recognition
from seminars.models import Speaker, SpeakerInvitation, Talk
from seminars.models.speaker_invitation import MOST_CHOICES, InvitationState
from seminars.text import fold
from seminars.typed_names.people import Person, typed_people

MOST_ASKED = 20  # questions about the names in one box


class SpeakerInvitationForm(forms.Form):
    """One person: how far the invitation is, which choice it is, and a note for organisers."""

    state = forms.ChoiceField(label=_("State"), choices=InvitationState)
    choice = forms.IntegerField(label=_("Choice"), min_value=1, max_value=MOST_CHOICES)
    note = forms.CharField(
        label=_("Private note"), required=False, max_length=SpeakerInvitation._meta.get_field("note").max_length
    )
    leaves_date = forms.BooleanField(label=_("Take off this date"), required=False)
    remove = forms.BooleanField(label=_("Remove from the list"), required=False)

    talks_given = ""  # when the person spoke here, once that is read

    def __init__(self, invitation: SpeakerInvitation, sent: Mapping[str, Any] | None = None) -> None:
        self.invitation = invitation
        now = {name: getattr(invitation, name) for name in self._stored()}
        super().__init__(sent, initial=now, prefix=f"invitation-{invitation.pk}")
        for field in self.fields.values():
            words = {"what": field.label, "name": invitation.speaker.name}
            field.widget.attrs["aria-label"] = gettext("%(what)s, %(name)s") % words
        for name in now:
            self.fields[name].show_hidden_initial = True  # so that what others changed is seen, and kept

    def _stored(self) -> list[str]:
        return [name for name in self.base_fields if hasattr(SpeakerInvitation, name)]

    def clean(self) -> dict[str, Any]:
        for name in self._overtaken():
            sentence = gettext("%(who)s has changed this to “%(now)s”. Save again to replace it with yours.")
            self.add_error(name, sentence % {"who": self._who, "now": self._told(name)})
        return self.cleaned_data

    def _overtaken(self) -> list[str]:
        """Return the fields that were typed here and changed by somebody else; the page then shows what is there."""
        overtaken = []
        for name in [name for name in self.changed_data if name in self.initial]:
            field, shown = self.fields[name], self.data.get(self[name].html_initial_name)
            if shown is not None and field.has_changed(self.initial[name], shown):
                overtaken.append(name)
        if overtaken:
            self.data = self.data.copy()
            for name in overtaken:
                value = self.initial[name]
                self.data[self[name].html_initial_name] = "" if value is None else str(value)
        return overtaken

    @property
    def _who(self) -> str:
        return str(self.invitation.answered_by or self.invitation.invited_by or gettext("Someone"))

    def _told(self, name: str) -> str:
        value = self.initial[name]
        if name == "state":
            return self.invitation.get_state_display()
        return date_formats.day(value, with_year=True) if isinstance(value, date) else str(value or "–")

    @property
    def change(self) -> InvitationChange | None:
        """What a valid row changes, None if nothing."""
        changed = set(self.changed_data)
        fields = {name: self.cleaned_data[name] for name in self._stored() if name in changed}
        fields |= self._moved(changed)
        is_removed = self.cleaned_data["remove"]
        return InvitationChange(self.invitation.pk, fields, is_removed) if fields or is_removed else None

    def _moved(self, changed: set[str]) -> dict[str, Any]:
        return {"talk": None} if self.cleaned_data["leaves_date"] else {}


class UndatedForm(SpeakerInvitationForm):
    """A person for whom there is no date yet, only the days that are wanted."""

    choice = leaves_date = None
    field_order = ("state", "wanted_from", "wanted_to", "talk", "note", "remove")
    wanted_from = DayField(label=_("Wanted from"), required=False)
    wanted_to = DayField(label=_("until"), required=False)
    talk = forms.ChoiceField(label=_("Put on a date"), required=False)

    def __init__(
        self, invitation: SpeakerInvitation, talks: Mapping[str, Talk], sent: Mapping[str, Any] | None = None
    ) -> None:
        self._talks = talks
        super().__init__(invitation, sent)
        self.fields["talk"].choices = [("", gettext("No date yet")), *dates_of(talks)]

    def _stored(self) -> list[str]:
        return [name for name in super()._stored() if name != "talk"]

    def _moved(self, changed: set[str]) -> dict[str, Any]:
        talk = self._talks.get(self.cleaned_data["talk"])
        return {"talk": talk} if talk else {}


def dates_of(talks: Mapping[str, Talk]) -> list[tuple[str, str]]:
    """Return the dates on which somebody can be put, with the speakers who are there."""
    return [(key, _date_of(talk)) for key, talk in talks.items() if not talk.is_called_off]


def _date_of(talk: Talk) -> str:
    day = date_formats.day(times.local(talk.starts_at, talk.zone_info))
    return f"{day}: {talk.speaker_names}" if talk.speaker_names else day


class NewPeopleForm(forms.Form):
    """A box for further people: "Ada Lovelace (London); Emmy Noether"."""

    names = forms.CharField(label=_("Add people to invite"), required=False, max_length=500)

    def __init__(self, talk: Talk | None, sent: Mapping[str, Any] | None = None) -> None:
        self.talk = talk
        super().__init__(sent, prefix=f"new-{talk.pk if talk else 0}")
        self.is_known_name = False  # whether the whole box is the name of somebody: “Châtelet, Émilie du”
        self.questions: list[NameQuestion] = []
        self.chosen: list[ChosenPerson] = []
        self.fields["names"].widget.attrs |= {"list": "people", "autocomplete": "off"}

    @property
    def typed(self) -> str:
        """What a valid box holds."""
        return self.cleaned_data.get("names", "") if self.is_valid() else ""

    @property
    def people(self) -> tuple[Person, ...]:
        """The people who were typed."""
        return (Person(self.typed),) if self.is_known_name else typed_people(self.typed)

    def settle(self, recognition: Recognition, answers: Mapping[str, str]) -> None:
        """Find whom the typed names mean, and ask about those who may be several."""
        if self.typed and not self.people:
            self.add_error("names", gettext("This names nobody. Enter a name such as Ada Lovelace (London)."))
        settled = [recognition.settle(one, answers) for one in self.people]
        self.questions = [one for one in settled if isinstance(one, NameQuestion)][:MOST_ASKED]
        self.chosen = [one for one in settled if isinstance(one, ChosenPerson)]
        for question in self.questions:
            sentence = gettext("%(question)s Choose below, and save again.") % {"question": question.sentence}
            self.add_error("names", sentence)

    @property
    def asked(self) -> list[tuple[str, NameQuestion]]:
        """The questions, each with the name of its answer."""
        return [(f"{self.prefix}-who-{place}", one) for place, one in enumerate(self.questions)]

    @property
    def added(self) -> list[NewInvitation]:
        """Whom a valid box adds."""
        return [NewInvitation(self.prefix, person, self.talk) for person in self.chosen]


class NewUndatedForm(NewPeopleForm):
    """The same for people without a date, with the days that are wanted."""

    wanted_from = DayField(label=_("Wanted from"), required=False)
    wanted_to = DayField(label=_("until"), required=False)

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("wanted_from"), self.cleaned_data.get("wanted_to")
        if first and last and last < first:
            self.add_error("wanted_to", gettext("The last day must not be before the first. Choose a later last day."))
        if (first or last) and not self.cleaned_data.get("names"):
            self.add_error("names", gettext("Enter who is wanted on these days."))
        return self.cleaned_data

    @property
    def added(self) -> list[NewInvitation]:
        days = {name: self.cleaned_data.get(name) for name in ("wanted_from", "wanted_to")}
        return [NewInvitation(self.prefix, person, **days) for person in self.chosen]


def ask_about_names(boxes: Iterable[NewPeopleForm], answers: Mapping[str, str]) -> None:
    """Settle whom all boxes mean, with a few queries however many there are."""
    boxes = list(boxes)
    known = Speaker.objects.called_any({box.typed for box in boxes if box.typed})
    for box in boxes:
        box.is_known_name = bool(box.typed and known[fold(box.typed)])
    recognition = Recognition(person for box in boxes for person in box.people)
    for box in boxes:
        box.settle(recognition, answers)
