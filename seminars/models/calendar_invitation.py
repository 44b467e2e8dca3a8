"""Invitations to one talk: who has its entry in their calendar by mail, and which version of it they were sent."""

from datetime import datetime, timedelta
from typing import NamedTuple, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from seminars.models.page_addresses import absolute
from seminars.models.quiet_time import has_waited, is_quiet
from seminars.models.states import GOING_AHEAD, State
from seminars.models.subscriber import AddressQuerySet, CalendarMethod, new_key
from seminars.models.talk import Talk

KEPT = timedelta(weeks=4)  # after the talk
KEPT_WHILE_POSTPONED = timedelta(weeks=26)  # after its old date: the new one may be in another term


class SentEntry(NamedTuple):
    """What is remembered of a letter: the version of the entry, and what it was called if the talk is withdrawn."""

    sequence: int
    stamped_at: datetime
    summary: str
    starts_at: datetime
    is_in_calendar: bool


class CalendarInvitationQuerySet(AddressQuerySet):
    """Invitations to one talk each."""

    def with_number(self, number: int) -> "CalendarInvitation | None":
        """Return the one with this primary key, None if its reader has ended it."""
        return self.filter(pk=number).first()

    def with_key(self, key: str) -> "CalendarInvitation | None":
        """Return the one whose private address has this key."""
        return self.filter(key=key).select_related("talk").first() if "\0" not in key else None

    def for_lists(self) -> Self:
        """Read along what a list names, the earliest talk first."""
        rows = self.select_related("talk").prefetch_related("talk__appearances__speaker")
        return rows.order_by("talk__starts_at", Lower("email"))

    def outdated(self, now: datetime) -> Self:
        """Keep those whose talk has changed since the last letter, unless the calendar need not know.

        It knows nothing of a talk that did not go ahead when the first letter was due, and a talk that was called off
        is no longer in it.
        """
        is_newer = Q(sent_sequence=None) | Q(sent_sequence__lt=F("talk__sequence"))
        has_news = Q(talk__state__in=GOING_AHEAD) | Q(is_in_calendar=True)
        return self.filter(is_newer, has_news, talk__ends_at__gt=now)

    def unasked(self) -> Self:
        """Keep those for whose version of the talk no letter was put into the outbox yet."""
        return self.filter(Q(put_sequence=None) | Q(put_sequence__lt=F("talk__sequence")))

    def settled(self, now: datetime) -> Self:
        """Keep those whose talk nobody changed for a while, and those that have waited long enough."""
        return self.filter(is_quiet("talk__changed_at", now) | has_waited("outdated_since", now))

    def over(self, now: datetime) -> Self:
        """Keep those that are of no use any more."""
        is_past = Q(talk__ends_at__lte=now - KEPT) & ~Q(talk__state=State.POSTPONED)
        return self.filter(is_past | Q(talk__ends_at__lte=now - KEPT_WHILE_POSTPONED))

    def note_sent(self, key: int, sent: SentEntry) -> None:
        """Note which version the mail server took; an older letter that arrives later changes nothing."""
        not_newer = Q(sent_sequence=None) | Q(sent_sequence__lte=sent.sequence)
        self.filter(not_newer, pk=key).update(
            sent_sequence=sent.sequence,
            sent_at=sent.stamped_at,
            sent_summary=sent.summary,
            sent_start=sent.starts_at,
            is_in_calendar=sent.is_in_calendar,
            outdated_since=None,
        )


class CalendarInvitation(models.Model):
    """One talk for one confirmed address. Private, so it makes no edition; deleted when the reader ends it."""

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="+", verbose_name=_("talk"))
    email = models.EmailField(_("email address"))
    key = models.CharField(max_length=16, unique=True, default=new_key)
    language = models.CharField(
        _("language"), max_length=10, blank=True
    )  # of the page where it was asked for; "": the department's
    method = models.CharField(max_length=7, choices=CalendarMethod, default=CalendarMethod.REQUEST)
    asked_at = models.DateTimeField(_("asked for"), default=timezone.now)  # the last time
    put_sequence = models.PositiveIntegerField(null=True)  # for which a letter was put into the outbox
    outdated_since = models.DateTimeField(null=True)  # when a worker first saw that the talk has changed
    sent_sequence = models.PositiveIntegerField(null=True)  # of the last letter, as are the others below
    sent_at = models.DateTimeField(_("last sent"), null=True)  # DTSTAMP
    sent_summary = models.CharField(max_length=255, blank=True)
    sent_start = models.DateTimeField(null=True)
    is_in_calendar = models.BooleanField(default=False)  # and not called off again

    objects = CalendarInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar invitation")
        verbose_name_plural = _("calendar invitations")
        default_permissions = ()
        constraints = [models.UniqueConstraint("talk", Lower("email"), name="one_invitation_per_talk_and_email")]

    def __str__(self) -> str:
        return self.email

    @property
    def address(self) -> str:
        """The full private address where they end it; RFC 8058 programs send their POST there."""
        return absolute(reverse("mail-choice", args=[self.key]))

    def next_stamp(self, now: datetime) -> datetime:
        """Return DTSTAMP for a letter: whole seconds in UTC, later than the last one even if the clock was set back."""
        earliest = self.sent_at + timedelta(seconds=1) if self.sent_at else now
        return max(now, earliest).replace(microsecond=0)
