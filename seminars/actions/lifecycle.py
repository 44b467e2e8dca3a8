"""The life of a talk: announce, confirm, move, change room, move online, amend, postpone, cancel, reinstate, withdraw.

Each action is one transaction that checks, writes, stamps and returns the talk, or raises ValidationError with a
sentence and changes nothing. Callers have checked with `access` that `by` may do it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars.actions import talk_changes
from seminars.actions.talk_changes import save
from seminars.models import Room, State, Talk, User, publishing, recording
from seminars.models.states import ALLOWED_FROM

NO_LINK = gettext_lazy(
    "People could not join online, because neither the talk nor its series has a link. Add a link first."
)
# What people read if a talk is not in one of the states from which the transition leads on.
OTHERWISE: dict[str, Promise] = {
    "announce": gettext_lazy("Only a draft can be announced. This talk is already public."),
    "confirm": gettext_lazy("Only a provisional talk can be confirmed."),
    "move_online": gettext_lazy("Only a public talk that goes ahead can be moved online."),
    "postpone": gettext_lazy("Only a public talk that goes ahead can be postponed."),
    "cancel": gettext_lazy("Only a public talk that has not been cancelled can be cancelled."),
    "reinstate": gettext_lazy("Only a cancelled or postponed talk can be reinstated."),
    "withdraw": gettext_lazy("This talk is already a draft."),
}
AMENDABLE = frozenset({"title", "join_url", "passcode", "notice", "recording", "recording_url"})


def announce(talk: Talk, *, by: User | None, tentative: bool = False) -> Talk:
    """Make a draft public."""
    with _transition(_("Announced"), talk, by, "announce"):
        talk.state = State.TENTATIVE if tentative else State.CONFIRMED
        return save(talk, by=by)


def confirm(talk: Talk, *, by: User | None) -> Talk:
    """Make a provisional talk certain."""
    with _transition(_("Confirmed"), talk, by, "confirm"):
        talk.state = State.CONFIRMED
        return save(talk, by=by)


def move(talk: Talk, *, starts_at: datetime, ends_at: datetime | None = None, by: User | None) -> Talk:
    """Give a talk another time (aware), with the same length unless `ends_at` is given; it is no longer postponed."""
    with _transition(_("Moved"), talk, by):
        talk.starts_at, talk.ends_at = starts_at, ends_at or starts_at + (talk.ends_at - talk.starts_at)
        return save(talk, by=by)


def change_room(talk: Talk, *, room: Room | None, notice: str | None = None, by: User | None) -> Talk:
    """Give a talk another room, or none; a public one says so in its notice, unless `notice` is given."""
    with _transition(_("Room changed"), talk, by):
        talk.room = room
        if notice is not None and talk.is_public:
            talk.notice = notice
        return save(talk, by=by, keep_notice=notice is not None)


def move_online(talk: Talk, *, reason: str = "", by: User | None) -> Talk:
    """Make a public talk online only, with its own link or the default of its series; the reason becomes its notice."""
    with _transition(_("Moved online"), talk, by, "move_online"):
        if not has_link(talk):
            raise ValidationError(NO_LINK, code="link")
        if not talk.join_url:
            usual = talk.series
            talk.join_url, talk.passcode = usual.default_join_url, usual.default_passcode
            talk.join_access = usual.default_join_access
        talk.room, talk.notice = None, reason or _("Online only")
        return save(talk, by=by)


def has_link(talk: Talk) -> bool:
    """Tell whether people could join the talk if it were moved online."""
    return bool(talk.join_url or talk.series.default_join_url)


def amend(talk: Talk, *, by: User | None, **words: str) -> Talk:
    """Change any AMENDABLE fields of a talk, whatever its state."""
    with _transition(_("Changed"), talk, by):
        for name in AMENDABLE & words.keys():
            setattr(talk, name, words[name])
        return save(talk, by=by)


def stock_notices(talk: Talk) -> list[str]:
    """Suggest the notices that organisers write most often."""
    room = [_("Room changed to %(new)s") % {"new": talk.room}] if talk.room else []
    return [*room, _("Note the unusual time"), _("Last talk of the term")]


def postpone(talk: Talk, *, reason: str = "", by: User | None) -> Talk:
    """Postpone a public talk to a date that is not known yet; the reason becomes the notice."""
    with _transition(_("Postponed"), talk, by, "postpone"):
        talk.state, talk.notice = State.POSTPONED, reason
        return save(talk, by=by, keep_notice=True)


def cancel(talk: Talk, *, reason: str = "", by: User | None) -> Talk:
    """Cancel a public talk; the reason becomes the notice, and the room becomes free."""
    with _transition(_("Cancelled"), talk, by, "cancel"):
        talk.state, talk.notice = State.CANCELLED, reason
        return save(talk, by=by, keep_notice=True)


def reinstate(talk: Talk, *, by: User | None) -> Talk:
    """Let a cancelled or postponed talk go ahead if its room is still free, and remove the reason."""
    with _transition(_("Reinstated"), talk, by, "reinstate"):
        talk.state = State.CONFIRMED
        return save(talk, by=by)


def withdraw(talk: Talk, *, by: User | None) -> Talk:
    """Take a talk back to draft: pages and calendars drop it."""
    with _transition(_("Withdrawn to a draft"), talk, by, "withdraw"):
        talk.state = State.DRAFT
        return save(talk, by=by)


def delete(talk: Talk, *, by: User | None) -> None:
    """Delete a talk that was never public; others stay, because subscribers know about published talks."""
    with _transition(_("Deleted"), talk, by):
        talk_changes.delete(talk)


def refuse_unless_allowed(name: str, talk: Talk) -> None:
    """Raise ValidationError if the transition of this name in OTHERWISE does not lead on from the talk's state."""
    if talk.state not in ALLOWED_FROM[name]:
        raise ValidationError(OTHERWISE[name], code="state")


@contextmanager
def _transition(sentence: str, talk: Talk, by: User | None, name: str = "") -> Iterator[None]:
    """Read the talk again and record one transition; refuse it if its state is not ALLOWED_FROM."""
    with publishing(), recording(sentence, by=by):
        try:
            talk.refresh_from_db()
        except Talk.DoesNotExist as gone:
            raise ValidationError(_("Someone has deleted this talk."), code="gone") from gone
        if name:
            refuse_unless_allowed(name, talk)
        yield
