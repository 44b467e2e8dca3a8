"""What a digest tells: the talks of the week, what has changed, and what is ahead."""

from datetime import datetime, timedelta
from typing import NamedTuple

from seminars.models.talk import Talk
from seminars.models.talk_queries import TalkQuerySet
from seminars.times import Span

WEEK = timedelta(weeks=1)
AHEAD = timedelta(weeks=5)  # after the week
MOST = 60  # talks of each kind


class NewsOfWeek(NamedTuple):
    """Talks with all that is printed of them, each kind soonest first; none is in two of them."""

    week: list[Talk]
    changed: list[Talk]
    ahead: list[Talk]


def news_of_week(talks: TalkQuerySet, since: datetime, now: datetime) -> NewsOfWeek:
    """Return what is new among `talks` for those who were last told at `since`."""
    upcoming, end = talks.upcoming(now), now + WEEK
    week = list(upcoming.during(Span(now, end)).soonest_first()[:MOST].for_pages())
    changed = talks.changed_since(since).exclude(pk__in=[talk.pk for talk in week]).soonest_first()
    told = [*week, *(changed := list(changed[:MOST].for_pages()))]
    ahead = upcoming.ahead(now).starting_in(Span(end, end + AHEAD)).exclude(pk__in=[talk.pk for talk in told])
    return NewsOfWeek(week, changed, list(ahead.soonest_first()[:MOST].for_pages()))
