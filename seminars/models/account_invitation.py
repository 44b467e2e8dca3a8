"""Invitations: somebody without an account is asked to make one, with a role that waits for them."""

import secrets
from datetime import datetime, timedelta
from typing import Self

from django.core.signing import Signer
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from seminars.models.page_addresses import absolute
from seminars.models.series import Series
from seminars.models.user import User

VALID_FOR = timedelta(days=7)


class AccountRole(models.TextChoices):
    """What somebody does here; `access` says what that allows."""

    ORGANISER = "organiser", _("Organiser of series")
    ADMINISTRATOR = "administrator", _("Administrator")
    MEMBER = "member", _("Member")


def new_key() -> str:
    """Return a random part for an address that nobody can guess."""
    return secrets.token_urlsafe(16)


class InvitationQuerySet(models.QuerySet):
    """Invitations."""

    def waiting(self) -> "InvitationQuerySet":
        """Keep those that nobody has accepted, expired ones included."""
        return self.filter(accepted_at=None)

    def for_lists(self) -> "InvitationQuerySet":
        """Read along what a list names, the newest first."""
        rows = self.select_related("invited_by", "person").prefetch_related("series")
        return rows.order_by("-sent_at", "-pk")

    def with_inviter(self, number: int) -> "Invitation | None":
        """Return the one with this key, if nobody has accepted it."""
        return self.waiting().filter(pk=number).select_related("invited_by").first()

    def by_token(self, token: str) -> "InvitationQuerySet":
        """Keep the one that this token opens; raise BadSignature for what never was a token."""
        number, key = _signer().unsign_object(token)
        return self.filter(pk=number, key=key)


class Invitation(models.Model):
    """An invitation, whose link works once and for a week; one that was accepted names the account."""

    email = models.EmailField(_("email"))
    first_name = models.CharField(_("first name"), max_length=150, blank=True)
    last_name = models.CharField(_("last name"), max_length=150, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=AccountRole, default=AccountRole.ORGANISER)
    series = models.ManyToManyField(Series, blank=True, related_name="+", verbose_name=_("series"))
    invited_by = models.ForeignKey(User, models.CASCADE, related_name="invitations", verbose_name=_("invited by"))
    key = models.CharField(max_length=32, default=new_key)
    sent_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True)
    person = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                models.functions.Lower("email"),
                condition=models.Q(accepted_at=None),
                name="one_open_invitation_per_email",
            )
        ]

    def __str__(self) -> str:
        name = f"{self.first_name} {self.last_name}".strip()
        return f"{name} ({self.email})" if name else self.email

    @property
    def ends_at(self) -> datetime:
        """When the link stops working."""
        return self.sent_at + VALID_FOR

    def is_open(self) -> bool:
        """Tell whether the link works."""
        return self.accepted_at is None and self.ends_at > timezone.now()

    @property
    def address(self) -> str:
        """The full address of the link, secret part included."""
        return absolute(reverse("invitation-link", args=[_signer().sign_object([self.pk, self.key])]))

    def renew(self) -> Self:
        """Begin another week with another link."""
        self.key, self.sent_at = new_key(), timezone.now()
        self.save(update_fields=["key", "sent_at", "invited_by"])
        return self


def _signer() -> Signer:
    """Sign with the site's key, so that rows alone, a stolen backup say, open no account."""
    return Signer(salt="seminars.invitation", sep=".")
