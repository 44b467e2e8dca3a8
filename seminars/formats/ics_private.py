"""Entries of an organiser's own calendar: marked with what is not settled, and never kept where public feeds look."""

from collections.abc import Iterator

from seminars.formats import ics_entry
from seminars.formats.ics_facts import facts_of
from seminars.models import TalkQuerySet
from seminars.models.talk_queries import Stamps

BATCH = 250  # talks that are read at once, as in public feeds


def entries(talks: TalkQuerySet) -> Iterator[bytes]:
    """Yield the entries in the order of the talks.

    SEQUENCE stays what it is while a talk is a draft, so that its entry goes on as that of the announced talk.
    """
    for talk in talks.with_what_entries_print().iterator(BATCH):
        yield ics_entry.render(facts_of(talk), Stamps.of(talk), for_organisers=True)
