"""Calendar entries that were rendered before, each kept while its stamps are the talk's."""

from collections.abc import Sequence

from seminars import kept_entries
from seminars.formats import ics_entry
from seminars.formats.ics_facts import facts_of
from seminars.kept_entries import Entries, Form
from seminars.models import Talk, TalkQuerySet
from seminars.models.talk_marks import Mark
from seminars.models.talk_queries import Stamps


def entries(talks: TalkQuerySet, marks: Sequence[Mark]) -> Entries:
    """Return the entries in the order of `marks`; a talk that has left `talks` since is left out."""
    return kept_entries.entries(FORM, talks, marks)


def _render(talk: Talk) -> bytes:
    return ics_entry.render(facts_of(talk), Stamps.of(talk))


def _is_stamped(talk: Talk) -> bool:
    """Tell whether its stamps tell the truth: not before the first stamp, nor after raw updates."""
    return facts_of(talk).digest == talk.entry_digest


FORM = Form("ics", TalkQuerySet.for_entries, _render, _is_stamped)
