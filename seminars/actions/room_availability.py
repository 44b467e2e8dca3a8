"""Find rooms for a talk: which are free at that time and large enough, and why others are not."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from seminars.actions.bulk_changes import Bookings
from seminars.date_formats import hours_there
from seminars.models import Room, Talk
from seminars.models.talk_naming import taken_by


@dataclass(frozen=True)
class Offer:
    """A room, and why the talk may not fit into it."""

    room: Room
    taken: str = ""  # by whom; "" if it is free
    is_small: bool = False
    is_present: bool = False

    @property
    def is_good(self) -> bool:
        return not self.taken and not self.is_small


def rooms_for(talk: Talk) -> list[Offer]:
    """Return every room, those of the same building first and the smallest first, in five queries at most."""
    wanted = seats_wanted(talk)
    overlapping = Talk.objects.holding_rooms().during(talk.span).exclude(pk=talk.pk)
    taken = {other.room_id: other for other in overlapping.for_lists()}
    offers = [_offer(talk, room, taken.get(room.pk), wanted) for room in Room.objects.in_order()]
    return _best_first(talk, offers)


def free_rooms(talks: Sequence[Talk]) -> list[tuple[Room, ...]]:
    """Return for each talk the other rooms in its time zone that it fits into, the best first: two queries for all."""
    if not talks:
        return []
    rooms = list(Room.objects.in_order())
    placed = [_best_first(talk, [_in_room(talk, room) for room in rooms if _would_fit(talk, room)]) for talk in talks]
    bookings = Bookings.of([there for each in placed for there in each])
    return [tuple(there.room for there in each if bookings.is_free(there)) for each in placed]


def seats_wanted(talk: Talk) -> int | None:
    """Return the seats of the talk's room, or of its series' default room; None if they are not known."""
    for room in (talk.room, talk.series.default_room):
        if room and room.capacity:
            return room.capacity
    return None


def _best_first(talk: Talk, places: Iterable[Any]) -> list[Any]:
    """Sort what has a room: those of the same building first and the smallest first."""
    here = talk.room.building if talk.room else ""
    return sorted(places, key=lambda place: (place.room.building != here, place.room.capacity or 0))


def _would_fit(talk: Talk, room: Room) -> bool:
    wanted = seats_wanted(talk)
    is_small = bool(wanted and room.capacity and room.capacity < wanted)
    return room.pk != talk.room_id and talk.zone_in(room) == talk.local_zone and not is_small


def _in_room(talk: Talk, room: Room) -> Talk:
    there = copy(talk)
    there.room = room
    return there


def _offer(talk: Talk, room: Room, other: Talk | None, wanted: int | None) -> Offer:
    there = _in_room(talk, room)
    if room and talk.zone_in(room) != talk.local_zone:  # where it would be at another moment
        there.derive_times()
        other = Talk.objects.clashing_with(there).for_lists().first()
    is_present = room.pk == talk.room_id
    return Offer(
        room,
        taken=_whose(there, other) if other and there.holds_room else "",
        is_small=not is_present and bool(wanted and room.capacity and room.capacity < wanted),
        is_present=is_present,
    )


def _whose(talk: Talk, other: Talk) -> str:
    """Say in a few words who has the room, and when by the clocks where `talk` would take place."""
    whom = taken_by(other, beside=talk, named=_("taken by %(series)s: %(talk)s"))
    return _("%(whom)s, %(hours)s") % {"whom": whom, "hours": hours_there(other.span, talk.zone_name)}
