"""When the recording of a talk was put online, as far as this site knows."""

from datetime import datetime

from django.db.models import Min

from seminars.models import Talk


def uploaded_at(talk: Talk) -> datetime:
    """Return when the address of its recording was first entered, but not before the end of the talk: one query.

    It is the end of the talk if the history does not have the address.
    """
    entered = Talk.history.filter(id=talk.pk, recording_url=talk.recording_url).order_by()
    first = entered.aggregate(first=Min("history_date"))["first"]
    return max(first, talk.ends_at) if first else talk.ends_at
