"""Queries for the talks that the page of a talk leads to: those before and after it, and related ones."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from seminars.models.appearance import Appearance, JointTalk, TalkTopic
from seminars.models.fetched import fetched_rows
from seminars.models.states import Role

MOST_RELATED = 4
MOST_COMPARED = 200  # upcoming talks, and past ones, so that a page costs the same however many talks there are


class NearbyQuerySet(models.QuerySet):
    """Talks, by what they have in common with one of them."""

    def neighbours_of(self, talk: models.Model) -> tuple[models.Model | None, models.Model | None]:
        """Return the talks before and after this one in the first of its series, as far as they go ahead: one query.

        Those at home there and the joint ones are asked apart, so that an index finds each neighbour at once.
        """
        others, series = self.going_ahead(), talk.shown_series[0]
        joint = JointTalk.objects.filter(series=series).values("talk")
        parts = others.filter(series=series), others.filter(pk__in=joint)
        nearest = [side[:1] for part in parts for side in (part.before(talk), part.after(talk))]
        found = self.model.objects.filter(_any_of(*nearest))
        around = list(found.select_related("series").soonest_first())
        places = [(other.starts_at, other.pk) < (talk.starts_at, talk.pk) for other in around]
        before = around[sum(places) - 1] if any(places) else None
        return before, around[sum(places)] if not all(places) else None

    def before(self, talk: models.Model) -> Self:
        """Keep talks that come before this one, the nearest first."""
        same_start = Q(starts_at=talk.starts_at, pk__lt=talk.pk)
        return self.filter(Q(starts_at__lt=talk.starts_at) | same_start).latest_first()

    def after(self, talk: models.Model) -> Self:
        """Keep talks that come after this one, the nearest first."""
        same_start = Q(starts_at=talk.starts_at, pk__gt=talk.pk)
        return self.filter(Q(starts_at__gt=talk.starts_at) | same_start).soonest_first()

    def related_to(self, talk: models.Model, without: Iterable[models.Model | None] = ()) -> Self:
        """Keep a few talks that were not called off, the closest to this one first, with series and room.

        Those with one of its speakers come first, then those that share topics, the most first, then those of its
        series. Among equals `upcoming_first` decides. Only talks of its speakers and the MOST_COMPARED next and latest
        of these talks are compared.
        """
        known = [talk.pk, *(other.pk for other in without if other)]
        given = Appearance.objects.filter(role=Role.SPEAKER, speaker__in=[one.speaker_id for one in talk.speakers])
        joint = JointTalk.objects.filter(series__in=talk.shown_series).values("talk")
        every, now = self.going_ahead(), timezone.now()
        compared = _any_of(
            every.filter(pk__in=given.values("talk")),
            every.upcoming(now).order_by("ends_at")[:MOST_COMPARED],
            every.past(now).order_by("-ends_at")[:MOST_COMPARED],
        )
        related = every.exclude(pk__in=known).filter(compared)
        related = related.annotate(
            is_by_same=Exists(given.filter(talk=OuterRef("pk"))), shared=_topics_shared_with(talk)
        )
        is_in_series = Q(series__in=talk.shown_series) | Q(pk__in=joint)
        related = related.filter(Q(is_by_same=True) | Q(shared__gt=0) | is_in_series)
        most_shared = Case(When(is_by_same=False, then=F("shared")), default=0).desc()
        return related.order_by("-is_by_same", most_shared, *upcoming_first(now)).with_series_and_room()[:MOST_RELATED]


def _topics_shared_with(talk: models.Model) -> Coalesce:
    """Return an expression for the number of topics that a talk has in common with this one."""
    shared = TalkTopic.objects.filter(talk=OuterRef("pk"), topic__in=list(fetched_rows(talk, "topics"))).order_by()
    return Coalesce(Subquery(shared.values("talk").annotate(number=Count("pk")).values("number")), 0)


def _any_of(*parts: models.QuerySet) -> Q:
    """Match talks that are in any of these querysets; each uses an index of its own."""
    return Q(*(Q(pk__in=part.values("pk")) for part in parts), _connector=Q.OR)


def upcoming_first(now: datetime) -> list[models.expressions.BaseExpression | str]:
    """Return an order: upcoming talks first, the soonest of them first; then past ones, the latest first."""
    is_past = Case(When(ends_at__lte=now, then=1), default=0)
    soonest = Case(When(ends_at__gt=now, then=F("starts_at")))
    return [is_past, soonest, "-starts_at", "-pk"]
