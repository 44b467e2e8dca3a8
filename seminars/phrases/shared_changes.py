"""What a change did to a speaker, room or topic, in words: the old beside the new, field by field."""

from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars import date_formats
from seminars.models.shared_changes import Kind, SharedChange
from seminars.phrases.talk_differences import Difference, where_they_differ, words_of

# Whether the row is called otherwise, and what else differs.
SENTENCES = {
    Kind.SPEAKER: (
        gettext_lazy("%(who)s renamed a speaker of your talks: %(old)s → %(new)s"),
        gettext_lazy("%(who)s changed a speaker of your talks, %(new)s: %(what)s"),
    ),
    Kind.ROOM: (
        gettext_lazy("%(who)s renamed a room of your talks: %(old)s → %(new)s"),
        gettext_lazy("%(who)s changed a room of your talks, %(new)s: %(what)s"),
    ),
    Kind.TOPIC: (
        gettext_lazy("%(who)s renamed a topic of your talks: %(old)s → %(new)s"),
        gettext_lazy("%(who)s changed a topic of your talks, %(new)s: %(what)s"),
    ),
}
LONGEST_IN_A_LINE = 100  # characters of the old and of the new; of longer texts a line names the field alone


def differences(note: SharedChange) -> list[Difference]:
    """Return the fields in which the row differs before and after the change."""
    fields = [field for field in note.model._meta.concrete_fields if not field.primary_key]
    changed = [field for field in fields if _value(field, note.before) != _value(field, note.after)]
    pairs = [(field, _told(field, note.before), _told(field, note.after)) for field in changed]
    return [
        Difference(str(field.verbose_name), *where_they_differ(old, new))
        for field, old, new in pairs
        if old != new or field.attname in field.model.NOT_IN_HISTORY
    ]


def _value(field: models.Field, values: dict[str, Any] | None) -> Any:
    return (values or {}).get(field.attname)


def _told(field: models.Field, values: dict[str, Any] | None) -> str:
    value = _value(field, values)
    if field.attname in field.model.NOT_IN_HISTORY:
        return _("not kept") if value else ""
    if field.many_to_one:  # a picture, whose name is a digest of its bytes
        return _("picture %(number)s") % {"number": value[:8]} if value else ""
    value = None if value is None else field.to_python(value)
    return date_formats.day(value, with_year=True) if isinstance(value, date) else words_of(field, value)


def in_a_line(note: SharedChange) -> str:
    """Return what differs on one line: "name: Ada Lovelace → Ada King; biography"."""
    return "; ".join(_on_the_line(one) for one in differences(note))


def _on_the_line(one: Difference) -> str:
    if "\n" in one.old + one.new or max(len(one.old), len(one.new)) > LONGEST_IN_A_LINE:
        return one.label
    return _("%(label)s: %(old)s → %(new)s") % {"label": one.label, "old": one.old or "–", "new": one.new or "–"}


def deed(note: SharedChange) -> str:
    """Return what was done to the row, with its name: "Ada King (name: Ada Lovelace → Ada King)"."""
    if note.before is None:
        return _("%(what)s (added)") % {"what": note}
    if note.after is None:
        return _("%(what)s (deleted)") % {"what": note}
    return _("%(what)s (%(differences)s)") % {"what": note, "differences": in_a_line(note)}


def told_to_organisers(note: SharedChange, merged: str = "") -> str:
    """Say who did what to a row that the reader's talks print; `merged` is the person who was merged into it."""
    old, new = note.before["name"], note.after["name"]
    words = {"who": note.change.who, "old": old, "new": new, "what": in_a_line(note), "merged": merged}
    if merged:
        return _("%(who)s merged “%(merged)s” into a speaker of your talks, %(new)s.") % words
    renamed, changed = SENTENCES[Kind(note.kind)]
    return (renamed if old != new else changed) % words
