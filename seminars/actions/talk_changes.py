"""Change a talk. Form, transition, schedule, import and undo all use this module, so their rules are the same.

It decides why a change is refused, which state and notice follow, and what visitors see. It also writes the people,
topics and further series of a talk, and deletes talks.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars import access
from seminars.actions import rule_clashes
from seminars.actions.stamping import stamp
from seminars.models import (
    Appearance,
    DeletedImport,
    GoneTalk,
    ImportedTalk,
    JointRequest,
    JointTalk,
    Room,
    Series,
    SpeakerInvitation,
    State,
    Talk,
    TalkTopic,
    Topic,
    User,
    publishing,
    recording,
)
from seminars.models.snapshots import PARTS, Part, Snapshot
from seminars.models.states import ALLOWED_FROM, CALLED_OFF
from seminars.models.talk_naming import speaker_and_title
from seminars.models.titles import is_to_be_announced

DERIVED = {"published_at"}  # set while writing, so not checked before
OF_MOVES = ("moved_from", "moved_at", "moved_online_at")
NEVER_DELETED = gettext_lazy("A published talk cannot be deleted. Cancel it, or withdraw it to a draft.")


@dataclass(frozen=True)
class Parts:
    """The people, topics and further series that a talk is to have and no others; None leaves them as they are."""

    people: Sequence[Appearance] | None = None
    topics: Sequence[Topic] | None = None
    series: Sequence[Series] | None = None

    def __bool__(self) -> bool:
        return any(part is not None for part in (self.people, self.topics, self.series))


def save(
    talk: Talk,
    *,
    by: User | None = None,
    parts: Parts = Parts(),
    before: Talk | None = None,
    keep_notice: bool = False,
) -> Talk:
    """Check, write and stamp a talk whose fields were set; return it, read again if its parts were set too.

    A form passes `before`, the row as it was read `for_entries`, and has then checked the fields: within `recording()`,
    so that nobody else has written since. `keep_notice` says that somebody typed the notice, even if it is the old one.
    Raise ValidationError and write nothing if the change is refused.
    """
    with publishing(), recording(_("Changed") if talk.pk else _("Added"), by=by):
        if before:
            _write(talk, before, keep_notice=keep_notice)
            if talk.state != before.state:
                talk.check_room()  # which the form did for the state that the talk had
        else:
            write(talk, keep_notice=keep_notice)
        if parts:
            _set_parts(talk, parts, by=by)
            talk = Talk.objects.for_entries().get(pk=talk.pk)
        stamp([talk], loaded=[talk] if before or parts else None)
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
    _refuse_clashes(talks)


def put_back(talks: Mapping[Talk, Snapshot], *, made_again: Collection[int]) -> None:
    """Restore talks, whose fields were set, with all their parts; refuse clashes; the caller stamps."""
    hold_rooms(list(talks))
    for talk in talks:
        talk.save(force_insert=talk.pk in made_again)
    SpeakerInvitation.objects.go_with_talks(talks)
    DeletedImport.objects.forget([talk.uid for talk in talks if talk.pk in made_again])
    _refuse_clashes(list(talks))
    for part in PARTS:
        rows = {talk: [part(**row) for row in was.parts[part].values()] for talk, was in talks.items()}
        _set_rows(part, rows)


def _refuse_clashes(talks: list[Talk]) -> None:
    refuse_together(talks, check)
    for talk in talks:  # each may have been in the way of one that was written later
        rule_clashes.look_again_at(talk)


def delete(talk: Talk) -> None:
    """Delete a talk that was never public; raise ValidationError for others, because subscribers know about them."""
    _refuse_to_delete_what_was_public(talk)
    _keep_away_from_imports([talk])
    talk.delete()


def delete_drafts(talks: list[Talk]) -> None:
    """Delete talks by the same rule, all or none."""
    refuse_together(talks, _refuse_to_delete_what_was_public)
    _keep_away_from_imports(talks)
    Talk.objects.with_keys([talk.pk for talk in talks]).delete()


def _keep_away_from_imports(talks: list[Talk]) -> None:
    """Note those of these talks that came from an import, so that the next import does not bring them back."""
    for note in ImportedTalk.objects.filter(talk__in=talks).select_related("talk__series"):
        DeletedImport.objects.note(note.talk, note.said)


def delete_all(talks: list[Talk], *, even_public: bool) -> None:
    """Delete talks by the same rule, all or none; `even_public` is for those that the same action has just made."""
    if not even_public:
        refuse_together(talks, _refuse_to_delete_what_was_public)
    GoneTalk.objects.note([(talk.pk, talk.uid) for talk in talks if talk.is_shown])
    Talk.objects.with_keys([talk.pk for talk in talks]).delete()


def _refuse_to_delete_what_was_public(talk: Talk) -> None:
    if not may_be_deleted(talk):
        raise ValidationError(NEVER_DELETED)


def may_be_deleted(talk: Talk) -> bool:
    """Tell whether a talk was never public."""
    return talk.published_at is None


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
    if before and before.series_id != talk.series_id:
        SpeakerInvitation.objects.go_with_talks([talk])
    rule_clashes.look_again_at(talk)


def settle(talk: Talk, before: Talk | None, *, keep_notice: bool = False, tells_move: bool = True) -> None:
    """Set what follows from the fields that were set, unsaved, and check all but the room; for many talks at once.

    Raise ValidationError if the change is refused. `before` is the talk as it was read. `keep_notice` says that
    somebody typed the notice. Without `tells_move`, pages do not say that the talk has moved; calendars show the move.
    """
    talk.derive_times()
    follow(talk, before, keep_notice=keep_notice)
    talk.clean_fields(exclude={*DERIVED, "series", "room", "changed_at"})
    talk.clean_times()
    _note_what_changed(talk, before, tells_move=tells_move)
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
    if before.state == talk.state == State.POSTPONED and _has_new_start(talk, before):
        talk.state = State.CONFIRMED
    is_new_state = before.state != talk.state
    if is_new_state and not is_typed and {before.state, talk.state} & CALLED_OFF:
        talk.notice = ""
    is_called_off_now = is_new_state and talk.state in CALLED_OFF
    if not is_typed and not is_called_off_now and (notice := room_notice(talk, before.room, talk.room)):
        talk.notice = Truncator(notice).chars(Talk._meta.get_field("notice").max_length)


def _has_new_start(talk: Talk, before: Talk) -> bool:
    """Tell whether somebody set another start; a room in another zone changes the moment, but not the wall time."""
    return talk.starts_at != before.starts_at and talk.starts_local != before.starts_local


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


# --- people, topics and further series; the caller stamps ----------------------------------------------


def _set_parts(talk: Talk, parts: Parts, *, by: User | None) -> None:
    if parts.people is not None:
        set_people(talk, parts.people)
    if parts.topics is not None:
        set_topics({talk: parts.topics})
    if parts.series is not None:
        set_series(talk, parts.series, by=by)


def set_people(talk: Talk, people: Sequence[Appearance]) -> None:
    """Give a talk these people and no others; each new one has their own affiliation, unless one is given."""
    for row in people:
        if row._state.adding:
            row.affiliation = row.affiliation or row.speaker.affiliation
    _set_rows(Appearance, {talk: people})


def set_topics(wanted: Mapping[Talk, Iterable[Topic]]) -> None:
    """Give each of these talks its topics and no others."""
    there = {(row.talk_id, row.topic_id): row for row in TalkTopic.objects.filter(talk__in=wanted)}
    rows = {
        talk: [there.get((talk.pk, topic.pk)) or TalkTopic(talk=talk, topic=topic) for topic in topics]
        for talk, topics in wanted.items()
    }
    _set_rows(TalkTopic, rows)


def set_series(talk: Talk, series: Iterable[Series], *, by: User | None) -> None:
    """List a talk in these further series and no others.

    It is not listed in a new series that `by` does not look after: the organisers of that series are asked first.
    None, which is the program itself, may list it anywhere.
    """
    there = {row.series_id: row for row in JointTalk.objects.filter(talk=talk)}
    rows = []
    for one in series:
        if one.pk in there or by is None or access.may_change_series(by, one):
            rows.append(there.get(one.pk) or JointTalk(talk=talk, series=one))
        else:
            asked = {"asked_by": by, "asked_at": timezone.now(), "declined_by": None, "declined_at": None}
            JointRequest.objects.update_or_create(talk=talk, series=one, defaults=asked)
    JointRequest.objects.filter(talk=talk, series__in=[row.series_id for row in rows]).delete()
    _set_rows(JointTalk, {talk: rows})


def leave(talk: Talk, *, series: Series, by: User | None) -> Talk:
    """Take a talk out of a further series; its home series keeps it. Raise ValidationError if it is not in `series`."""
    with publishing(), recording(_("Removed from %(series)s") % {"series": series}, by=by):
        rows = list(JointTalk.objects.filter(talk=talk))
        others = [row for row in rows if row.series_id != series.pk]
        if len(others) == len(rows):
            raise ValidationError(_("The talk is no longer in %(series)s.") % {"series": series}, code="gone")
        _set_rows(JointTalk, {talk: others})
        stamp([talk])
    return talk


def _set_rows(part: type[Part], wanted: Mapping[Talk, Sequence[Part]]) -> None:
    """Give talks these rows of one part and no others, and write only rows that differ.

    A row that differs is deleted and added again under its key, so that two people can swap places.
    """
    columns = [field.attname for field in part._meta.concrete_fields]
    there = {row["id"]: row for row in part.objects.filter(talk__in=wanted).values(*columns)}
    for talk, rows in wanted.items():
        for row in rows:
            row.talk = talk  # a new talk has its key now
    rows = list(chain.from_iterable(wanted.values()))
    new = [row for row in rows if there.get(row.pk) != {name: getattr(row, name) for name in columns}]
    gone = there.keys() - {row.pk for row in rows} | there.keys() & {row.pk for row in new}
    if gone:
        part.objects.filter(pk__in=gone).delete()
    if new:
        part.objects.bulk_create(new)


# --- what follows from a change ------------------------------------------------------------------------


def hold_rooms(talks: list[Talk]) -> None:
    """Lock the rooms of `talks` until the transaction ends, so that nobody else can take them."""
    rooms = {talk.room_id for talk in talks if talk.room_id}
    held = {room.pk: room for room in Room.objects.filter(pk__in=rooms).locked()}
    for talk in talks:
        if talk.room_id in held:
            talk.room = held[talk.room_id]


def _keep_stamps(talk: Talk, before: Talk) -> None:
    """Keep stamps that others set since `talk` was read: SEQUENCE and LAST-MODIFIED never go back."""
    for name in ("clashes_by_rules", "entry_digest", "changed_at", "is_shown", *OF_MOVES):
        setattr(talk, name, getattr(before, name))
    talk.sequence = max(talk.sequence, before.sequence)
    talk.published_at = before.published_at or talk.published_at


def _note_what_changed(talk: Talk, before: Talk | None, *, tells_move: bool = True) -> None:
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
        if tells_move:
            _note_move(talk, before, now)
        elif talk.moved_from == talk.starts_at:
            talk.moved_from = talk.moved_at = None  # it is back where it was
    if talk.room_id:
        talk.moved_online_at = None
    elif before.room_id and talk.join_url:
        talk.moved_online_at = now


def _note_move(talk: Talk, before: Talk, now: datetime) -> None:
    """Store the start that visitors knew; a talk that moves back no longer counts as moved."""
    known = before.moved_from if before.is_newly_moved(now) else before.starts_at
    talk.moved_from, talk.moved_at = (known, now) if known != talk.starts_at else (None, None)
