"""`python -m tests.services COMMAND…`: run a command beside a temporary PostgreSQL and Redis."""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

# Committed rows must survive a crash of PostgreSQL. The machine itself stays up.
DURABLE = {"synchronous_commit": "on"}


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with contextlib.ExitStack() as running:
        folder = Path(
            running.enter_context(tempfile.TemporaryDirectory(prefix="seminars-", ignore_cleanup_errors=True))
        )
        if servant := account():
            shutil.chown(folder, user=servant)
        os.environ["TEST_DATABASE_URL"] = running.enter_context(postgres(folder, servant))
        os.environ["TEST_CACHE_URL"] = running.enter_context(redis(folder, servant))
        try:
            return subprocess.run(sys.argv[1:], check=False).returncode
        except KeyboardInterrupt:
            return 130


def account():
    """The account for PostgreSQL, which refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


class Postgres:
    """A temporary database server that asks for a password."""

    def __init__(self, folder, servant, **options):
        self.folder, self.servant, self.rows = folder, servant, folder / "rows"
        password, port = secrets.token_hex(16), free_port()
        self.address = f"postgres://seminars:{password}@127.0.0.1:{port}/postgres"
        place = {"port": port, "unix_socket_directories": folder, "listen_addresses": "127.0.0.1"}
        quick = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": 60}
        self.options = " ".join(f"-c {name}={value}" for name, value in (place | quick | options).items())
        self._make(password)

    def _make(self, password):
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(password)
        if self.servant:
            shutil.chown(secret, user=self.servant)
        first = ("--username=seminars", "--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--no-sync")
        self._run("initdb", *first)

    def _run(self, program, *options):
        command = [postgres_binaries() / program, f"--pgdata={self.rows}", *options]
        subprocess.run(command, user=self.servant, cwd=self.folder, check=True, stdout=subprocess.DEVNULL)

    def start(self):
        self._run("pg_ctl", "start", "--wait", f"--log={self.folder / 'postgres.log'}", f"--options={self.options}")

    def stop(self, mode="immediate"):
        """Stop it: `fast` disconnects its clients, `immediate` works like a kill."""
        self._run("pg_ctl", "stop", f"--mode={mode}")


@contextlib.contextmanager
def postgres(folder, servant):
    """Run a temporary PostgreSQL and yield its address."""
    server = Postgres(folder, servant)
    server.start()
    try:
        yield server.address
    finally:
        server.stop()


@contextlib.contextmanager
def empty_database(server):
    """The address of an empty database on the PostgreSQL server at this address. The end drops it."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def copy_database(template, address):
    """Replace the database at this address by a copy of another one on its server. Nobody may be connected to them."""
    names = [urlsplit(one).path[1:] for one in (address, template)]
    with psycopg.connect(urlunsplit(urlsplit(address)._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {names[0]}")
        connection.execute(f"CREATE DATABASE {names[0]} TEMPLATE {names[1]}")


def copy_file(template, path):
    """Copy an SQLite database with what is in its log only."""
    with contextlib.closing(sqlite3.connect(template)) as source, contextlib.closing(sqlite3.connect(path)) as copy:
        source.backup(copy)


@contextlib.contextmanager
def redis(folder, servant, port=None):
    """Run a temporary Redis and yield its address without a database number."""
    program = shutil.which("redis-server") or sys.exit("There is no Redis here: install the package redis-server.")
    port = port or free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    # A new session, so that Ctrl-C stops the tests first and we stop the server.
    process = subprocess.Popen(command, user=servant, cwd=folder, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        await_port(port)
        yield f"redis://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def await_port(port):
    deadline = time.monotonic() + 30
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def postgres_binaries():
    """The newest installed release; Debian keeps them off the PATH."""
    releases = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = releases[-1] if releases else shutil.which("initdb")
    return Path(found or sys.exit("There is no PostgreSQL here: install the package postgresql.")).parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    sys.exit(main())
