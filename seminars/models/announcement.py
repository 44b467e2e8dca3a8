"""Announcements that the site sends: of a talk or of a week of a series, to whom, and when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import Prefetch, Q
from django.utils import timezone

from seminars.models.series import Series
from seminars.models.subscriber import Subscriber, SubscriberQuerySet
from seminars.models.talk import Talk
from seminars.models.user import User


class AnnouncementState(models.TextChoices):
    """What became of an announcement."""

    PLANNED = "planned"
    SENT = "sent"  # its letters are in the outbox
    DROPPED = "dropped"  # there was nothing to say, or nobody to say it to
    WITHDRAWN = "withdrawn"


class AnnouncementQuerySet(models.QuerySet):
    """Announcements."""

    def planned(self) -> Self:
        return self.filter(state=AnnouncementState.PLANNED)

    def due(self, now: datetime) -> Self:
        """Keep those whose letters are to be put into the outbox, the longest due first."""
        return self.planned().filter(send_at__lte=now).order_by("send_at", "pk")

    def hold(self, number: int) -> "Announcement | None":
        """Lock the one with this primary key until the transaction ends; None if it is planned no longer."""
        return self.planned().select_for_update(of=["self"]).select_related("series", "talk").filter(pk=number).first()

    def to_render(self, number: int) -> "Announcement | None":
        """Return the one with this primary key, None if it was withdrawn."""
        kept = self.exclude(state=AnnouncementState.WITHDRAWN).select_related("series", "talk__series")
        return kept.filter(pk=number).first()

    def beside(self, announcement: "Announcement") -> Self:
        """Keep those of the same talk or week, and what else is planned in the series; the latest first."""
        same = Q(talk=announcement.talk_id, week=announcement.week)
        of_series = self.filter(same | Q(state=AnnouncementState.PLANNED), series=announcement.series_id)
        with_talks = of_series.select_related("by").prefetch_related(Prefetch("talk", Talk.objects.for_lists()))
        return with_talks.order_by("-send_at", "-pk")

    def done_before(self, then: datetime) -> Self:
        return self.exclude(state=AnnouncementState.PLANNED).filter(done_at__lt=then)


class Announcement(models.Model):
    """An announcement of one talk, or of the talks of one week. It is private, so it makes no edition.

    `key` comes with the form, so that a form that is sent twice makes one. Text and readers are those of the moment
    when it is sent.
    """

    key = models.UUIDField(unique=True, default=uuid4, editable=False)
    series = models.ForeignKey(Series, models.CASCADE, related_name="+")
    talk = models.ForeignKey(Talk, models.CASCADE, null=True, related_name="+")
    week = models.DateField(null=True)  # its Monday
    to_list = models.BooleanField(default=False)
    to_subscribers = models.BooleanField(default=False)
    send_at = models.DateTimeField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=AnnouncementState, default=AnnouncementState.PLANNED)
    done_at = models.DateTimeField(null=True)
    mailing_list = models.EmailField(blank=True)  # to which it went
    number = models.PositiveIntegerField(default=0)  # of subscribers to whom it went
    last_reader = models.BigIntegerField(default=0)  # the primary key of the last subscriber whose letter exists

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="announcement_of_a_talk_or_a_week", condition=Q(talk=None) ^ Q(week=None))
        ]
        indexes = [models.Index(fields=["send_at"], condition=Q(state="planned"), name="announcements_planned")]

    def __str__(self) -> str:
        return f"{self.talk or self.week}, {self.send_at:%Y-%m-%d %H:%M}"

    @property
    def is_planned(self) -> bool:
        return self.state == AnnouncementState.PLANNED

    @property
    def list_address(self) -> str:
        """The address of the mailing list that gets it, "" for none."""
        return self.series.mailing_list if self.to_list else ""

    @property
    def choosers(self) -> SubscriberQuerySet:
        """Those subscribers whose choice has the talk, or for a week the series, and who want new talks or a digest."""
        reachable = Subscriber.objects.reachable().wanting_talks()
        return reachable.about(self.talk) if self.talk else reachable.about_series(self.series)

    def readers(self, talks: Sequence[Talk]) -> SubscriberQuerySet:
        """Return the subscribers who get it if it is about these talks; nobody who gets it through the mailing list."""
        if not self.to_subscribers:
            return Subscriber.objects.none()
        readers = self.choosers.not_told_by_digest(talks)
        return readers.exclude(email__iexact=self.list_address) if self.list_address else readers

    def note(self, state: AnnouncementState) -> None:
        """Note what became of it."""
        self.state, self.done_at = state, timezone.now()
        self.save(update_fields=["state", "done_at", "mailing_list", "number", "last_reader"])
