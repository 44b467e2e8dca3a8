"""Entries of an organiser's own calendar: marked with what is not settled, and never kept where public feeds look."""

from collections.abc import Sequence

from seminars.formats import ics_entry, ics_kept
from seminars.formats.ics_facts import facts_of
from seminars.models import TalkQuerySet
from seminars.models.talk_queries import Stamps


def entries(talks: TalkQuerySet, wanted: Sequence[Stamps]) -> list[bytes]:
    """Return the entries in the order of `wanted`; that of a settled talk is the one of public feeds, byte for byte.

    SEQUENCE stays what it is while a talk is a draft, so that its entry goes on as that of the announced talk.
    """
    marked = {
        talk.pk: ics_entry.render(facts_of(talk), Stamps.of(talk), for_organisers=True)
        for talk in talks.unsettled().for_entries().iterator(ics_kept.BATCH)
    }
    settled = [stamps for stamps in wanted if stamps.talk not in marked]
    found = marked | ics_kept.by_talk(talks.settled(), settled)
    return [found[stamps.talk] for stamps in wanted if stamps.talk in found]
