"""Queries for the talks that the page of a talk leads to: those before and after it, and related ones."""

from datetime import UTC, datetime

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from seminars.models.appearance import Appearance, JointTalk, TalkTopic
from seminars.models.fetched import fetched_rows
from seminars.models.prepared_query import PreparedQuery
from seminars.models.states import Role
from seminars.models.talk_prefetches import talks_to_list

MOST_RELATED = 4
MOST_COMPARED = 200  # past talks, so that a page costs the same however many talks there are
CLOSEST = 1000  # more topics than any talk has
LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


class NearbyQuerySet(models.QuerySet):
    """Talks, by what they have in common with one of them."""

    def around(self, talk: models.Model) -> tuple[models.Model | None, models.Model | None, list[models.Model]]:
        """Return the talks before and after this one in the first of its series, as far as they go ahead, then related
        talks. All visitors may see them. Three queries, and two more for what lists show.
        """
        series, related = talk.shown_series[0], self.related_to(talk)
        nearest = _NEXT_TO.rows(self.model, series.pk, talk.starts_at, talk.pk)
        keys = [*related, *(key for (key,) in nearest)]
        found = sorted(talks_to_list(self.model, keys), key=lambda other: (other.starts_at, other.pk))
        in_series = [other for other in found if series in other.all_series]
        places = [(other.starts_at, other.pk) < (talk.starts_at, talk.pk) for other in in_series]
        before = in_series[sum(places) - 1] if any(places) else None
        after = in_series[sum(places)] if not all(places) else None
        others = {other.pk: other for other in found if other not in (before, after)}
        return before, after, [others[key] for key in related if key in others][:MOST_RELATED]

    def related_to(self, talk: models.Model) -> list[int]:
        """Return the keys of a few talks that visitors find and that were not called off, the closest to it first.

        Those with one of its speakers come first, then those that share topics, the most first, then those of its
        series. Among equals `upcoming_first` decides. Only talks of its speakers, upcoming talks and the MOST_COMPARED
        latest talks are compared. Two more than a page shows are returned, as two may be the talks before and after.
        """
        speakers = [one.speaker_id for one in talk.speakers]
        topics = [topic.pk for topic in fetched_rows(talk, "topics")]
        series = [one.pk for one in talk.shown_series]
        found = _RELATED.rows(self.model, speakers, topics, series, timezone.now())
        return [key for (key,) in found if key != talk.pk][: MOST_RELATED + 2]


def _next_to(talks: models.QuerySet, series: int, starts_at: datetime, key: int) -> models.QuerySet:
    """Return the keys of the nearest talks of a series that go ahead, before and after one that starts at a moment.

    Those at home there and the joint ones are asked apart, so that an index finds each at once.
    """
    others = talks.going_ahead()
    parts = others.filter(series=series), others.filter(joint_rows__series=series)
    earlier = Q(starts_at__lt=starts_at) | Q(starts_at=starts_at, pk__lt=key)
    later = Q(starts_at__gt=starts_at) | Q(starts_at=starts_at, pk__gt=key)
    sides = ((part.filter(earlier).latest_first(), part.filter(later).soonest_first()) for part in parts)
    nearest = [side[:1] for both in sides for side in both]
    return talks.filter(Q(*(Q(pk__in=one.values("pk")) for one in nearest), _connector=Q.OR)).values_list("pk")


def _related(
    talks: models.QuerySet, speakers: list[int], topics: list[int], series: list[int], now: datetime
) -> models.QuerySet:
    """Return the keys of the closest talks to one with these speakers, topics and series, which is among them."""
    given = Appearance.objects.filter(role=Role.SPEAKER, speaker__in=speakers)
    is_by_same = Q(pk__in=given.values("talk"))
    shared = TalkTopic.objects.filter(talk=OuterRef("pk"), topic__in=topics).order_by()
    joint = JointTalk.objects.filter(talk=OuterRef("pk"), series__in=series)
    in_series = Q(series__in=series) | Exists(joint)
    # A query of its own, so that SQLite reads these few from the index of ends, not all talks of each series.
    since = _compared_since(talks, now)
    recent = talks.going_ahead().filter(in_series | Exists(shared), ends_at__gte=since)
    is_close = is_by_same | Q(pk__in=recent.values("pk"))
    related = talks.public().listed().going_ahead().filter(is_close)
    number = Subquery(shared.values("talk").annotate(number=Count("pk")).values("number"))
    closeness = Case(When(is_by_same, then=CLOSEST), default=Coalesce(number, 0))
    in_order = related.order_by(closeness.desc(), *upcoming_first(now))
    return in_order.values_list("pk")[: MOST_RELATED + 3]


def _compared_since(talks: models.QuerySet, now: datetime) -> Coalesce:
    """Return an expression for the end of the earliest past talk to compare. Hidden series do not count."""
    past = talks.going_ahead().filter(series__is_listed=True, ends_at__lte=now)
    earliest = past.order_by("-ends_at").values("ends_at")[MOST_COMPARED - 1 : MOST_COMPARED]
    return Coalesce(Subquery(earliest), LONG_AGO)


def upcoming_first(now: datetime) -> list[models.expressions.BaseExpression | str]:
    """Return an order: upcoming talks first, the soonest of them first; then past ones, the latest first."""
    is_past = Case(When(ends_at__lte=now, then=1), default=0)
    soonest = Case(When(ends_at__gt=now, then=F("starts_at")))
    return [is_past, soonest, "-starts_at", "-pk"]


_NEXT_TO, _RELATED = PreparedQuery(_next_to), PreparedQuery(_related)
