"""Tokens for programs, and the answers that are kept so that a request that is sent twice changes things once."""

import hashlib
import re
import secrets
import string
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from seminars.models.series import Series
from seminars.models.user import User
from seminars.times import today

PREFIX = "sem_"  # by which scanners of repositories find a token that somebody published
LETTERS, LENGTH = string.ascii_letters + string.digits, 40  # 238 random bits
WRITTEN = re.compile(rf"{PREFIX}[A-Za-z0-9]{{{LENGTH}}}")
LONGEST_KEY = 255  # characters of an Idempotency-Key
KEPT = timedelta(hours=24)  # an answer
RUNS_AT_MOST = timedelta(minutes=2)  # a request: an answer that is missing then will never come


def new_token() -> str:
    """Return a token that nobody can guess."""
    return PREFIX + "".join(secrets.choice(LETTERS) for _letter in range(LENGTH))


def digest_of(written: str) -> str:
    """Return what is stored of a token: with so many random bits a plain digest tells nothing."""
    return hashlib.sha256(written.encode()).hexdigest()


class ApiTokenQuerySet(models.QuerySet):
    """Tokens of programs."""

    def written_as(self, written: str) -> "ApiToken | None":
        """Return the token that a program sends, with its person and series; None for any other text."""
        if not WRITTEN.fullmatch(written):
            return None
        return self.filter(digest=digest_of(written)).select_related("person", "series").first()

    def over(self, now: datetime) -> Self:
        """Keep those that have expired."""
        return self.filter(ends_at__lte=now)

    def for_lists(self) -> Self:
        """Read along what a list names, the newest first."""
        return self.select_related("person", "series").order_by("-made_at", "-pk")

    def note_use(self, token: "ApiToken") -> None:
        """Note the department's day, which is written once a day."""
        if token.last_used_on != (day := today()):
            self.filter(pk=token.pk).update(last_used_on=day)


class ApiToken(models.Model):
    """What a program may do for one person: never more than that person may, in one series if it names one."""

    person = models.ForeignKey(User, models.CASCADE, related_name="api_tokens", verbose_name=_("person"))
    name = models.CharField(_("name"), max_length=100, help_text=_("What uses it, for example “Website of the group”."))
    series = models.ForeignKey(
        Series, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("series")
    )
    may_change_talks = models.BooleanField(_("create and change talks"), default=False)
    may_change_shared_rows = models.BooleanField(_("add, change and delete speakers, rooms and topics"), default=False)
    may_change_series = models.BooleanField(_("change series and breaks"), default=False, db_default=False)
    # Whether the university had signed in the person who made it: then no step of a sign-in with a password is missing.
    is_vouched_for = models.BooleanField(default=False, db_default=False, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    ending = models.CharField(max_length=4, editable=False)  # by which its owner tells it from others
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    ends_at = models.DateTimeField(_("expires"))
    last_used_on = models.DateField(_("last used"), null=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name

    def is_over(self, now: datetime | None = None) -> bool:
        return self.ends_at <= (now or timezone.now())


class KeptAnswerQuerySet(models.QuerySet):
    """Answers to requests with an Idempotency-Key."""

    def over(self, now: datetime) -> Self:
        """Keep those that are told no longer."""
        return self.filter(made_at__lte=now - KEPT)

    def begin(self, token: ApiToken, key: str, request: str) -> "tuple[KeptAnswer, bool]":
        """Return the row of this key and whether it is new; a request that stopped without an answer counts as none."""
        now = timezone.now()
        theirs = self.filter(token=token, key=key)
        theirs.filter(
            models.Q(made_at__lte=now - KEPT) | models.Q(status=None, made_at__lte=now - RUNS_AT_MOST)
        ).delete()
        return self.get_or_create(token=token, key=key, defaults={"request": request, "made_at": now})


class KeptAnswer(models.Model):
    """The answer to one request of a program, or that it still runs; kept for a day."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="+")
    key = models.CharField(max_length=LONGEST_KEY)
    request = models.CharField(max_length=64)  # a digest of method, address and body
    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    status = models.PositiveSmallIntegerField(null=True)  # None: it still runs
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)

    objects = KeptAnswerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="token_has_an_answer_once")]

    def __str__(self) -> str:
        return self.key
