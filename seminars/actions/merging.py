"""Merging two rows of one person: every talk and every address of the one that goes is the other's from then on."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars.actions import related_objects
from seminars.models import Appearance, FormerAddress, Speaker, Talk, User, publishing, recording
from seminars.text import fold

FILLED = ("affiliation", "homepage", "orcid", "biography", "photo", "pronouns", "email")


@dataclass(frozen=True)
class Merger:
    """What becomes of two people."""

    kept: Speaker
    gone: Speaker

    @property
    def filled(self) -> list[str]:
        """The fields that are empty in the one who stays and known of the other."""
        return [name for name in FILLED if not getattr(self.kept, name) and getattr(self.gone, name)]

    @property
    def lost(self) -> list[str]:
        """The fields in which the two differ: what is said of the one who goes is lost."""
        pairs = {name: (getattr(self.kept, name), getattr(self.gone, name)) for name in FILLED}
        return [name for name, (kept, gone) in pairs.items() if kept and gone and kept != gone]


def merge(merger: Merger, *, by: User | None) -> Speaker:
    """Let the one who stays have every talk of the other, at whose address they are found; return them.

    Raise ValidationError where one of them is gone already, or both are one.
    """
    with publishing(), recording(_("Two people merged"), by=by):
        kept, gone = _held(merger)
        for name in Merger(kept, gone).filled:
            setattr(kept, name, getattr(gone, name))
        kept.other_names = _other_names(kept, gone)
        for row in gone.appearances.all():
            _hand_on(row, kept)
        FormerAddress.objects.lead_on(gone, kept)
        gone.delete()
        related_objects.save(kept)
    return kept


def talks_of(merger: Merger) -> list[Talk]:
    """Return the talks that change their speaker, the latest first."""
    return list(Talk.objects.by_speaker(merger.gone).latest_first().for_lists())


def _held(merger: Merger) -> tuple[Speaker, Speaker]:
    """Read both anew and hold them until the transaction ends."""
    keys = merger.kept.pk, merger.gone.pk
    rows = {row.pk: row for row in Speaker.objects.filter(pk__in=keys).locked()}
    if keys[0] == keys[1]:
        raise ValidationError(_("This is the same person. Choose another one."))
    if len(rows) < 2:
        raise ValidationError(_("One of the two no longer exists. Check the list of speakers."))
    return rows[keys[0]], rows[keys[1]]


def _hand_on(row: Appearance, kept: Speaker) -> None:
    """Put the one who stays in the other's place; where both appear in one role, one row is enough."""
    if kept.appearances.filter(talk=row.talk_id, role=row.role).exists():
        row.delete()
    else:
        row.speaker = kept
        row.save()


def _other_names(kept: Speaker, gone: Speaker) -> str:
    """Keep the names of the one who goes for the search, as far as there is room for them."""
    known = [name.strip() for name in kept.other_names.split(";") if name.strip()]
    said = {fold(name) for name in (*known, kept.name)}
    longest = Speaker._meta.get_field("other_names").max_length
    for name in (gone.name, *gone.other_names.split(";")):
        if name.strip() and fold(name) not in said and len("; ".join([*known, name.strip()])) <= longest:
            known.append(name.strip())
            said.add(fold(name))
    return "; ".join(known)
