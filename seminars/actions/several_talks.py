"""Give several talks the same values: find out what becomes of each talk, then write those that can be changed."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars import times
from seminars.actions import bulk_changes, lifecycle
from seminars.actions.bulk_changes import Bookings, TalkWrite
from seminars.actions.talk_defaults import moderator_row
from seminars.formats import ics_preview
from seminars.formats.ics_facts import facts_of
from seminars.models import Appearance, Role, Speaker, State, Talk, User, publishing, recording
from seminars.models.fetched import fetched_rows
from seminars.models.talk_naming import clash_sentence
from seminars.models.wall_times import zone_info
from seminars.phrases.several_talks import TalkDifference, differences

MOST_TALKS = 200
SMALL_MOVE = timedelta(minutes=30)
NEAR = timedelta(weeks=1)  # people have planned their day for talks that are nearer than this
PLAIN = ("room", "join_url", "passcode", "join_access", "language", "notice")  # set as they are


class StateChange(TextChoices):
    """What can become of the state of several talks at once."""

    ANNOUNCE = "announce", _("Announce")
    TENTATIVE = "tentative", _("Announce as provisional")
    CONFIRM = "confirm", _("Confirm")
    POSTPONE = "postpone", _("Postpone")
    CANCEL = "cancel", _("Cancel")
    REINSTATE = "reinstate", _("Reinstate")
    WITHDRAW = "withdraw", _("Withdraw to a draft")


# The state that each leads to, and the name of its transition in ALLOWED_FROM.
_LEADS_TO = {
    StateChange.ANNOUNCE: (State.CONFIRMED, "announce"),
    StateChange.TENTATIVE: (State.TENTATIVE, "announce"),
    StateChange.CONFIRM: (State.CONFIRMED, "confirm"),
    StateChange.POSTPONE: (State.POSTPONED, "postpone"),
    StateChange.CANCEL: (State.CANCELLED, "cancel"),
    StateChange.REINSTATE: (State.CONFIRMED, "reinstate"),
    StateChange.WITHDRAW: (State.DRAFT, "withdraw"),
}


@dataclass
class Prospect:
    """A talk, what it would become, and why it cannot; unsaved."""

    write: TalkWrite
    why_not: str = ""
    sentences: list[str] = field(default_factory=list)  # what subscribers will see
    differences: list[TalkDifference] = field(default_factory=list)

    @property
    def talk(self) -> Talk:
        """The talk as it was read."""
        return self.write.before

    @property
    def after(self) -> Talk:
        return self.write.talk

    @property
    def is_possible(self) -> bool:
        return not self.why_not

    @property
    def speaker_to_moderate(self) -> Speaker | None:
        """Return who would become the moderator of a talk that they give themselves."""
        speaking = {one.speaker_id for one in self.after.speakers}
        new = (one.speaker for one in self.write.moderators or () if one.pk is None)
        return next((person for person in new if person.pk in speaking), None)

    @property
    def moves(self) -> bool:
        """Tell whether visitors know the talk, and it gets another start."""
        is_known = self.talk.is_public and self.after.is_public
        return self.is_possible and is_known and self.talk.starts_at != self.after.starts_at


def prospects(values: Mapping[str, Any], talks: Sequence[Talk], *, tells_move: bool = True) -> list[Prospect]:
    """Return what becomes of talks, read `for_entries`, that get these values; nothing is written.

    `values` may have any of "room", "start" (a time of day, by the clocks where the talk is), "minutes", "join_url",
    "passcode", "join_access", "topics" (the only ones), "moderator" (the only one, or None), "host", "language",
    "notice", and "state", a StateChange.
    Without `tells_move`, pages will not say that the talks have moved.
    """
    found = [_prospect(values, talk, tells_move=tells_move) for talk in talks]
    refuse_clashes(found)
    for one in found:
        if one.is_possible:
            one.differences = differences(one.talk, one.after)
            one.why_not = "" if one.differences else gettext("It already has these values.")
            one.sentences = ics_preview.changes(facts_of(one.talk), facts_of(one.after))
    return found


def refuse_clashes(found: Iterable[Prospect]) -> None:
    """Say of talks whose new room or time is taken that they cannot be changed, until all others can."""
    moving = [one for one in found if one.is_possible]
    is_settled = False
    while moving and not is_settled:
        bookings = Bookings.of([one.after for one in moving], beside=[one.talk.pk for one in moving])
        for one in moving:
            if other := bookings.holder(one.after):
                one.why_not = clash_sentence(one.after, other)
            else:
                bookings.take(one.after)
        staying = [one for one in moving if not one.is_possible]
        moving, is_settled = [one for one in moving if one.is_possible], not staying


def change(chosen: Sequence[Prospect], *, sentence: str, by: User | None) -> list[Talk]:
    """Write talks as they were previewed, in one turn, and return them.

    Raise ValidationError, and write nothing, if a talk was changed since it was read or a room has been taken.
    """
    bulk_changes.render(one.write for one in chosen)
    with publishing(), recording(sentence, by=by):
        bulk_changes.write([one.write for one in chosen], beside=[one.talk.pk for one in chosen])
    return [one.after for one in chosen]


def needs_no_notice(found: Iterable[Prospect], now: datetime | None = None) -> bool:
    """Tell whether all moves are so small and so far ahead that pages need not say "Moved, previously …".

    Small is half an hour or less on the same day; far is more than a week ahead, before and after.
    """
    soon = (now or timezone.now()) + NEAR
    return all(_is_small(one.talk, one.after) and min(one.talk.starts_at, one.after.starts_at) > soon
               for one in found if one.moves)  # fmt: skip


def _is_small(talk: Talk, after: Talk) -> bool:
    days = {times.local(one.starts_at, one.zone_info).date() for one in (talk, after)}
    return abs(after.starts_at - talk.starts_at) <= SMALL_MOVE and len(days) == 1


def _prospect(values: Mapping[str, Any], talk: Talk, *, tells_move: bool) -> Prospect:
    after = bulk_changes.copy_to_change(talk)
    topics = None if "topics" not in values else list(values["topics"])
    found = Prospect(TalkWrite(after, talk, topics=topics))
    if "moderator" in values:
        found.write.moderators = _moderated_by(values["moderator"], after)
    if "host" in values:
        found.write.set_host(values["host"])
    try:
        _set(after, values)
        bulk_changes.prepare(after, talk, keep_notice="notice" in values, tells_move=tells_move)
    except ValidationError as refusal:
        found.why_not = " ".join(refusal.messages)
    return found


def _set(talk: Talk, values: Mapping[str, Any]) -> None:
    if name := values.get("state"):
        _set_state(talk, StateChange(name))
    zone = talk.zone_info
    for name in PLAIN:
        if name in values:
            setattr(talk, name, values[name])
    if {"start", "minutes"} & values.keys():
        _set_times(talk, times.local(talk.starts_at, zone), values.get("start"), values.get("minutes"))
    if "topics" in values:
        in_order = sorted(values["topics"], key=lambda topic: (topic.name, topic.pk))
        talk._prefetched_objects_cache["topics"] = in_order


def _moderated_by(moderator: Speaker | None, talk: Talk) -> list[Appearance]:
    """Let a talk have this moderator and no other, after its speakers; one who was there keeps their affiliation."""
    others = [one for one in fetched_rows(talk, "appearances") if one.role != Role.MODERATOR]
    rows = [copy(one) for one in talk.people_as(Role.MODERATOR) if one.speaker == moderator]
    if moderator and not rows:
        rows = [moderator_row(moderator, order=max((one.order for one in others), default=0) + 1)]
    people = sorted([*others, *rows], key=lambda appearance: appearance.order)
    talk._prefetched_objects_cache["appearances"] = people
    return rows


def _set_state(talk: Talk, wanted: StateChange) -> None:
    state, transition = _LEADS_TO[wanted]
    lifecycle.refuse_unless_allowed(transition, talk)
    talk.state = state


def _set_times(talk: Talk, wall: datetime, start: time | None, minutes: int | None) -> None:
    """Set the start, by the clocks of the room that it has now, and the length."""
    if talk.state == State.POSTPONED and start:
        raise ValidationError(gettext("It is postponed and has no date yet, so its time was not changed."))
    length = timedelta(minutes=minutes) if minutes else talk.ends_at - talk.starts_at
    starts_at = times.at(wall.date(), start or wall.time(), zone_info(talk.zone_in(talk.room)))
    if starts_at != talk.starts_at:
        talk.starts_at = starts_at
    talk.ends_at = starts_at + length
