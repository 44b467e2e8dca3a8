"""Checking a talk that an organiser typed, with its people and topics."""

from collections.abc import Mapping
from copy import copy
from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.utils import ErrorDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars import date_formats, times
from seminars.actions import photos, shared_rows
from seminars.forms import parameters
from seminars.forms.desk import ROOM_GONE, DeskForm, LinesField, PartForm, RowField, RowForm
from seminars.forms.named_people import NamedPeople, several_people_field
from seminars.forms.people import NEW_PERSON, new_person
from seminars.forms.photos import read, upload_field
from seminars.forms.talk_times import EndWidget, end_of
from seminars.forms.widgets import PreviewedText
from seminars.models import Appearance, Series, Speaker, Talk
from seminars.models.name_matching import surely_meant
from seminars.models.talk import new_uid
from seminars.models.wall_times import zone_info, zone_of
from seminars.typed_names.people import Person, in_full, typed_people

TIMES = {"starts_at", "ends_at"}
KNOWN_NAMES = "?app_label=seminars&model_name=appearance&field_name=speaker"  # what the box of a person asks, too


class TalkForm(DeskForm):
    """A talk; its state is changed by transitions, not here."""

    is_only_shown = False  # after a preview: everything typed is shown again, and nothing is saved
    begins_with: Mapping[str, Any] = {}  # initial values that replace those of the talk, from a pasted mail
    sent: Mapping[str, Any] | None = None  # what fills the form instead of what was sent: merged with changes of others
    named_people: NamedPeople | None = None  # who was typed as lines, beside the rows of people

    class Meta:
        widgets = {"abstract": PreviewedText, "ends_at": EndWidget}
        help_texts = {
            "host": gettext_lazy(
                "Who invited the speaker. Somebody whom the site knows is added to the people of the talk."
            )
        }
        error_messages = {
            "series": {
                "invalid_choice": gettext_lazy(
                    "You no longer organise this series, or it has been deleted. Choose another one."
                )
            },
            "room": {"invalid_choice": ROOM_GONE},
        }

    # A new talk's identity is made with its form, so that a form that is sent twice makes one talk.
    uid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    several_people = several_people_field()

    def __init__(self, data: Mapping[str, Any] | None = None, *args: Any, **options: Any) -> None:
        super().__init__(data if self.sent is None or data is None else self.sent, *args, **options)
        if self.instance.pk:
            del self.fields["uid"]
            self.initial |= {} if self.is_bound else self.begins_with
        else:
            self.fields["uid"].initial = new_uid()
        self._offer_outline()
        if "host" in self.fields:
            self.fields["host"].widget.attrs["data-known-names"] = reverse("admin:autocomplete") + KNOWN_NAMES
        if self.instance.local_zone:
            self._show_own_time()
        if self.fields.keys() >= TIMES:
            if self.is_bound and not self.is_unchecked and (told := end_of(self.data, self)):
                self.data = copy(self.data)  # `QueryDict.copy` would copy each value
                for name, value in told.items():
                    self.data[name] = value
            self.fields["ends_at"].widget.start = self["starts_at"].value()

    def _offer_outline(self) -> None:
        """Begin a missing abstract with the outline of the series, until the talk is over."""
        series = self.initial.get("series") if self.instance.pk is None else self.instance.series
        is_over = self.instance.pk and self.instance.is_over()
        if isinstance(series, Series) and not (self.initial.get("abstract") or is_over):
            self.initial["abstract"] = series.default_abstract

    def _show_own_time(self) -> None:
        """Show start and end in the local time of the talk."""
        for name in TIMES & self.fields.keys():
            shown = self.initial.get(name) or getattr(self.instance, name)
            self.initial[name] = times.same_wall_time(shown, of=self.instance.zone_info)
            self.fields[name].help_text = date_formats.zone(self.instance.local_zone)

    @property
    def ends_on_another_day(self) -> bool:
        """Tell whether the day of the end is shown, which is left blank if it is the day of the start."""
        return bool(self["ends_at"].field.widget.shown_day(self["ends_at"].value()))

    def is_valid(self) -> bool:
        return super().is_valid() and not self.is_only_shown

    def full_clean(self) -> None:
        if self.is_bound and self.is_unchecked:
            self._errors, self.cleaned_data = ErrorDict(renderer=self.renderer), {}
        else:
            super().full_clean()

    def clean(self) -> dict[str, Any]:
        super().clean()
        if typed := self.cleaned_data.get("several_people"):
            self.named_people = NamedPeople(typed, self.data)
            self.named_people.tell(self)
        if uid := self.cleaned_data.get("uid"):
            self._refuse_to_double(str(uid))
        if series := self.cleaned_data.get("series"):
            there = Talk(series=series, zone=self.cleaned_data.get("zone", ""))
            zone = zone_info(there.zone_in(self.cleaned_data.get("room")))
            is_there_still = self.instance.pk and zone == self.instance.zone_info
            for name in TIMES & {name for name, value in self.cleaned_data.items() if value}:
                is_untouched = is_there_still and name not in self.changed_data
                moment = getattr(self.instance, name) if is_untouched else self.cleaned_data[name]
                self.cleaned_data[name] = moment if is_untouched else times.same_wall_time(moment, zone)
        return self.cleaned_data

    def clean_abstract(self) -> str:
        """Take an outline that nobody has filled in for no abstract."""
        typed = self.cleaned_data["abstract"]
        is_new = typed and typed != self.instance.abstract.strip()  # as the form strips it
        return "" if is_new and Series.objects.with_outline(typed).exists() else typed

    def clean_zone(self) -> str:
        return zone_of(self.cleaned_data["zone"])

    def _refuse_to_double(self, uid: str) -> None:
        """Refuse a form that was sent before, by pressing twice or going back."""
        if talk := Talk.objects.with_uid(uid):
            words = _("This talk has already been saved. Open it to change it:")
            address = reverse("admin:seminars_talk_change", args=[talk.pk])
            self.add_error(None, format_html('{} <a href="{}">{}</a>', words, address, talk))
        else:
            self.instance.uid = uid


class PersonField(RowField):
    """A person who is known, by key, or a name that was typed."""

    typed = ""

    def to_python(self, value: Any) -> Speaker | None:
        self.typed = "" if parameters.as_key(str(value or "")) is not None else str(value or "")
        return None if self.typed else super().to_python(value)


class AppearanceForm(PartForm):
    """A person at the talk, who is known or new, with the biography and the photo that all of their talks show."""

    new_name = forms.CharField(
        label=gettext_lazy("or a new person"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("A name. The speaker is created when you save the talk."),
    )
    # Whom a doubtful name means: the key of a person, or NEW_PERSON.
    is_another = forms.CharField(label=gettext_lazy("Who is it?"), required=False, widget=forms.HiddenInput)

    biography = LinesField(
        label=gettext_lazy("Biography"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Saved with the person and shown with all their talks."),
    )
    biography_seen = forms.CharField(required=False, widget=forms.HiddenInput)  # the mark of the one that was shown
    upload = upload_field(gettext_lazy("New photo"))

    class Meta:  # model and fields are named by the inline, else Django would make the fields of each subclass anew
        error_messages = {
            "speaker": {"invalid_choice": gettext_lazy("This person has been deleted or merged. Choose them again.")}
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.newcomer: Speaker | None = None
        self.name_field = "new_name"  # where the name was typed
        self.fields["speaker"].required = False
        known = self.known_person
        self.initial.setdefault("biography", known.biography if known else "")
        self.initial["biography_seen"] = _mark(known.biography if known else "")
        if self.instance.pk:  # this person can be replaced with a known one or removed
            self.fields["new_name"].widget = forms.HiddenInput()

    @cached_property
    def known_person(self) -> Speaker | None:
        """The person of the row, or the one that a new row begins with."""
        if self.instance.speaker_id is None:
            chosen = self.initial.get("speaker")
            return chosen if isinstance(chosen, Speaker) else None
        return self.fields["speaker"].known or self.instance.speaker

    @cached_property
    def changed_data(self) -> list[str]:
        """Leave out a biography that nobody touched, though it may have been changed elsewhere since it was shown.

        The place of a row that is blank otherwise does not count either.
        """
        typed, seen = (str(self[name].value() or "") for name in ("biography", "biography_seen"))
        is_untouched = _mark(typed) == seen or not (typed or seen)
        untouched = {"biography_seen", *(["biography"] if is_untouched else [])}
        changed = [name for name in super().changed_data if name not in untouched]
        return [] if self.instance._state.adding and changed == ["order"] else changed  # the place of a blank row

    @property
    def begins_with_biography(self) -> bool:
        """Tell whether the box shows a biography that is not saved, from a mail for example."""
        return _mark(str(self["biography"].value() or "")) != str(self["biography_seen"].value() or "")

    def clean(self) -> dict[str, Any]:
        """Find the person; a different person has their own affiliation, unless one was typed."""
        if "speaker" not in self.errors:
            self._find_person()
        self._check_biography()
        if upload := self.cleaned_data.get("upload"):
            try:
                self.cleaned_data["upload"] = read(upload)
            except ValidationError as refusal:
                self.add_error("upload", refusal)
        speaker = self.cleaned_data.get("speaker")
        if speaker and self.instance.pk and "speaker" in self.changed_data and "affiliation" not in self.changed_data:
            self.cleaned_data["affiliation"] = speaker.affiliation
        return self.cleaned_data

    def save(self, commit: bool = True) -> Appearance:
        """Make the new person first, unless a row above has just made them."""
        if self.newcomer:
            others = [] if self.cleaned_data.get("is_another") else Speaker.objects.called(self.newcomer.name)
            known = surely_meant(others, self.newcomer.affiliation)
            person = known or self.newcomer
            if not known:
                shared_rows.save(person, checked=True)
            self.instance.speaker = person
        self._save_person()
        return super().save(commit)

    def _save_person(self) -> None:
        """Save the biography, homepage and photo that were typed and chosen here."""
        person, values = self.instance.speaker, {}
        if homepage := self.cleaned_data.get("homepage"):
            values["homepage"] = homepage
        if "biography" in self.changed_data and self.cleaned_data["biography"] != person.biography:
            values["biography"] = self.cleaned_data["biography"]
        if self.cleaned_data.get("upload"):
            values["photo"] = photos.store(self.cleaned_data["upload"])
        for name, value in values.items():
            setattr(person, name, value)
        if values:
            shared_rows.save(person)

    def _check_biography(self) -> None:
        """Refuse a biography that would replace one that was not shown, and show that one."""
        person = self.cleaned_data.get("speaker")
        if not (person and person.biography and "biography" in self.changed_data):
            return
        typed, seen = self.cleaned_data.get("biography", ""), _mark(person.biography)
        if typed != person.biography and seen != self.cleaned_data.get("biography_seen"):
            self.data = self.data.copy()
            self.data[self.add_prefix("biography_seen")] = seen
            words = _("%(name)s now has a different biography: “%(words)s”. Save again to replace it with yours.")
            self.add_error("biography", words % {"name": person.name, "words": person.biography})

    def _find_person(self) -> None:
        try:
            in_box = self.fields["new_name"].clean(self.fields["speaker"].typed)
        except ValidationError as refusal:
            self.add_error("speaker", refusal)
            return
        typed = " ".join((self.cleaned_data.get("new_name") or in_box).split())
        if self.cleaned_data.get("speaker"):
            if typed:
                self.add_error("new_name", _("Choose a person or type a new name, not both."))
            return
        self.name_field = "new_name" if self.cleaned_data.get("new_name") else "speaker"
        people = (Person(typed),) if Speaker.objects.called(typed) else typed_people(typed)
        if len(people) > 1:
            names = _(" and ").join(one.name for one in people)
            sentence = _("These are several people: %(names)s. Type one here, and the others in rows of their own.")
            self.add_error(self.name_field, sentence % {"names": names})
        elif not typed:
            self.add_error("speaker", _("Choose a person, or type the name of a new one."))
        elif not people:  # "TBA": nobody yet, as if the row was blank
            self.cleaned_data[DELETION_FIELD_NAME] = True
            if self.instance.pk:
                self.cleaned_data["speaker"] = self.instance.speaker
        else:
            is_of_another = self.instance.pk and "affiliation" not in self.changed_data
            affiliation = ("" if is_of_another else self.cleaned_data.get("affiliation")) or people[0].affiliation
            self.cleaned_data["affiliation"] = affiliation
            self._recognise(people[0].name, affiliation)

    def _recognise(self, name: str, affiliation: str) -> None:
        """Use the one person whom the name means; ask about people of another affiliation or a similar name."""
        known = Speaker.objects.called(name)
        if meant := surely_meant(known, affiliation):
            self.cleaned_data["speaker"] = meant
            return
        alike = known or Speaker.objects.resembling(name)
        answer = self.cleaned_data.get("is_another")
        if chosen := next((one for one in alike if str(one.pk) == answer), None):
            self.cleaned_data["speaker"] = chosen
        elif not alike or answer == NEW_PERSON:
            self._introduce(name)
        else:
            options = [(str(one.pk), in_full(one)) for one in alike]
            new = _("a new person called %(name)s") % {"name": name}
            self.fields["is_another"].widget = forms.RadioSelect(choices=[*options, (NEW_PERSON, new)])
            sentence = _("Did you mean %(names)s? Choose below, and save again.")
            self.add_error(self.name_field, sentence % {"names": _(" or ").join(map(in_full, alike))})

    def _introduce(self, name: str) -> None:
        try:
            self.newcomer = new_person(name, self.cleaned_data.get("affiliation", ""))
        except ValidationError as refusal:
            self.add_error(self.name_field, refusal.messages)


def _mark(biography: str) -> str:
    return sha256(biography.replace("\r\n", "\n").strip().encode(errors="replace")).hexdigest()[:16]


class PastedAppearanceForm(AppearanceForm):
    """A person whom a mail names, with the biography and the homepage that it has of them."""

    homepage = forms.URLField(
        label=gettext_lazy("Homepage"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy("Taken from the signature of the email. Saved with the person."),
    )
    biographies: Mapping[int, str] = {}  # what the mail says of those who are at the talk already, by their keys
    replaced: frozenset[int] = frozenset()  # the keys of those instead of whom the mail names somebody

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.speaker_id in self.replaced and not self.is_bound:
            self.initial[DELETION_FIELD_NAME] = True
        if self.instance.speaker_id in self.biographies:
            self.initial["biography"] = self.biographies[self.instance.speaker_id]


class TalkTopicForm(PartForm):
    """A topic of the talk."""

    class Meta:
        error_messages = {"topic": {"invalid_choice": gettext_lazy("This topic has been deleted. Choose another one.")}}


class JointTalkForm(RowForm):
    """A further series of the talk."""

    class Meta:
        error_messages = {
            "series": {
                "invalid_choice": gettext_lazy("You cannot choose this series. Choose a listed one or one of your own.")
            }
        }
