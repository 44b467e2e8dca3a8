"""Closing a day: what becomes of the talks on a day of snow or strike, seen for all of them before it is done."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars.actions import lifecycle
from seminars.actions.talk_changes import refuse_together
from seminars.formats import ics_preview
from seminars.formats.ics_facts import facts_of
from seminars.models import State, Talk, TalkQuerySet, User, publishing, recording
from seminars.models.edition import rolled_back
from seminars.times import day_span

MOST_TALKS = 100


class Action(TextChoices):
    """What becomes of the talks."""

    CANCEL = "cancel", _("Cancel them")
    POSTPONE = "postpone", _("Postpone them to a date that is not known yet")
    ONLINE = "online", _("Move them online")


ACTIONS = {Action.CANCEL: lifecycle.cancel, Action.POSTPONE: lifecycle.postpone, Action.ONLINE: lifecycle.move_online}


@dataclass(frozen=True)
class Closing:
    """A day of the department, a building ("" for everywhere), and what becomes of the talks and why."""

    day: date
    building: str
    way: Action
    reason: str

    def talks(self, among: TalkQuerySet) -> list[Talk]:
        """Return those that are on and not over, the earliest first; raise ValidationError if they are too many."""
        there = among.during(day_span(self.day)).ahead().soonest_first()
        if self.building:
            there = there.in_building(self.building)
        found = list(there.for_pages()[: MOST_TALKS + 1])
        if len(found) > MOST_TALKS:
            sentence = gettext("There are more than %(most)d talks. Close one building at a time.")
            raise ValidationError(sentence % {"most": MOST_TALKS})
        return found


@dataclass(frozen=True)
class ClosingPreview:
    """What would become of a talk, in sentences, or why nothing can."""

    talk: Talk
    sentences: list[str] = field(default_factory=list)
    why_not: str = ""

    @property
    def is_proposed(self) -> bool:
        """A talk that nobody has to come to goes ahead, unless the organiser says otherwise."""
        return not self.why_not and self.talk.room_id is not None


def preview(closing: Closing, talks: list[Talk]) -> list[ClosingPreview]:
    """Do it to each talk, read what came of it, and undo it: only doing it tells what follows."""
    before = {talk.pk: facts_of(talk) for talk in talks}
    with rolled_back():
        refused = {talk.pk: _refusal(closing, talk) for talk in talks}
        after = {talk.pk: facts_of(talk) for talk in _read(talks)}
    news = {key: [] if refused[key] else ics_preview.changes(before[key], after[key]) for key in before}
    return [ClosingPreview(talk, news[talk.pk], refused[talk.pk]) for talk in _read(talks)]


def mark_of(closing: Closing, prospects: list[ClosingPreview]) -> str:
    """Return a short text that differs wherever what is seen does: what was previewed is what is done."""
    seen = [(one.talk.pk, one.why_not, *one.sentences) for one in prospects]
    return sha256(repr((closing, seen)).encode()).hexdigest()[:16]


def close(closing: Closing, *, talks: Iterable[Talk], by: User | None) -> list[Talk]:
    """Do it to all of these talks or to none; raise ValidationError with a sentence for each that refuses."""
    talks, action = list(talks), ACTIONS[closing.way]
    with publishing(), recording(gettext("Day closed: %(reason)s") % {"reason": closing.reason}, by=by):
        refuse_together(talks, lambda talk: action(talk, reason=closing.reason, by=by))
    return talks


def _read(talks: list[Talk]) -> list[Talk]:
    return Talk.objects.for_pages().in_order_of([talk.pk for talk in talks])


def _refusal(closing: Closing, talk: Talk) -> str:
    if talk.state == State.DRAFT:
        return gettext("It is still a draft that nobody has seen. Move or delete it.")
    if closing.way == Action.ONLINE and not talk.room_id:
        return gettext("It has no room, so nothing changes.")
    try:
        ACTIONS[closing.way](talk, reason=closing.reason, by=None)
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    return ""
