"""Move the talks and addresses of the removed speaker to the one that is kept."""

from copy import copy
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars.actions import shared_rows
from seminars.actions.bulk_changes import copy_to_change
from seminars.models import (
    Appearance,
    FormerAddress,
    Speaker,
    SpeakerAnswer,
    SpeakerLetter,
    SpeakerRequest,
    Talk,
    User,
    publishing,
    recording,
)
from seminars.models.fetched import fetched_rows
from seminars.text import fold

FILLED = ("affiliation", "homepage", "orcid", "biography", "photo", "pronouns", "email")


@dataclass(frozen=True)
class Merger:
    """Two rows of one person: the one that is kept and the one that is removed."""

    kept: Speaker
    gone: Speaker

    @property
    def filled(self) -> list[str]:
        """The fields that are blank in the kept row and filled in the other."""
        return [name for name in FILLED if not getattr(self.kept, name) and getattr(self.gone, name)]

    @property
    def lost(self) -> list[str]:
        """The fields in which the two differ: the values of the removed row are lost."""
        pairs = {name: (getattr(self.kept, name), getattr(self.gone, name)) for name in FILLED}
        return [name for name, (kept, gone) in pairs.items() if kept and gone and kept != gone]


def merge(merger: Merger, *, by: User | None) -> Speaker:
    """Move all talks and addresses to the kept row; return it.

    Raise ValidationError if one of the two no longer exists, or if both are the same row.
    """
    with publishing(), recording(_("Two people merged"), by=by):
        kept, gone = _held(merger)
        for name in Merger(kept, gone).filled:
            setattr(kept, name, getattr(gone, name))
        kept.other_names = _other_names(kept, gone)
        for row in gone.appearances.all():
            _hand_on(row, kept)
        gone.default_of.update(default_moderator=kept)
        gone.speaker_invitations.hand_on(kept)
        FormerAddress.objects.lead_on(gone, kept)
        for model in (SpeakerRequest, SpeakerAnswer, SpeakerLetter):
            model.objects.lead_on(gone, kept)
        gone.delete()
        shared_rows.save(kept)
    return kept


def talks_of(merger: Merger) -> list[Talk]:
    """Return the talks that change their speaker, the latest first."""
    return list(Talk.objects.by_speaker(merger.gone).latest_first().for_lists())


def upcoming_talks_of(merger: Merger) -> list[tuple[Talk, Talk]]:
    """Return the public talks still to come that change their speaker, each as it is and as it would be."""
    coming = Talk.objects.by_speaker(merger.gone).public().ending_after(timezone.now())
    return [(talk, _merged(talk, merger)) for talk in coming.for_entries()]


def _merged(talk: Talk, merger: Merger) -> Talk:
    after = copy_to_change(talk)
    rows = [copy(row) for row in fetched_rows(talk, "appearances")]
    for row in rows:
        if row.speaker_id == merger.gone.pk:
            row.speaker = merger.kept
    after._prefetched_objects_cache["appearances"] = rows
    return after


def _held(merger: Merger) -> tuple[Speaker, Speaker]:
    """Read both again and lock them until the transaction ends."""
    keys = merger.kept.pk, merger.gone.pk
    rows = {row.pk: row for row in Speaker.objects.filter(pk__in=keys).locked()}
    if keys[0] == keys[1]:
        raise ValidationError(_("This is the same person. Choose another one."))
    if len(rows) < 2:
        raise ValidationError(_("One of the two no longer exists. Check the list of speakers."))
    return rows[keys[0]], rows[keys[1]]


def _hand_on(row: Appearance, kept: Speaker) -> None:
    """Replace the removed speaker with the kept one; if both have the same role in a talk, keep one row."""
    if kept.appearances.filter(talk=row.talk_id, role=row.role).exists():
        row.delete()
    else:
        row.speaker = kept
        row.save()


def _other_names(kept: Speaker, gone: Speaker) -> str:
    """Add the names of the removed row for the search, if there is room for them."""
    known = [name.strip() for name in kept.other_names.split(";") if name.strip()]
    said = {fold(name) for name in (*known, kept.name)}
    longest = Speaker._meta.get_field("other_names").max_length
    for name in (gone.name, *gone.other_names.split(";")):
        if name.strip() and fold(name) not in said and len("; ".join([*known, name.strip()])) <= longest:
            known.append(name.strip())
            said.add(fold(name))
    return "; ".join(known)
