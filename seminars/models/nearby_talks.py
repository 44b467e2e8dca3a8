"""Queries for the talks that the page of a talk leads to: those before and after it, and related ones."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Self

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from seminars.models.appearance import Appearance, JointTalk, TalkTopic
from seminars.models.fetched import fetched_rows
from seminars.models.states import Role

MOST_RELATED = 4
MOST_COMPARED = 200  # past talks, so that a page costs the same however many talks there are
CLOSEST = 1000  # more topics than any talk has
LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


class NearbyQuerySet(models.QuerySet):
    """Talks, by what they have in common with one of them."""

    def around(
        self, talk: models.Model, related: Sequence[int]
    ) -> tuple[models.Model | None, models.Model | None, list[models.Model]]:
        """Return the talks before and after this one in the first of its series, as far as they go ahead, then other
        talks with the keys `related`, in that order: one query, and two more for what lists show.
        """
        series = talk.shown_series[0]
        chosen = self._next_to(talk, series) | Q(pk__in=related)
        found = list(self.model.objects.filter(chosen).for_lists().soonest_first())
        in_series = [other for other in found if series in other.all_series]
        places = [(other.starts_at, other.pk) < (talk.starts_at, talk.pk) for other in in_series]
        before = in_series[sum(places) - 1] if any(places) else None
        after = in_series[sum(places)] if not all(places) else None
        others = {other.pk: other for other in found if other not in (before, after)}
        return before, after, [others[key] for key in related if key in others][:MOST_RELATED]

    def _next_to(self, talk: models.Model, series: models.Model) -> Q:
        """Match the nearest talks of a series that go ahead.

        Those at home there and the joint ones are asked apart, so that an index finds each at once.
        """
        others = self.going_ahead()
        parts = others.filter(series=series), others.filter(joint_rows__series=series)
        return _any_of(*(side[:1] for part in parts for side in (part.before(talk), part.after(talk))))

    def before(self, talk: models.Model) -> Self:
        """Keep talks that come before this one, the nearest first."""
        same_start = Q(starts_at=talk.starts_at, pk__lt=talk.pk)
        return self.filter(Q(starts_at__lt=talk.starts_at) | same_start).latest_first()

    def after(self, talk: models.Model) -> Self:
        """Keep talks that come after this one, the nearest first."""
        same_start = Q(starts_at=talk.starts_at, pk__gt=talk.pk)
        return self.filter(Q(starts_at__gt=talk.starts_at) | same_start).soonest_first()

    def related_to(self, talk: models.Model) -> list[int]:
        """Return the keys of a few talks that were not called off, the closest to this one first.

        Those with one of its speakers come first, then those that share topics, the most first, then those of its
        series. Among equals `upcoming_first` decides. Only talks of its speakers, upcoming talks and the MOST_COMPARED
        latest talks are compared. Two more than a page shows are returned, as two may be the talks before and after.
        """
        now = timezone.now()
        given = Appearance.objects.filter(role=Role.SPEAKER, speaker__in=[one.speaker_id for one in talk.speakers])
        is_by_same = Q(pk__in=given.values("talk"))
        shared = TalkTopic.objects.filter(talk=OuterRef("pk"), topic__in=list(fetched_rows(talk, "topics"))).order_by()
        joint = JointTalk.objects.filter(talk=OuterRef("pk"), series__in=talk.shown_series)
        in_series = Q(series__in=talk.shown_series) | Exists(joint)
        # A query of its own, so that SQLite reads these few from the index of ends, not all talks of each series.
        since = self._compared_since(now)
        recent = self.model.objects.going_ahead().filter(in_series | Exists(shared), ends_at__gte=since)
        related = self.going_ahead().exclude(pk=talk.pk).filter(is_by_same | Q(pk__in=recent.values("pk")))
        topics = Subquery(shared.values("talk").annotate(number=Count("pk")).values("number"))
        closeness = Case(When(is_by_same, then=CLOSEST), default=Coalesce(topics, 0))
        in_order = related.order_by(closeness.desc(), *upcoming_first(now))
        return list(in_order.values_list("pk", flat=True)[: MOST_RELATED + 2])

    def _compared_since(self, now: datetime) -> Coalesce:
        """Return an expression for the end of the earliest past talk to compare. Hidden series do not count."""
        talks = self.model.objects.going_ahead().filter(series__is_listed=True, ends_at__lte=now)
        earliest = talks.order_by("-ends_at").values("ends_at")[MOST_COMPARED - 1 : MOST_COMPARED]
        return Coalesce(Subquery(earliest), LONG_AGO)


def _any_of(*parts: models.QuerySet) -> Q:
    """Match talks that are in any of these querysets; each uses an index of its own."""
    return Q(*(Q(pk__in=part.values("pk")) for part in parts), _connector=Q.OR)


def upcoming_first(now: datetime) -> list[models.expressions.BaseExpression | str]:
    """Return an order: upcoming talks first, the soonest of them first; then past ones, the latest first."""
    is_past = Case(When(ends_at__lte=now, then=1), default=0)
    soonest = Case(When(ends_at__gt=now, then=F("starts_at")))
    return [is_past, soonest, "-starts_at", "-pk"]
