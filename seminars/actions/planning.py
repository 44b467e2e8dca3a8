"""Plan a term: the slots on these weekdays and times, without breaks, and drafts for the chosen ones."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars import date_formats, times
from seminars.actions import stamping, talk_changes, talk_defaults
from seminars.models import Break, Room, Series, Talk, User, publishing, recording
from seminars.models.talk_naming import clash_sentence
from seminars.models.wall_times import zone_info
from seminars.times import Span

MOST_SLOTS = 200  # four years of one talk a week


class SlotStatus(TextChoices):
    """What happens to a slot."""

    FREE = "free", _("free")
    BREAK = "break", _("break")
    SKIPPED = "skipped", _("left out")
    TAKEN = "taken", _("clash")
    PLANNED = "planned", _("already planned")


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


@dataclass(frozen=True)
class Slot:
    """One date of the plan and what is there already."""

    span: Span
    verdict: SlotStatus = SlotStatus.FREE
    why: str = ""

    @property
    def key(self) -> str:
        return key_of(self.span)

    @property
    def zone_name(self) -> str:
        """The IANA name of the zone in which it was planned."""
        return str(self.span.starts_at.tzinfo)

    @property
    def is_free(self) -> bool:
        return self.verdict == SlotStatus.FREE

    @property
    def is_offered(self) -> bool:
        """Breaks and dates to leave out can still be chosen; taken rooms cannot."""
        return self.verdict not in {SlotStatus.TAKEN, SlotStatus.PLANNED}


def key_of(span: Span) -> str:
    """Return the start on the department's clocks: "2026-11-04T12:00"."""
    return f"{times.local(span.starts_at):%Y-%m-%dT%H:%M}"


def slots_of(plan: Plan) -> list[Slot]:
    """Return every slot with its verdict, in at most four queries; raise ValidationError where the plan overlaps."""
    spans = list(plan.spans)
    if not spans:
        return []
    _refuse_overlaps(spans)
    whole = Span(spans[0].starts_at, max(span.ends_at for span in spans))
    there = set(Talk.objects.in_series(plan.series).starting_in(whole).values_list("starts_at", flat=True))
    breaks = list(Break.objects.of_series(plan.series).touching(plan.first_on, plan.last_on))
    in_the_room = Talk.objects.holding_rooms().in_room(plan.room).during(whole) if plan.room else Talk.objects.none()
    taken = list(in_the_room.for_lists().soonest_first())
    return [_judged(plan, span, there, breaks, taken) for span in spans]


def make(plan: Plan, *, keep: Collection[str], by: User | None) -> list[Talk]:
    """Make a draft for each slot in `keep`, or none; slots that are already planned are left out.

    Raise ValidationError with a sentence for each date that is no longer possible.
    """
    with publishing(), recording(gettext("Term planned"), by=by):
        if plan.room and not Room.objects.filter(pk=plan.room.pk).locked():
            raise ValidationError(gettext("This room has been deleted. Choose another one."))
        kept = [slot for slot in slots_of(plan) if slot.key in keep]
        refused = [slot for slot in kept if slot.verdict == SlotStatus.TAKEN]
        if refused:
            words = [
                {"moment": date_formats.moment(slot.span.starts_at, plan.zone_info), "why": slot.why}
                for slot in refused
            ]
            raise ValidationError([gettext("%(moment)s: %(why)s") % each for each in words])
        made = [_draft(plan, slot.span) for slot in kept if slot.verdict != SlotStatus.PLANNED]
        talk_changes.set_topics(dict.fromkeys(made, plan.series.default_topics.in_order()))
        stamping.stamp(made)
        return made


def _span(start: datetime, minutes: int) -> Span:
    """Return a span of so many true minutes, also in the night in which the clocks change."""
    end = (start.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(start.tzinfo)
    return Span(start, end)


def _refuse_overlaps(spans: list[Span]) -> None:
    for one, other in pairwise(spans):
        if one.overlaps(other):
            starts = (date_formats.moment(span.starts_at, span.starts_at.tzinfo) for span in (one, other))
            words = dict(zip(("one", "other"), starts, strict=True))
            sentence = gettext("%(one)s and %(other)s overlap. Choose other times or fewer minutes.")
            raise ValidationError({"starts": sentence % words})


def _judged(plan: Plan, span: Span, there: set[datetime], breaks: list[Break], taken: list[Talk]) -> Slot:
    day = times.local(span.starts_at, plan.zone_info).date()
    if span.starts_at in there:
        return Slot(span, SlotStatus.PLANNED)
    if other := next((talk for talk in taken if span.overlaps(talk.span)), None):
        wished = Talk(series=plan.series, room=plan.room)
        return Slot(span, SlotStatus.TAKEN, clash_sentence(wished, other))
    if pause := next((one for one in breaks if day in one), None):
        return Slot(span, SlotStatus.BREAK, pause.reason)
    return Slot(span, SlotStatus.SKIPPED if day in plan.skipped else SlotStatus.FREE)


def _draft(plan: Plan, span: Span) -> Talk:
    """Write a draft with the defaults of the series; this transaction has checked its time and room."""
    fields = talk_defaults.standing_defaults(plan.series) | {"room": plan.room}
    talk = Talk(**fields, starts_at=span.starts_at, ends_at=span.ends_at)
    return talk_changes.write(talk, checked=True)
