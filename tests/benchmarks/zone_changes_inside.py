"""The command that lets all talks follow other time zone rules, and times it. The import sets up Django."""

from contextlib import contextmanager
from time import perf_counter, process_time
from unittest import mock

from django.db import connection

from seminars.actions import zone_changes


def follow():
    """Move all talks to where the zone in the settings puts them; return how many, and how long it took.

    The longest transaction is how long others who save have to wait.
    """
    began, processor = perf_counter(), process_time()
    with turns() as lasted:
        moved = zone_changes.follow_present_rules()
    took = {"seconds": perf_counter() - began, "processor": process_time() - processor}
    return took | {"moved": moved, "longest": max(lasted), "turns": len(lasted)}


@contextmanager
def turns():
    """Note the seconds of each transaction, from its first statement to the end of its commit."""
    connection.ensure_connection()
    lasted, began, usual = [], [], connection.set_autocommit

    def set_autocommit(autocommit, *arguments, **options):
        usual(autocommit, *arguments, **options)
        if autocommit:
            lasted.append(perf_counter() - began.pop())
        else:
            began.append(perf_counter())

    with mock.patch.object(connection, "set_autocommit", set_autocommit):
        yield lasted
