"""Fixtures of the fault tests: an empty database of each kind for each test, and a process that edits its rows."""

import shutil
import tempfile
from pathlib import Path

import pytest

from tests import serving
from tests.services import DURABLE, Postgres, account, copy_database, copy_file, empty_database
from tests.tables import with_tables

HAS_POSTGRES = bool(shutil.which("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


@pytest.fixture(scope="session")
def folder():
    """A folder that the account of PostgreSQL and Redis may enter."""
    with tempfile.TemporaryDirectory(prefix="seminars-", ignore_cleanup_errors=True) as name:
        if servant := account():
            shutil.chown(name, user=servant)
        yield Path(name)


@pytest.fixture(scope="session")
def postgres(folder):
    """A PostgreSQL server for the fault tests."""
    if not HAS_POSTGRES:
        pytest.skip("not installed here: postgresql")
    server = Postgres(folder, account(), **DURABLE)
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def rows(request, tmp_path):
    """Where the rows of a test are: an SQLite file, then the address of a PostgreSQL database."""
    if request.param == "sqlite":
        yield tmp_path / "rows.sqlite3"
    else:
        with empty_database(request.getfixturevalue("postgres").address) as address:
            yield address


def made(rows, *commands):
    """Rows after these commands of tests/site_commands.py."""
    with serving.organiser(rows) as organiser:
        for command in commands:
            organiser(command)
    return rows


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory):
    """An SQLite file with all tables, and no department in them."""
    return with_tables(tmp_path_factory.mktemp("migrated") / "rows.sqlite3")


@pytest.fixture(scope="session")
def migrated_database(postgres):
    """The address of a PostgreSQL database with all tables, and no department in them."""
    with empty_database(postgres.address) as address:
        yield made(address, "migrate")


@pytest.fixture(scope="session")
def example_file(tmp_path_factory, migrated_file):
    """An SQLite file with the example's talks."""
    rows = tmp_path_factory.mktemp("example") / "rows.sqlite3"
    copy_file(migrated_file, rows)
    return made(rows, "load_example")


@pytest.fixture(scope="session")
def example_database(postgres, migrated_database):
    """The address of a PostgreSQL database with the example's talks."""
    with empty_database(postgres.address) as address:
        copy_database(migrated_database, address)
        yield made(address, "load_example")


@pytest.fixture
def fill(request):
    """Fill an empty database with what the fixtures `…_file` and `…_database` of this name have.

    They are made once and then copied, which is much faster: all migrations take six seconds.
    """

    def copy(rows, name="example"):
        if isinstance(rows, str):
            copy_database(request.getfixturevalue(f"{name}_database"), rows)
        else:
            copy_file(request.getfixturevalue(f"{name}_file"), rows)
        return rows

    return copy


@pytest.fixture
def organiser(rows, fill):
    """A process that runs the commands of tests/site_commands.py, in a department with the example's talks."""
    with serving.organiser(fill(rows)) as organiser:
        yield organiser
