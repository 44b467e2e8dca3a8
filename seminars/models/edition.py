"""Editions: each committed change of public data makes a new one, and whatever is older than it is stale."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Self

from django.db import models, transaction
from django.db.models.functions import Greatest
from django.utils import timezone


class EditionQuerySet(models.QuerySet):
    """The one row that numbers the publication."""

    def current(self) -> tuple[int, datetime | None]:
        """Return number and time of the edition in force, (0, None) before the first."""
        return self.values_list("number", "made_at").first() or (0, None)

    def make(self) -> None:
        """Raise the number, holding the row until the transaction ends: public writes take turns on it."""
        if not self._raise():
            self.bulk_create([Edition(pk=1, number=0, made_at=timezone.now())], ignore_conflicts=True)
            self._raise()

    def _raise(self) -> int:
        now = timezone.now()
        return self.filter(pk=1).update(number=models.F("number") + 1, made_at=Greatest("made_at", models.Value(now)))


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
def publishing() -> Iterator[None]:
    """Run a change of public data: one transaction that makes an edition first.

    Edition first, rows after, everywhere: writers queue on the one row, so no two of them wait for each other.
    """
    with transaction.atomic():
        Edition.objects.make()
        yield


class PublicQuerySet(models.QuerySet):
    """A QuerySet whose writes make an edition in their own transaction; raw SQL is outside the promise."""

    def update(self, **fields: Any) -> int:
        with publishing():
            return super().update(**fields)

    update.alters_data = True

    def delete(self) -> tuple[int, dict[str, int]]:
        with publishing():
            return super().delete()

    delete.alters_data = True
    delete.queryset_only = True

    def bulk_create(self, objs: Iterable[models.Model], *args: Any, **options: Any) -> list[models.Model]:
        with publishing():
            return super().bulk_create(objs, *args, **options)

    def bulk_update(self, objs: Iterable[models.Model], fields: Collection[str], batch_size: int | None = None) -> int:
        with publishing():
            return super().bulk_update(objs, fields, batch_size=batch_size)

    bulk_update.alters_data = True

    def locked(self) -> Self:
        """Hold the rows until the transaction ends, in the order of their keys so that no two holders cross."""
        return self.select_for_update(of=("self",)).order_by("pk")


class PublicModel(models.Model):
    """A row that visitors see: saving or deleting it makes an edition."""

    objects = PublicQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        with publishing():
            super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        with publishing():
            return super().delete(*args, **options)
