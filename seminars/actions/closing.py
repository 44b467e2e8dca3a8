"""Close a day, for snow or a strike: preview what happens to all its talks, then save once."""

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

MOST_TALKS = 100


class Action(TextChoices):
    """What happens to the talks."""

    CANCEL = "cancel", _("Cancel them")
    POSTPONE = "postpone", _("Postpone them; new dates will follow")
    ONLINE = "online", _("Move them online")


ACTIONS = {Action.CANCEL: lifecycle.cancel, Action.POSTPONE: lifecycle.postpone, Action.ONLINE: lifecycle.move_online}


@dataclass(frozen=True)
class Closing:
    """A day where the talks take place, a building ("" for everywhere), what happens to the talks, and why."""

    day: date
    building: str
    action: Action
    reason: str

    def talks(self, among: TalkQuerySet) -> list[Talk]:
        """Return the talks that go ahead and are not over, earliest first; raise ValidationError if too many."""
        there = among.on_day(self.day).ahead().soonest_first()
        if self.building:
            there = there.in_building(self.building)
        found = list(there.for_pages()[: MOST_TALKS + 1])
        if len(found) > MOST_TALKS:
            sentence = gettext("There are more than %(most)d talks. Close one building at a time.")
            raise ValidationError(sentence % {"most": MOST_TALKS})
        return found


@dataclass(frozen=True)
class ClosingPreview:
    """What would happen to a talk, in sentences, or why it cannot be changed."""

    talk: Talk
    sentences: list[str] = field(default_factory=list)
    why_not: str = ""

    @property
    def is_proposed(self) -> bool:
        """A talk without a room goes ahead, unless the organiser ticks it."""
        return not self.why_not and self.talk.room_id is not None


def preview(closing: Closing, talks: list[Talk]) -> list[ClosingPreview]:
    """Apply the closing, read the result and roll back."""
    before = {talk.pk: facts_of(talk) for talk in talks}
    with rolled_back():
        refused = {talk.pk: _refusal(closing, talk) for talk in talks}
        after = {talk.pk: facts_of(talk) for talk in _read(talks)}
    news = {key: [] if refused[key] else ics_preview.changes(before[key], after[key]) for key in before}
    return [ClosingPreview(talk, news[talk.pk], refused[talk.pk]) for talk in _read(talks)]


def mark_of(closing: Closing, prospects: list[ClosingPreview]) -> str:
    """Return a digest of the preview; saving is refused if it has changed."""
    seen = [(one.talk.pk, one.why_not, *one.sentences) for one in prospects]
    return sha256(repr((closing, seen)).encode()).hexdigest()[:16]


def close(closing: Closing, *, talks: Iterable[Talk], by: User | None) -> list[Talk]:
    """Change all of these talks or none; raise ValidationError with a sentence for each talk that is refused."""
    talks, action = list(talks), ACTIONS[closing.action]
    with publishing(), recording(gettext("Day closed: %(reason)s") % {"reason": closing.reason}, by=by):
        refuse_together(talks, lambda talk: action(talk, reason=closing.reason, by=by))
    return talks


def _read(talks: list[Talk]) -> list[Talk]:
    return Talk.objects.for_pages().in_order_of([talk.pk for talk in talks])


def _refusal(closing: Closing, talk: Talk) -> str:
    if talk.state == State.DRAFT:
        return gettext("It is still a draft, so visitors cannot see it. Move it or delete it.")
    if closing.action == Action.ONLINE and not talk.room_id:
        return gettext("It is already online, or has no room yet.")
    try:
        ACTIONS[closing.action](talk, reason=closing.reason, by=None)
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    return ""
