"""Commands of an operator, and what became of the rows of an SQLite file or a PostgreSQL database."""

import contextlib
import json
import re
import sqlite3
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.benchmarks.serving import ROOT, environment

A_SECOND = 20  # edits


def manage(rows, *words, **further):
    """Run a command of the site; return its exit status and all that it says."""
    command = [sys.executable, "manage.py", *map(str, words)]
    ended = subprocess.run(
        command, cwd=ROOT, env=environment(rows, DEBUG="yes", **further), capture_output=True, text=True, check=False
    )
    return ended.returncode, ended.stdout + ended.stderr


def backed_up(rows, path):
    status, said = manage(rows, "backup", path)
    assert status == 0, said
    return path


def restored(rows, path):
    status, said = manage(rows, "restore", path)
    assert status == 0, said
    return said


def opened(rows):
    """A connection that commits each statement."""
    if isinstance(rows, str):
        return psycopg.connect(rows, autocommit=True)
    return contextlib.closing(sqlite3.connect(rows, isolation_level=None))


def edits_in(rows):
    """The numbers of the edits whose titles the history of talks has."""
    with opened(rows) as connection:
        titles = [title for (title,) in connection.execute("SELECT title FROM seminars_historicaltalk").fetchall()]
    return {int(found[1]) for title in titles if (found := re.fullmatch(r"Edit (\d+)", title))}


class Edits:
    """20 edits a second in a process of its own; `acknowledged` are the numbers of those that were saved.

    They end when the block does, or when the process fails because its database is gone.
    """

    def __init__(self, organiser):
        self.organiser, self.acknowledged, self.over = organiser, [], threading.Event()
        self.thread = threading.Thread(target=self._edit)

    def __enter__(self):
        self.thread.start()
        self.await_more(5)
        return self

    def __exit__(self, *_error):
        self.over.set()
        self.thread.join()

    def _edit(self):
        due = time.monotonic()
        with contextlib.suppress(json.JSONDecodeError):  # there is no answer
            while not self.over.is_set():
                self.acknowledged.append(int(self.organiser("retitle").removeprefix("Edit ")))
                due += 1 / A_SECOND
                time.sleep(max(due - time.monotonic(), 0))

    def await_more(self, count):
        wanted, deadline = len(self.acknowledged) + count, time.monotonic() + 30
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < deadline, "edits are not saved"
            time.sleep(0.01)


def destroy(rows):
    """Take away the database itself, and what SQLite keeps beside it."""
    if isinstance(rows, str):
        name = urlsplit(rows).path[1:]
        with psycopg.connect(urlunsplit(urlsplit(rows)._replace(path="/postgres")), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    else:
        for path in rows.parent.glob(f"{rows.name}*"):
            path.unlink()
