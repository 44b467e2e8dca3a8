"""`python -m tests.services COMMAND…`: run it beside a PostgreSQL and a Redis that live as long as it does."""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path


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
    """PostgreSQL refuses to run as root, so root lends it to somebody else."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextlib.contextmanager
def postgres(folder, servant):
    """The address of a database server of our own; it opens to nobody without the password and forgets everything."""
    binaries, rows, password, port = postgres_binaries(), folder / "rows", secrets.token_hex(16), free_port()
    secret = folder / "password"
    secret.touch(mode=0o600)
    secret.write_text(password)
    if servant:
        shutil.chown(secret, user=servant)

    def run(program, *options):
        command = [binaries / program, f"--pgdata={rows}", *options]
        subprocess.run(command, user=servant, cwd=folder, check=True, stdout=subprocess.DEVNULL)

    run("initdb", "--username=seminars", "--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--no-sync")
    quick = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"
    place = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
    run("pg_ctl", "start", "--wait", f"--log={folder / 'postgres.log'}", f"--options={place} {quick}")
    try:
        yield f"postgres://seminars:{password}@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "stop", "--mode=immediate")


@contextlib.contextmanager
def redis(folder, servant):
    """The address of a cache server of our own, without the number of a database."""
    program = shutil.which("redis-server") or sys.exit("There is no Redis here: install the package redis-server.")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    # A session of its own: Ctrl-C stops the tests first, and the server is stopped by us.
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
