"""What the weekly email tells: the talks of the week, what has changed, and what is ahead."""

from datetime import datetime, timedelta
from typing import NamedTuple

from seminars.models.talk import Talk
from seminars.models.talk_queries import TalkQuerySet
from seminars.times import Span

WEEK = timedelta(weeks=1)
AHEAD = timedelta(weeks=5)  # after the week
MOST = 60  # talks of each kind


class WeeklyTalks(NamedTuple):
    """Talks with all that is printed of them, each kind soonest first; none is in two of them."""

    week: list[Talk]
    changed: list[Talk]
    ahead: list[Talk]
    left_out: int  # talks beyond MOST


def weekly_talks(talks: TalkQuerySet, since: datetime, now: datetime) -> WeeklyTalks:
    """Return what is new among `talks` for those who were last told at `since`."""
    upcoming, end = talks.upcoming(now), now + WEEK
    all_of_week = upcoming.during(Span(now, end))
    week = _first(all_of_week)
    all_changed = talks.changed_since(since).exclude(pk__in=[talk.pk for talk in week])
    told = [*week, *(changed := _first(all_changed))]
    all_ahead = upcoming.ahead(now).starting_in(Span(end, end + AHEAD)).exclude(pk__in=[talk.pk for talk in told])
    ahead = _first(all_ahead)
    pairs = (all_of_week, week), (all_changed, changed), (all_ahead, ahead)
    left_out = sum(found.count() - MOST for found, shown in pairs if len(shown) == MOST)
    return WeeklyTalks(week, changed, ahead, left_out)


def _first(talks: TalkQuerySet) -> list[Talk]:
    return list(talks.soonest_first()[:MOST].for_pages())
