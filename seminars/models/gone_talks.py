"""Talks that are gone: programs that keep a copy learn which ones to drop."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, Max, OuterRef, Q, Subquery
from django.utils import timezone

from seminars.models.history import rows_of


class GoneTalkQuerySet(models.QuerySet):
    """Talks that visitors saw in lists and that are in none any more."""

    def follow(self, talks: Iterable[models.Model]) -> None:
        """Note which of these talks have left the lists of visitors, and forget those that are back in them.

        A talk that was deleted may be back under another number: imports bring the UIDs of their source.
        """
        talks = list(talks)
        if back := [talk.uid for talk in talks if talk.is_shown]:
            self.filter(uid__in=back).delete()
        self.note([(talk.pk, talk.uid) for talk in talks if not talk.is_shown])

    def note(self, talks: Collection[tuple[int, str]]) -> None:
        """Note that the talks with these numbers and UIDs are gone."""
        rows = [self.model(talk=number, uid=uid) for number, uid in talks]
        if rows:
            kept = {"unique_fields": ["talk"], "update_fields": ["uid", "gone_at"]}
            self.bulk_create(rows, update_conflicts=True, **kept)

    def since(self, moment: datetime) -> Self:
        """Keep those that left at or after a moment."""
        return self.filter(gone_at__gte=moment).values("talk", "uid", "gone_at")


class GoneTalk(models.Model):
    """One of them: its number, its UID, and when it was withdrawn, deleted or hidden. Stamping keeps the rows.

    Nothing else is kept, so that it tells nothing about what became of the talk.
    """

    talk = models.BigIntegerField(primary_key=True)
    uid = models.CharField(max_length=255, db_index=True)
    gone_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = GoneTalkQuerySet.as_manager()

    class Meta:
        verbose_name = "gone talk"
        default_permissions = ()

    def __str__(self) -> str:
        return self.uid


def gone_from_the_desk(there: models.QuerySet, series: Collection[int] | None, since: datetime) -> models.QuerySet:
    """Return number, UID and moment of the talks that left a desk at or after a moment.

    `there` are the talks that it lists, and `series` the keys of its series, None for all. A talk leaves it when it is
    deleted, gets another home series, or is taken out of a further series.
    """
    changes = rows_of("Change").filter(made_at__gte=since)  # by which an index leaves out earlier history
    rows = rows_of("HistoricalTalk").filter(change__in=changes.values("pk"))
    is_gone = Q(history_type="-")
    if series is not None:
        before = rows_of("HistoricalTalk").filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
        rows = rows.annotate(home_before=Subquery(before.order_by("-history_id").values("series")[:1]))
        joint = rows_of("HistoricalJointTalk").filter(change=OuterRef("change"), talk=OuterRef("id"))
        was_joint = Exists(joint.filter(history_type="-", series__in=series))
        is_gone = Q(is_gone, series__in=series) | Q(~Q(series__in=series), home_before__in=series) | was_joint
    gone = rows.filter(is_gone).exclude(uid__in=there.order_by().values("uid"))
    return gone.values("uid", talk=F("id")).annotate(gone_at=Max("change__made_at"))


def after_gone(gone: models.QuerySet, moment: datetime, number: int) -> models.QuerySet:
    """Keep the rows that come after the one with this moment and number."""
    return gone.filter(Q(gone_at__gt=moment) | Q(gone_at=moment, talk__gt=number))
