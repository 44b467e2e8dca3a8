"""Dump and restore an SQLite database: https://www.sqlite.org/backup.html."""

import fcntl
import glob
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars.actions.backups import backup_file, rows

AT_ONCE = 1000  # pages, some 4 MB: Ctrl-C is heard after each step
# Tables of an index (FTS5) hold their rows in tables of their own, and cannot all be counted themselves.
TABLES = """
    SELECT '"' || replace(name, '"', '""') || '"' FROM sqlite_master
    WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND sql NOT LIKE 'CREATE VIRTUAL%'
"""
# Each connection in WAL mode holds a read lock on these bytes: https://www.sqlite.org/src/file/src/os.h, SHARED_FIRST.
SHARED_FIRST, SHARED_SIZE = 0x40000002, 510
KEPT = ".before-restore-"  # follows the name of the database
HEADER = b"SQLite format 3\0"  # https://www.sqlite.org/fileformat2.html#the_database_header


def count_rows() -> dict[str, int]:
    """Return the number of rows of each table of the site's database."""
    with connection.cursor() as cursor:
        return rows.count(cursor, TABLES)


def dump(to: Path) -> None:
    """Copy the state that the open transaction reads, so that the copy never begins anew because others write."""
    connection.ensure_connection()
    with closing(sqlite3.connect(to)) as copy:
        connection.connection.backup(copy, pages=AT_ONCE)


@contextmanager
def restored(dump: Path, expected: dict[str, int]) -> Iterator[str]:
    """Compare the dump, which is a database already, and yield its path; raise ValidationError if it is not whole."""
    try:
        with closing(sqlite3.connect(f"{dump.as_uri()}?immutable=1", uri=True)) as opened:
            (complaint,) = opened.execute("PRAGMA integrity_check(1)").fetchone()
            if complaint != "ok":
                raise sqlite3.DatabaseError(complaint)
            rows.refuse_difference(rows.count(opened.cursor(), TABLES), expected)
    except sqlite3.DatabaseError as error:
        sentence = _("SQLite finds the database in the backup damaged (%(reason)s). Keep your older backups.")
        raise ValidationError(sentence % {"reason": error}) from error
    yield str(dump)


def work_parent() -> Path:
    """Return a folder from which a new database can be renamed to its place."""
    return _database().parent


def exists() -> bool:
    """Tell whether there is a database, without making one: an empty or foreign file would lose its log."""
    return connection.is_in_memory_db() or (_database().exists() and _has_header(_database()))


def refuse_others() -> None:
    """Raise ValidationError if another process has the database open."""
    connections.close_all()  # a lock of this process is none against itself, and closing a file would end it
    try:
        with _database().open("r+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, SHARED_SIZE, SHARED_FIRST)
    except FileNotFoundError:
        return
    except BlockingIOError as error:
        sentence = _("The site is running. Stop it first: systemctl stop seminars.socket seminars seminars-worker")
        raise ValidationError(sentence) from error


def swap(place: str) -> str:
    """Put the new database into its place; return where the old one is kept, "" if there was none."""
    refuse_others()
    _move_log_into_database()
    database = _database()
    kept, existed = f"{database}{KEPT}{timezone.now():%Y%m%dT%H%M%SZ}", database.exists()
    backup_file.sync(Path(place))
    if existed:
        _remove_second_names(database)
        shutil.copymode(database, place)
        os.link(database, kept)  # not renamed: there is a database at any moment
    for ending in ("-wal", "-shm"):  # of a damaged database
        with suppress(FileNotFoundError):
            Path(f"{database}{ending}").rename(f"{kept}{ending}")
    Path(place).replace(database)
    backup_file.sync(database.parent)
    return kept if existed else ""


def _remove_second_names(database: Path) -> None:
    """Remove the names that restores gave to the old database before they were killed: it is still the site's."""
    for path in database.parent.glob(f"{glob.escape(database.name)}{KEPT}*"):
        if path.samefile(database):
            path.unlink()


def _move_log_into_database() -> None:
    """Let SQLite write what a killed site left in its log into the old database, as far as it is not damaged.

    Then there is no log, the new database takes the place of the old one in one step, and no process that is killed
    between two steps leaves the old one without its last rows.
    """
    if not exists():
        return
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(_database())) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the log is removed as the last connection is closed


def _has_header(database: Path) -> bool:
    with database.open("rb") as file:
        return file.read(len(HEADER)) == HEADER


def _database() -> Path:
    return Path(connection.settings_dict["NAME"]).absolute()
