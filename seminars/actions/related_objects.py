"""Saving what talks print: rooms, speakers, series and topics; subscribers see the change in every talk concerned."""

from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars.actions.stamping import stamp
from seminars.actions.talk_changes import refuse_together
from seminars.models import Room, Series, Speaker, Talk, Topic, publishing, recording
from seminars.models.speaker import proposed_sort_name
from seminars.times import today

FORMER_NAME_SHOWN = timedelta(days=182)


def save(thing: Room | Speaker | Series | Topic, *, checked: bool = False) -> None:
    """Check, write and stamp; raise ValidationError and write nothing if it may not be.

    `checked` says that a form has run the checks on these very fields within the same transaction.
    """
    sentence = _("Changed: %(what)s") if thing.pk else _("Added: %(what)s")
    with publishing(), recording(sentence % {"what": thing}):
        if not checked:
            thing.full_clean()
        if isinstance(thing, Room):
            _propose_former_name(thing)
        if isinstance(thing, Speaker):
            _propose_sort_name(thing)
        _write(thing)


def put_back(thing: Room | Speaker | Topic) -> None:
    """Check, write and stamp a row that an undo gives the very values it had; nothing is proposed."""
    thing.full_clean()
    _write(thing)


def delete(things: Iterable[Room | Speaker | Series | Topic]) -> None:
    """Delete rows that no talk prints; raise ProtectedError for one that is in use."""
    things = list(things)
    with publishing(), recording(_("Deleted: %(what)s") % {"what": ", ".join(map(str, things))}):
        for thing in things:
            thing.delete()


def _write(thing: Room | Speaker | Series | Topic) -> None:
    is_new = thing._state.adding
    zone = getattr(type(thing).objects.filter(pk=thing.pk).first(), "zone", "") if hasattr(thing, "zone") else None
    thing.save()
    if is_new:
        return  # no talk prints it yet
    if isinstance(thing, Room):
        _keep_exclusive(thing)
    if zone is not None and zone != thing.zone:
        _keep_wall_times(thing)
    stamp(Talk.objects.showing(thing))


def _propose_former_name(room: Room) -> None:
    """Tell visitors the old name of a renamed room for half a year, unless the organiser said what to tell."""
    before = Room.objects.filter(pk=room.pk).first()
    if before and before.name != room.name and before.formerly == room.formerly:
        room.formerly, room.formerly_until = before.name, today() + FORMER_NAME_SHOWN


def _propose_sort_name(speaker: Speaker) -> None:
    """Let the sort name follow a new name, unless the organiser chose it or chooses it now."""
    before = Speaker.objects.filter(pk=speaker.pk).first()
    if before and speaker.sort_name == before.sort_name == proposed_sort_name(before.name):
        speaker.sort_name = proposed_sort_name(speaker.name)


def _keep_wall_times(thing: Room | Series) -> None:
    """Let the talks of a room or series that is in another zone keep their wall times; refuse what clashes then."""
    of_thing = {"room": thing} if isinstance(thing, Room) else {"series": thing}
    talks = [talk for talk in Talk.objects.filter(zone="", **of_thing) if talk.zone_in(talk.room) != talk.local_zone]
    for talk in talks:
        talk.save()
    try:
        refuse_together([talk for talk in talks if not talk.is_over()], Talk.check_room)
    except ValidationError as clash:
        raise ValidationError({"zone": clash.messages}) from clash


def _keep_exclusive(room: Room) -> None:
    """Carry "one talk at a time" over to the talks in the room; refuse it while two of those to come share it.

    Talks that are over did share the room, so they are marked as doing so.
    """
    there = Talk.objects.in_room(room)
    changed = there.exclude(room_is_exclusive=room.is_exclusive)
    if not changed.exists():
        return
    there.filter(pk__in=list(there.in_conflict().over().values_list("pk", flat=True))).update(shares_room=True)
    if in_conflict := there.in_conflict().first():
        try:
            in_conflict.check_room()
        except ValidationError as clash:
            raise ValidationError({"is_exclusive": clash.messages}) from clash
    changed.update(room_is_exclusive=room.is_exclusive)
