"""What the faults share: databases of both kinds, each of which a test has for itself, and an organiser beside them."""

import contextlib
import shutil
import tempfile
import uuid
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests import serving
from tests.services import Postgres, account

HAS_POSTGRES = bool(shutil.which("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb")))
# What was committed must be there after a crash; only the machine itself is trusted to stay up.
DURABLE = {"synchronous_commit": "on"}


@pytest.fixture(scope="session")
def folder():
    """A folder that the account may enter under which PostgreSQL and Redis run."""
    with tempfile.TemporaryDirectory(prefix="seminars-", ignore_cleanup_errors=True) as name:
        if servant := account():
            shutil.chown(name, user=servant)
        yield Path(name)


@pytest.fixture(scope="session")
def postgres(folder):
    """A PostgreSQL of the faults' own."""
    if not HAS_POSTGRES:
        pytest.skip("not installed here: postgresql")
    server = Postgres(folder, account(), **DURABLE)
    server.start()
    yield server
    server.stop()


@contextlib.contextmanager
def database_on(server):
    """The address of an empty database on this server."""
    name = f"fault_{uuid.uuid4().hex}"
    with psycopg.connect(server.address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield urlunsplit(urlsplit(server.address)._replace(path=f"/{name}"))
    with psycopg.connect(server.address, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def rows(request, tmp_path):
    """Where the rows of a test are, on each kind of database: a file, or the address of a database."""
    if request.param == "sqlite":
        yield tmp_path / "rows.sqlite3"
    else:
        with database_on(request.getfixturevalue("postgres")) as address:
            yield address


@pytest.fixture
def organiser(rows):
    """A process that does what tests/edits.py can do, in a department with the example's talks."""
    with serving.organiser(rows) as organiser:
        organiser("prepare")
        yield organiser
