"""Periodic tasks: what `manage.py work` does regularly, and which worker does it at the moment."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models

SENDING_LETTERS = "send letters"  # the row whose `done_at` says when a worker was last there
LEASE = timedelta(minutes=30)  # longer than any task takes: afterwards its worker is gone


class PeriodicTaskQuerySet(models.QuerySet):
    """Tasks by name."""

    def claim(self, name: str, now: datetime) -> bool:
        """Take a task that is due for this worker; False if it is not due or another worker has it."""
        if not self.filter(name=name).exists():
            self.bulk_create([self.model(name=name, due_at=now)], ignore_conflicts=True)
        is_free = models.Q(leased_until=None) | models.Q(leased_until__lte=now)
        is_free |= models.Q(leased_until__gt=now + LEASE)  # taken before the clock was set back
        return bool(self.filter(is_free, name=name, due_at__lte=now).update(leased_until=now + LEASE))

    def note_done(self, name: str, now: datetime, *, due_at: datetime, problem: str = "") -> None:
        """Let the task rest until it is due again."""
        self.filter(name=name).update(leased_until=None, done_at=now, due_at=due_at, problem=problem[:500])

    def bring_forward(self, latest: dict[str, datetime]) -> None:
        """Let no task be due later than then: the clock was set back, or the task has become more frequent."""
        for name, moment in latest.items():
            self.filter(name=name, due_at__gt=moment).update(due_at=moment)

    def last_done(self, name: str) -> datetime | None:
        return self.filter(name=name).values_list("done_at", flat=True).first()

    def with_problems(self) -> Self:
        return self.exclude(problem="").order_by("name")


class PeriodicTask(models.Model):
    """A task, and when it is due again. Private, so it makes no edition."""

    name = models.CharField(max_length=40, unique=True)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=500, blank=True)  # of the last time

    objects = PeriodicTaskQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
