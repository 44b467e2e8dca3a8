"""A query that Django compiles once, and that is asked again with other values.

Django compiles a query each time it is asked. For one with many parts that takes several times as long as the database
needs to answer it.
"""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models.query import ModelIterable
from django.db.models.sql.compiler import SQLCompiler

MOST_KEPT = 64  # compiled queries, a few KB each; 51 KB for one that reads talks with series and room

Value = int | datetime | Sequence[int]


class PreparedQuery:
    """What `build` makes of all rows of a model and some values: integers, aware moments and lists of integers.

    The values may only be compared in the query, so that one query serves for all that are alike. A list is filled up
    with its last value to 2, 4, 8 … values, so that lists of nearly equal length share a query.
    """

    def __init__(self, build: Callable[..., models.QuerySet]) -> None:
        self._build = build
        self._compiled = lru_cache(MOST_KEPT)(self._compile)

    def rows(self, model: type[models.Model], *values: Value) -> list[tuple]:
        """Return the rows that the database finds; the query names columns that need no conversion, such as keys."""
        return self._asked(model, values)[1]

    def instances(self, model: type[models.Model], *values: Value) -> list[models.Model]:
        """Return the instances that the query finds, with annotations and what it selects along, without prefetches."""
        compiled, rows = self._asked(model, values)
        return list(ModelIterable(_Answer(model, compiled.compiler, rows))) if rows else []

    def _asked(self, model: type[models.Model], values: tuple[Value, ...]) -> tuple["_Compiled", list[tuple]]:
        using = model._default_manager.db
        filled = [_filled(value) if isinstance(value, Sequence) else value for value in values]
        shape = tuple(len(value) if isinstance(value, Sequence) else type(value) for value in filled)
        compiled = self._compiled(model, using, shape)
        if not compiled.sql:
            return compiled, []
        given = [one for value in filled for one in (value if isinstance(value, Sequence) else [value])]
        adapted = [_adapted(one, using) for one in given]
        with connections[using].cursor() as cursor:
            cursor.execute(compiled.sql, compiled.params_with(adapted))
            return compiled, cursor.fetchall()

    def _compile(self, model: type[models.Model], using: str, shape: tuple[int | type, ...]) -> "_Compiled":
        stand_ins = _StandIns()
        values = [
            [stand_ins.of(int) for _ in range(one)] if isinstance(one, int) else stand_ins.of(one) for one in shape
        ]
        compiler = self._build(model._default_manager.using(using).all(), *values).query.get_compiler(using)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:  # with an empty list there is nothing to find
            return _Compiled()
        compiler.connection = None  # this thread's, while all threads share the query
        places = {_adapted(one, using): place for place, one in enumerate(stand_ins.made)}
        if missing := places.keys() - set(params):
            raise ValueError(f"The query has no parameter for {missing}.")
        return _Compiled(compiler, sql, [(param, places.get(param)) for param in params])


@dataclass(frozen=True)
class _Compiled:
    """A query as SQL, "" if no row can be found, with its parameters: each a constant, or with the place of the value
    that is meant."""

    compiler: SQLCompiler | None = None
    sql: str = ""
    params: list[tuple[Any, int | None]] = field(default_factory=list)

    def params_with(self, values: list) -> list:
        return [param if place is None else values[place] for param, place in self.params]


class _Answer:
    """A QuerySet that was asked already, and its query: as much of them as Django's ModelIterable uses."""

    _known_related_objects: dict = {}

    def __init__(self, model: type[models.Model], compiler: SQLCompiler, rows: list[tuple]) -> None:
        self.model, self.db, self.query = model, compiler.using, self
        self._compiler, self._rows = compiler, rows

    def get_compiler(self, using: str) -> SQLCompiler:
        """Return a compiler that has the rows, with the connection of this thread to convert them."""
        compiler = copy(self._compiler)
        compiler.connection = connections[using]
        compiler.execute_sql = lambda **_chunks: [self._rows]
        return compiler


class _StandIns:
    """Values that no row has, to find out where in the SQL the real ones belong."""

    def __init__(self) -> None:
        self.made: list[int | datetime] = []

    def of(self, kind: type) -> int | datetime:
        number = len(self.made)
        long_ago = datetime(3, 3, 3, tzinfo=UTC) + timedelta(days=number)
        self.made.append(long_ago if issubclass(kind, datetime) else -(2**40) - number)
        return self.made[-1]


def _adapted(value: int | datetime, using: str) -> Any:
    return connections[using].ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def _filled(values: Sequence[int]) -> list[int]:
    number = 1 << (len(values) - 1).bit_length() if values else 0
    return [*values, *values[-1:] * (number - len(values))]
