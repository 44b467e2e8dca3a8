"""Which people were anonymised, so that a backup from before does not bring their names back."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from seminars.text import fold


class Subject(models.TextChoices):
    """What kind of row a person was."""

    SPEAKER = "speaker"
    ACCOUNT = "account"
    EMAIL = "email"  # of somebody who may have no row; the key is 0


class AnonymisedPersonQuerySet(models.QuerySet):
    """People who were anonymised."""

    def note(self, kind: Subject, key: int, names: Iterable[str]) -> None:
        """Note each name under which the row was: a backup may have it under an earlier one."""
        digests = dict.fromkeys(map(digest_of, names))
        self.bulk_create(self.model(kind=kind, key=key, digest=digest) for digest in digests)

    def take(self, kept: Iterable[Iterable[str]]) -> None:
        """Note what `as_kept` returned of another state of the database."""
        self.bulk_create(
            self.model(kind=kind, key=int(key), digest=digest, made_at=datetime.fromisoformat(made_at))
            for kind, key, digest, made_at in kept
        )

    def as_kept(self) -> list[list[str]]:
        """Return kind, key, digest and time (ISO 8601, in UTC) of each, as JSON can hold them."""
        rows = self.order_by("pk").values_list("kind", "key", "digest", "made_at")
        return [[kind, str(key), digest, made_at.astimezone(UTC).isoformat()] for kind, key, digest, made_at in rows]


class AnonymisedPerson(models.Model):
    """The key of a row that was anonymised, without a name: a digest shows whether an old row is the same person.

    Keys alone do not: after a backup was restored, a new person may get the key of one who is not in it.
    """

    kind = models.CharField(max_length=10, choices=Subject)
    key = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=32)
    made_at = models.DateTimeField(default=timezone.now)

    objects = AnonymisedPersonQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


def digest_of(name: str) -> str:
    """Return a digest of a name, which nobody can guess names by without the SECRET_KEY."""
    return salted_hmac("seminars.anonymised", fold(name), algorithm="sha256").hexdigest()[:32]
