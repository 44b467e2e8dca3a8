"""Subscribers: who gets mail about which talks, and when. An address is confirmed before it gets anything else."""

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, time, timedelta
from typing import Any, Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from seminars import text, times
from seminars.models.fetched import fetched_rows
from seminars.models.page_addresses import absolute
from seminars.models.series import Series, Weekday
from seminars.models.states import PUBLIC
from seminars.models.talk import Talk
from seminars.models.talk_queries import TalkQuerySet
from seminars.models.topic import Topic
from seminars.times import local

ASKED_FOR = timedelta(days=3)  # within which an address has to be confirmed
WEEK, A_DAY = timedelta(weeks=1), timedelta(days=1)


def new_key() -> str:
    """Return 16 random characters for a private address that is short enough for a mail header."""
    return secrets.token_urlsafe(12)


def _last_news_of(talk: Talk) -> datetime:
    """Return when a public talk last gave a digest something to tell, as `TalkQuerySet.changed_since` finds it."""
    of_change = talk.changed_at if talk.is_called_off or talk.notice else None
    return max(filter(None, (talk.published_at, talk.moved_at, talk.moved_online_at, of_change)))


class CalendarMethod(models.TextChoices):
    """The form of an invitation to one talk: the METHOD of RFC 5546 §1.4."""

    REQUEST = "REQUEST", _("Google, Outlook or Apple")
    PUBLISH = "PUBLISH", _("Thunderbird or another program")


class MailChoice(models.Model):
    """What somebody wants to get: of which talks, and which mail about them.

    `is_for_all` means every listed talk; otherwise any talk of these series, and any listed talk on these topics.
    """

    email = models.EmailField(_("email address"))
    key = models.CharField(max_length=16, unique=True, default=new_key, editable=False)
    language = models.CharField(max_length=10, blank=True, editable=False)  # of the page; "": the department's
    is_for_all = models.BooleanField(_("all talks"), default=True)
    series = models.ManyToManyField(Series, blank=True, related_name="+", verbose_name=_("series"))
    topics = models.ManyToManyField(Topic, blank=True, related_name="+", verbose_name=_("topics"))
    wants_digest = models.BooleanField(_("The talks of the week"), default=False)
    digest_day = models.PositiveSmallIntegerField(_("day"), choices=Weekday, default=Weekday.MONDAY)
    digest_hour = models.PositiveSmallIntegerField(_("hour"), default=8, validators=[MaxValueValidator(23)])
    wants_new_talks = models.BooleanField(_("New talks"), default=False)
    wants_changes = models.BooleanField(_("Changes"), default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.email

    @property
    def wants_mail(self) -> bool:
        """Whether it asks for any regular mail."""
        return self.wants_digest or self.wants_new_talks or self.wants_changes

    @property
    def chosen(self) -> tuple[bool, list[int], list[int]]:
        """What decides which talks they get, equal for all who chose the same."""
        if self.is_for_all:
            return True, [], []
        series, topics = (sorted(row.pk for row in fetched_rows(self, name)) for name in ("series", "topics"))
        return False, series, topics

    @property
    def names(self) -> str:
        """The series and topics that they chose, as people read them."""
        rows = [*fetched_rows(self, "series"), *fetched_rows(self, "topics")]
        return ", ".join(sorted((row.name for row in rows), key=text.sort_key))

    @property
    def digest_clock(self) -> time:
        """The hour of the digest."""
        return time(self.digest_hour)


class HeldQuerySet(models.QuerySet):
    """Rows that somebody else may delete at the same moment."""

    def hold(self, number: int) -> bool:
        """Hold the row with this primary key until the transaction ends; return False if it is gone."""
        return bool(list(self.select_for_update(of=("self",)).filter(pk=number)))


class AddressQuerySet(HeldQuerySet):
    """Rows with an address each, of which capitals do not matter."""

    def with_address(self, email: str) -> Self:
        """Compare as the constraint does. PostgreSQL's UPPER, by which `iexact` compares, takes "ı" for "i"."""
        return self.alias(folded=Lower("email")).filter(folded=Lower(Value(email)))


class SubscriberQuerySet(AddressQuerySet):
    """Subscribers."""

    def reachable(self) -> Self:
        """Leave out those whose mail came back too often."""
        return self.filter(suspended_at=None)

    def about(self, *talks: Talk) -> Self:
        """Keep those whose choice has one of these talks, each once. Talks, series and topics may be unsaved."""
        listed = [talk for talk in talks if talk.is_listed]
        series = {series.pk for talk in talks for series in talk.all_series} - {None}
        is_meant = Q(is_for_all=False, series__in=series)
        if listed:
            topics = {topic.pk for talk in listed for topic in fetched_rows(talk, "topics")} - {None}
            is_meant |= Q(is_for_all=True) | Q(is_for_all=False, topics__in=topics)
        return self.filter(pk__in=self.model.objects.filter(is_meant).values("pk"))

    def not_about(self, talk: Talk, series: Collection[int]) -> Self:
        """Leave out those whose choice had this talk when it was in the series with these keys."""
        was_meant = Q(is_for_all=False, series__in=series)
        if Series.objects.filter(pk__in=series, is_listed=True).exists():
            was_meant |= Q(is_for_all=True) | Q(is_for_all=False, topics__talks=talk)
        return self.exclude(pk__in=self.model.objects.filter(was_meant).values("pk"))

    def about_series(self, series: Series) -> Self:
        """Keep those whose choice has all talks of this series, each once."""
        is_meant = Q(is_for_all=False, series=series)
        if series.is_listed:
            is_meant |= Q(is_for_all=True)
        return self.filter(pk__in=self.model.objects.filter(is_meant).values("pk"))

    def wanting_talks(self) -> Self:
        """Keep those who want to hear of talks, and not of changes alone."""
        return self.filter(Q(wants_digest=True) | Q(wants_new_talks=True))

    def not_told_by_digest(self, talks: Iterable[Talk]) -> Self:
        """Leave out those whose digest tells of all these talks: the last one did, or the next one comes in time."""
        untold = Q(wants_digest=False)
        for talk in talks:
            was_before = Q(digest_sent_at=None) | Q(digest_sent_at__lt=_last_news_of(talk))
            untold |= Q(was_before, digest_due_at__gt=talk.starts_at)
        return self.filter(untold)

    def after(self, number: int) -> Self:
        """Keep those with a larger primary key, in this order."""
        return self.filter(pk__gt=number).order_by("pk")

    def digest_due(self, now: datetime) -> Self:
        """Keep those whose digest is due, the longest due first.

        What lies more than a week ahead was noted before the clock was set back.
        """
        is_due = Q(digest_due_at__lte=now) | Q(digest_due_at__gt=now + WEEK + A_DAY)
        return self.reachable().filter(is_due, wants_digest=True).order_by("digest_due_at", "pk")

    def with_key(self, key: str) -> "Subscriber | None":
        """Return whose private address has this key."""
        return self.filter(key=key).first() if "\0" not in key else None

    def for_lists(self) -> Self:
        return self.prefetch_related("series", "topics").order_by(Lower("email"))


class Subscriber(MailChoice):
    """An address that somebody confirmed. Private, so it makes no edition; deleted when they leave."""

    confirmed_at = models.DateTimeField(_("confirmed"), default=timezone.now)
    digest_due_at = models.DateTimeField(null=True, editable=False)
    digest_sent_at = models.DateTimeField(null=True, editable=False)  # when the last one in the outbox was due
    suspended_at = models.DateTimeField(_("cannot be reached since"), null=True, editable=False)  # mail came back

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        default_permissions = ()
        constraints = [models.UniqueConstraint(Lower("email"), name="one_subscriber_per_email")]
        indexes = [
            models.Index(fields=["digest_due_at"], condition=Q(wants_digest=True), name="digests_that_are_due"),
        ]

    def save(self, **options: Any) -> None:
        """Save; a digest keeps its time unless day or hour changed."""
        if not self.wants_digest:
            self.digest_due_at = None
        elif not self.digest_due_at or not self._is_at_its_time(self.digest_due_at):
            self.digest_due_at = self.next_digest(timezone.now())
        super().save(**options)

    @property
    def is_reachable(self) -> bool:
        """Whether mail to them arrives, as far as we know."""
        return self.suspended_at is None

    @property
    def talks(self) -> TalkQuerySet:
        """The public talks that they chose, past ones too."""
        public = Talk.objects.public()
        if self.is_for_all:
            return public.listed()
        return public.in_series(*self.series.all()) | public.listed().on_topic(*self.topics.all())

    @property
    def address(self) -> str:
        """The full private address where they change or end it; RFC 8058 programs send their POST there."""
        return absolute(reverse("mail-choice", args=[self.key]))

    def next_digest(self, after: datetime) -> datetime:
        """Return when the first digest after a moment is due: the day and hour by the department's clocks."""
        today = local(after).date()
        first = today + timedelta(days=(self.digest_day - today.weekday()) % 7)
        due = (times.at(first + weeks * WEEK, time(self.digest_hour)) for weeks in (0, 1))
        return next(moment for moment in due if moment > after)

    def last_digest(self, until: datetime) -> datetime:
        """Return when the last digest until a moment was due."""
        today = local(until).date()
        last = today - timedelta(days=(today.weekday() - self.digest_day) % 7)
        due = (times.at(last - weeks * WEEK, time(self.digest_hour)) for weeks in (0, 1))
        return next(moment for moment in due if moment <= until)

    def _is_at_its_time(self, due: datetime) -> bool:
        return self.next_digest(due - timedelta(seconds=1)) == due


class SubscriptionRequestQuerySet(HeldQuerySet):
    """Requests."""

    def open(self, now: datetime | None = None) -> Self:
        """Keep those that can still be confirmed; a talk that is over, or a draft again, invites nobody."""
        now = now or timezone.now()
        may_invite = Q(talk=None) | Q(talk__state__in=PUBLIC, talk__ends_at__gt=now)
        return self.filter(may_invite, made_at__gt=now - ASKED_FOR)

    def with_number(self, number: int) -> "SubscriptionRequest | None":
        return self.filter(pk=number).select_related("talk").first()

    def with_key(self, key: str) -> "SubscriptionRequest | None":
        """Return the one whose link has this key."""
        return self.filter(key=key).first() if "\0" not in key else None

    def over(self, now: datetime) -> Self:
        return self.filter(made_at__lte=now - ASKED_FOR)


class SubscriptionRequest(MailChoice):
    """A choice whose address nobody has confirmed yet; forgotten after ASKED_FOR."""

    made_at = models.DateTimeField(default=timezone.now)
    talk = models.ForeignKey(Talk, models.CASCADE, null=True, related_name="+")  # of which an invitation is asked for
    method = models.CharField(_("calendar"), max_length=7, choices=CalendarMethod, default=CalendarMethod.REQUEST)

    objects = SubscriptionRequestQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    @property
    def ends_at(self) -> datetime:
        """When the link stops working."""
        return self.made_at + ASKED_FOR

    @property
    def address(self) -> str:
        """The full address where it is confirmed."""
        return absolute(reverse("mail-confirmation", args=[self.key]))
