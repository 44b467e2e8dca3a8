"""Stamping: the one place that tells subscribers' calendars of a change."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from seminars.formats.ics_facts import facts_of
from seminars.models import Talk, TalkQuerySet, publishing

BATCH = 500


def stamp(talks: TalkQuerySet | Iterable[Talk]) -> int:
    """Raise SEQUENCE and LAST-MODIFIED of each talk whose printed facts changed; return how many did.

    RFC 5545 §3.8.7.4. Talks that were never public are left alone, and so is a talk without a change. The last line of
    every action, in its transaction.
    """
    talks = talks if isinstance(talks, TalkQuerySet) else list(talks)
    keys = talks.values("pk") if isinstance(talks, TalkQuerySet) else [talk.pk for talk in talks]
    with publishing():
        asked = Talk.objects.ever_public().filter(pk__in=keys)
        changed = [talk for talk in asked.with_all_that_is_printed().iterator(BATCH) if _stamped(talk)]
        if changed:
            Talk.objects.bulk_update(changed, ["entry_digest", "sequence", "changed_at"], batch_size=BATCH)
        _tell(talks, changed)
        return len(changed)


def stamp_all_that_print(thing: models.Model) -> int:
    """Stamp the talks that print a room, speaker, series or topic which was just saved."""
    return stamp(Talk.objects.printing(thing))


def _stamped(talk: Talk) -> bool:
    """Set the new stamps on `talk` and tell whether its facts changed; the first stamp keeps SEQUENCE as it is."""
    digest = facts_of(talk).digest
    if digest == talk.entry_digest:
        return False
    talk.sequence += bool(talk.entry_digest)
    talk.entry_digest = digest
    talk.changed_at = _later_than(talk.changed_at or talk.created_at)
    return True


def _later_than(earlier: datetime) -> datetime:
    """Return this moment, or one second after `earlier`: stamps are in whole seconds and never go back."""
    return max(timezone.now(), earlier + timedelta(seconds=1)).replace(microsecond=0)


def _tell(talks: TalkQuerySet | Iterable[Talk], changed: list[Talk]) -> None:
    """Give the caller's own objects the new stamps, so that a later save of them does not undo any."""
    if isinstance(talks, TalkQuerySet):
        return
    stamped = {talk.pk: talk for talk in changed}
    for talk in talks:
        if new := stamped.get(talk.pk):
            talk.entry_digest, talk.sequence, talk.changed_at = new.entry_digest, new.sequence, new.changed_at
