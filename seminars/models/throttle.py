"""How often something was done lately by one visitor or for one account, counted for all processes and machines."""

from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac


class ThrottleQuerySet(models.QuerySet):
    """Counts within spans that begin with the first use."""

    def take(self, name: str, whose: str, *, limit: int, per: timedelta) -> datetime | None:
        """Count one use more of `name` by `whose`; return None if it is within the limit, else when the span ends.

        Uses beyond the limit write nothing, so a flood of them cannot hold up those who save.
        """
        now = timezone.now()
        key = salted_hmac("seminars.throttle", f"{name}:{whose}", algorithm="sha256").hexdigest()
        if row := self.filter(key=key, ends_at__gt=now, uses__gte=limit).first():
            return row.ends_at
        with transaction.atomic():
            self.over(now).delete()
            row, _made = self.select_for_update().get_or_create(key=key, defaults={"ends_at": now + per})
            if row.uses >= limit:
                return row.ends_at
            self.filter(pk=row.pk).update(uses=models.F("uses") + 1)
        return None

    def over(self, now: datetime) -> "ThrottleQuerySet":
        """Return the rows that count nothing any longer."""
        return self.filter(ends_at__lte=now)


class Throttle(models.Model):
    """The uses in one span; its key is a digest, so that the rows do not tell who asked for what."""

    key = models.CharField(max_length=64, unique=True)
    ends_at = models.DateTimeField(db_index=True)
    uses = models.PositiveIntegerField(default=0)

    objects = ThrottleQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.uses} until {self.ends_at:%H:%M}"
