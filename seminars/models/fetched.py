"""Rows that were fetched with another row."""

from collections.abc import Iterable

from django.db import models


def fetched_rows(row: models.Model, name: str) -> Iterable[models.Model]:
    """Return `row.name.all()`, without the manager and the QuerySet that Django makes even for rows it has fetched."""
    fetched = row.__dict__.get("_prefetched_objects_cache", {}).get(name)
    return getattr(row, name).all() if fetched is None else fetched
