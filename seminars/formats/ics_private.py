"""Entries of an organiser's own calendar: drafts have no stamps yet, and nothing is kept where public feeds look."""

from collections.abc import Iterator

from seminars.formats import ics_entry
from seminars.formats.ics_facts import facts_of
from seminars.models import Talk, TalkQuerySet
from seminars.models.talk_queries import Stamps

BATCH = 500  # talks that are read at once


def entries(talks: TalkQuerySet) -> Iterator[bytes]:
    """Yield the entries in the order of the talks, each marked with what is not settled."""
    for talk in talks.with_what_entries_print().iterator(BATCH):
        yield ics_entry.render(facts_of(talk), _stamps(talk), for_organisers=True)


def _stamps(talk: Talk) -> Stamps:
    """Return the stamps that subscribers know; of a draft, for which nothing is stamped, when it was last saved.

    SEQUENCE stays what it is, so that the entry of a draft goes on as that of the announced talk.
    """
    changed_at = talk.changed_at
    if not talk.is_public:
        changed_at = max(talk.updated_at, talk.changed_at or talk.created_at)
    return Stamps(talk.pk, talk.starts_at, talk.uid, talk.sequence, talk.entry_digest, talk.created_at, changed_at)
