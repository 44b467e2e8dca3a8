"""Copies of a PostgreSQL server, and standbys, which receive all that it commits and can take its place."""

import shutil
import subprocess
import time
from urllib.parse import urlsplit

import psycopg

from tests.services import Postgres, account, postgres_binaries


class Copy(Postgres):
    """A server of its own in a new folder, which begins with all databases and roles of the one at this address."""

    further = ()

    def __init__(self, origin, folder, **options):
        self.origin = origin
        folder.mkdir(mode=0o700)
        if servant := account():
            shutil.chown(folder, user=servant)
        super().__init__(folder, servant, **options)
        self.address = at(origin, urlsplit(self.address).port)

    def _make(self, _password):
        command = [postgres_binaries() / "pg_basebackup", f"--pgdata={self.rows}", f"--dbname={self.origin}"]
        options = ["--checkpoint=fast", "--wal-method=stream", "--no-sync", *self.further]
        subprocess.run([*command, *options], user=self.servant, cwd=self.folder, check=True)

    def end(self):
        """Stop it, unless a test has done so."""
        if (self.rows / "postmaster.pid").exists():
            self.stop()


class Standby(Copy):
    """A server that follows another one; once it runs, each commit there waits until it is on a standby too."""

    further = ("--write-recovery-conf",)

    def start(self):
        with psycopg.connect(self.origin, autocommit=True) as connection:
            followed = len(states(connection))
            super().start()
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")
            deadline = time.monotonic() + 30
            while len(found := states(connection)) == followed or "sync" not in found:
                assert time.monotonic() < deadline, "the standby does not follow"
                time.sleep(0.05)

    def promote(self):
        """Let it take over, as docs/scaling.md says: without a standby of its own, it must not wait for one."""
        self._run("pg_ctl", "promote", "--wait")
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM RESET synchronous_standby_names")
            connection.execute("SELECT pg_reload_conf()")


def states(connection):
    """Whether commits wait for each standby (`sync`) or would if the others were lost (`potential`)."""
    return [state for (state,) in connection.execute("SELECT sync_state FROM pg_stat_replication").fetchall()]


def at(address, *ports):
    """The same database on the server at this port, or on the one of several that accepts writes."""
    parts = urlsplit(address)
    places = ",".join(f"127.0.0.1:{port}" for port in ports)
    return parts._replace(netloc=f"{parts.username}:{parts.password}@{places}").geturl()
