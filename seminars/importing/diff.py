"""What an event changes in its talk: its values, compared with those of the last import and those of the talk now.

An event without a UID only fills blank fields. If its values differ, the plan says so and the talk is not changed.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from seminars.date_formats import moment
from seminars.formats.spreadsheet_columns import YES
from seminars.importing.events import Person, SourceEvent
from seminars.importing.match import KnownRows, names_of
from seminars.importing.summaries import parts_of
from seminars.models import Appearance, ImportedTalk, Room, Series, Speaker, Talk
from seminars.text import fold

Kept = str | int | list[str] | None  # what JSON can hold of a field's value
_ROWS_OF_THEIR_OWN = {"topics", "address"}
# Fields that only some sources have; `SourceEvent.fields` names them.
_FURTHER = (
    "audience", "code_url", "host", "join_access", "kind", "language", "notes", "notice", "paper_url", "programme",
    "recording", "recording_url", "shares_room", "slides_url",
)  # fmt: skip
_HEADING = re.compile(r"[\s#*_]*abstract[\s*_]*:?[\s*_]*(?=\n)|[\s*_]*abstract[*_]*\s*:[\s*_]*", re.IGNORECASE)


@dataclass(frozen=True)
class FieldValue:
    """A field, what the source says of it, and the value that this means here."""

    field: str
    said: Kept
    meant: Any


@dataclass
class PlannedTalk:
    """One event and what it does to one talk, whose new values are set but not saved.

    `taken` are the event's values that the talk takes over, `declined` those against which it keeps a change made
    here. `note` remembers what the event said; one without identity leaves none.
    """

    event: SourceEvent
    talk: Talk
    name: str
    note: ImportedTalk | None = None
    values: list[FieldValue] = field(default_factory=list)
    taken: list[FieldValue] = field(default_factory=list)
    declined: list[FieldValue] = field(default_factory=list)
    parts: Callable[[], None] | None = None  # writes people, topics and further series, once the talk is saved
    speakers: list[Speaker] = field(default_factory=list)  # new or with new fields
    appearances: list[Appearance] = field(default_factory=list)  # likewise
    before: tuple[datetime, int] | None = None  # when it was last saved, and its SEQUENCE; None for a new talk
    remarks: list[str] = field(default_factory=list)  # what changes
    differences: list[str] = field(default_factory=list)  # what differs and is not changed

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def writes_talk(self) -> bool:
        return self.is_new or bool(self.taken)

    @property
    def is_written(self) -> bool:
        return self.writes_talk or bool(self.speakers or self.appearances or self.parts)


def values_of(event: SourceEvent, series: Series, known: KnownRows) -> list[FieldValue]:
    """Return the event's values of every field that its source has; speakers are set elsewhere."""
    ends_at = event.ends_at or event.starts_at + timedelta(minutes=series.default_minutes)
    names = names_of(series)
    topics = [known.topic(name) for name in event.categories if fold(name) not in map(fold, (series.kind, *names))]
    title = parts_of(event.summary, kinds=(series.kind,), names=names).title if event.told is None else event.title
    values = [
        FieldValue("title", event.summary, title),
        FieldValue("abstract", event.abstract, _HEADING.sub("", event.abstract, count=1).strip()),
        FieldValue("starts_at", event.starts_at.isoformat(), event.starts_at),
        FieldValue("ends_at", (event.ends_at or event.starts_at).isoformat(), ends_at),
        FieldValue("room", event.location, known.room(event.location)),
        FieldValue("join_url", event.meeting.url, event.meeting.url),
        FieldValue("passcode", event.meeting.passcode, event.meeting.passcode),
        FieldValue("state", str(event.state), str(event.state)),
        FieldValue("topics", list(event.categories), topics),
        FieldValue("address", event.address, event.address),
        FieldValue("zone", event.zone, event.zone),
        *(FieldValue(name, event.fields[name], _meant(name, event)) for name in _FURTHER if name in event.fields),
    ]
    told = {"zone": False} if event.told is None else dict.fromkeys(event.told, True)
    return [value for value in values if told.get(value.field, event.told is None)]


def _meant(name: str, event: SourceEvent) -> str | bool:
    """Return the value of a field that a source tells as text; blank is the default of a choice."""
    told = event.fields[name]
    return told == YES if name == "shares_room" else told or Talk._meta.get_field(name).get_default()


def set_values(talk: Talk, values: Iterable[FieldValue]) -> None:
    """Set the fields; topics and the former address are rows of their own and follow once the talk is saved."""
    for value in values:
        if value.field not in _ROWS_OF_THEIR_OWN:
            setattr(talk, value.field, value.meant)


def held(talk: Talk, field: str) -> Kept:
    """Return the present value in a form that JSON can hold; a room by its primary key."""
    return in_json(_value_of(talk, field))


def _value_of(talk: Talk, field: str) -> Any:
    if field == "address":
        return ""
    return list(talk.topics.all()) if field == "topics" else getattr(talk, field)


def in_json(value: Any) -> Kept:
    if isinstance(value, list):
        return sorted(topic.name for topic in value)
    if isinstance(value, Room | Series):
        return value.pk
    return value.isoformat() if isinstance(value, datetime) else value


def sort_out(note: ImportedTalk, values: Iterable[FieldValue]) -> tuple[list[FieldValue], list[FieldValue]]:
    """Return the values that an existing talk takes over, and those that it declines.

    A value that the source has not changed since the last import is ignored, even if it was edited here. A new one is
    taken over if the field is blank or as the last import left it. Otherwise the edit made here stays.
    """
    talk, taken, declined = note.talk, [], []
    for value in values:
        if value.field in note.said and note.said[value.field] == value.said:
            continue
        here = held(talk, value.field)
        if here == in_json(value.meant):
            continue
        is_ours = here not in ("", None, []) and here != note.held.get(value.field)
        (declined if is_ours or _would_show_a_draft(talk, value) else taken).append(value)
    return taken, declined


def note_down(note: ImportedTalk, values: Iterable[FieldValue], declined: Iterable[FieldValue] = ()) -> None:
    """Store the new values of the source, and the present values of the fields that the import set."""
    for value in values:
        if value.field in note.said and note.said[value.field] == value.said:
            continue  # an organiser may have typed the present value
        note.said[value.field] = value.said
        if value not in declined:
            note.held[value.field] = held(note.talk, value.field)


def change_sentence(talk: Talk, value: FieldValue) -> str:
    """Say what changes: "title: On engines → On machines"."""
    return _("%(field)s: %(old)s → %(new)s") % _words(talk, value)


def declined_sentence(talk: Talk, value: FieldValue) -> str:
    """Say that an edit made here is kept instead of the source's value."""
    sentence = _("%(field)s: not changed, because it was edited here (%(old)s). The file says %(new)s")
    return sentence % _words(talk, value)


def _words(talk: Talk, value: FieldValue) -> dict[str, str]:
    is_address = value.field == "address"
    label = _("former address") if is_address else str(Talk._meta.get_field(value.field).verbose_name)
    return {"field": label, "old": _in_words(_value_of(talk, value.field)), "new": _in_words(value.meant)}


def _would_show_a_draft(talk: Talk, value: FieldValue) -> bool:
    return value.field == "state" and not talk.is_public


def _in_words(value: Any) -> str:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, list):
        value = ", ".join(str(item) for item in value)
    return Truncator(" ".join(str(value or _("none")).split())).chars(60)


def add_what_is_missing(planned: PlannedTalk, known: KnownRows) -> None:
    """Add values from the event to blank fields; values of talk and people are set but not saved."""
    _add_people(planned, known)
    _add_abstract(planned)
    _add_meeting(planned)
    set_values(planned.talk, planned.taken)


def _add_people(planned: PlannedTalk, known: KnownRows) -> None:
    event = planned.event
    there = {fold(one.speaker.name): one for one in planned.talk.speakers}
    missing = [person for person in event.people if fold(person.name) not in there]
    if there and missing:
        words = {"page": ", ".join(person.name for person in missing), "here": planned.talk.speaker_names}
        sentence = _("The page names %(page)s as the speaker, but this site has %(here)s. The talk was not changed.")
        planned.differences.append(sentence % words)
    for order, person in enumerate(event.people):
        if appearance := there.get(fold(person.name)):
            _add_to_appearance(person, appearance, planned)
            speaker = appearance.speaker
        elif not there:
            speaker = known.speaker(person)
            planned.remarks.append(_("speaker: %(name)s") % {"name": _in_full(person)})
            planned.appearances.append(
                Appearance(talk=planned.talk, speaker=speaker, order=order, affiliation=person.affiliation)
            )
        else:
            continue
        _add_to_speaker(person, event.biography if len(event.people) == 1 else "", speaker, planned)
    if event.biography and len(event.people) != 1:
        planned.differences.append(_("The page doesn’t say who the biography is about, so it was not imported."))


def _in_full(person: Person) -> str:
    return f"{person.name} ({person.affiliation})" if person.affiliation else person.name


def _add_to_appearance(person: Person, appearance: Appearance, planned: PlannedTalk) -> None:
    if person.affiliation and not appearance.affiliation:
        appearance.affiliation = person.affiliation
        planned.appearances.append(appearance)
        planned.remarks.append(_("affiliation: %(affiliation)s") % {"affiliation": person.affiliation})


def _add_to_speaker(person: Person, biography: str, speaker: Speaker, planned: PlannedTalk) -> None:
    """Fill in blank fields; report differences and never replace anything."""
    is_new = is_filled = speaker.pk is None
    if person.affiliation and not speaker.affiliation:
        speaker.affiliation, is_filled = person.affiliation, True
        planned.remarks += [] if is_new else [_("affiliation of %(name)s today") % {"name": speaker.name}]
    if biography and not speaker.biography:
        speaker.biography, is_filled = biography, True
        planned.remarks.append(_("biography of %(name)s") % {"name": speaker.name})
    elif biography and fold(biography) != fold(speaker.biography):
        sentence = _("The page has a different biography of %(name)s. This site’s biography was not changed.")
        planned.differences.append(sentence % {"name": speaker.name})
    if is_filled:
        planned.speakers.append(speaker)


def _add_abstract(planned: PlannedTalk) -> None:
    talk, event = planned.talk, planned.event
    if event.abstract and not talk.abstract:
        planned.taken.append(FieldValue("abstract", event.abstract, event.abstract))
        planned.remarks.append(_("abstract"))
    elif event.abstract and fold(event.abstract) != fold(talk.abstract):
        planned.differences.append(_("The page has a different abstract. This site’s abstract was not changed."))


def _add_meeting(planned: PlannedTalk) -> None:
    talk, meeting = planned.talk, planned.event.meeting
    if not meeting.url:
        return
    if not talk.join_url:
        planned.taken.append(FieldValue("join_url", meeting.url, meeting.url))
        planned.taken.append(FieldValue("passcode", meeting.passcode, meeting.passcode))
        planned.remarks.append(_("join link: %(url)s") % {"url": meeting.url})
    elif not meeting.is_the_same_room_as(talk.join_url):
        sentence = _(
            "The page has a different link (%(page)s) from this site (%(here)s). This site’s link was kept. "
            "Ask the host which is right, and change it on the desk if needed."
        )
        planned.differences.append(sentence % {"here": talk.join_url, "page": meeting.url})
