"""Dump and restore a PostgreSQL database with its own programs, pg_dump and pg_restore."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars.actions.backups import alike, rows

TABLES = """
    SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
"""
LONGEST_NAME = 63  # bytes: NAMEDATALEN of PostgreSQL, less one


def count_rows() -> dict[str, int]:
    """Return the number of rows of each table of the site's database."""
    with connection.cursor() as cursor:
        return rows.count(cursor, TABLES)


def dump(to: Path) -> None:
    """Write the state that the open transaction reads as pg_dump's custom format."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
    _run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={to}", database=_name())


@contextmanager
def restored(dump: Path, expected: dict[str, int]) -> Iterator[str | None]:
    """Restore into a new database, compare, and yield its name; drop it at the end if it still has that name.

    Yield None if the role may create no database; the rows are then counted in the dump.
    """
    if not may_create():
        rows.refuse_difference(_rows_in(dump), expected)
        yield None
        return
    with _scratch(dump) as name:
        _fill(dump, name)
        scratch = _connection_to(name)
        with scratch.cursor() as cursor:
            found = rows.count(cursor, TABLES)
        scratch.close()
        rows.refuse_difference(found, expected)
        yield name


@contextmanager
def _scratch(dump: Path) -> Iterator[str]:
    """Create a database for the dump and yield its name; drop it at the end if it still has that name.

    One process at a time does so: the lock ends with its connection, so that what a killed one left is dropped, with
    the programs that are still connected to it.
    """
    name = _beside("restored")
    drop = f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name])
        if not cursor.fetchone()[0]:
            sentence = _("Another backup or restore of this database is running. Wait until it ends, and try again.")
            raise ValidationError(sentence)
        cursor.execute(drop)
        chosen = alike.options(cursor, _name(), _schema_of(dump))
        cursor.execute(f"CREATE DATABASE {_quoted(name)} TEMPLATE template0 {chosen}")
        try:
            yield name
        finally:
            cursor.execute(drop)


def _schema_of(dump: Path) -> str:
    """Return the SQL that makes the database of a dump, without its rows."""
    with dump.with_suffix(".schema").open("w+") as text:
        _run("pg_restore", "--create", "--schema-only", f"--file={text.name}", str(dump))
        return text.read()


def may_create() -> bool:
    """Tell whether the role may create databases."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        return cursor.fetchone()[0]


def work_parent() -> Path:
    """Return a folder on a disk with room for the dump."""
    settings.VAR_DIR.mkdir(mode=0o700, exist_ok=True)
    return settings.VAR_DIR


def exists() -> bool:
    """Tell whether there is a database, without a try to connect to it: a failed one keeps others from trying."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_name()])
        return cursor.fetchone() is not None


def refuse_others() -> None:
    """Raise ValidationError if others are connected to the database."""
    _close()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [_name()])
        if cursor.fetchone()[0]:
            sentence = _(
                "Others are connected to the database. Stop the site first, on all machines: "
                "systemctl stop seminars.socket seminars seminars-worker"
            )
            raise ValidationError(sentence)
    _close()


def refuse_irreplaceable() -> None:
    """Raise ValidationError if the database has tables and the role may not put another one in its place."""
    if not may_create() and count_rows():
        sentence = _(
            "The role of the database may not create databases, and %(database)s is not empty. Let PostgreSQL's "
            "administrator run “createdb --owner=%(role)s NEW”, set DATABASE_URL to the new database and restore again."
        )
        raise ValidationError(sentence % {"database": _name(), "role": connection.settings_dict["USER"]})
    _close()


def swap(place: str) -> str:
    """Give the new database the name of the site's, in one step; return the new name of the old one, "" if none."""
    kept = _beside(f"before_restore_{timezone.now():%Y%m%d_%H%M%S}")  # UTC; without capitals, which need quotes
    _close()
    with connection._nodb_cursor() as cursor, cursor.connection.transaction():
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [_name()])
        had_one = cursor.fetchone()[0]
        if had_one:
            cursor.execute(f"ALTER DATABASE {_quoted(_name())} RENAME TO {_quoted(kept)}")
        cursor.execute(f"ALTER DATABASE {_quoted(place)} RENAME TO {_quoted(_name())}")
    return kept if had_one else ""


def fill_empty(dump: Path) -> None:
    """Restore into the site's own database, which is empty, whole or not at all."""
    _close()
    _fill(dump, _name())


def _fill(dump: Path, database: str) -> None:
    # Comments of extensions belong to the administrator, and the role may have another name here.
    options = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", "--no-comments")
    _run("pg_restore", *options, str(dump), database=database)


def _rows_in(dump: Path) -> dict[str, int]:
    r"""Read a whole dump and count its rows: COPY writes one line for each row, and `\.` ends a table."""
    counted, table = {}, None
    with dump.with_suffix(".sql").open("w+b") as text:
        _run("pg_restore", "--data-only", f"--file={text.name}", str(dump))
        for line in text:
            if table is None:
                if begun := re.match(rb"COPY (.+?) \(.*\) FROM stdin;\n", line):
                    table = begun[1].decode()
                    counted[table] = 0
            elif line == b"\\.\n":
                table = None
            else:
                counted[table] += 1
    return counted


def _run(program: str, *options: str, database: str | None = None) -> None:
    """Run a program of PostgreSQL; the password is in its environment, so no list of processes shows it."""
    command, environment = [program, *options], dict(os.environ)
    if database:
        settings_of_it = connection.settings_dict | {"NAME": database} | _primary()
        words, secrets = connection.client.settings_to_cmd_args_env(settings_of_it, [])
        command += ["--no-password", *words[1:-1], f"--dbname={words[-1]}"]
        environment |= secrets or {}
    try:
        subprocess.run(command, env=environment, check=True, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError as error:
        sentence = _("%(program)s is missing. Install the programs of PostgreSQL, on Debian: apt install %(package)s")
        raise ValidationError(sentence % {"program": program, "package": "postgresql-client"}) from error
    except subprocess.CalledProcessError as error:
        sentence = _("%(program)s failed: %(reason)s")
        raise ValidationError(sentence % {"program": program, "reason": error.stderr.strip()}) from error


def _connection_to(database: str) -> Any:
    """Return a connection of Django's to another database of the server, without a pool."""
    other = connection.copy(alias=database)
    other.settings_dict |= {"NAME": database} | _primary()
    other.settings_dict["OPTIONS"].pop("pool", None)
    return other


def _primary() -> dict[str, Any]:
    """Return at which of several servers we write.

    A standby that is named first does not know a database that was created a moment ago, and libpq then asks no other.
    Django does not tell the programs of PostgreSQL which server is meant.
    """
    with connection._nodb_cursor() as cursor:
        place = cursor.connection.info
        return {"HOST": place.host, "PORT": place.port}


def _beside(ending: str) -> str:
    """Return the name of a database that belongs to the site's."""
    return f"{_name()[: LONGEST_NAME - len(ending) - 1]}_{ending}"


def _name() -> str:
    return connection.settings_dict["NAME"]


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _close() -> None:
    """End the connections of this process, the pool's too."""
    connection.close()
    connection.close_pool()
