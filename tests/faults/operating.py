"""Commands of an operator, and what became of the rows of an SQLite file or a PostgreSQL database."""

import contextlib
import re
import sqlite3
import subprocess
import sys

import psycopg

from tests.benchmarks.serving import ROOT, environment


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
