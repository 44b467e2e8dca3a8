"""The values of an event, compared with what its source said before and with what the talk holds now.

An organiser's correction stays: a field that holds something else than the last import left there is ours.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from seminars.date_formats import moment
from seminars.formats.spreadsheet_columns import OTHER_ROLES
from seminars.importing.events import SourceEvent
from seminars.models import ImportedTalk, Role, Room, Speaker, Talk
from seminars.models.fetched import fetched_rows
from seminars.models.states import CALLED_OFF
from seminars.models.wall_times import zone_info

Kept = str | int | bool | list[str] | None  # what JSON can hold of a field's value
TIMES = ("starts_at", "ends_at")
MOVES = frozenset({*TIMES, "zone", "room"})  # what a cancelled talk keeps
PRIVATE = "private"  # what a source says of the state of an event that it shows to few people
GONE = "gone"  # likewise of one that is no longer in it
ROLES = {"people": Role.SPEAKER} | OTHER_ROLES
PARTS = frozenset({*OTHER_ROLES, "also_in"})  # `SourceEvent.fields` has their names, one on each line
ROWS_OF_THEIR_OWN = frozenset({"topics", "address", "people"}) | PARTS
# Fields that only some sources have; `SourceEvent.fields` names them.
FURTHER = frozenset(
    {
        "audience", "code_url", "host", "join_access", "kind", "language", "notes", "notice", "paper_url", "programme",
        "recording", "recording_url", "shares_room", "slides_url",
    }
)  # fmt: skip
_HEADING = re.compile(r"[\s#*_]*abstract[\s*_]*:?[\s*_]*(?=\n)|[\s*_]*abstract[*_]*\s*:[\s*_]*", re.IGNORECASE)


class Speaking(NamedTuple):
    """A speaker and their affiliation at the time of the talk."""

    speaker: Speaker
    affiliation: str


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A field and the value that its source means by what it says; `is_silent`: the source says nothing of it."""

    field: str
    value: Any
    is_silent: bool = False


class FieldChange(NamedTuple):
    """A field whose value changes, in words; it reads "title: On engines → On machines"."""

    label: str
    old: str
    new: str

    def __str__(self) -> str:
        words = {"field": self.label, "old": _short(self.old), "new": _short(self.new)}
        return _("%(field)s: %(old)s → %(new)s") % words


# --- what the source says -------------------------------------------------------------------------------------------


def source_values_of(event: SourceEvent) -> dict[str, Kept]:
    """Return the words of the source by the field that they are about; times are wall times where it names a zone."""
    start, end = event.starts_at, event.ends_at or event.starts_at
    headline = event.summary if event.has_headline else ""
    source_values: dict[str, Kept] = {
        "title": event.title or headline,
        "abstract": event.abstract,
        "starts_at": f"{event.day:%Y-%m-%d}" if event.day else _wall(start, event.zone),
        "ends_at": "" if event.day else _wall(end, event.zone),
        "zone": event.zone,
        "room": event.location,
        "join_url": event.meeting.url,
        "passcode": event.meeting.passcode,
        "state": PRIVATE if event.is_private else str(event.state),
        "kind": event.kind or headline,
        "topics": list(event.categories),
        "address": event.address,
        "people": [_in_full(one.name, one.affiliation) for one in event.people] or headline,
    }
    if event.edited is not None:
        source_values["series"] = event.series
    if event.available_fields is not None:
        available = event.available_fields | ({"state"} if event.day else set())  # without a time of day it is a draft
        source_values = {name: word for name, word in source_values.items() if name in available}
    return source_values | {name: word for name, word in event.fields.items() if name in FURTHER | PARTS}


def changed_fields_of(
    event: SourceEvent, source_values: Mapping[str, Kept], note: ImportedTalk | None
) -> frozenset[str]:
    """Return the fields of which the source says something that it did not say at the last import.

    Of a talk in a spreadsheet that we exported, these are the edited fields.
    """
    if event.edited is not None:
        return event.edited & frozenset(source_values)
    if note is None:
        return _names(tuple(source_values))
    changed_fields = note.changed_in(source_values)
    if "people" in changed_fields and "people" in source_values and "people" not in note.said:
        changed_fields |= {"title"}  # an earlier release took the speaker for a part of the title
    if "title" in changed_fields:
        changed_fields |= {"state", "kind"} & source_values.keys()  # a headline may tell these
    return changed_fields - {name for name in TIMES if name in note.said and _in_utc(event, name) == note.said[name]}


@lru_cache(maxsize=64)
def _names(source_values: tuple[str, ...]) -> frozenset[str]:
    """Return one set for all events that say something of the same fields: thousands of them would take much memory."""
    return frozenset(source_values)


def _in_utc(event: SourceEvent, name: str) -> str | None:
    """Return a time as earlier releases kept it in notes."""
    found = event.starts_at if name == "starts_at" else event.ends_at or event.starts_at
    return found.isoformat() if found else None


def _wall(at: datetime | None, zone: str) -> str:
    if at is None:
        return ""
    return f"{at.astimezone(zone_info(zone)):%Y-%m-%dT%H:%M:%S} {zone}" if zone else at.isoformat()


def abstract_of(event: SourceEvent) -> str:
    """Return the abstract without the word Abstract before it."""
    match = _HEADING.match(event.abstract)  # elsewhere it is a word of the text
    return event.abstract[match.end() if match else 0 :].strip()


# --- what the talk holds --------------------------------------------------------------------------------------------


def stored_value(talk: Talk, field: str) -> Kept:
    """Return the present value in a form that JSON can hold: rooms and people by primary key, times as wall times."""
    if field in TIMES:
        return f"{talk.wall_of(field):%Y-%m-%dT%H:%M:%S} {talk.zone_name}".strip()
    return _in_json(value_of(talk, field))


def value_of(talk: Talk, field: str) -> Any:
    if field == "address":
        return ""
    if field in ROLES:
        return [Speaking(one.speaker, one.affiliation) for one in talk.people_as(ROLES[field])]
    if field == "also_in":
        return talk.all_series[1:]
    if field == "host":
        return talk.hosted_by
    return list(fetched_rows(talk, "topics")) if field == "topics" else getattr(talk, field)


def _in_json(value: Any) -> Kept:
    if isinstance(value, list):
        people = [f"{one.speaker.pk}|{one.affiliation}" for one in value if isinstance(one, Speaking)]
        return people or sorted(str(topic) for topic in value)
    return value.pk if isinstance(value, Room) else value


def is_as_imported(talk: Talk, field: str, note: ImportedTalk) -> bool:
    """Tell whether the field holds what the last import left there."""
    kept = note.held.get(field)
    if field in TIMES and kept == getattr(talk, field).isoformat():  # as earlier releases kept it, in UTC
        return True
    return kept == stored_value(talk, field)


def sort_out(note: ImportedTalk, values: Iterable[FieldValue]) -> tuple[list[FieldValue], list[FieldValue]]:
    """Return the values that an existing talk takes over, and those that it declines.

    A new word of the source is taken over if the field is as the last import left it, or was never filled. Otherwise
    the edit made here stays, and so does a field that somebody cleared. A draft stays a draft. A talk that the undo of
    an import withdrew takes over everything, as a new one does.
    """
    talk, taken, declined = note.talk, [], []
    for value in values:
        if holds(talk, value):
            continue
        if note.is_withdrawn:
            taken.append(value)
            continue
        is_ours = _is_or_was_filled(talk, value.field, note) and not is_as_imported(talk, value.field, note)
        if is_ours and value.is_silent and value.field not in note.said:
            continue
        would_show_a_draft = value.field == "state" and not talk.is_public
        (declined if is_ours or would_show_a_draft else taken).append(value)
    return taken, declined


def _is_or_was_filled(talk: Talk, field: str, note: ImportedTalk) -> bool:
    return any(value not in ("", None, [], False) for value in (value_of(talk, field), note.held.get(field)))


def holds(talk: Talk, value: FieldValue) -> bool:
    """Tell whether a talk has this value already."""
    return _in_json(value_of(talk, value.field)) == _in_json(value.value) and not _is_of_new_people(value)


def _is_of_new_people(value: FieldValue) -> bool:
    return value.field in ROLES and any(one.speaker.pk is None for one in value.value)


def note_down(
    note: ImportedTalk,
    source_values: Mapping[str, Kept],
    changed_fields: Iterable[str],
    declined: Iterable[str],
    usual: Iterable[str],
) -> None:
    """Store the new words of the source, and the present values of the fields that the import set.

    The `usual` ones have the values of the series. Nobody has edited those here, so the source may say more later.
    """
    for name in changed_fields:
        note.said[name] = source_values[name]
        if name not in declined:
            note.held[name] = stored_value(note.talk, name)
    note.held |= {name: stored_value(note.talk, name) for name in usual}


def set_values(talk: Talk, values: Iterable[FieldValue]) -> None:
    """Set the fields; people, topics, further series and the former address are rows of their own and follow later."""
    for value in values:
        if value.field not in ROWS_OF_THEIR_OWN:
            setattr(talk, value.field, value.value)


# --- in words -------------------------------------------------------------------------------------------------------


def change_of(talk: Talk, value: FieldValue) -> FieldChange:
    """Return what changes, the old beside the new."""
    return FieldChange(_label(value.field), in_words(value_of(talk, value.field)), in_words(value.value))


def declined_sentence(talk: Talk, value: FieldValue) -> str:
    """Say that an edit made here is kept instead of the source's value, or a draft that an import may have made."""
    field, old, new = change_of(talk, value)
    if value.field == "state" and not talk.is_public and value.value not in CALLED_OFF:
        return _("it stays a draft here until you announce it. The file says %(new)s") % {"new": _short(new)}
    sentence = _("%(field)s: not changed, because it was edited here (%(old)s). The file says %(new)s")
    return sentence % {"field": field, "old": _short(old), "new": _short(new)}


def _label(field: str) -> str:
    named = {"address": _("former address"), "people": _("speaker")}
    named |= {"moderators": _("moderators"), "committee": _("committee"), "panelists": _("panelists")}
    named |= {"chairs": _("chairs"), "supervisors": _("supervisors")}
    return named.get(field) or str(Talk._meta.get_field(field).verbose_name)


def in_words(value: Any) -> str:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, list):
        full = (_in_full(one.speaker.name, one.affiliation) if isinstance(one, Speaking) else str(one) for one in value)
        return ", ".join(full)
    if isinstance(value, bool):
        return _("yes") if value else ""
    return "" if value is None else str(value)


def _short(words: str) -> str:
    return Truncator(" ".join(words.split()) or _("none")).chars(60)


def _in_full(name: str, affiliation: str) -> str:
    return f"{name} ({affiliation})" if affiliation else name
