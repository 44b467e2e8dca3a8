"""The life of a talk: announce, confirm, move, change room, move online, amend, postpone, cancel, reinstate, withdraw.

Each action is one transaction that checks, writes, stamps and returns the talk, or raises ValidationError with a
sentence and changes nothing. Whether `by` may do it was asked of `access` before.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars.actions.talk_changes import save
from seminars.models import Room, State, Talk, User, publishing, recording
from seminars.models.states import ALLOWED_FROM

NEVER_DELETED = gettext_lazy("A published talk cannot be deleted. Cancel it, or withdraw it to a draft.")
NO_LINK = gettext_lazy("Nobody could join online: neither the talk nor its series has a link. Add one first.")
AMENDABLE = frozenset({"title", "join_url", "passcode", "notice", "recording", "recording_url"})


def announce(talk: Talk, *, by: User | None, tentative: bool = False) -> Talk:
    """Make a draft public."""
    otherwise = _("Only a draft can be announced. This talk is already public.")
    with _step(_("Announced"), talk, by, "announce", otherwise):
        talk.state = State.TENTATIVE if tentative else State.CONFIRMED
        return save(talk, by=by)


def confirm(talk: Talk, *, by: User | None) -> Talk:
    """Make a provisional talk certain."""
    with _step(_("Confirmed"), talk, by, "confirm", _("Only a provisional talk can be confirmed.")):
        talk.state = State.CONFIRMED
        return save(talk, by=by)


def move(talk: Talk, *, starts_at: datetime, ends_at: datetime | None = None, by: User | None) -> Talk:
    """Give a talk another time (aware), the same length unless `ends_at` says otherwise; it is postponed no longer."""
    with _step(_("Moved"), talk, by):
        talk.starts_at, talk.ends_at = starts_at, ends_at or starts_at + (talk.ends_at - talk.starts_at)
        return save(talk, by=by)


def change_room(talk: Talk, *, room: Room | None, notice: str | None = None, by: User | None) -> Talk:
    """Give a talk another room, or none; a public one says so in its notice unless `notice` says something else."""
    with _step(_("Room changed"), talk, by):
        talk.room = room
        if notice is not None and talk.is_public:
            talk.notice = notice
        return save(talk, by=by, keep_notice=notice is not None)


def move_online(talk: Talk, *, reason: str = "", by: User | None) -> Talk:
    """Let a public talk be given online only, by its own link or its series' usual one; the reason is its notice."""
    with _step(
        _("Moved online"), talk, by, "move_online", _("Only a public talk that goes ahead can be moved online.")
    ):
        if not has_link(talk):
            raise ValidationError(NO_LINK, code="link")
        if not talk.join_url:
            usual = talk.series
            talk.join_url, talk.passcode = usual.default_join_url, usual.default_passcode
            talk.join_access = usual.default_join_access
        talk.room, talk.notice = None, reason or _("Online only")
        return save(talk, by=by)


def has_link(talk: Talk) -> bool:
    """Tell whether people could join a talk online, were it moved there."""
    return bool(talk.join_url or talk.series.default_join_url)


def amend(talk: Talk, *, by: User | None, **words: str) -> Talk:
    """Give a talk other words for any field that is AMENDABLE, wherever it stands."""
    with _step(_("Changed"), talk, by):
        for name in AMENDABLE & words.keys():
            setattr(talk, name, words[name])
        return save(talk, by=by)


def stock_notices(talk: Talk) -> list[str]:
    """Propose the lines that organisers write most."""
    room = [_("Room changed to %(new)s") % {"new": talk.room}] if talk.room else []
    return [*room, _("Note the unusual time"), _("Last talk of the term")]


def postpone(talk: Talk, *, reason: str = "", by: User | None) -> Talk:
    """Put a public talk off to a date that is not known yet; the reason becomes the notice."""
    with _step(_("Postponed"), talk, by, "postpone", _("Only a public talk that goes ahead can be postponed.")):
        talk.state, talk.notice = State.POSTPONED, reason
        return save(talk, by=by, keep_notice=True)


def cancel(talk: Talk, *, reason: str = "", by: User | None) -> Talk:
    """Call a public talk off; the reason becomes the notice, the room is free."""
    otherwise = _("Only a public talk that has not been cancelled can be cancelled.")
    with _step(_("Cancelled"), talk, by, "cancel", otherwise):
        talk.state, talk.notice = State.CANCELLED, reason
        return save(talk, by=by, keep_notice=True)


def reinstate(talk: Talk, *, by: User | None) -> Talk:
    """Let a talk that was called off go ahead after all, if its room is still free; the reason is taken back."""
    with _step(_("Reinstated"), talk, by, "reinstate", _("Only a cancelled or postponed talk can be reinstated.")):
        talk.state = State.CONFIRMED
        return save(talk, by=by)


def withdraw(talk: Talk, *, by: User | None) -> Talk:
    """Take a talk back to draft: pages and calendars drop it."""
    with _step(_("Withdrawn to a draft"), talk, by, "withdraw", _("This talk is already a draft.")):
        talk.state = State.DRAFT
        return save(talk, by=by)


def delete(talk: Talk, *, by: User | None) -> None:
    """Delete a talk that was never public; subscribers would wonder about any other."""
    with _step(_("Deleted"), talk, by):
        if talk.published_at:
            raise ValidationError(NEVER_DELETED)
        talk.delete()


@contextmanager
def _step(sentence: str, talk: Talk, by: User | None, name: str = "", otherwise: str = "") -> Iterator[None]:
    """Record one step of a talk, which is read anew first; refuse it with `otherwise` where it is not ALLOWED_FROM."""
    with publishing(), recording(sentence, by=by):
        try:
            talk.refresh_from_db()
        except Talk.DoesNotExist as gone:
            raise ValidationError(_("Somebody has deleted this talk."), code="gone") from gone
        if name and talk.state not in ALLOWED_FROM[name]:
            raise ValidationError(otherwise, code="state")
        yield
