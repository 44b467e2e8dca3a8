"""Save the schedule of a term: change, add and delete many talks in one transaction, all or none."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from seminars import times
from seminars.actions import bulk_changes, talk_changes, talk_defaults
from seminars.actions.bulk_changes import Bookings, TalkWrite
from seminars.actions.chosen_people import ChosenPeople, ChosenPerson
from seminars.models import Appearance, Room, Series, Speaker, Talk, User, publishing, recording
from seminars.models.talk import new_uid
from seminars.models.talk_naming import clash_sentence
from seminars.models.wall_times import zone_info
from seminars.text import fold

PLAIN = ("title", "join_url", "language", "notes")  # set as they are
COLUMNS = {"starts_at": "start", "ends_at": "minutes"}  # the cell of a field, where it has another name


@dataclass(frozen=True)
class ScheduleChange:
    """What an organiser changed in one talk.

    Any of starts_at, minutes, room, title, speakers, affiliation, join_url, host, language, notes and topics.
    """

    talk: int
    fields: Mapping[str, Any]

    @property
    def row(self) -> str:
        return f"talk-{self.talk}"


@dataclass(frozen=True)
class NewSlot:
    """A draft that was added to the schedule: the name of its row, and fields, of which it needs starts_at."""

    row: str
    series: Series
    fields: Mapping[str, Any]
    uid: str = field(default_factory=new_uid)


@dataclass
class SavedSchedule:
    """What saving did: the talks that it changed and added, and those that it deleted."""

    changed: list[Talk] = field(default_factory=list)
    added: list[Talk] = field(default_factory=list)
    deleted: list[Talk] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.changed or self.added or self.deleted)


def save(
    changes: Sequence[ScheduleChange], *, added: Sequence[NewSlot] = (), deleted: Iterable[int] = (), by: User | None
) -> SavedSchedule:
    """Write the changes to each talk, add drafts, and delete the drafts with the keys `deleted`.

    A new name creates the speaker. Raise ValidationError and change nothing if anything is refused: its messages are
    under the names of the cells, such as "talk-12-room", and of rows where they are about no cell. A new row that was
    saved before, by pressing twice, is left out.
    """
    deleted, added = list(deleted), _not_yet_added(added)
    if not (changes or added or deleted):
        return SavedSchedule()  # no change makes no edition
    with publishing(), recording(_("Schedule changed"), by=by):
        there = _read({*(change.talk for change in changes), *deleted})
        gone = [there[key] for key in deleted]
        if gone:
            talk_changes.delete_drafts(gone)
        writes = {change.row: _changing(there[change.talk]) for change in changes}
        writes |= {slot.row: _beginning(slot) for slot in added}
        fields = {one.row: one.fields for one in (*changes, *added)}
        _refuse_together(writes, lambda row: _set_fields(writes[row], fields[row]))
        _set_people(writes, fields)
        _refuse_together(writes, lambda row: bulk_changes.prepare(writes[row].talk, writes[row].before))
        _refuse_clashes(writes)
        bulk_changes.render(writes.values())
        bulk_changes.write(list(writes.values()))
        talks = {row: write.talk for row, write in writes.items()}
        return SavedSchedule([talks[change.row] for change in changes], [talks[slot.row] for slot in added], gone)


def _read(keys: Iterable[int]) -> dict[int, Talk]:
    found = Talk.objects.for_entries().order_by().in_bulk(keys)
    if len(found) < len(set(keys)):
        raise ValidationError(_("Someone has deleted this talk. Reload the schedule."), code="gone")
    return found


def _changing(talk: Talk) -> TalkWrite:
    return TalkWrite(bulk_changes.copy_to_change(talk), talk)


def _not_yet_added(added: Sequence[NewSlot]) -> list[NewSlot]:
    """Return the new rows that no talk was made of; raise ValidationError for those that were changed since."""
    before = {talk.uid: talk for talk in Talk.objects.for_entries().filter(uid__in=[slot.uid for slot in added])}
    changed = [slot for slot in added if (talk := before.get(slot.uid)) and not _is_as_saved(slot, talk)]
    if changed:
        sentence = _("This row has already been saved as a talk. Reload the schedule to change it.")
        raise ValidationError({slot.row: [sentence] for slot in changed})
    return [slot for slot in added if slot.uid not in before]


def _is_as_saved(slot: NewSlot, talk: Talk) -> bool:
    fields = dict(slot.fields)
    people = [fold((person.speaker or person).name) for person in fields.pop("speakers", ())]
    saved = {name: getattr(talk, name) for name in ("starts_at", "room", *PLAIN)}
    saved |= {"host": talk.hosted_by, "minutes": (talk.ends_at - talk.starts_at) / timedelta(minutes=1)}
    is_same = all(value == saved.get(name, value) for name, value in fields.items())
    return is_same and people in ([], [fold(person.speaker.name) for person in talk.speakers])


def _beginning(slot: NewSlot) -> TalkWrite:
    """Return a draft with the defaults of its series."""
    defaults = talk_defaults.standing_defaults(slot.series)
    starts_at = slot.fields["starts_at"]
    ends_at = starts_at + timedelta(minutes=slot.series.default_minutes)
    topics = [] if "topics" in slot.fields else list(slot.series.default_topics.in_order())
    return TalkWrite(
        Talk(**defaults, uid=slot.uid, starts_at=starts_at, ends_at=ends_at),
        None,
        people=talk_defaults.usual_people(slot.series),
        topics=topics,
    )


def _set_fields(write: TalkWrite, fields: Mapping[str, Any]) -> None:
    talk, length = write.talk, write.talk.ends_at - write.talk.starts_at
    starts_at = fields.get("starts_at", talk.starts_at)
    if "minutes" in fields:
        length = timedelta(minutes=fields["minutes"])
    if "room" in fields:
        talk.room = fields["room"]
    if write.before and "starts_at" not in fields and (zone := talk.zone_in(talk.room)) != talk.local_zone:
        starts_at = times.same_wall_time(talk.starts_at, zone_info(zone), of=talk.zone_info)
    if (starts_at, starts_at + length) != (talk.starts_at, talk.ends_at):
        talk.starts_at, talk.ends_at = starts_at, starts_at + length
    for name in PLAIN:
        if name in fields:
            setattr(talk, name, fields[name])
    if "host" in fields:
        write.set_host(fields["host"])
    if "topics" in fields:
        write.topics = list(fields["topics"])


def _refuse_together(writes: Mapping[str, TalkWrite], check: Callable[[str], object]) -> None:
    """Check each row; raise one ValidationError with the messages under the names of their cells."""
    refused: dict[str, list[str]] = {}
    for row in writes:
        try:
            check(row)
        except ValidationError as refusal:
            told = refusal.message_dict if hasattr(refusal, "error_dict") else {NON_FIELD_ERRORS: refusal.messages}
            for name, sentences in told.items():
                cell = row if name == NON_FIELD_ERRORS else f"{row}-{COLUMNS.get(name, name)}"
                refused.setdefault(cell, []).extend(sentences)
    if refused:
        raise ValidationError(refused)


def _refuse_clashes(writes: Mapping[str, TalkWrite]) -> None:
    _refuse_deleted_rooms(writes)
    talks = [write.talk for write in writes.values()]
    bookings = Bookings.of(talks, beside=[talk.pk for talk in talks if talk.pk])

    def check(row: str) -> None:
        talk = writes[row].talk
        if other := bookings.holder(talk):
            raise ValidationError({"room": clash_sentence(talk, other)})
        bookings.take(talk)

    _refuse_together(writes, check)


def _refuse_deleted_rooms(writes: Mapping[str, TalkWrite]) -> None:
    wanted = {write.talk.room_id for write in writes.values()} - {None}
    there = set(Room.objects.filter(pk__in=wanted).values_list("pk", flat=True))

    def check(row: str) -> None:
        if (room := writes[row].talk.room_id) and room not in there:
            raise ValidationError({"room": _("This room has been deleted. Choose another one.")})

    _refuse_together(writes, check)


# --- people -----------------------------------------------------------------------------------------------


def _set_people(writes: Mapping[str, TalkWrite], fields: Mapping[str, Mapping[str, Any]]) -> None:
    """Set the speakers of each talk and their affiliations to what was typed; make the people who are new."""
    naming = {
        row: write for row, write in writes.items() if not fields[row].keys().isdisjoint({"speakers", "affiliation"})
    }
    people = ChosenPeople(person for row in naming for person in fields[row].get("speakers", ()))
    _refuse_together(naming, lambda row: _name(naming[row], fields[row], people.speaker_of))
    people.add_new()


def _name(write: TalkWrite, fields: Mapping[str, Any], speaker_of: Callable[[ChosenPerson], Speaker]) -> None:
    present = list(write.before.speakers) if write.before else []
    others = [] if write.before else write.people or []  # the usual moderator of a new talk
    if "speakers" not in fields:
        write.people = [copy(row) for row in present]
        for row in write.people[:1]:
            row.affiliation = fields["affiliation"]
        write.people += others
        return
    write.people = []
    for place, person in enumerate(fields["speakers"]):
        speaker = speaker_of(person)
        row = next((copy(one) for one in present if speaker.pk and one.speaker_id == speaker.pk), None)
        if row is None:
            row = copy(present[0]) if present and len(fields["speakers"]) == 1 else Appearance()
            row.speaker, row.affiliation = speaker, speaker.affiliation
        row.affiliation = person.affiliation or row.affiliation
        row.order = place
        write.people.append(row)
    for place, row in enumerate(others, start=len(write.people)):
        row.order = place
        write.people.append(row)
