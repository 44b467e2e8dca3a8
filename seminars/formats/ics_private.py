"""Entries of an organiser's own calendar: marked with what is not settled, and never kept where public feeds look."""

from collections.abc import Iterator, Sequence

from seminars import kept_entries
from seminars.formats import ics_entry
from seminars.formats.ics_facts import facts_of
from seminars.models import TalkQuerySet
from seminars.models.talk_marks import Mark
from seminars.models.talk_queries import Stamps

BATCH = 200  # talks that are read at once


def entries(talks: TalkQuerySet, wanted: Sequence[Mark]) -> Iterator[bytes]:
    """Yield the entries in the order of `wanted`; that of a settled talk is the one of public feeds, byte for byte.

    SEQUENCE stays what it is while a talk is a draft, so that its entry goes on as that of the announced talk.
    """
    marked = {
        talk.pk: ics_entry.render(facts_of(talk), Stamps.of(talk), for_organisers=True)
        for talk in talks.unsettled().for_entries().iterator(BATCH)
    }
    kept = kept_entries.entries(ics_entry.FORM, talks.settled(), [mark for mark in wanted if mark.talk not in marked])
    settled = zip(kept.talks, kept, strict=True)
    found = marked | dict(settled)
    yield from (found[mark.talk] for mark in wanted if mark.talk in found)
