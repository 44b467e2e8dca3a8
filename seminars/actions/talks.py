"""Saving talks: every change of a talk, by form or by action, goes through here."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars.actions.stamping import stamp
from seminars.models import JointTalk, Room, Series, Talk, User, publishing, recording


def save(talk: Talk, *, by: User | None = None) -> Talk:
    """Check, write and stamp a talk whose fields were set; raise ValidationError and write nothing if it may not be."""
    with publishing(), recording(_("Changed") if talk.pk else _("Added"), by=by):
        write(talk, by=by)
        stamp([talk])
    return talk


def write(talk: Talk, *, by: User | None = None, checked: bool = False) -> Talk:
    """Write a talk without stamping it: for callers whose people and topics follow, and who stamp at the end.

    Holds the room's row until the caller's transaction ends. `checked` says that a form has run the checks on these
    very fields within the same transaction.
    """
    with publishing(), recording(_("Changed") if talk.pk else _("Added"), by=by):
        hold_rooms([talk])
        if not checked:
            talk.full_clean(exclude={"published_at"})  # which is noted below, once the talk may be public
        before = Talk.objects.filter(pk=talk.pk).first()
        if before:
            _keep_stamps(talk, before)
        _note_what_changed(talk, before)
        talk.save()
    return talk


def leave(talk: Talk, *, series: Series, by: User | None) -> Talk:
    """Take a talk out of a further series; its home series keeps it. Raise ValidationError where it is not in it."""
    with publishing(), recording(_("Taken out of %(series)s") % {"series": series}, by=by):
        gone, _kinds = JointTalk.objects.filter(talk=talk, series=series).delete()
        if not gone:
            raise ValidationError(_("The talk is not in %(series)s any longer.") % {"series": series}, code="gone")
        stamp([talk])
    return talk


def hold_rooms(talks: list[Talk]) -> None:
    """Hold the rooms of `talks` until the transaction ends, so that no one else takes them meanwhile."""
    rooms = {talk.room_id for talk in talks if talk.room_id}
    held = {room.pk: room for room in Room.objects.filter(pk__in=rooms).locked()}
    for talk in talks:
        if talk.room_id in held:
            talk.room = held[talk.room_id]


def _keep_stamps(talk: Talk, before: Talk) -> None:
    """Let stand what others stamped and noted since `talk` was read: SEQUENCE and LAST-MODIFIED never go back."""
    for name in ("entry_digest", "changed_at", "moved_from", "moved_at", "moved_online_at"):
        setattr(talk, name, getattr(before, name))
    talk.sequence = max(talk.sequence, before.sequence)
    talk.published_at = before.published_at or talk.published_at


def _note_what_changed(talk: Talk, before: Talk | None) -> None:
    """Record what visitors are told of a change: first publication, move, move online."""
    now = timezone.now()
    if talk.is_public and not talk.published_at:
        talk.published_at = now
        talk.entry_digest = ""  # subscribers know of no earlier entry, so the next stamp is the first to them
    if not talk.is_public:
        talk.moved_from = talk.moved_at = talk.moved_online_at = None  # a draft was never moved
    if not talk.is_public or before is None or not before.is_public:
        return
    if before.starts_at != talk.starts_at:
        _note_move(talk, before, now)
    if talk.room_id:
        talk.moved_online_at = None
    elif before.room_id and talk.join_url:
        talk.moved_online_at = now


def _note_move(talk: Talk, before: Talk, now: datetime) -> None:
    """Remember the start that visitors knew; a talk that moves back was never moved."""
    known = before.moved_from if before.is_newly_moved(now) else before.starts_at
    talk.moved_from, talk.moved_at = (known, now) if known != talk.starts_at else (None, None)
