"""The dates of a preview that somebody ticked or gave another room; they stay through every refusal and new preview."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property

from seminars.actions.slots import Slot
from seminars.models import Room

OTHER_ROOM = "room-"


@dataclass(frozen=True)
class TickedSlot:
    """A row of the preview: a slot, whether it is ticked, and the other room that was chosen for it."""

    slot: Slot
    is_ticked: bool
    room: Room | None


class Ticks:
    """What was sent of a preview: the keys of dates that were ticked, among those that could be, and other rooms.

    A key that begins with a day, "2026-11-04T12:00", stands for that day where it is planned at another time now.
    """

    def __init__(self, sent: MultiValueDict, rooms: Iterable[Room]) -> None:
        self.shown = sent.get("shown", "").split()
        self.ticked = sent.getlist("slot")
        self._sent, self._rooms = sent, rooms

    @cached_property
    def rooms(self) -> dict[str, Room]:
        """The other room that was chosen for a date, by its key."""
        known = {str(room.pk): room for room in self._rooms}
        chosen = {name: value for name, value in self._sent.items() if name.startswith(OTHER_ROOM)}
        return {name.removeprefix(OTHER_ROOM): known[value] for name, value in chosen.items() if value in known}

    @property
    def keys(self) -> set[str]:
        """The keys of all dates that are wanted."""
        return {*self.ticked, *self.rooms}

    def rows_of(self, slots: Iterable[Slot]) -> list[TickedSlot]:
        """Return each slot with what was ticked before, or else ticked if it is free."""
        rooms = self.rooms if self._sent else {}
        return [TickedSlot(slot, self._is_ticked(slot), rooms.get(slot.key)) for slot in slots]

    def _is_ticked(self, slot: Slot) -> bool:
        if not slot.is_offered:
            return False
        if slot.key in self.shown:
            return slot.key in self.ticked
        day = slot.key[:10]
        if any(key[:10] == day for key in self.shown):
            return any(key[:10] == day for key in self.ticked)
        return slot.is_free
