"""Fixtures of the fault tests: an empty database of each kind for each test, and a process that edits its rows."""

import shutil
import tempfile
from pathlib import Path

import pytest

from tests import serving
from tests.services import Postgres, account, copy_database, copy_file, empty_database

HAS_POSTGRES = bool(shutil.which("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb")))
# Committed rows must survive a crash of PostgreSQL. The machine itself stays up.
DURABLE = {"synchronous_commit": "on"}


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


@pytest.fixture(scope="session")
def example_file(tmp_path_factory):
    """An SQLite file with the example's talks."""
    return loaded(tmp_path_factory.mktemp("example") / "rows.sqlite3")


@pytest.fixture(scope="session")
def example_database(postgres):
    """The address of a PostgreSQL database with the example's talks."""
    with empty_database(postgres.address) as address:
        yield loaded(address)


def loaded(rows):
    with serving.organiser(rows) as organiser:
        organiser("prepare")
    return rows


@pytest.fixture
def fill(request):
    """Fill an empty database with the example's talks. They are loaded once and then copied, which is much faster."""

    def copy(rows):
        if isinstance(rows, str):
            copy_database(request.getfixturevalue("example_database"), rows)
        else:
            copy_file(request.getfixturevalue("example_file"), rows)
        return rows

    return copy


@pytest.fixture
def organiser(rows, fill):
    """A process that runs the commands of tests/site_commands.py, in a department with the example's talks."""
    with serving.organiser(fill(rows)) as organiser:
        yield organiser
