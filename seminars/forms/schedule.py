"""Checking the schedule of a term: one row a slot, of which only what was changed on the page is taken."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars import date_formats, times
from seminars.actions.chosen_people import ChosenPerson
from seminars.actions.schedule import NewSlot, ScheduleChange
from seminars.actions.talk_changes import may_be_deleted
from seminars.forms.edit_conflict import merged
from seminars.forms.people import NameQuestion, Recognition, answered_as, answers_in, asked_as
from seminars.forms.schedule_columns import ScheduleSheet, SlotFields
from seminars.models import Change, Room, Speaker, SpeakerInvitation, Talk
from seminars.models.states import ALLOWED_FROM
from seminars.models.talk import new_uid
from seminars.models.talk_naming import speaker_and_title
from seminars.models.wall_times import zone_info
from seminars.text import fold
from seminars.typed_names.people import Person, typed_people, with_affiliations

PLAIN = ("minutes", "affiliation", "title", "join_url", "host", "language", "notes")
SUGGESTED = {"speaker": "people", "host": "people", "topics": "topics"}  # the lists of suggestions
# A new row without a date is blank if none of these differs from what is usual for the series.
FURTHER = "affiliation", "title", "speaker", "host", "topics", "notes"


class SlotForm(SlotFields):
    """One row; its values are text, so that shown, typed and stored values can be compared."""

    talk: Talk | None = None  # the one that the row shows, as it is now
    is_checked = True  # whether what was typed is to be checked

    def __init__(self, sheet: ScheduleSheet, prefix: str, label: str, values: Mapping[str, str] | None) -> None:
        self.sheet, self.label = sheet, label
        self.typed: set[str] = set()  # the names of the cells that differ from what is stored
        self.overtaken: dict[str, str] = {}  # what others have changed typed cells to
        self.answers: dict[str, str] = {}  # to questions about names, by folded name
        self.questions: list[NameQuestion] = []
        self.is_known_name = False  # whether the whole cell of the speaker is the name of somebody
        self.chosen: tuple[ChosenPerson, ...] = ()  # who was typed, once that is settled
        self.is_removed = False
        self.invitations: list[SpeakerInvitation] = []  # of its talk, once they are read
        self.consequences: list[str] = []  # what subscribers would see of it, once that is found out
        self.base_fields = {name: type(self).base_fields[name] for name in sheet.columns}
        data = None if values is None else {f"{prefix}-{name}": value for name, value in values.items()}
        super().__init__(data, initial=getattr(self, "now", {}), prefix=prefix)
        self._name_fields()

    def _name_fields(self) -> None:
        """Name each field to those who do not see its row and column (WCAG 4.1.2), and offer rooms and names."""
        if "room" in self.fields:
            self.fields["room"].choices = [("", "–"), *((key, str(room)) for key, room in self.sheet.rooms.items())]
        for name, field in self.fields.items():
            words = {"column": field.label, "day": self.label}
            attributes = {"aria-label": gettext("%(column)s, %(day)s") % words}
            if name not in ("day", "start", "room"):
                attributes["placeholder"] = field.label  # where no column says it
            if name in SUGGESTED:
                attributes["list"] = SUGGESTED[name]
            field.widget.attrs |= attributes

    def take_meant(self, sent: Mapping[str, str] | None) -> None:
        """Take along the answer that a doubtful day is meant."""
        if self.is_bound:
            name = f"{self.prefix}-day-meant"
            self.data[name] = _text(sent, name, "")

    def full_clean(self) -> None:
        if self.is_checked and self.typed and not self.is_left_out:
            super().full_clean()
        else:  # nothing to check, so a value that was always odd is no reason to refuse the others
            self._errors, self.cleaned_data = ErrorDict(renderer=self.renderer), {}

    @property
    def is_left_out(self) -> bool:
        """Whether nothing of the row is saved."""
        return self.is_removed

    def clean(self) -> dict[str, Any]:
        for name in self.errors.keys() - self.typed:
            del self.errors[name]
        asked = self.cleaned_data
        if "affiliation" in self.typed and asked.get("affiliation") and not self._has_speaker(asked):
            self._refuse("speaker", gettext("Enter the person who has this affiliation."))
        if "topics" in self.typed:
            try:
                asked["topics"] = self.sheet.topics_named(asked.get("topics", ""))
            except ValidationError as unknown:
                self.add_error("topics", unknown)
        return asked

    def _has_speaker(self, asked: dict[str, Any]) -> bool:
        if "speaker" in self.fields:
            return bool(asked.get("speaker"))
        return bool(self.talk and self.talk.speakers)

    def _refuse(self, cell: str, sentences: str | list[str]) -> None:
        """Show an error in a cell, and above the row where its column is not shown."""
        self.add_error(cell if cell in self.fields else None, sentences)

    def refuse(self, cell: str, sentences: list[str]) -> None:
        """Show why the action refused the row, in the cell that this is about, if any."""
        if cell in self.fields:
            self.typed.add(cell)
        self._refuse(cell, sentences)

    @property
    def people(self) -> tuple[Person, ...]:
        """The people that were typed into the cell, with their affiliations."""
        if self.is_left_out or "speaker" not in self.typed or "speaker" in self.errors:
            return ()
        typed = self.cleaned_data["speaker"]
        people = (Person(typed),) if self.is_known_name else typed_people(typed)
        affiliation = self.cleaned_data.get("affiliation", "") if "affiliation" in self.typed else ""
        return with_affiliations(people, affiliation)

    @property
    def asked(self) -> list[tuple[str, NameQuestion]]:
        """The questions, each with the name of its answer."""
        return asked_as(self.prefix, self.questions, self.answers)

    @property
    def answered(self) -> list[tuple[str, str]]:
        """The answers that were given already, as the page sends them."""
        return answered_as(self.prefix, self.answers)

    def settle(self, recognition: Recognition) -> None:
        """Find whom the typed names mean, and ask about those who may be several."""
        if "speaker" not in self.typed or self.is_left_out or "speaker" in self.errors:
            return
        there = {fold(one.speaker.name): one.speaker for one in self.talk.speakers} if self.talk else {}
        settled = [
            ChosenPerson(one.name, one.affiliation, there[fold(one.name)])
            if fold(one.name) in there
            else recognition.settle(one, self.answers)
            for one in self.people
        ]
        self.questions = [one for one in settled if isinstance(one, NameQuestion)]
        for question in self.questions:
            self.add_error(
                "speaker", gettext("%(question)s Choose below, and save again.") % {"question": question.sentence}
            )
        self.chosen = tuple(one for one in settled if isinstance(one, ChosenPerson))

    def _fields(self) -> dict[str, Any]:
        """What a valid row changes."""
        asked = self.cleaned_data
        fields = {name: asked[name] for name in (*PLAIN, "topics") if name in self.typed}
        if "speaker" in self.typed:
            fields["speakers"] = self.chosen
        if self.typed & {"day", "start"}:
            fields["starts_at"] = times.at(asked["day"], asked["start"], zone_info(self._zone()))
        if "room" in self.typed:
            fields["room"] = self._room()
        return fields

    def _room(self) -> Room | None:
        return self.sheet.rooms.get(self.cleaned_data["room"])

    def _zone(self) -> str:
        talk = self.talk or Talk(series=self.sheet.series, room=self.sheet.series.default_room)
        return talk.zone_in(self._room() if "room" in self.fields else talk.room)


class TalkRow(SlotForm):
    """The row of a talk that is there."""

    def __init__(self, sheet: ScheduleSheet, talk: Talk, sent: Mapping[str, str] | None = None) -> None:
        self.talk, self.now = talk, sheet.values_of(talk)
        prefix = f"talk-{talk.pk}"
        day = date_formats.day(times.local(talk.starts_at, talk.zone_info))
        seen = self.was_seen = {name: _text(sent, f"{prefix}-seen-{name}", now) for name, now in self.now.items()}
        typed = {name: _text(sent, f"{prefix}-{name}", seen[name]).strip() for name in self.now}
        shown = merged(typed, seen, self.now)
        super().__init__(sheet, prefix, day, shown if sent else None)
        self.take_meant(sent)
        self.fields["day"].near = times.local(talk.starts_at, talk.zone_info).date()
        self.is_stale = seen != self.now
        self.typed = {name for name in shown if shown[name] != self.now[name]} - self._kept()
        self.overtaken = {name: self._told(name) for name in self.typed if seen[name] != self.now[name]}
        self.answers = answers_in(sent or {}, prefix)
        for name, now in self.overtaken.items():
            self.fields[name].theirs = now
        self.is_removed = self.may_be_removed and f"{prefix}-remove" in (sent or {})
        for name in self._kept() & self.fields.keys():
            self.fields[name].disabled = True

    def _kept(self) -> set[str]:
        """The fields that cannot be changed here: several speakers, and the place of what is cancelled."""
        kept = {"speaker", "affiliation"} if len(self.talk.speakers) > 1 else set()
        return kept | ({"day", "start", "minutes", "room"} if self.talk.state not in ALLOWED_FROM["move"] else set())

    def _told(self, name: str) -> str:
        now = self.sheet.rooms.get(self.now[name]) if name == "room" else self.now[name]
        return str(now or "–")

    @property
    def may_be_removed(self) -> bool:
        return may_be_deleted(self.talk)

    @property
    def may_be_cancelled(self) -> bool:
        return self.talk.state in ALLOWED_FROM["cancel"]

    @property
    def seen(self) -> Iterable[tuple[str, str]]:
        """What the page showed before anyone typed, sent back with what was typed; after a check, what is there now."""
        seen = self.now if self.is_checked else self.was_seen
        return [(f"{self.prefix}-seen-{name}", value) for name, value in seen.items()]

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_checked and self.is_bound and self.is_removed and self.is_stale:
            sentence = gettext("%(who)s has changed this talk. Save again to delete it anyway.")
            self.add_error(None, sentence % {"who": self._who})

    def clean(self) -> dict[str, Any]:
        for name, now in self.overtaken.items():
            sentence = gettext("%(who)s has changed this to “%(now)s”. Save again to replace it with yours.")
            self.add_error(name, sentence % {"now": now, "who": self._who})
        return super().clean()

    @property
    def _who(self) -> str:
        return Change.objects.since(0, self.talk)[0].who

    @property
    def change(self) -> ScheduleChange | None:
        """What a valid row changes, None if nothing."""
        fields = {} if self.is_removed else self._fields()
        return ScheduleChange(self.talk.pk, fields) if fields else None


class NewRow(SlotForm):
    """A row that was added on the page; it becomes a draft."""

    PLACEHOLDER = "__prefix__"  # for the number of a row, in the one that the page makes new ones of

    def __init__(self, sheet: ScheduleSheet, number: int | str, values: Mapping[str, str], uid: str = "") -> None:
        prefix = f"new-{number}"
        super().__init__(sheet, prefix, gettext("new row %(number)s") % {"number": number}, values)
        self.number, self.uid = number, uid  # so that a page that is sent twice makes one talk of the row
        self.typed = set(sheet.columns)
        usual = sheet.usual_values
        own = {name for name in FURTHER if values.get(name) and values[name] != usual.get(name)}
        self.is_blank = not (values.get("day") or own)
        self.is_checked = number != self.PLACEHOLDER

    @classmethod
    def sent(cls, sheet: ScheduleSheet, number: int, sent: Mapping[str, str]) -> "NewRow":
        """Return the row as it was sent."""
        prefix = f"new-{number}"
        values = {name: _text(sent, f"{prefix}-{name}", "").strip() for name in sheet.columns}
        row = cls(sheet, number, values, _uid(sent.get(f"{prefix}-uid", "")))
        row.take_meant(sent)
        row.answers = answers_in(sent, prefix)
        row.is_removed = f"{prefix}-remove" in sent
        return row

    @property
    def is_left_out(self) -> bool:
        return self.is_removed or self.is_blank

    @property
    def addition(self) -> NewSlot | None:
        """The draft that a valid row makes, None if it is blank or taken away again."""
        return None if self.is_left_out else NewSlot(self.prefix, self.sheet.series, self._fields(), self.uid)


def _uid(sent: str) -> str:
    with suppress(ValueError):
        return str(UUID(sent))
    return new_uid()


def _text(sent: Mapping[str, str] | None, name: str, otherwise: str) -> str:
    """Return what was sent; a browser ends lines with CRLF (HTML §4.10.21.4)."""
    return (sent or {}).get(name, otherwise).replace("\r\n", "\n")


def ask_about_names(rows: Collection[SlotForm]) -> None:
    """Find whom all typed names mean, and ask where nobody can tell; a few queries however many rows."""
    cells = {row.cleaned_data["speaker"] for row in rows if row.people}
    known = Speaker.objects.called_any(cells)  # "Châtelet, Émilie du" is one person
    for row in rows:
        row.is_known_name = bool(row.people) and bool(known[fold(row.cleaned_data["speaker"])])
    recognition = Recognition(person for row in rows for person in row.people)
    for row in rows:
        row.settle(recognition)


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
