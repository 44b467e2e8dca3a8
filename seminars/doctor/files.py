"""Who may read the site's files, and whether the disks have room to back up and restore."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from pwd import getpwuid

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from seminars.doctor.findings import Finding, error, ok, warning

OTHERS = stat.S_IRWXG | stat.S_IRWXO
MB = 1 << 20


def about_permissions() -> Iterator[Finding]:
    """Look whether others than the owner may read .env, var/, the database and the backups."""
    kept = (settings.BASE_DIR / ".env", settings.BACKUP_DIR, *_backups())
    found = [
        error(
            _("Other users of this machine may open %(path)s, which holds secrets or personal data."),
            _("Run: chmod %(mode)s %(path)s"),
            path=path,
            mode="700" if path.is_dir() else "600",
        )
        for path in kept
        if path.exists() and path.stat().st_mode & OTHERS
    ]
    database = sqlite_file()
    if database and _is_open_to_others(database):
        found.append(
            error(
                _("Every user of this machine may read the database %(path)s."),
                _("Run: chmod 600 %(path)s, and chmod 700 %(folder)s"),
                path=database,
                folder=database.parent,
            )
        )
    yield from found or [ok(_("Only the owner may read .env, the database and the backups."))]


def _is_open_to_others(path: Path) -> bool:
    """Tell whether other users can read a file: they need the right for the file and for its folder."""
    return path.exists() and bool(path.stat().st_mode & stat.S_IROTH and path.parent.stat().st_mode & stat.S_IXOTH)


def _backups() -> list[Path]:
    try:
        return sorted(settings.BACKUP_DIR.glob("*.backup"))
    except PermissionError:  # which is as it should be for everybody but the owner
        return []


def about_disk() -> Iterator[Finding]:
    """Look whether a backup and a restore have room.

    `manage.py backup` makes a copy of the database in BACKUP_DIR, or on PostgreSQL a dump, and beside it the backup,
    which is smaller than the database. `manage.py restore` puts a new SQLite database beside the old one, or a dump
    into VAR_DIR. PostgreSQL needs the size of the database once more on its own disk, which we cannot ask.
    """
    size, database = database_size(), sqlite_file()
    places = {_existing(database.parent if database else settings.VAR_DIR): size}
    places[_existing(settings.BACKUP_DIR)] = 2 * size
    told = _("The disk of %(folder)s has %(free)s MB left; backing up and restoring take %(needed)s MB there.")
    for folder, needed in places.items():
        free = shutil.disk_usage(folder).free
        words = {"folder": folder, "free": free // MB, "needed": needed // MB + 1}
        if free < needed:
            yield error(told, _("Make room, or let this folder be on another disk."), **words)
        elif free < 2 * needed:
            yield warning(told, _("Make room before the next backup fails."), **words)
        else:
            yield ok(told, **words)


def database_size() -> int:
    """Return the size of the database in bytes."""
    if database := sqlite_file():
        return database.stat().st_size
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        else:
            cursor.execute("SELECT pg_database_size(current_database())")
        return cursor.fetchone()[0]


def sqlite_file() -> Path | None:
    """Return the file of an SQLite database, None for another kind or one in memory."""
    if connection.vendor != "sqlite" or connection.is_in_memory_db():
        return None
    return Path(connection.settings_dict["NAME"]).absolute()


def about_user() -> Iterator[Finding]:
    """Look whether this process runs as the user of the site, who must be able to write what it writes."""
    database = sqlite_file()
    place = database if database and database.exists() else _existing(settings.VAR_DIR)
    owner = place.stat().st_uid
    if owner != os.geteuid():
        yield error(
            _("The files of the site belong to %(owner)s, but this runs as another user."),
            _("Become that user first, for example with: su - %(owner)s"),
            owner=_name_of(owner),
        )


def _name_of(user: int) -> str:
    try:
        return getpwuid(user).pw_name
    except KeyError:
        return str(user)


def _existing(folder: Path) -> Path:
    """Return the folder, or the next one above that exists."""
    return next(each for each in (folder, *folder.absolute().parents) if each.is_dir())
