"""When the recording of a talk was put online, as far as this site knows."""

from datetime import datetime
from functools import cache

from django.db.models import Min, OuterRef, Subquery

from seminars.models import Talk, TalkQuerySet


def with_entry_of_recording(talks: TalkQuerySet) -> TalkQuerySet:
    """Read with each talk when the address of its recording was first entered, for `uploaded_at`."""
    return talks.annotate(recording_entered_at=_first_entry())


@cache
def _first_entry() -> Subquery:
    """Return an expression for the moment, which is the same in each query: it takes Django some time to make."""
    entered = Talk.history.filter(id=OuterRef("pk"), recording_url=OuterRef("recording_url")).order_by()
    return Subquery(entered.values("id").annotate(first=Min("history_date")).values("first"))


def uploaded_at(talk: Talk) -> datetime:
    """Return when the address of a recording was first entered, but not before the end of the talk.

    It is the end of the talk if the history does not have the address, or was not read with the talk.
    """
    first = getattr(talk, "recording_entered_at", None)
    return max(first, talk.ends_at) if first else talk.ends_at
