"""Plan a term: the slots on these weekdays and times, without breaks, and drafts for the chosen ones."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from seminars import date_formats, times
from seminars.actions import slots, talk_defaults
from seminars.actions.slots import Slot, key_of
from seminars.models import Room, Series, Talk, User, publishing, recording
from seminars.models.wall_times import zone_info
from seminars.times import Span

MOST_SLOTS = 366  # a year of one talk a day
NO_OTHER_ROOMS: Mapping[str, Room | None] = MappingProxyType({})


@dataclass(frozen=True)
class Plan:
    """The term that an organiser asks for; times are local, and both days are included."""

    series: Series
    first_on: date
    last_on: date
    weekdays: frozenset[int]
    starts: tuple[time, ...]
    minutes: int
    room: Room | None = None
    skipped: frozenset[date] = frozenset()

    @property
    def number(self) -> int:
        """The number of slots before any is left out; calculated, so that a long term takes no time."""
        weeks, more = divmod((self.last_on - self.first_on).days + 1, 7)
        begun = {(self.first_on.weekday() + day) % 7 for day in range(more)}
        return (weeks * len(self.weekdays) + len(begun & self.weekdays)) * len(self.starts)

    @property
    def spans(self) -> Iterator[Span]:
        """Yield when each talk would be, the earliest first: noon stays noon when the clocks change."""
        for day in times.days(self.first_on, self.last_on):
            for start in sorted(self.starts) if day.weekday() in self.weekdays else ():
                yield _span(times.at(day, start, self.zone_info), self.minutes)

    @property
    def zone_info(self) -> ZoneInfo:
        """The time zone of the room or the series."""
        return zone_info(Talk(series=self.series).zone_in(self.room))

    @property
    def mark(self) -> str:
        """A digest of the preview; saving is refused if it has changed."""
        wishes = [self.series.pk, self.room and self.room.pk, self.minutes, *map(key_of, self.spans), *self.skipped]
        return sha256("|".join(sorted(map(str, wishes))).encode()).hexdigest()[:16]


def slots_of(plan: Plan, rooms: Mapping[str, Room | None] = NO_OTHER_ROOMS) -> list[Slot]:
    """Return every slot with what is there already; raise ValidationError where the plan overlaps.

    `rooms` says by the keys of slots which are to be in another room than the plan's.
    """
    spans = list(plan.spans)
    _refuse_overlaps(spans)
    fields = talk_defaults.standing_defaults(plan.series)
    wishes = {}
    for span in spans:
        room = {"room": rooms.get(key_of(span), plan.room)}
        talk = wishes[key_of(span)] = Talk(**fields | room, starts_at=span.starts_at, ends_at=span.ends_at)
        talk.derive_times()
    return slots.judge(wishes, skipped=plan.skipped)


def make(
    plan: Plan, *, keep: Collection[str], rooms: Mapping[str, Room | None] = NO_OTHER_ROOMS, by: User | None
) -> list[Talk]:
    """Make a draft for each slot in `keep`, or none; slots that are already planned are left out.

    Raise ValidationError with a sentence for each date that is no longer possible.
    """
    with publishing(), recording(gettext("Term planned"), by=by):
        if plan.room and not Room.objects.filter(pk=plan.room.pk).locked():
            raise ValidationError(gettext("This room has been deleted. Choose another one."))
        kept = [slot for slot in slots_of(plan, rooms) if slot.key in keep]
        topics = list(plan.series.default_topics.in_order())
        return slots.write((slot, topics) for slot in kept)


def _span(start: datetime, minutes: int) -> Span:
    """Return a span of so many true minutes, also in the night in which the clocks change."""
    end = (start.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(start.tzinfo)
    return Span(start, end)


def _refuse_overlaps(spans: list[Span]) -> None:
    for one, other in pairwise(spans):
        if one.overlaps(other):
            starts = (date_formats.moment(span.starts_at, span.starts_at.tzinfo) for span in (one, other))
            words = dict(zip(("one", "other"), starts, strict=True))
            sentence = gettext("%(one)s and %(other)s overlap. Choose other times or a shorter length.")
            raise ValidationError({"starts": sentence % words})
