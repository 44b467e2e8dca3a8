"""Whom the organisers of a series think of inviting, have invited, and what these people answered.

Private: visitors never see any of it, so it makes no edition.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from seminars.models.appearance import Appearance
from seminars.models.constraints import ChoicesConstraint
from seminars.models.series import Series
from seminars.models.speaker import Speaker
from seminars.models.states import Role
from seminars.models.talk import Talk
from seminars.models.user import User

MOST_CHOICES = 99
BATCH = 500  # talks of one query


class InvitationState(models.TextChoices):
    """How far the invitation of one person is."""

    IDEA = "idea", _("Idea")
    INVITED = "invited", _("Invited")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")


ANSWERED = frozenset({InvitationState.ACCEPTED, InvitationState.DECLINED})
FURTHER = (InvitationState.IDEA, InvitationState.INVITED, InvitationState.DECLINED, InvitationState.ACCEPTED)


class SpeakerInvitationQuerySet(models.QuerySet):
    """Invitations of speakers."""

    def of_series(self, series: Series | Iterable[Series]) -> Self:
        """Keep those for talks of these series, and those of these series that have no date yet."""
        among = [series] if isinstance(series, Series) else series
        return self.filter(Q(talk__series__in=among) | Q(talk=None, series__in=among))

    def for_talks(self, talks: Iterable[Talk]) -> Self:
        return self.filter(talk__in=talks)

    def without_date(self) -> Self:
        return self.filter(talk=None)

    def in_order(self) -> Self:
        """The first choice first; of those without a date, the soonest that is wanted first."""
        return self.order_by(F("wanted_from").asc(nulls_last=True), "choice", "pk")

    def with_people(self) -> Self:
        """Read along the person, and who changed it last."""
        return self.select_related("speaker", "invited_by", "answered_by", "talk")

    def waiting(self) -> Self:
        """Keep those that were invited and have not answered, for talks still to come."""
        ahead = Q(talk=None) | Q(talk__ends_at__gt=timezone.now())
        return self.filter(ahead, state=InvitationState.INVITED)

    def follow_speakers(self, talks: Collection[int], *, by: User | None, now: datetime) -> None:
        """Note as accepted who became a speaker of these talks, by their keys, and as invited who is one no longer.

        Whatever adds or removes a speaker comes here: the form of the talk, the schedule, an import, an undo.
        """
        speaks = Appearance.objects.filter(
            talk=OuterRef("talk"), speaker=OuterRef("speaker"), role=Role.SPEAKER
        ).order_by()
        keys = sorted(talks)
        for first in range(0, len(keys), BATCH):
            rows = self.filter(talk__in=keys[first : first + BATCH]).annotate(speaks=Exists(speaks))
            for row in rows.filter(Q(speaks=True) ^ Q(state=InvitationState.ACCEPTED)):
                row.note_state(InvitationState.ACCEPTED if row.speaks else InvitationState.INVITED, by=by, now=now)
                row.save()

    def hand_on(self, speaker: Speaker) -> None:
        """Let these invitations be those of another row of the person; for each talk, the one that got furthest."""
        known = {one.talk_id: one for one in speaker.speaker_invitations.exclude(talk=None)}
        for one in self.filter(talk__in=known):
            other = known[one.talk_id]
            (one if FURTHER.index(one.state) <= FURTHER.index(other.state) else other).delete()
        self.update(speaker=speaker)

    def go_with_talks(self, talks: Iterable[Talk]) -> None:
        """Let the invitations for these talks, some of which were in another series, be of the series of the talk."""
        series = Talk.objects.filter(pk=OuterRef("talk")).order_by().values("series")
        self.filter(talk__in=talks).exclude(series=F("talk__series")).update(series=series)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class SpeakerInvitation(models.Model):
    """One person for one talk, or for a series without a date yet. `choice` 1 is the first choice.

    A talk may have several: the next choice is invited if the one before declines. `wanted_from` and `wanted_to` are
    days in the department's zone, both included; only one without a talk has them.
    """

    series = models.ForeignKey(
        Series, models.CASCADE, related_name="speaker_invitations", verbose_name=_("series")
    )  # without a talk; the series of a talk is the talk's
    talk = models.ForeignKey(
        Talk, models.SET_NULL, null=True, blank=True, related_name="speaker_invitations", verbose_name=_("talk")
    )
    speaker = models.ForeignKey(Speaker, models.PROTECT, related_name="speaker_invitations", verbose_name=_("person"))
    choice = models.PositiveSmallIntegerField(_("choice"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=InvitationState, default=InvitationState.IDEA)
    wanted_from = models.DateField(_("wanted from"), null=True, blank=True)
    wanted_to = models.DateField(_("wanted until"), null=True, blank=True)
    note = models.CharField(_("private note"), max_length=300, blank=True)
    added_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")  # who noted the answer
    answered_at = models.DateTimeField(null=True)

    objects = SpeakerInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation of a speaker")
        verbose_name_plural = _("invitations of speakers")
        default_permissions = ()
        ordering = ["choice", "pk"]
        constraints = [
            ChoicesConstraint(name="invitation_state_is_known", condition=Q(state__in=list(InvitationState))),
            models.UniqueConstraint(
                fields=["talk", "speaker"],
                name="speaker_is_invited_once_to_a_talk",
                violation_error_message=_("This person is already on the list of this date."),
            ),
            models.CheckConstraint(
                name="wanted_span_is_in_order",
                condition=Q(wanted_to__isnull=True) | Q(wanted_to__gte=F("wanted_from")),
                violation_error_message=_("The last day must not be before the first. Choose a later last day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.speaker} ({self.get_state_display()})"

    @property
    def home(self) -> int:
        """The key of the series whose organisers see it."""
        return self.talk.series_id if self.talk_id else self.series_id

    @property
    def is_at_talk(self) -> bool:
        """Tell whether the person is a speaker of the talk; its people are read along."""
        return bool(self.talk) and any(one.speaker_id == self.speaker_id for one in self.talk.people_as(Role.SPEAKER))

    def note_state(self, state: str, *, by: User | None, now: datetime) -> None:
        """Set the state, unsaved, and who noted it when; an earlier state forgets what came after it."""
        self.state = state
        if state == InvitationState.IDEA:
            self.invited_by = self.invited_at = None
        elif state == InvitationState.INVITED or self.invited_at is None:
            self.invited_by, self.invited_at = by, now
        self.answered_by, self.answered_at = (by, now) if state in ANSWERED else (None, None)

    def clean(self) -> None:
        if self.wanted_to and not self.wanted_from:
            self.wanted_from = self.wanted_to
        if self.wanted_from and self.wanted_to and self.wanted_to < self.wanted_from:
            sentence = _("The last day must not be before the first. Choose a later last day.")
            raise ValidationError({"wanted_to": sentence})
