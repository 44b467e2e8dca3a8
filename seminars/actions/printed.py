"""Saving what talks print: rooms, speakers, series and topics; subscribers see the change in every talk concerned."""

from datetime import timedelta

from django.core.exceptions import ValidationError

from seminars.actions.stamping import stamp_all_that_print
from seminars.models import Room, Series, Speaker, Talk, Topic, publishing
from seminars.times import today

FORMER_NAME_SHOWN = timedelta(days=182)


def save(thing: Room | Speaker | Series | Topic, *, checked: bool = False) -> None:
    """Check, write and stamp; raise ValidationError and write nothing if it may not be.

    `checked` says that a form has run the checks on these very fields within the same transaction.
    """
    with publishing():
        if not checked:
            thing.full_clean()
        if isinstance(thing, Room):
            _propose_former_name(thing)
        thing.save()
        if isinstance(thing, Room):
            _keep_exclusive(thing)
        stamp_all_that_print(thing)


def _propose_former_name(room: Room) -> None:
    """Tell visitors the old name of a renamed room for half a year, unless the organiser said what to tell."""
    before = Room.objects.filter(pk=room.pk).first()
    if before and before.name != room.name and before.formerly == room.formerly:
        room.formerly, room.formerly_until = before.name, today() + FORMER_NAME_SHOWN


def _keep_exclusive(room: Room) -> None:
    """Carry "one talk at a time" over to the talks in the room; refuse it while two upcoming ones share the room."""
    changed = Talk.objects.in_room(room).exclude(room_is_exclusive=room.is_exclusive)
    if not changed.exists():
        return
    for talk in Talk.objects.in_room(room).holding_rooms().soonest_first():
        try:
            talk.check_room()
        except ValidationError as clash:
            raise ValidationError({"is_exclusive": clash.messages}) from clash
    changed.update(room_is_exclusive=room.is_exclusive)
