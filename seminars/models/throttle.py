"""How often something was done lately by one visitor or for one account, counted for all processes and machines."""

from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

BATCH = 100  # rows that one use deletes at most


class ThrottleQuerySet(models.QuerySet):
    """Counts within spans that begin with the first use."""

    def take(self, name: str, whose: str, *, limit: int, per: timedelta) -> datetime | None:
        """Count one use more of `name` by `whose`; return None if it is within the limit, else when the span ends.

        Uses beyond the limit write nothing, so a flood of them cannot hold up those who save.
        """
        now, key = timezone.now(), _key(name, whose)
        # A span that ends later than one that begins now was counted before the clock was set back.
        if row := self.filter(key=key, ends_at__gt=now, ends_at__lte=now + per, uses__gte=limit).first():
            return row.ends_at
        with transaction.atomic():
            row, _made = self.select_for_update().get_or_create(key=key, defaults={"ends_at": now + per})
            if not now < row.ends_at <= now + per:
                row.uses, row.ends_at = 0, now + per
            if row.uses >= limit:
                return row.ends_at
            row.uses += 1
            row.save(update_fields=["uses", "ends_at"])
            self._delete_some_over(now)
        return None

    def uses(self, name: str, whose: str) -> int:
        """Return how often it was done in the span that has begun."""
        row = self.filter(key=_key(name, whose), ends_at__gt=timezone.now()).first()
        return row.uses if row else 0

    def _delete_some_over(self, now: datetime) -> None:
        """Delete some rows that count nothing. Skip those that somebody has locked: two could wait for each other."""
        old = self.over(now).select_for_update(skip_locked=True)
        self.filter(pk__in=list(old.values_list("pk", flat=True)[:BATCH])).delete()

    def over(self, now: datetime) -> "ThrottleQuerySet":
        """Return the rows that count nothing any longer."""
        return self.filter(ends_at__lte=now)


def _key(name: str, whose: str) -> str:
    return salted_hmac("seminars.throttle", f"{name}:{whose}", algorithm="sha256").hexdigest()


class Throttle(models.Model):
    """The uses in one span; its key is a digest, so that the rows do not tell who asked for what."""

    key = models.CharField(max_length=64, unique=True)
    ends_at = models.DateTimeField(db_index=True)
    uses = models.PositiveIntegerField(default=0)

    objects = ThrottleQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.uses} until {self.ends_at:%H:%M}"
