"""Which migrations this program has, and how far the database is."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations of this program, as the label of their app and their name.

    Django's loader imports each of them, and psycopg with the first: 10 MB that a worker would keep because a load
    balancer once asked whether it is ready. A program does not change while it runs, so they are read once.
    """
    return frozenset((app.label, name) for app in apps.get_app_configs() for name in _names(app.label))


def _names(app: str) -> list[str]:
    """Return the names of the migrations of an app, by the rule of `MigrationLoader.load_disk`."""
    package, is_chosen = MigrationLoader.migrations_module(app)
    if package is None:
        return []
    try:
        path = import_module(package).__path__
    except ModuleNotFoundError:
        if is_chosen:
            raise
        return []
    return [module.name for module in iter_modules(path) if not module.ispkg and module.name[0] not in "_~"]


def missing_migrations() -> list[str]:
    """Return the last migration of each app that the database lacks, as "app.name"; empty if it is up to date."""
    last_of_each = dict(sorted(known_migrations() - applied_migrations()))
    return [".".join(one) for one in last_of_each.items()]


def unknown_migrations(applied: list[str]) -> list[str]:
    """Return those of these migrations, "app.name", that only a newer release knows.

    Migrations of apps that are not installed do not count.
    """
    known = known_migrations()
    ours = {app for app, _name in known}
    return [name for name in applied if name.partition(".")[0] in ours and tuple(name.split(".", 1)) not in known]


def applied_migrations() -> set[tuple[str, str]]:
    """Return the migrations that were applied to the database."""
    return set(MigrationRecorder(connection).applied_migrations())
