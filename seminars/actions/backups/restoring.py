"""Restores a backup into a new database, migrates it there, and only then puts it into the place of the old one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.utils.translation import gettext as _

from seminars.actions.backups import backup_file, postgresql
from seminars.actions.backups.making import ENGINES, explained, restored
from seminars.actions.backups.work_folders import work_folder
from seminars.models.schema import unknown_migrations


def check(path: Path) -> bool:
    """Restore into a scratch database and compare; return False if it could only be read.

    Raise ValidationError if it cannot be restored here.
    """
    with explained(), work_folder(ENGINES[connection.vendor].work_parent()) as folder:
        _refuse_foreign(path)
        with restored(path, folder) as place:
            return place is not None


def restore(path: Path) -> str:
    """Replace the site's database by the backup; return where the old database is kept, "" if there was none.

    Raise ValidationError, with the old database in its place, if the backup cannot be restored here, if the site is
    running, or if a migration fails.
    """
    engine = ENGINES[connection.vendor]
    with explained():
        _refuse_foreign(path)
        engine.refuse_others()
        if connection.vendor == "postgresql":
            postgresql.refuse_irreplaceable()
        with work_folder(engine.work_parent()) as folder, restored(path, folder) as place:
            if place is None:
                postgresql.fill_empty(folder / "restored")
                kept = ""
            else:
                with _connected_to(place):
                    call_command("migrate", verbosity=0, interactive=False)
                kept = engine.swap(place)
        cache.clear()
    return kept


def _refuse_foreign(path: Path) -> None:
    """Raise ValidationError for the backup of another kind of database or of a newer release."""
    manifest = backup_file.manifest_of(path)
    if manifest.engine != connection.vendor:
        sentence = _(
            "%(path)s is a backup of %(its)s, but DATABASE_URL names %(ours)s. Set DATABASE_URL to a database of that "
            "kind, or use “manage.py export_site” to move to another kind."
        )
        raise ValidationError(sentence % {"path": path, "its": manifest.engine, "ours": connection.vendor})
    if unknown := unknown_migrations(manifest.migrations):
        sentence = _(
            "%(path)s was made by a newer release (%(release)s): this one does not know its migration %(migration)s. "
            "Install that release or a later one, then restore again."
        )
        raise ValidationError(sentence % {"path": path, "release": manifest.release, "migration": unknown[-1]})


@contextmanager
def _connected_to(database: str) -> Iterator[None]:
    """Let everything that this process asks and writes go to another database."""
    usual = connection.settings_dict["NAME"]
    _reconnect(database)
    try:
        yield
    finally:
        _reconnect(usual)


def _reconnect(database: str) -> None:
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()
    connection.settings_dict["NAME"] = database
