"""Queries for talks that hold a room, and for those that are in each other's way."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, F, Max, Min, OuterRef

from seminars.models.states import HOLDING
from seminars.times import Span


class RoomsQuerySet(models.QuerySet):
    """Talks, by whether they have their room to themselves."""

    def holding_rooms(self) -> Self:
        """Keep talks that nobody else may share the room with."""
        return self.filter(state__in=HOLDING, shares_room=False, room__is_exclusive=True)

    def during(self, span: Span) -> Self:
        """Keep talks that share a moment with `span`."""
        return self.filter(starts_at__lt=span.ends_at, ends_at__gt=span.starts_at)

    def clashing_with(self, talk: models.Model) -> Self:
        """Keep talks that hold the room of `talk` at its time.

        Not those with which new time zone rules put it into one room: either can still be edited.
        """
        if not talk.holds_room:
            return self.none()
        others = self.exclude(clashes_by_rules=True) if talk.clashes_by_rules else self
        return (
            others.holding_rooms()
            .filter(room=talk.room)
            .during(talk.span)
            .exclude(pk=talk.pk)
            .order_by("starts_at", "pk")
        )

    def in_conflict(self) -> Self:
        """Keep talks that hold a room which another talk holds at the same time."""
        others = self.model.objects.holding_rooms().filter(room=OuterRef("room")).exclude(pk=OuterRef("pk"))
        at_the_same_time = others.filter(starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at"))
        return self.holding_rooms().filter(Exists(at_the_same_time)).order_by("starts_at", "pk")

    def keys_beside(self, talks: Iterable[models.Model]) -> set[int]:
        """Return the keys of the talks that hold a room at the same time as one of `talks`, and of these: one query."""
        held = [talk for talk in talks if talk.holds_room]
        if not held:
            return set()
        span = Span(min(talk.starts_at for talk in held), max(talk.ends_at for talk in held))
        there = (
            self.holding_rooms()
            .during(span)
            .filter(room__in={talk.room_id for talk in held})
            .order_by("room", "ends_at")
        )
        in_room: dict[int, list[tuple[int, Span]]] = {}
        for key, room, start, end in there.values_list("pk", "room", "starts_at", "ends_at"):
            in_room.setdefault(room, []).append((key, Span(start, end)))
        return {
            number
            for talk in held
            for key, other in in_room.get(talk.room_id, ())
            if key != talk.pk and other.overlaps(talk.span)
            for number in (key, talk.pk)
        }

    def keys_in_conflict(self) -> set[int]:
        """Return the keys of those that hold a room at the same time as another talk; quick for talks of one time."""
        return self.keys_at_odds() & set(self.values_list("pk", flat=True))

    def keys_at_odds(self, longest: timedelta | None = None) -> set[int]:
        """Return the same, and the keys of the talks that are in their way.

        If you know how long the `longest` of all talks takes, an index finds those of one time at once.
        """
        holding = self.holding_rooms().order_by()
        ends = holding.aggregate(first=Min("starts_at"), last=Max("ends_at"))
        if ends["first"] is None:
            return set()
        ours = set(holding.values_list("pk", flat=True))
        there = self.model.objects.holding_rooms().filter(room__in=holding.values("room")).order_by()
        there = there.during(Span(ends["first"], ends["last"]))
        if longest is not None:
            there = there.filter(starts_at__gte=ends["first"] - longest)
        odd: set[int] = set()
        latest: dict[int, tuple[datetime, int]] = {}  # by room, the end that is latest so far and whose it is
        for room, start, end, key in sorted(there.values_list("room", "starts_at", "ends_at", "pk")):
            last_end, last_key = latest.get(room, (start, key))
            if last_end > start and not ours.isdisjoint({key, last_key}):
                odd |= {key, last_key}
            latest[room] = max((last_end, last_key), (end, key))
        return odd

    def longest(self) -> timedelta:
        """Return how long the longest of them takes."""
        return self.aggregate(longest=Max(F("ends_at") - F("starts_at")))["longest"] or timedelta(0)

    def clashing_by_rules(self) -> Self:
        """Keep talks that new time zone rules put into one room at the same time."""
        return self.filter(clashes_by_rules=True)
