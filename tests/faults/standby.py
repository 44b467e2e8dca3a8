"""A standby of a PostgreSQL server, which receives all that the other one commits and can take its place."""

import subprocess
import time
from urllib.parse import urlsplit

import psycopg

from tests.services import Postgres, postgres_binaries


class Standby(Postgres):
    """A server that copies `primary`; once it runs, each commit there waits until it is here too."""

    def __init__(self, primary, folder, servant, **options):
        self.primary = primary
        super().__init__(folder, servant, **options)
        address, port = urlsplit(primary.address), urlsplit(self.address).port
        self.address = address._replace(netloc=f"{address.username}:{address.password}@127.0.0.1:{port}").geturl()

    def _make(self, _password):
        command = [postgres_binaries() / "pg_basebackup", f"--pgdata={self.rows}", f"--dbname={self.primary.address}"]
        further = ["--write-recovery-conf", "--checkpoint=fast", "--wal-method=stream", "--no-sync"]
        subprocess.run([*command, *further], user=self.servant, cwd=self.folder, check=True)

    def start(self):
        super().start()
        with psycopg.connect(self.primary.address, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")
            deadline, state = time.monotonic() + 30, "SELECT sync_state FROM pg_stat_replication"
            while connection.execute(state).fetchall() != [("sync",)]:
                assert time.monotonic() < deadline, "the standby does not follow"
                time.sleep(0.05)

    def promote(self):
        self._run("pg_ctl", "promote", "--wait")


def address_of(*servers):
    """The address that names all servers: https://www.postgresql.org/docs/15/libpq-connect.html, multiple hosts."""
    address = urlsplit(servers[0].address)
    places = ",".join(f"127.0.0.1:{urlsplit(server.address).port}" for server in servers)
    return address._replace(netloc=f"{address.username}:{address.password}@{places}").geturl()
