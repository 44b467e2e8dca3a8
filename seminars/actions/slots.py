"""The dates that new talks would take: what is there already, who has the room, and which other rooms are free."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars import date_formats, times
from seminars.actions import bulk_changes, room_availability, talk_defaults
from seminars.actions.bulk_changes import Bookings, TalkWrite
from seminars.models import Break, Room, Series, Talk, Topic
from seminars.models.talk_naming import clash_sentence
from seminars.times import Span

A_DAY = timedelta(days=1)


class SlotStatus(TextChoices):
    """What is known of a slot."""

    FREE = "free", _("free")
    BREAK = "break", _("break")
    SKIPPED = "skipped", _("left out")
    OUTSIDE = "outside", _("outside the term")
    TAKEN = "taken", _("clash")
    PLANNED = "planned", _("already planned")  # at this very time
    THAT_DAY = "that-day", _("already planned that day")  # at another time, or called off


@dataclass(frozen=True)
class Slot:
    """One date of a plan and what is there already."""

    key: str
    talk: Talk  # the draft that it would become, unsaved
    verdict: SlotStatus = SlotStatus.FREE
    why: str = ""
    there: tuple[Talk, ...] = ()  # the talks of its series on that day
    is_offered: bool = True  # breaks and dates to leave out can still be chosen; taken rooms cannot
    rooms: tuple[Room, ...] = ()  # those that are free where its own is taken

    @property
    def span(self) -> Span:
        return self.talk.span

    @property
    def zone_name(self) -> str:
        """The IANA name of the zone in which it was planned."""
        return str(self.span.starts_at.tzinfo)

    @property
    def is_taken(self) -> bool:
        return self.verdict == SlotStatus.TAKEN

    @property
    def is_free(self) -> bool:
        return self.verdict == SlotStatus.FREE


def key_of(span: Span) -> str:
    """Return the start on the department's clocks: "2026-11-04T12:00"."""
    return f"{times.local(span.starts_at):%Y-%m-%dT%H:%M}"


def day_of(talk: Talk) -> date:
    """Return the day of its start by the clocks where it takes place; the talk may be unsaved."""
    return times.local(talk.starts_at, talk.zone_info).date()


def judge(wishes: Mapping[str, Talk], *, skipped: Collection[date] = (), outside: Collection[str] = ()) -> list[Slot]:
    """Return a slot for each new talk, by its key, in a number of queries that does not grow with theirs.

    The talks have a series, a room or none, start and end, and their zone is derived. Those with the keys `outside`
    are outside the term. Two that need one room at the same time are no clash yet: `write` refuses the second.
    """
    if not wishes:
        return []
    around = _Surroundings(list(wishes.values()), skipped)
    slots = [around.slot(key, talk, is_outside=key in outside) for key, talk in wishes.items()]
    rooms = iter(room_availability.free_rooms([slot.talk for slot in slots if slot.is_taken]))
    return [replace(slot, rooms=next(rooms)) if slot.is_taken else slot for slot in slots]


def mark_of(wishes: Sequence[str], slots: Iterable[Slot]) -> str:
    """Return a digest of what was wished and of the days with other talks; saving is refused if it has changed."""
    others = (slot.key for slot in slots if slot.verdict == SlotStatus.THAT_DAY)
    return sha256("|".join([*wishes, *others]).encode()).hexdigest()[:16]


def write(wanted: Iterable[tuple[Slot, Sequence[Topic]]]) -> list[Talk]:
    """Write the drafts of these slots, with their topics and the usual moderator, and return them.

    The caller records the change. Slots with a talk at this very time are left out. Raise ValidationError with a
    sentence for each that is refused.
    """
    pairs = [(slot, topics) for slot, topics in wanted if slot.verdict != SlotStatus.PLANNED]
    if sentences := _refusals(slot for slot, _topics in pairs):
        raise ValidationError(sentences)
    series = {slot.talk.series_id: slot.talk.series for slot, _topics in pairs}  # so that each is read once
    writes = [
        TalkWrite(slot.talk, None, talk_defaults.usual_people(series[slot.talk.series_id]), list(topics))
        for slot, topics in pairs
    ]
    for one in writes:
        bulk_changes.prepare(one.talk, None)
    bulk_changes.render(writes)
    bulk_changes.write(writes)
    return [one.talk for one in writes]


def _refusals(wanted: Iterable[Slot]) -> list[str]:
    """Return a sentence for each of these slots that cannot be had, also because of one before it."""
    bookings, sentences = Bookings(), []
    for slot in wanted:
        why = slot.why if slot.is_taken else ""
        if other := bookings.holder(slot.talk):
            why = clash_sentence(slot.talk, other)
        bookings.take(slot.talk)
        if why:
            words = {"moment": date_formats.moment(slot.span.starts_at, slot.talk.zone_info), "why": why}
            sentences.append(gettext("%(moment)s: %(why)s") % words)
    return sentences


class _Surroundings:
    """The talks, breaks and bookings around new talks: four queries, and two more for people and further series."""

    def __init__(self, wishes: Sequence[Talk], skipped: Collection[date]) -> None:
        self.skipped = skipped
        self.wanted = {(talk.series_id, talk.starts_at) for talk in wishes}
        days = [day_of(talk) for talk in wishes]
        series = list({talk.series_id: talk.series for talk in wishes}.values())
        self.there = self._there(series, min(days), max(days))
        self.breaks = list(Break.objects.touching(min(days), max(days)))
        self.bookings = _bookings(wishes)

    @staticmethod
    def _there(series: Sequence[Series], first: date, last: date) -> Mapping[tuple[int, date], list[Talk]]:
        """Return the talks of each series and day, whether at home there or joint."""
        nearly = Span(times.start_of(first - 2 * A_DAY), times.start_of(last + 3 * A_DAY))  # clocks differ by 26 hours
        found = defaultdict(list)
        for talk in Talk.objects.in_series(*series).starting_in(nearly).for_lists().soonest_first():
            for one in talk.all_series:
                found[one.pk, day_of(talk)].append(talk)
        return found

    def slot(self, key: str, talk: Talk, *, is_outside: bool) -> Slot:
        day = day_of(talk)
        that_day = self.there.get((talk.series_id, day), [])
        same = tuple(one for one in that_day if one.starts_at == talk.starts_at and not one.is_called_off)
        if same:
            return Slot(key, talk, SlotStatus.PLANNED, there=same, is_offered=False)
        holder = self.bookings.holder(talk)
        why = clash_sentence(talk, holder) if holder else ""
        others = tuple(one for one in that_day if self._is_unlike_all(one, talk))
        if others:
            return Slot(key, talk, SlotStatus.THAT_DAY, why, others, is_offered=not holder)
        if holder:
            return Slot(key, talk, SlotStatus.TAKEN, why, is_offered=False)
        if pause := next((one for one in self.breaks if one.series_id in {None, talk.series_id} and day in one), None):
            return Slot(key, talk, SlotStatus.BREAK, pause.reason)
        if is_outside:
            return Slot(key, talk, SlotStatus.OUTSIDE)
        return Slot(key, talk, SlotStatus.SKIPPED if day in self.skipped else SlotStatus.FREE)

    def _is_unlike_all(self, other: Talk, talk: Talk) -> bool:
        """Tell whether a talk of that day stands for no slot of its own: none is at its time."""
        return other.is_called_off or (talk.series_id, other.starts_at) not in self.wanted


def _bookings(wishes: Sequence[Talk]) -> Bookings:
    """Return who has the rooms of these talks, with all that a sentence says of them."""
    found = Bookings()
    rooms = {talk.room for talk in wishes if talk.room and talk.holds_room}
    if rooms:
        whole = Span(min(talk.starts_at for talk in wishes), max(talk.ends_at for talk in wishes))
        for talk in Talk.objects.holding_rooms().in_room(*rooms).during(whole).for_lists().soonest_first():
            found.take(talk)
    return found
