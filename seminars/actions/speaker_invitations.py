"""Invitations of speakers: whom to ask for a slot, what they answered, and who comes next. Nothing of it is public.

Somebody is a speaker of the talk exactly while the invitation is accepted: accepting adds the person to the talk, and
taking the answer back, or another talk, takes the person off it again, by the rules for every change of a talk.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars.actions import talk_changes
from seminars.actions.chosen_people import ChosenPeople, ChosenPerson
from seminars.actions.talk_changes import Parts
from seminars.models import Appearance, Role, Series, Speaker, SpeakerInvitation, Talk, User, recording, taking_turns
from seminars.models.speaker_invitation import MOST_CHOICES, InvitationState

PLAIN = ("choice", "note", "wanted_from", "wanted_to")  # set as they are


@dataclass(frozen=True)
class InvitationChange:
    """What an organiser changed of one invitation: any of state, talk, choice, note, wanted_from and wanted_to."""

    invitation: int
    fields: Mapping[str, Any]
    is_removed: bool = False


@dataclass(frozen=True)
class NewInvitation:
    """Somebody to invite, for a talk or without a date."""

    row: str  # of the page, under which a refusal is shown
    person: ChosenPerson
    talk: Talk | None = None
    wanted_from: date | None = None
    wanted_to: date | None = None


@dataclass
class SavedInvitations:
    """What saving did, and who is the next choice for each talk whose invitation was declined."""

    changed: list[SpeakerInvitation] = field(default_factory=list)
    added: list[SpeakerInvitation] = field(default_factory=list)
    removed: list[SpeakerInvitation] = field(default_factory=list)
    next_choices: list[SpeakerInvitation] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.changed or self.added or self.removed)


def save(
    series: Series, changes: Sequence[InvitationChange], added: Sequence[NewInvitation] = (), *, by: User | None
) -> SavedInvitations:
    """Write changed and new invitations of one series, all or none.

    Raise ValidationError if anything is refused; its messages are under "invitation-<key>" and the rows of new ones.
    """
    if not (changes or added):
        return SavedInvitations()
    saved = SavedInvitations()
    with taking_turns(), recording(_("Speakers changed"), by=by):
        there = _read(series, changes)
        people = _Speakers()
        for change in changes:
            invitation = there[change.invitation]
            people.note(invitation, change)
            (saved.removed if change.is_removed else saved.changed).append(invitation)
        _write(changes, there, by)
        saved.added = _add(series, added, by)
        people.follow(by)
        saved.next_choices = _next_choices(saved.changed)
    return saved


def _read(series: Series, changes: Sequence[InvitationChange]) -> dict[int, SpeakerInvitation]:
    keys = [change.invitation for change in changes]
    rows = SpeakerInvitation.objects.of_series(series).filter(pk__in=keys)
    found = {row.pk: row for row in rows.with_people().locked()}
    if gone := set(keys) - found.keys():
        sentence = _("Someone has removed this person from the list. Reload the page to see the list as it is now.")
        raise ValidationError({f"invitation-{key}": [sentence] for key in gone})
    return found


def _write(changes: Sequence[InvitationChange], there: Mapping[int, SpeakerInvitation], by: User | None) -> None:
    now, refused = timezone.now(), {}
    for change in changes:
        row = there[change.invitation]
        if change.is_removed:
            row.delete()
            continue
        try:
            _set_fields(row, change.fields, by=by, now=now)
            row.clean()
            row.validate_constraints()
            row.save()
        except ValidationError as refusal:
            refused[f"invitation-{change.invitation}"] = refusal.messages
    if refused:
        raise ValidationError(refused)


def _set_fields(row: SpeakerInvitation, fields: Mapping[str, Any], *, by: User | None, now: Any) -> None:
    for name in PLAIN:
        if name in fields:
            setattr(row, name, fields[name])
    if "talk" in fields:
        row.talk = fields["talk"]
    if row.talk:
        row.series, row.wanted_from, row.wanted_to = row.talk.series, None, None
    if "state" in fields and fields["state"] != row.state:
        row.note_state(fields["state"], by=by, now=now)


def _add(series: Series, added: Sequence[NewInvitation], by: User | None) -> list[SpeakerInvitation]:
    """Add people, each the last choice so far; those who are on the list already stay as they are."""
    people, refused, rows = ChosenPeople(one.person for one in added), {}, []
    for one in added:
        try:
            rows.append((one, people.speaker_of(one.person)))
        except ValidationError as refusal:
            refused[one.row] = refusal.messages
    if refused:
        raise ValidationError(refused)
    people.add_new()
    listed = SpeakerInvitation.objects.of_series(series)
    there = set(listed.order_by().values_list("talk", "speaker"))
    numbers = _numbers_of_choices([one.talk for one in added])
    made = []
    for one, speaker in rows:
        key = one.talk.pk if one.talk else None
        if (key, speaker.pk) in there:
            continue
        there.add((key, speaker.pk))
        numbers[key] = min(numbers.get(key, 0) + 1, MOST_CHOICES) if key else 1
        made.append(
            SpeakerInvitation(
                series=one.talk.series if one.talk else series,
                talk=one.talk,
                speaker=speaker,
                choice=numbers[key],
                wanted_from=one.wanted_from,
                wanted_to=one.wanted_to,
                added_by=by,
            )
        )
    for row in made:
        row.clean()
    return SpeakerInvitation.objects.bulk_create(made)


def _numbers_of_choices(talks: Iterable[Talk | None]) -> dict[int | None, int]:
    """Return the last choice of each of these talks, by key."""
    rows = SpeakerInvitation.objects.for_talks([talk for talk in talks if talk]).order_by("choice")
    return dict(rows.values_list("talk", "choice"))


def _next_choices(changed: Sequence[SpeakerInvitation]) -> list[SpeakerInvitation]:
    """Return the next idea for each talk that has just been declined and that nobody else is invited to."""
    declined = [row.talk_id for row in changed if row.talk_id and row.state == InvitationState.DECLINED]
    if not declined:
        return []
    first: dict[int, SpeakerInvitation] = {}
    asked = set()
    for row in SpeakerInvitation.objects.filter(talk__in=declined).with_people().in_order():
        if row.state == InvitationState.IDEA:
            first.setdefault(row.talk_id, row)
        elif row.state != InvitationState.DECLINED:
            asked.add(row.talk_id)
    return [row for talk, row in first.items() if talk not in asked]


class _Speakers:
    """Adds speakers to the talks of invitations that are accepted now, and takes those off that are no longer."""

    def __init__(self) -> None:
        self._gone: dict[int, list[Speaker]] = {}  # by talk
        self._new: list[SpeakerInvitation] = []

    def note(self, invitation: SpeakerInvitation, change: InvitationChange) -> None:
        """Compare an invitation, before it is changed, with what it will be."""
        talk = change.fields.get("talk", invitation.talk)
        state = change.fields.get("state", invitation.state)
        was_accepted = invitation.state == InvitationState.ACCEPTED
        is_accepted = state == InvitationState.ACCEPTED and not change.is_removed
        is_elsewhere = (talk and talk.pk) != invitation.talk_id
        if was_accepted and invitation.talk_id and not change.is_removed and (not is_accepted or is_elsewhere):
            self._gone.setdefault(invitation.talk_id, []).append(invitation.speaker)
        if is_accepted and talk and (not was_accepted or is_elsewhere or "state" in change.fields):
            self._new.append(invitation)

    def follow(self, by: User | None) -> None:
        """Change the people of all these talks."""
        keys = {*self._gone, *(one.talk_id for one in self._new)}
        for talk in Talk.objects.with_keys(keys).for_entries() if keys else ():
            people = list(talk.appearances.all())
            gone = {one.pk for one in self._gone.get(talk.pk, ())}
            kept = [one for one in people if one.role != Role.SPEAKER or one.speaker_id not in gone]
            there = {one.speaker_id for one in kept if one.role == Role.SPEAKER}
            new = [one.speaker for one in self._new if one.talk_id == talk.pk and one.speaker_id not in there]
            wanted = _in_order(kept, new)
            if len(wanted) != len(people) or new:
                talk_changes.save(talk, by=by, parts=Parts(people=wanted))


def _in_order(kept: list[Appearance], new: Sequence[Speaker]) -> list[Appearance]:
    """Return the people of a talk with new speakers after the speakers who are there, before moderators and others."""
    speakers = [one for one in kept if one.role == Role.SPEAKER]
    others = [one for one in kept if one.role != Role.SPEAKER]
    people = [*speakers, *(Appearance(speaker=one, role=Role.SPEAKER) for one in new), *others]
    for place, one in enumerate(people):
        one.order = place
    return people
