"""What a source says of each field of a talk, compared with what it said before and with what stands here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from seminars.date_formats import moment
from seminars.models import ImportedTalk, Talk

Kept = str | int | list[str] | None  # what JSON can hold of a field's value
ROWS_OF_THEIR_OWN = {"topics", "address"}


@dataclass(frozen=True)
class Word:
    """A field, the source's word on it, and the value that this means here."""

    field: str
    said: Kept
    value: Any


def apply_words(talk: Talk, words: Iterable[Word]) -> None:
    """Set the fields; topics and the former address are rows of their own and follow once the talk is saved."""
    for word in words:
        if word.field not in ROWS_OF_THEIR_OWN:
            setattr(talk, word.field, word.value)


def held(talk: Talk, field: str) -> Kept:
    """Return what stands here in a form that JSON can hold; a room by its number."""
    if field == "topics":
        return sorted(topic.name for topic in talk.topics.all())
    if field == "address":
        return ""
    value = talk.room_id if field == "room" else getattr(talk, field)
    return value.isoformat() if isinstance(value, datetime) else value


def sort_out(talk: Talk, note: ImportedTalk | None, words: Iterable[Word]) -> tuple[list[Word], list[Word]]:
    """Return the words to take over, and those to keep ours against, of an existing talk.

    A word that the source has not changed since the last import says nothing new, whatever we made of it since. A new
    one is taken over where the field is as the last import left it, or empty; else our own change stands.
    """
    before = note or ImportedTalk(talk=talk)
    taken, declined = [], []
    for word in words:
        if word.field in before.said and before.said[word.field] == word.said:
            continue
        here = held(talk, word.field)
        if here == _in_json(word):
            continue
        is_ours = here not in ("", None, []) and here != before.held.get(word.field)
        (declined if is_ours or _would_show_a_draft(talk, word) else taken).append(word)
    return taken, declined


def note_down(note: ImportedTalk, words: Iterable[Word], declined: Iterable[Word] = ()) -> None:
    """Keep each new word of the source, and what stands here now where that is its doing."""
    for word in words:
        if word.field in note.said and note.said[word.field] == word.said:
            continue  # what stands here since may be ours
        note.said[word.field] = word.said
        if word not in declined:
            note.held[word.field] = held(note.talk, word.field)


def sentence(talk: Talk, word: Word) -> str:
    """Say what changes: "title: On engines → On machines"."""
    words = {"field": _label(word.field), "old": _shown(talk, word.field), "new": _in_words(word.value)}
    return _("%(field)s: %(old)s → %(new)s") % words


def declined_sentence(talk: Talk, word: Word) -> str:
    """Say that our own change stands against the source's."""
    words = {"field": _label(word.field), "old": _shown(talk, word.field), "new": _in_words(word.value)}
    return _("%(field)s: kept as changed here (%(old)s), though the file now says %(new)s") % words


def _would_show_a_draft(talk: Talk, word: Word) -> bool:
    return word.field == "state" and not talk.is_public


def _in_json(word: Word) -> Kept:
    if word.field == "room":
        return word.value.pk if word.value else None
    if word.field == "topics":
        return sorted(topic.name for topic in word.value)
    return word.value.isoformat() if isinstance(word.value, datetime) else word.value


def _label(field: str) -> str:
    return _("former address") if field == "address" else str(Talk._meta.get_field(field).verbose_name)


def _shown(talk: Talk, field: str) -> str:
    if field == "address":
        return _("none")
    value = list(talk.topics.all()) if field == "topics" else getattr(talk, field)
    return _in_words(value)


def _in_words(value: Any) -> str:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, list):
        value = ", ".join(str(item) for item in value)
    return Truncator(" ".join(str(value or _("none")).split())).chars(60)
