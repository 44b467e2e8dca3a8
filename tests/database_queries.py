"""Do something just before the site sends a query to the database: fail, wait, or let somebody else save."""

import contextlib

from django.db import connection
from django.db.backends.signals import connection_created
from django.test.utils import CaptureQueriesContext


@contextlib.contextmanager
def before_queries(containing, act):
    """Call `act` before each query that contains this text, on every connection of the process.

    This is Django's own instrumentation of the database. If `act` raises, the query fails with that exception.
    """

    def wrapper(execute, sql, params, many, context):
        if containing in sql:
            act()
        return execute(sql, params, many, context)

    def add(connection, **_):
        if wrapper not in connection.execute_wrappers:
            connection.execute_wrappers.append(wrapper)

    connection_created.connect(add)
    try:
        with connection.execute_wrapper(wrapper):
            yield
    finally:
        connection_created.disconnect(add)


def queries_of(get):
    """How many queries a call sends."""
    with CaptureQueriesContext(connection) as captured:
        get()
    return len(captured)
