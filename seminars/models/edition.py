"""Editions: each committed change of public data makes a new one, and whatever is older than it is stale."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import Error, connection, models, transaction
from django.db.models.functions import Greatest
from django.utils import timezone

from seminars.models.many_rows import InsertingQuerySet, update_rows
from seminars.times import chosen_zone

A_SECOND, MOST_AHEAD = timedelta(seconds=1), timedelta(seconds=10)


class EditionQuerySet(models.QuerySet):
    """The one row that holds number and time."""

    def current(self) -> tuple[int, datetime | None]:
        """Return number and time of the edition in force, (0, None) before the first."""
        return next(iter(self.values_list("number", "made_at")), (0, None))

    def number(self) -> int:
        """Return the number alone: the one query of a visitor's request, so it skips the compiler (some 0.1 ms)."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT number FROM seminars_edition WHERE id = 1")
            row = cursor.fetchone()
        return row[0] if row else 0

    def make(self) -> None:
        """Raise the number, within a transaction, and hold the row until that ends: public writes take turns on it.

        Each transaction's edition has a second of its own, for clients that know only dates. Where they are committed
        faster than one a second, times run ahead of the clock, MOST_AHEAD at most, and wait for it afterwards. A time
        further ahead was given before the clock was set back: clients may know it, so the next one is later still.
        """
        if self._raise_again():
            return
        if held := getattr(connection, "edition_held", None):
            self._raise(held)
            return
        edition = self._locked()
        if edition is None:
            before = timezone.now() - A_SECOND
            self.bulk_create([Edition(pk=1, number=0, made_at=before)], ignore_conflicts=True)
            edition = self._locked()
        self._raise(edition)
        _refuse_former_zone()

    def hold(self) -> "Edition | None":
        """Take the turn of writing until the transaction ends; return the row, or None if its number was raised."""
        edition = self._locked()
        if edition is None:
            self.make()
        else:
            _refuse_former_zone()
        return edition

    def _locked(self) -> "Edition | None":
        return next(iter(self.select_for_update().filter(pk=1)), None)

    def _raise(self, edition: "Edition") -> None:
        """Count on from the milliseconds of the clock: after a restored backup no number comes a second time."""
        now = timezone.now()
        a_second_on, most = edition.made_at + A_SECOND, now + MOST_AHEAD
        ahead = a_second_on if edition.made_at > most else min(a_second_on, most)
        edition.number = max(edition.number + 1, _milliseconds(now))
        edition.made_at = max(edition.made_at, ahead, now)
        update_rows([edition], ["number", "made_at"])
        connection.edition_raised, connection.edition_held = edition.number, None
        transaction.on_commit(_forget_what_was_raised)

    def _raise_again(self) -> bool:
        """Raise the number that this transaction raised before, within its second; False where it is another's.

        What is remembered of a transaction that was rolled back, or of its undone part, is no longer the row's.
        """
        if (raised := getattr(connection, "edition_raised", None)) is None:
            return False
        now = timezone.now()
        number = max(raised + 1, _milliseconds(now))
        made_at = Greatest("made_at", models.Value(now))
        if not self.filter(pk=1, number=raised).update(number=number, made_at=made_at):
            return False
        connection.edition_raised = number
        return True


class ZoneChanged(Error):
    """The department has another time zone than when this request or command began."""


def _refuse_former_zone() -> None:
    """Raise ZoneChanged, in a turn of writing, where times were read in a zone that is no longer the department's."""
    if (ours := chosen_zone()) is None:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT time_zone FROM seminars_department WHERE id = 1")
        row = cursor.fetchone()
    if (row[0] if row else "") != ours:
        raise ZoneChanged


def _milliseconds(now: datetime) -> int:
    return int(now.timestamp() * 1000)


def _forget_what_was_raised() -> None:
    connection.edition_raised = None


class Edition(models.Model):
    """Number and time of the latest committed change of public data."""

    number = models.PositiveBigIntegerField(default=0)
    made_at = models.DateTimeField()

    objects = EditionQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="edition_is_one_row")]

    def __str__(self) -> str:
        return str(self.number)


@contextmanager
def publishing(*, savepoint: bool = True) -> Iterator[None]:
    """Run a change of public data: one transaction that makes an edition first.

    Edition first, rows after, everywhere: writers queue on the one row, so no two of them wait for each other. Within
    another one it makes no further edition, and undoes its own part alone if it fails. Writes of models and QuerySets
    do without this `savepoint`: if one fails, the part of the change that wrote has to be undone as a whole.
    """
    is_within = getattr(connection, "is_publishing", False)
    if not connection.in_atomic_block:
        _forget_what_was_raised()  # in a transaction that was rolled back
    with transaction.atomic(savepoint=savepoint or not is_within):
        if not is_within:
            Edition.objects.make()
        connection.is_publishing = True
        try:
            yield
        finally:
            connection.is_publishing = is_within


@contextmanager
def rolled_back() -> Iterator[None]:
    """Run a change only to look at what becomes of it: what is written within is undone."""
    with publishing():
        yield
        transaction.set_rollback(True)


@contextmanager
def taking_turns() -> Iterator[None]:
    """Run what checks before it writes and may write nothing: one transaction, alone among all public writes.

    What was checked within it still holds when it writes; only a write makes an edition. The first of its writes takes
    the edition's row as it was read here, and a turn within it waits for nobody, unless the turn itself may be undone
    while its transaction goes on.
    """
    if getattr(connection, "is_in_turn", False):
        with transaction.atomic():
            yield
        return
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        edition = Edition.objects.hold()
        connection.is_in_turn, connection.edition_held = is_outermost, edition if is_outermost else None
        try:
            yield
        finally:
            connection.is_in_turn, connection.edition_held = False, None


@contextmanager
def one_state() -> Iterator[None]:
    """Read everything within from one committed state, whatever others commit at the same time.

    For reading alone: it holds up no writer and waits for none. Within a transaction that is open already it adds
    nothing.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with _without_the_lock_of_writing(), transaction.atomic():
            yield


@contextmanager
def _without_the_lock_of_writing() -> Iterator[None]:
    """Let this thread's transactions begin as readers; settings have them begin as writers (SQLite, IMMEDIATE)."""
    connection.ensure_connection()  # Django learns the usual mode only as it connects
    usual, connection.transaction_mode = connection.transaction_mode, "DEFERRED"
    try:
        yield
    finally:
        connection.transaction_mode = usual


class PublicQuerySet(InsertingQuerySet):
    """A QuerySet whose writes make an edition in their own transaction; raw SQL is outside the promise."""

    # As everywhere, the edition's row is held before those that are written or, by `update_or_create`, looked up.
    update = publishing(savepoint=False)(models.QuerySet.update)
    update_or_create = publishing(savepoint=False)(models.QuerySet.update_or_create)
    delete = publishing(savepoint=False)(models.QuerySet.delete)
    bulk_create = publishing(savepoint=False)(InsertingQuerySet.bulk_create)
    bulk_update = publishing(savepoint=False)(models.QuerySet.bulk_update)

    def locked(self) -> Self:
        """Hold the rows until the transaction ends, in the order of their keys so that no two holders cross."""
        return self.select_for_update(of=("self",)).order_by("pk")


class PublicModel(models.Model):
    """A row that visitors see: saving or deleting it makes an edition."""

    objects = PublicQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"  # `series.talks.add(talk)` writes through the base manager

    def save(self, *args: Any, **options: Any) -> None:
        with publishing(savepoint=False):
            super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        with publishing(savepoint=False):
            return super().delete(*args, **options)
