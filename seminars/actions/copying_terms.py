"""Copy a term: the dates that series had in one, on the same weekdays of another, as drafts without people."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars import times
from seminars.actions import slots, talk_defaults
from seminars.actions.planning import MOST_SLOTS, NO_OTHER_ROOMS
from seminars.actions.slots import Slot, day_of
from seminars.models import Room, Series, Talk, Topic, User, publishing, recording
from seminars.models.fetched import fetched_rows
from seminars.models.terms import Term
from seminars.models.wall_times import zone_info

A_WEEK = timedelta(weeks=1)


class TakenFrom(TextChoices):
    """Where a new draft has a value from."""

    THEN = "then", _("as in that term")
    USUAL = "usual", _("as is usual for the series now")


class CopiedField(TextChoices):
    """What a new draft may take over from the talk that was on its date."""

    KIND = "kind", _("kind")
    LINK = "link", _("join link, passcode and who sees them")
    TOPICS = "topics", _("topics")
    HOST = "host", _("host")
    LANGUAGE = "language", _("language")
    AUDIENCE = "audience", _("audience")
    PROGRAMME = "programme", _("programme")
    NOTES = "notes", _("private notes")


_FIELDS = {CopiedField.LINK: ("join_url", "passcode", "join_access")}
_COPIED = tuple(name for kept in CopiedField if kept != CopiedField.TOPICS for name in _FIELDS.get(kept, (kept.value,)))


@dataclass(frozen=True)
class CopiedTerm:
    """The copy that an organiser asks for: the week of `first_on` becomes the week of the first talk."""

    series: tuple[Series, ...]
    old: Term
    new: Term
    first_on: date | None = None  # without it, each talk stays in the same week of the term
    start: TakenFrom = TakenFrom.THEN
    minutes: TakenFrom = TakenFrom.THEN
    room: TakenFrom = TakenFrom.THEN
    kept: frozenset[str] = frozenset()

    def talks(self) -> list[Talk]:
        """Return the talks of the old term, one for each date of a series; raise ValidationError for none or many."""
        home = Talk.objects.filter(series__in=self.series).starting_in(self.old.span)
        there = home.soonest_first().for_pages()[: 2 * MOST_SLOTS]
        found: dict[tuple[int, datetime], Talk] = {}
        for talk in sorted(there, key=lambda one: (one.starts_at, one.is_called_off)):
            found.setdefault((talk.series_id, talk.starts_at), talk)
        if not found:
            raise ValidationError(
                gettext("These series had no talks in that term. Choose another term or more series.")
            )
        if len(found) > MOST_SLOTS:
            words = {"most": MOST_SLOTS}
            sentence = gettext(
                "You can copy at most %(most)d talks at once. Choose fewer series, then copy the others."
            )
            raise ValidationError(sentence % words)
        return list(found.values())

    def shift(self, talks: Sequence[Talk]) -> timedelta:
        """Return by how many whole weeks talks move."""
        if self.first_on is None:
            return round((self.new.first_on - self.old.first_on) / A_WEEK) * A_WEEK
        return _monday(self.first_on) - _monday(min(day_of(talk) for talk in talks))

    def includes(self, day: date) -> bool:
        return (self.first_on or self.new.first_on) <= day <= self.new.last_on


@dataclass(frozen=True)
class CopiedSlot:
    """A talk of the old term, and the slot that it becomes."""

    old: Talk
    slot: Slot


def slots_of(copied: CopiedTerm, rooms: Mapping[str, Room | None] = NO_OTHER_ROOMS) -> list[CopiedSlot]:
    """Return the slot of each talk of the old term, the earliest first, under the key of the talk."""
    talks = copied.talks()
    drafts = _Drafts(copied, talks, rooms)
    wishes = {str(talk.pk): drafts.after(talk) for talk in talks}
    outside = {key for key, wish in wishes.items() if not copied.includes(day_of(wish))}
    found = slots.judge(wishes, outside=outside)
    return [CopiedSlot(talk, slot) for talk, slot in zip(talks, found, strict=True)]


def values_of(copied: CopiedTerm, one: CopiedSlot) -> str:
    """Return in words all that a draft would hold: with another one, something else would be saved."""
    names = ("starts_at", "ends_at", "room_id", "shares_room", "zone", *_COPIED)
    topics = sorted(topic.pk for topic in fetched_rows(one.old, "topics")) if CopiedField.TOPICS in copied.kept else []
    return repr([str(getattr(one.slot.talk, name)) for name in names] + topics)


def make(
    copied: CopiedTerm, *, keep: Collection[str], rooms: Mapping[str, Room | None] = NO_OTHER_ROOMS, by: User | None
) -> list[Talk]:
    """Make a draft for each slot in `keep`, or none; slots that are already there are left out.

    Raise ValidationError with a sentence for each date that is no longer possible.
    """
    with publishing(), recording(gettext("Term copied: %(term)s") % {"term": copied.old}, by=by):
        kept = [one for one in slots_of(copied, rooms) if one.slot.key in keep]
        usual = {series.pk: list(series.default_topics.in_order()) for series in copied.series}
        return slots.write((one.slot, _topics(copied, one.old, usual)) for one in kept)


def _topics(copied: CopiedTerm, old: Talk, usual: Mapping[int, Sequence[Topic]]) -> Sequence[Topic]:
    return list(fetched_rows(old, "topics")) if CopiedField.TOPICS in copied.kept else usual[old.series_id]


class _Drafts:
    """What the talks of the old term become."""

    def __init__(self, copied: CopiedTerm, talks: Sequence[Talk], rooms: Mapping[str, Room | None]) -> None:
        self.copied, self.rooms, self.shift = copied, rooms, copied.shift(talks)
        hours: dict[int, Counter] = defaultdict(Counter)
        for talk in talks:
            hours[talk.series_id][talk.wall_of("starts_at").time()] += 1
        self.hours = {series: counted.most_common(1)[0][0] for series, counted in hours.items()}

    def after(self, old: Talk) -> Talk:
        """Return the draft for the date of an old talk, unsaved."""
        copied, key = self.copied, str(old.pk)
        fields: dict[str, Any] = talk_defaults.standing_defaults(old.series) | {"zone": old.zone}
        if copied.room == TakenFrom.THEN:
            fields |= {"room": old.room, "shares_room": old.shares_room}
        if key in self.rooms:
            fields |= {"room": self.rooms[key], "shares_room": False}
        names = [name for kept in copied.kept - {CopiedField.TOPICS} for name in _FIELDS.get(kept, (kept,))]
        kept = {name: old.hosted_by if name == CopiedField.HOST else getattr(old, name) for name in names}
        talk = Talk(**fields | kept)
        start, end = self._wall_times(old)
        zone = zone_info(talk.zone_in(talk.room))
        talk.starts_at, talk.ends_at = (times.at(wall.date(), wall.time(), zone) for wall in (start, end))
        talk.derive_times()
        return talk

    def _wall_times(self, old: Talk) -> tuple[datetime, datetime]:
        """Return start and end. Talks at a special hour keep it, and those of a day or more keep both."""
        start, end = (old.wall_of(name) + self.shift for name in ("starts_at", "ends_at"))
        if old.takes_days:
            return start, end
        length = end - start
        usual, is_usual_hour = old.series.default_start, start.time() == self.hours[old.series_id]
        if self.copied.start == TakenFrom.USUAL and usual and is_usual_hour:
            start = datetime.combine(start.date(), usual)
        if self.copied.minutes == TakenFrom.USUAL:
            length = timedelta(minutes=old.series.default_minutes)
        return start, start + length


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
