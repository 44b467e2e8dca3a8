"""The index of the search: FTS5 on SQLite and a GIN index on PostgreSQL, both kept in step by the database itself."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

IN_HEAD = "§"  # stands before a word of a title or a name; it is no letter, so no typed word has it
MOST_FEW = 4000  # talks; for more, SQLite is faster if it reads an index of all talks

_TALKS, _INDEX = "seminars_talk", "seminars_search"
# An ASCII tokenizer parts words at spaces and ASCII signs alone. The words are folded already.
_TABLE = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {_INDEX} USING fts5"
    "(words, content='', detail=none, columnsize=0, tokenize='ascii', prefix='1 2 3')"
)
_ADD = f"INSERT INTO {_INDEX} (rowid, words) VALUES (new.id, new.search_text);"  # noqa: S608  constants, here and below
_REMOVE = f"INSERT INTO {_INDEX} ({_INDEX}, rowid, words) VALUES ('delete', old.id, old.search_text);"  # noqa: S608
_IS_NEW = "old.search_text IS NOT new.search_text OR old.id <> new.id"
_TRIGGERS = {
    f"{_INDEX}_insert": f"AFTER INSERT ON {_TALKS} BEGIN {_ADD} END",
    f"{_INDEX}_delete": f"AFTER DELETE ON {_TALKS} BEGIN {_REMOVE} END",
    f"{_INDEX}_update": f"AFTER UPDATE OF search_text, id ON {_TALKS} WHEN {_IS_NEW} BEGIN {_REMOVE} {_ADD} END",
}
# Words as they are: the parser of to_tsvector would take some for numbers, addresses or parts of words.
_WORDS = "array_to_tsvector(array_remove(string_to_array(btrim({}), ' '), ''))"


class SearchTerm(NamedTuple):
    """A folded word that is looked for, or the beginning of one."""

    word: str
    is_start: bool = True

    def in_head(self) -> "SearchTerm":
        """Return the same, looked for in titles and names alone."""
        return self._replace(word=f"{IN_HEAD}{self.word}")


@dataclass(frozen=True)
class WordMatch:
    """What the index is asked for: in each group of terms, one that is found."""

    groups: tuple[tuple[SearchTerm, ...], ...]
    is_common: bool = False  # thousands of talks have it
    is_read: bool = False  # in the words of each talk instead of the index, where it is asked of few

    @classmethod
    def of(cls, groups: Iterable[Iterable[SearchTerm]], *, is_common: bool = False) -> "WordMatch":
        return cls(tuple(tuple(group) for group in groups), is_common)

    def for_sqlite(self) -> str:
        """Return it in the language of FTS5; words hold letters and digits alone, so nothing needs an escape."""
        return self._joined('"{}"', "*", " OR ", " AND ")

    def for_postgresql(self) -> str:
        """Return it as a tsquery."""
        return self._joined("'{}'", ":*", " | ", " & ")

    def _joined(self, quoted: str, star: str, either: str, both: str) -> str:
        groups = (
            [quoted.format(term.word) + (star if term.is_start else "") for term in group] for group in self.groups
        )
        return both.join(f"({either.join(group)})" for group in groups)


@models.TextField.register_lookup
class Finds(models.Lookup):
    """Whether the words of a talk match; asked of `search_text` alone."""

    lookup_name = "finds"
    prepare_rhs = False

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple]:
        if self.rhs.is_read or not has_fts5():
            return self._without_index(compiler, connection)
        key = f'{compiler.quote_name_unless_alias(self.lhs.alias)}."id"'
        # With a plus, SQLite does not look up each key that was found, but passes over all talks in an index.
        plus = "+" if self.rhs.is_common else ""
        found = f"SELECT rowid FROM {_INDEX} WHERE {_INDEX} MATCH %s"  # noqa: S608
        return f"{plus}{key} IN ({found})", (self.rhs.for_sqlite(),)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple]:
        column, params = self.process_lhs(compiler, connection)
        return f"{_WORDS.format(column)} @@ %s::tsquery", (*params, self.rhs.for_postgresql())

    def _without_index(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple]:
        """Read the words of the talks, as a SQLite without FTS5 has to; words hold no `%` and no `_`."""
        column, params = self.process_lhs(compiler, connection)
        either = [" OR ".join([f"{column} LIKE %s"] * len(group)) for group in self.rhs.groups]
        terms = [term for group in self.rhs.groups for term in group]
        wanted = [value for term in terms for value in (*params, f"% {term.word}{'' if term.is_start else ' '}%")]
        return " AND ".join(f"({group})" for group in either), tuple(wanted)


@cache
def has_fts5() -> bool:
    """Tell whether this SQLite has full-text search, as nearly all have."""
    with sqlite3.connect(":memory:") as memory:
        return any(option == "ENABLE_FTS5" for (option,) in memory.execute("PRAGMA compile_options"))


def number_found(match: WordMatch, using: str) -> int | None:
    """Return how many talks match, hidden ones too: one small query. None where the database needs no such advice."""
    if connections[using].vendor != "sqlite" or not has_fts5() or not match.groups:
        return None
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {_INDEX} WHERE {_INDEX} MATCH %s", [match.for_sqlite()])  # noqa: S608  a constant
        return cursor.fetchone()[0]


def prepare(using: str, **_sent: object) -> None:
    """Make the index after a migration, if it is missing.

    A migration that remakes the table of talks, as Django does on SQLite, takes the triggers with it.
    """
    connection = connections[using]
    if not router.allow_migrate(using, "seminars") or _TALKS not in connection.introspection.table_names():
        return
    if connection.vendor == "postgresql":
        _prepare_postgresql(connection)
    elif has_fts5():
        _prepare_sqlite(connection)


def rebuild(using: str) -> None:
    """Index all talks anew on SQLite, for example after a damaged file was repaired; PostgreSQL needs no such thing."""
    connection = connections[using]
    if connection.vendor == "sqlite" and has_fts5():
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {_INDEX} ({_INDEX}) VALUES ('delete-all')")  # noqa: S608  constants, as below
            cursor.execute(f"INSERT INTO {_INDEX} (rowid, words) SELECT id, search_text FROM {_TALKS}")  # noqa: S608


def optimise(using: str) -> None:
    """Drop the words that no talk has any longer: FTS5 only marks them as deleted until it merges its parts.

    PostgreSQL's VACUUM does so by itself.
    """
    connection = connections[using]
    if connection.vendor == "sqlite" and has_fts5():
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {_INDEX} ({_INDEX}) VALUES ('optimize')")  # noqa: S608  a constant


def _prepare_sqlite(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE name LIKE %s", [f"{_INDEX}%"])
        there = dict(cursor.fetchall())
        triggers = {name: f"CREATE TRIGGER {name} {rule}" for name, rule in _TRIGGERS.items()}
        if _INDEX in there and all(there.get(name) == rule for name, rule in triggers.items()):
            return
        cursor.execute(_TABLE)
        for name, rule in triggers.items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(rule)
    rebuild(connection.alias)


def _prepare_postgresql(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_indexes WHERE indexname = %s", [_INDEX])
        if cursor.fetchone():
            return
        # Earlier releases kept words longer than an index holds. `manage.py prepare` writes these talks' words anew.
        cursor.execute(f"UPDATE {_TALKS} SET search_text = '' WHERE search_text ~ '[^ ]{{200}}'")  # noqa: S608  a constant
        cursor.execute(f"CREATE INDEX IF NOT EXISTS {_INDEX} ON {_TALKS} USING gin (({_WORDS.format('search_text')}))")
