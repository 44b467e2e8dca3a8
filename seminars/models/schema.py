"""Which migrations this program has, and how far the database is."""

from functools import lru_cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


@lru_cache(maxsize=1)
def _loader() -> MigrationLoader:
    """Read the migrations once: a program does not change while it runs."""
    return MigrationLoader(None)


@lru_cache(maxsize=1)
def newest_migrations() -> frozenset[tuple[str, str]]:
    """Return the last migration of each app, as its label and its name."""
    return frozenset(_loader().graph.leaf_nodes())


def missing_migrations() -> list[str]:
    """Return the last migrations that the database lacks, as "app.name"; empty if it is up to date."""
    return sorted(".".join(one) for one in newest_migrations() - applied_migrations())


def unknown_migrations(applied: list[str]) -> list[str]:
    """Return those of these migrations, "app.name", that only a newer release knows.

    Migrations of apps that are not installed do not count.
    """
    known, ours = {".".join(one) for one in _loader().disk_migrations}, _loader().migrated_apps
    return [name for name in applied if name.partition(".")[0] in ours and name not in known]


def applied_migrations() -> set[tuple[str, str]]:
    """Return the migrations that were applied to the database."""
    return set(MigrationRecorder(connection).applied_migrations())
