"""Rows that were fetched with another row."""

from collections.abc import Iterable

from django.db import models

_KEPT = "_fetched_rows"


def fetched_rows(row: models.Model, name: str) -> Iterable[models.Model]:
    """Return `row.name.all()`, without the manager and the QuerySet that Django makes even for rows it has fetched."""
    for kept in (_KEPT, "_prefetched_objects_cache"):
        fetched = row.__dict__.get(kept, {}).get(name)
        if fetched is not None:
            return fetched
    return getattr(row, name).all()


def keep_fetched(row: models.Model, **fetched: list[models.Model]) -> None:
    """Let `fetched_rows` return these, by name. `row.name.all()` does not know of them, which saves its QuerySets."""
    row.__dict__[_KEPT] = fetched
