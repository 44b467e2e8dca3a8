"""People who sign in: administrators, organisers and members."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.signing import BadSignature, Signer
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person with a sign-in: administrators are superusers, organisers have a series, everyone else is a member."""

    email = models.EmailField(_("email"), help_text=_("We send a link here if you forget your password."), blank=True)
    feed_key = models.CharField(max_length=32, blank=True, editable=False)  # blank: no private calendar
    has_put_steps_away = models.BooleanField(default=False, db_default=False, editable=False)  # the first steps
    wants_open_items = models.BooleanField(default=False, db_default=False, editable=False)  # by email, each Monday
    # The group of the university that made this person an administrator; "": the rights were given on the desk.
    administrator_from_group = models.CharField(max_length=255, blank=True, default="", db_default="", editable=False)
    groups_seen_at = models.DateTimeField(null=True, editable=False)  # when the university told this person's groups
    # Somebody else chose or read the password: until it is replaced, it opens only the page that replaces it.
    has_temporary_password = models.BooleanField(default=False, editable=False)

    # How long rights of groups count after the university told the groups: for a person who is signed in, and for one
    # who is not, but has a token, a private calendar or an invitation that is under way.
    SIGNED_IN, AWAY = timedelta(hours=12), timedelta(days=30)
    groups_count_for = SIGNED_IN  # `access.away` says so for a request or a letter
    is_vouched_for = False  # whether the university signed them in; `sign_in_backends` says so for a request

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                models.functions.Lower("email"),
                condition=~models.Q(email=""),
                name="user_emails_differ",
                violation_error_message=_("Another person signs in with this email address. Use a different one."),
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def has_recent_groups(self) -> bool:
        """Whether rights that groups of the university gave still count."""
        seen_at = self.groups_seen_at
        return seen_at is not None and timezone.now() - seen_at < self.groups_count_for

    @property
    def deciding_group(self) -> str:
        """The group that decides whether this person is an administrator, "" if the desk does."""
        return self.administrator_from_group if self.administrator_from_group in groups_that_decide() else ""

    @property
    def is_led_by_groups(self) -> bool:
        """Whether groups decide what this person may do, as far as the desk has not given it."""
        return bool(self.deciding_group) or self.series_rows.from_groups().exists()

    def set_password(self, raw_password: str | None) -> None:
        """Set a password that the person chose. Code that sets one for somebody else then marks it as temporary."""
        super().set_password(raw_password)
        self.has_temporary_password = False

    @classmethod
    def administrators(cls) -> "models.QuerySet[User]":
        """Return those who are active, without those whose group was told too long ago for any purpose."""
        still = models.Q(administrator_from_group="") | models.Q(groups_seen_at__gt=timezone.now() - cls.AWAY)
        return cls.objects.filter(still, is_superuser=True, is_active=True)

    @classmethod
    def wanting_open_items(cls) -> "models.QuerySet[User]":
        """Return those who get the Monday email about what is open."""
        return cls.objects.filter(is_active=True, wants_open_items=True).exclude(email="")

    @property
    def feed_token(self) -> str:
        """The secret part of the address of their private calendar, "" while they have none."""
        return _signer().sign(f"{self.pk}.{self.feed_key}") if self.feed_key else ""

    @classmethod
    def with_feed_token(cls, token: str) -> Self | None:
        """Return whose token this is, None if it was one and is so no longer; raise BadSignature for any other text."""
        key, _dot, feed_key = _signer().unsign(token).partition(".")
        if not feed_key:
            raise BadSignature(token)
        return cls.objects.filter(pk=key, feed_key=feed_key).first()


def groups_that_decide() -> frozenset[str]:
    """Return the groups that give and take rights at each single sign-on; what others gave is left to the desk."""
    return settings.SINGLE_SIGN_ON.groups if settings.SINGLE_SIGN_ON else frozenset()


def _signer() -> Signer:
    """Sign with the site's key, so that rows alone, a stolen backup say, open no calendar."""
    return Signer(salt="seminars.private-calendar", sep=".")
