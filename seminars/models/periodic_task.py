"""Periodic tasks: what `manage.py work` does regularly, and which worker does it at the moment."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models, transaction
from django.utils import timezone

SENDING_LETTERS = "send letters"  # the row whose `done_at` says when a worker was last there
IS_WORKING = timedelta(minutes=2)  # since a worker was last there; it gives a sign of life every half minute
LEASE = timedelta(minutes=30)  # longer than any task takes: afterwards its worker is gone


class LeftUndone(Exception):
    """A task was done but for something that a person has to see to. The desk shows its words."""


class PeriodicTaskQuerySet(models.QuerySet):
    """Tasks by name."""

    def hold(self, name: str) -> None:
        """Take the turn of a task until the transaction ends."""
        if not list(self.select_for_update().filter(name=name)):
            self.bulk_create([self.model(name=name)], ignore_conflicts=True)
            list(self.select_for_update().filter(name=name))

    def claim(self, name: str, *, first_at: datetime, lease: timedelta = LEASE) -> datetime | None:
        """Take a task that is due for this worker; return the end of its lease, None if it is not due or taken.

        `first_at` is when a task that is new here is due. A `lease` is longer than the task takes.
        """
        now = timezone.now()
        row = self.filter(name=name).first()
        if row is not None and not row.is_due(now):  # which holds up nobody
            return None
        with transaction.atomic():
            self.hold(name)
            now = timezone.now()
            row = self.get(name=name)
            row.due_at = row.due_at or first_at
            is_ours = row.is_due(now)
            row.leased_until = now + lease if is_ours else row.leased_until
            row.save(update_fields=["due_at", "leased_until"])
        return row.leased_until if is_ours else None

    def note_done(self, name: str, leased_until: datetime, *, due_at: datetime | None, problem: str = "") -> None:
        """Let the task rest until it is due again, None for at once, if it is still this worker's."""
        mine = self.filter(name=name, leased_until=leased_until)
        mine.update(leased_until=None, done_at=timezone.now(), due_at=due_at, problem=problem[:500])

    def give_back(self, name: str, leased_until: datetime) -> None:
        """Let another worker begin it at once."""
        self.filter(name=name, leased_until=leased_until).update(leased_until=None)

    def bring_forward(self, name: str, latest: datetime) -> None:
        """Let a task be due no later than then: the clock was set back, or the task has become more frequent."""
        if self.filter(name=name, due_at__gt=latest).exists():
            self.filter(name=name).update(due_at=latest)

    def note_alive(self, name: str, problem: str = "") -> None:
        """Note that a worker is there, and what keeps it from working."""
        if not self.filter(name=name).update(done_at=timezone.now(), problem=problem[:500]):
            self.bulk_create([self.model(name=name, done_at=timezone.now())], ignore_conflicts=True)

    def last_done(self, name: str) -> datetime | None:
        return self.filter(name=name).values_list("done_at", flat=True).first()

    def is_worker_there(self, now: datetime) -> bool:
        """Tell whether a worker gave a sign of life lately, by clocks that may differ a little."""
        seen = self.last_done(SENDING_LETTERS)
        return seen is not None and abs(now - seen) < IS_WORKING

    def with_problems(self) -> Self:
        """Keep those that failed the last time; that of sending is told with the letters."""
        return self.exclude(problem="").exclude(name=SENDING_LETTERS).order_by("name")

    def problem_of(self, name: str) -> str:
        return self.filter(name=name).values_list("problem", flat=True).first() or ""


class PeriodicTask(models.Model):
    """A task, and when it is due again. Private, so it makes no edition."""

    name = models.CharField(max_length=40, unique=True)
    due_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=500, blank=True)  # of the last time

    objects = PeriodicTaskQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    def is_due(self, now: datetime) -> bool:
        """Tell whether a worker may do it now. A lease too far in the future is from before the clock was set back."""
        is_free = self.leased_until is None or self.leased_until <= now or self.leased_until > now + 2 * LEASE
        return is_free and (self.due_at is None or self.due_at <= now)
