"""Change a talk. Form, transition, schedule, import and undo all use this module, so their rules are the same.

It decides why a change is refused, which state and notice follow, and what visitors see.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from seminars.actions.stamping import stamp
from seminars.models import JointTalk, Room, Series, State, Talk, User, publishing, recording
from seminars.models.states import ALLOWED_FROM, CALLED_OFF
from seminars.models.talk_naming import speaker_and_title
from seminars.models.titles import is_to_be_announced

DERIVED = {"published_at"}  # set while writing, so not checked before


def save(
    talk: Talk,
    *,
    by: User | None = None,
    keep_notice: bool = False,
    before: Talk | None = None,
    parts: Callable[[], Talk] | None = None,
) -> Talk:
    """Check, write and stamp a talk whose fields were set; raise ValidationError and write nothing if it is refused.

    `keep_notice` says that somebody typed the notice, even if it is the old one. `before` is the row as a form read it,
    room included, before it checked the fields: within `recording()`, so that nobody else has written since. `parts`
    writes people, topics and further series, and returns the talk with all that is printed.
    """
    with publishing(), recording(_("Changed") if talk.pk else _("Added"), by=by):
        if before:
            _write(talk, before, keep_notice=keep_notice)
            if talk.state != before.state:
                talk.check_room()  # which the form did for the state that the talk had
        else:
            write(talk, keep_notice=keep_notice)
        stamp([talk], printed=[parts()] if parts else None)
    return talk


def write(talk: Talk, *, checked: bool = False, keep_notice: bool = False) -> Talk:
    """Write a talk within a change that the caller records, and that the caller stamps after writing people and topics.

    Holds the room's row until the caller's transaction ends. `checked` says that the caller checks these fields itself
    within the same transaction. Raises ValidationError if the change is refused.
    """
    hold_rooms([talk])
    before = Talk.objects.filter(pk=talk.pk).select_related("room").first() if talk.pk else None
    _write(talk, before, checked=checked, keep_notice=keep_notice)
    return talk


def write_all(talks: list[Talk]) -> None:
    """Write talks that may swap rooms and times, then refuse clashes; the caller stamps."""
    hold_rooms(talks)
    refuse_together(talks, lambda talk: write(talk, checked=True))
    refuse_together(talks, check)


def put_back(talks: list[Talk], *, made_again: Collection[int]) -> None:
    """Restore earlier values of talks without changing any others; refuse clashes; the caller stamps."""
    hold_rooms(talks)
    for talk in talks:
        talk.save(force_insert=talk.pk in made_again)
    refuse_together(talks, check)


def check(talk: Talk) -> None:
    """Raise ValidationError if the talk is not valid."""
    talk.full_clean(exclude=DERIVED)


def refuse_together(talks: Iterable[Talk], check: Callable[[Talk], object]) -> None:
    """Check each talk; raise one ValidationError that names every talk that is refused, with "talk-<key>" as key."""
    refused = {}
    for talk in talks:
        try:
            check(talk)
        except ValidationError as refusal:
            reasons = [{"talk": speaker_and_title(talk), "why": why} for why in dict.fromkeys(refusal.messages)]
            refused[f"talk-{talk.pk}"] = [_("%(talk)s: %(why)s") % reason for reason in reasons]
    if refused:
        raise ValidationError(refused)


def _write(talk: Talk, before: Talk | None, *, checked: bool = True, keep_notice: bool) -> None:
    talk.derive_times()  # another room may be in another zone
    follow(talk, before, keep_notice=keep_notice)
    if not checked:
        check(talk)
    if before:
        _keep_stamps(talk, before)
    _note_what_changed(talk, before)
    talk.save()


def settle(talk: Talk, before: Talk | None) -> None:
    """Set what follows from the fields that were set, unsaved, and check all but the room; for many talks at once.

    Raise ValidationError if the change is refused. `before` is the talk as it was read.
    """
    talk.derive_times()
    follow(talk, before)
    talk.clean_fields(exclude={*DERIVED, "series", "room", "changed_at"})
    talk.clean_times()
    _note_what_changed(talk, before)
    if before:
        talk.derive_times()  # what it was moved from has a wall time too


def follow(talk: Talk, before: Talk | None, *, keep_notice: bool = False) -> None:
    """Set on `talk`, unsaved, what follows from its other fields; raise ValidationError if the change is refused.

    A title such as "TBA" is left empty. A postponed talk with a new start goes ahead. The notice of a talk that is
    called off is the reason, which is taken back when the talk goes ahead after all. A public talk that is still to
    come and has another room says so in its notice. A notice that somebody typed stays.
    """
    if is_to_be_announced(talk.title):
        talk.title = ""
    if before is None:
        return
    _refuse_to_move_what_is_cancelled(talk, before)
    is_typed = keep_notice or talk.notice != before.notice
    if before.state == talk.state == State.POSTPONED and before.starts_at != talk.starts_at:
        talk.state = State.CONFIRMED
    is_new_state = before.state != talk.state
    if is_new_state and not is_typed and {before.state, talk.state} & CALLED_OFF:
        talk.notice = ""
    is_called_off_now = is_new_state and talk.state in CALLED_OFF
    if not is_typed and not is_called_off_now and (notice := room_notice(talk, before.room, talk.room)):
        talk.notice = Truncator(notice).chars(Talk._meta.get_field("notice").max_length)


def room_notice(talk: Talk, old: Room | None, new: Room | None) -> str:
    """Return the notice about another room, "" if visitors do not need one."""
    if old == new or not talk.is_public or talk.is_over():
        return ""
    if new is None:
        return _("Online only") if talk.join_url else _("The room will be announced")
    if old is None:
        return _("Room: %(new)s") % {"new": new}
    return _("Room changed from %(old)s to %(new)s") % {"old": old, "new": new}


def _refuse_to_move_what_is_cancelled(talk: Talk, before: Talk) -> None:
    if before.state != talk.state or talk.state in ALLOWED_FROM["move"]:
        return
    moved = [name for name in ("starts_at", "ends_at", "room_id") if getattr(talk, name) != getattr(before, name)]
    if moved:
        sentence = _("A cancelled talk cannot be moved. Reinstate it first.")
        raise ValidationError({moved[0].removesuffix("_id"): sentence}, code="state")


def leave(talk: Talk, *, series: Series, by: User | None) -> Talk:
    """Take a talk out of a further series; its home series keeps it. Raise ValidationError if it is not in `series`."""
    with publishing(), recording(_("Taken out of %(series)s") % {"series": series}, by=by):
        gone, _kinds = JointTalk.objects.filter(talk=talk, series=series).delete()
        if not gone:
            raise ValidationError(_("The talk is no longer in %(series)s.") % {"series": series}, code="gone")
        stamp([talk])
    return talk


def hold_rooms(talks: list[Talk]) -> None:
    """Lock the rooms of `talks` until the transaction ends, so that nobody else can take them."""
    rooms = {talk.room_id for talk in talks if talk.room_id}
    held = {room.pk: room for room in Room.objects.filter(pk__in=rooms).locked()}
    for talk in talks:
        if talk.room_id in held:
            talk.room = held[talk.room_id]


def _keep_stamps(talk: Talk, before: Talk) -> None:
    """Keep stamps that others set since `talk` was read: SEQUENCE and LAST-MODIFIED never go back."""
    for name in ("entry_digest", "changed_at", "moved_from", "moved_at", "moved_online_at"):
        setattr(talk, name, getattr(before, name))
    talk.sequence = max(talk.sequence, before.sequence)
    talk.published_at = before.published_at or talk.published_at


def _note_what_changed(talk: Talk, before: Talk | None) -> None:
    """Record the changes that visitors see: first publication, move, move online."""
    now = timezone.now()
    if talk.is_public and not talk.published_at:
        talk.published_at = now
        talk.entry_digest = ""  # subscribers have no earlier entry, so the next stamp is their first
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
    """Store the start that visitors knew; a talk that moves back no longer counts as moved."""
    known = before.moved_from if before.is_newly_moved(now) else before.starts_at
    talk.moved_from, talk.moved_at = (known, now) if known != talk.starts_at else (None, None)
