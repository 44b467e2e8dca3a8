"""Rearrange a term. Date, time and room stay with the slot. Everything else moves with the talk, including its UID.

Each action is one transaction: it reads the talks again, locks all rooms, writes, looks for clashes, and stamps last.
Callers have checked with `access` that `by` may do it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta, tzinfo
from typing import Self

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars import times
from seminars.actions import stamping, talk_changes
from seminars.models import Break, Room, State, Talk, User, publishing, recording
from seminars.models.states import CALLED_OFF
from seminars.models.talk_naming import speaker_and_title
from seminars.times import Span

MOST_TALKS = 200
MOST_WEEKS = 60  # how far to look for a free week after a break
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class TimeAndRoom:
    """What stays with the slot: time, room, and whether the room is shared on purpose."""

    span: Span
    room: Room | None
    shares_room: bool = False

    @classmethod
    def of(cls, talk: Talk) -> Self:
        return cls(talk.span, talk.room, talk.shares_room)

    def on(self, day: date, zone: tzinfo) -> Self:
        """Return the same place on another day, by the clocks of a zone."""
        starts_at = times.at(day, times.local(self.span.starts_at, zone).time(), zone)
        return replace(self, span=Span(starts_at, starts_at + (self.span.ends_at - self.span.starts_at)))


def swap(one: Talk, other: Talk, *, by: User | None) -> list[Talk]:
    """Swap the slots of two talks."""
    with publishing(), recording(_("Swapped"), by=by):
        one, other = read_anew([one.pk, other.pk])
        return _move({one: TimeAndRoom.of(other), other: TimeAndRoom.of(one)})


def move_to_slot(talk: Talk, *, slot: Talk, by: User | None) -> list[Talk]:
    """Move a talk to the place of an empty draft, which takes the place that becomes free."""
    with publishing(), recording(_("Moved to an empty slot"), by=by):
        talk, slot = read_anew([talk.pk, slot.pk])
        if not is_empty(slot):
            words = {"talk": speaker_and_title(slot)}
            raise ValidationError(
                _("This slot is taken by “%(talk)s”. Swap the two talks, or choose an empty slot.") % words
            )
        return _move({talk: TimeAndRoom.of(slot), slot: TimeAndRoom.of(talk)})


def shift(talk: Talk, *, until: date | None = None, by: User | None) -> list[Talk]:
    """Move a talk and all later talks of its series, up to the day `until`, by a week; breaks are skipped.

    If a slot already exists a week later, the talk takes its time and room. Cancelled and postponed talks stay, and so
    do those that are no part of the weekly rhythm: of another kind, or of a day or more, such as a workshop.
    """
    with publishing(), recording(_("Shifted by a week"), by=by):
        (talk,) = read_anew([talk.pk])
        following = Talk.objects.filter(series=talk.series).since(talk.starts_at).exclude(state__in=CALLED_OFF)
        if until:
            following = following.filter(starts_at__lt=times.start_of(until + timedelta(days=1)))
        chain = list(following.soonest_first().for_lists()[: MOST_TALKS + 1])
        if len(chain) > MOST_TALKS:
            raise ValidationError(_("There are too many talks to move at once. Start with a later one."))
        if talk not in chain:
            raise ValidationError(_("This talk has been cancelled or postponed. Start with one that goes ahead."))
        chain = [one for one in chain if _rhythm_of(one) == _rhythm_of(talk)]
        return _move(_a_week_on(chain, _days_off(chain)))


def _rhythm_of(talk: Talk) -> tuple[str, bool]:
    """Return the kind of a talk, and whether it takes a day or more: what differs in them is not shifted along."""
    return talk.kind or talk.series.kind, talk.takes_days


def is_empty(talk: Talk) -> bool:
    """Tell whether a talk is only a slot: a draft that was never public, without title, abstract or people."""
    is_private = talk.state == State.DRAFT and talk.published_at is None
    return is_private and not (talk.title or talk.abstract or talk.appearances.all())


def read_anew(keys: Iterable[int]) -> list[Talk]:
    """Return these talks as they are now, in this order; raise ValidationError if one is gone."""
    keys = list(keys)
    found = Talk.objects.for_lists().in_order_of(keys)
    if len(found) < len(set(keys)):
        raise ValidationError(_("Someone has deleted this talk. Reload the schedule."), code="gone")
    if len(found) > len(set(keys)):
        raise ValidationError(_("Choose two different talks."))
    return found


def put(talk: Talk, place: TimeAndRoom) -> None:
    """Set a talk's place, unsaved."""
    talk.starts_at, talk.ends_at = place.span.starts_at, place.span.ends_at
    talk.room, talk.shares_room = place.room, place.shares_room


def _move(places: Mapping[Talk, TimeAndRoom]) -> list[Talk]:
    moved = [talk for talk, place in places.items() if place != TimeAndRoom.of(talk)]
    talk_changes.refuse_together(moved, _refuse_what_is_over)
    for talk in moved:
        put(talk, places[talk])
    talk_changes.write_all(moved)
    stamping.stamp(moved)
    return moved


def _refuse_what_is_over(talk: Talk) -> None:
    if talk.is_public and not talk.is_called_off and talk.is_over():
        raise ValidationError(_("This talk has already taken place. Choose one that has not."))


def _days_off(chain: list[Talk]) -> list[Break]:
    first, last = (times.local(talk.starts_at, talk.zone_info).date() for talk in (chain[0], chain[-1]))
    return list(Break.objects.of_series(chain[0].series).touching(first, last + MOST_WEEKS * WEEK))


def _a_week_on(chain: list[Talk], breaks: list[Break]) -> dict[Talk, TimeAndRoom]:
    """Return each talk's place a week on: that of the talk then, the second of the day after the second, else its own.

    The earliest talk chooses first; a talk whose week is taken, because a break moved another there, takes the next.
    """
    numbered, counted = {}, Counter()
    for talk in chain:
        day = times.local(talk.starts_at, talk.zone_info).date()
        numbered[talk] = day, counted[day]
        counted[day] += 1
    slots = {number: TimeAndRoom.of(talk) for talk, number in numbered.items()}
    places, taken = {}, set()
    for talk, (day, number) in numbered.items():
        target = _next_week(day, number, taken, breaks)
        taken.add((target, number))
        places[talk] = slots.get((target, number)) or TimeAndRoom.of(talk).on(target, talk.zone_info)
    return places


def _next_week(day: date, number: int, taken: set[tuple[date, int]], breaks: list[Break]) -> date:
    for weeks in range(1, MOST_WEEKS):
        target = day + weeks * WEEK
        is_off = any(target in pause for pause in breaks)
        if not is_off and (target, number) not in taken:
            return target
    raise ValidationError(_("There is no free week within a year. Shorten the break first."))
