"""Checking the schedule of a term: one row a slot, of which only what was changed on the page is taken."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars import date_formats, times
from seminars.actions.schedule import ScheduleChange
from seminars.forms.desk import ROOM_GONE
from seminars.forms.edit_conflict import merged
from seminars.forms.moments import ClockField, DayField
from seminars.models import Change, Room, Speaker, Talk
from seminars.models.states import ALLOWED_FROM
from seminars.models.talk_naming import speaker_and_title
from seminars.models.wall_times import zone_info

Rooms = Mapping[str, Room]  # by primary key, as a page sends it


class SlotForm(forms.Form):
    """One row; its values are text, so that shown, typed and stored values can be compared."""

    day = DayField(label=_("Date"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    start = ClockField(label=_("Time"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    room = forms.ChoiceField(label=_("Room"), required=False, error_messages={"invalid_choice": ROOM_GONE})
    speaker = forms.CharField(label=_("Speaker"), required=False, max_length=200)
    affiliation = forms.CharField(label=_("Affiliation"), required=False, max_length=200)
    title = forms.CharField(label=_("Title"), required=False, max_length=500)

    def __init__(self, talk: Talk, rooms: Rooms, sent: Mapping[str, str] | None = None) -> None:
        self.talk, self.rooms, self.now = talk, rooms, _values(talk)
        prefix = f"talk-{talk.pk}"
        sent = sent or {}
        seen = {name: sent.get(f"{prefix}-seen-{name}", now) for name, now in self.now.items()}
        typed = {name: sent.get(f"{prefix}-{name}", seen[name]).strip() for name in self.now}
        shown = merged(typed, seen, self.now)
        self.typed = {name for name in shown if shown[name] != self.now[name]} - self._kept()
        self.another = sent.get(f"{prefix}-another", "")  # the name of somebody new that was asked about already
        self.consequences: list[str] = []  # what subscribers would see of it, once that is found out
        self.overtaken = {name for name in self.typed if seen[name] != self.now[name]}
        data = {f"{prefix}-{name}": value for name, value in shown.items()} if sent else None
        super().__init__(data, initial=self.now, prefix=prefix)
        self._name_fields()

    def _name_fields(self) -> None:
        """Name each field to those who do not see its row and column (WCAG 4.1.2), and offer the rooms."""
        self.fields["room"].choices = [("", "–"), *((key, str(room)) for key, room in self.rooms.items())]
        day = date_formats.day(times.local(self.talk.starts_at, self.talk.zone_info))
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = gettext("%(column)s, %(day)s") % {"column": field.label, "day": day}
            field.disabled = name in self._kept()
        for name in ("speaker", "affiliation", "title"):
            self.fields[name].widget.attrs["placeholder"] = self.fields[name].label  # where no column says it
        self.fields["speaker"].widget.attrs["list"] = "people"

    def _kept(self) -> set[str]:
        """The fields that cannot be changed here: several speakers, and the place of what is cancelled."""
        kept = {"speaker", "affiliation"} if len(self.talk.speakers) > 1 else set()
        return kept | ({"day", "start", "room"} if self.talk.state not in ALLOWED_FROM["move"] else set())

    @property
    def seen(self) -> Iterable[tuple[str, str]]:
        """What the page shows before anyone types, sent back with what was typed."""
        return [(f"{self.prefix}-seen-{name}", now) for name, now in self.now.items()]

    def clean(self) -> dict[str, Any]:
        for name in self.overtaken:
            sentence = gettext("%(who)s has changed this to “%(now)s”. Save again to replace it with yours.")
            now = self.rooms.get(self.now[name]) if name == "room" else self.now[name]
            self.add_error(name, sentence % {"now": now or "–", "who": Change.objects.since(0, self.talk)[0].who})
        asked = self.cleaned_data
        if "affiliation" in self.typed and asked.get("affiliation") and not asked.get("speaker"):
            self.add_error("speaker", gettext("Enter the person whose affiliation this is."))
        if "speaker" in self.typed:
            self._recognise(asked.get("speaker", ""))
        return asked

    def _recognise(self, name: str) -> None:
        """Ask, once, about a name that is new but nearly that of somebody."""
        if not name or name == self.another or Speaker.objects.called(name):
            return
        if alike := Speaker.objects.resembling(name):
            self.another = name
            sentence = gettext("Did you mean %(names)s? Type that name, or save again to make a new person.")
            self.add_error("speaker", sentence % {"names": gettext(" or ").join(one.name for one in alike)})

    @property
    def change(self) -> ScheduleChange | None:
        """What a valid row changes, None if nothing."""
        asked = self.cleaned_data
        fields = {name: asked[name] for name in ("speaker", "affiliation", "title") if name in self.typed}
        if self.typed & {"day", "start"}:
            room = self.rooms.get(asked["room"])
            fields["starts_at"] = times.at(asked["day"], asked["start"], zone_info(self.talk.zone_in(room)))
        if "room" in self.typed:
            fields["room"] = self.rooms.get(asked["room"])
        return ScheduleChange(self.talk.pk, fields) if fields else None


class RearrangeForm(forms.Form):
    """Which talk changes its place, and with which other."""

    talk = forms.TypedChoiceField(label=_("Talk"), required=False)
    other = forms.TypedChoiceField(label=_("The other talk or slot"), required=False)

    def __init__(self, talks: Iterable[Talk], sent: Mapping[str, str] | None) -> None:
        super().__init__(sent)
        slots = [
            (talk.pk, f"{date_formats.moment(talk.starts_at, talk.zone_info)}: {speaker_and_title(talk)}")
            for talk in talks
        ]
        for field in self.fields.values():
            field.choices, field.coerce = [("", "–"), *slots], {str(talk.pk): talk for talk in talks}.get


def _values(talk: Talk) -> dict[str, str]:
    speakers = talk.speakers
    return {
        "day": f"{times.local(talk.starts_at, talk.zone_info):%Y-%m-%d}",
        "start": f"{times.local(talk.starts_at, talk.zone_info):%H:%M}",
        "room": str(talk.room_id or ""),
        "speaker": talk.speaker_names,
        "affiliation": ", ".join(filter(None, (person.affiliation for person in speakers))),
        "title": talk.title,
    }
