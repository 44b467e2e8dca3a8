"""The order in which lists name things: accents and case aside, on every database."""

import sqlite3

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func
from django.db.models.sql.compiler import SQLCompiler

from seminars import text

_FUNCTION = "seminars_sort_key"


class NameOrder(Func):
    """What to order a column of names by: Č stands with C and Ö with O, where the bytes would put both after Z."""

    function = _FUNCTION
    arity = 1

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple]:
        """Use the collation for all languages that PostgreSQL has from ICU; the database may have been made with C."""
        return self.as_sql(compiler, connection, template='(%(expressions)s) COLLATE "und-x-icu"')


def add_to(connection: BaseDatabaseWrapper, **_sent: object) -> None:
    """Let a new connection to SQLite, which has no such collation, call our function."""
    if connection.vendor == "sqlite":
        inner: sqlite3.Connection = connection.connection
        inner.create_function(_FUNCTION, 1, text.sort_key, deterministic=True)
