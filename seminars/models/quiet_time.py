"""When a change of a talk is told by mail: once nobody has changed it for a while, and in any case after some minutes.

So several edits in a row make one letter, and it comes within ten minutes of the first. A time that lies further ahead
than any wait was noted before the clock was set back, and holds nothing up.
"""

from datetime import datetime, timedelta

from django.db.models import Q

QUIET = timedelta(minutes=3)  # without a further change
LONGEST_WAIT = timedelta(minutes=7)  # however many changes follow


def is_quiet(changed_at: str, now: datetime) -> Q:
    """Match rows whose talk nobody changed for a while; `changed_at` names the column."""
    return Q(**{changed_at: None}) | _is_ago(changed_at, QUIET, now)


def has_waited(since: str, now: datetime) -> Q:
    """Match rows that have waited long enough, since the time in the column that `since` names."""
    return _is_ago(since, LONGEST_WAIT, now)


def _is_ago(column: str, length: timedelta, now: datetime) -> Q:
    return Q(**{f"{column}__lte": now - length}) | Q(**{f"{column}__gt": now + length})
