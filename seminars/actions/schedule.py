"""Save the schedule of a term: many talks in one transaction, all or none."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars import times
from seminars.actions import shared_rows, stamping
from seminars.actions.rearranging import TimeAndRoom, put, read_anew
from seminars.actions.talk_changes import refuse_together, set_people, write_all
from seminars.models import Appearance, Room, Speaker, Talk, User, publishing, recording
from seminars.models.wall_times import zone_info
from seminars.text import fold
from seminars.times import Span


@dataclass(frozen=True)
class ScheduleChange:
    """What an organiser changed in one talk: any of starts_at, room, title, speaker and affiliation."""

    talk: int
    fields: Mapping[str, Any]


def save(changes: list[ScheduleChange], *, by: User | None) -> list[Talk]:
    """Write the changes to each talk and return the talks; a new name creates the speaker.

    Raise ValidationError and change nothing if any change is refused; its messages are under "talk-<key>".
    """
    if not changes:
        return []  # no change makes no edition
    with publishing(), recording(_("Schedule changed"), by=by):
        changed = read_anew(change.talk for change in changes)
        fields = {change.talk: change.fields for change in changes}
        refuse_together(changed, lambda talk: _set_fields(talk, fields[talk.pk]))
        write_all(changed)
        refuse_together(changed, lambda talk: _set_people(talk, fields[talk.pk]))
        stamping.stamp(changed)
        return changed


def _set_fields(talk: Talk, fields: Mapping[str, Any]) -> None:
    place = TimeAndRoom.of(talk)
    if starts_at := fields.get("starts_at"):
        place = replace(place, span=Span(starts_at, starts_at + (talk.ends_at - talk.starts_at)))
    if "room" in fields:
        place = replace(place, room=_present(fields["room"]))
    if "starts_at" not in fields and (zone := talk.zone_in(place.room)) != talk.local_zone:
        starts_at = times.same_wall_time(talk.starts_at, zone_info(zone), of=talk.zone_info)
        place = replace(place, span=Span(starts_at, starts_at + (talk.ends_at - talk.starts_at)))
    put(talk, place)
    talk.title = fields.get("title", talk.title)


def _present(room: Room | None) -> Room | None:
    if room and not Room.objects.contains(room):
        raise ValidationError(_("This room has been deleted. Choose another one."))
    return room


def _set_people(talk: Talk, fields: Mapping[str, Any]) -> None:
    """Set the one speaker of a talk and their affiliation to what was typed."""
    if fields.keys().isdisjoint({"speaker", "affiliation"}):
        return
    present = next(iter(talk.speakers), None)
    others = [row for row in talk.appearances.all() if row != present]
    name = fields.get("speaker", present.speaker.name if present else "")
    if not name:
        set_people(talk, others)
        return
    is_same = present is not None and fold(present.speaker.name) == fold(name)
    person = present.speaker if is_same else _called(name, fields.get("affiliation", ""))
    row = present or Appearance(talk=talk)
    affiliation = row.affiliation if is_same else person.affiliation
    row.speaker, row.affiliation = person, fields.get("affiliation", affiliation)
    set_people(talk, [*others, row])


def _called(name: str, affiliation: str) -> Speaker:
    found = Speaker.objects.called(name)
    if len(found) > 1:
        sentence = _("There are %(number)d people called “%(name)s”. Choose one in the talk’s own form.")
        raise ValidationError(sentence % {"number": len(found), "name": name})
    person = found[0] if found else Speaker(name=name, affiliation=affiliation)
    if not found:
        shared_rows.save(person)
    return person
