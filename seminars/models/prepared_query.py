"""A query that Django compiles once, and that is asked again with other values.

Django compiles a query each time it is asked. For one with many parts that takes several times as long as the database
needs to answer it.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, models

MOST_KEPT = 64  # compiled queries, a few KB each

Value = int | datetime | Sequence[int]


class PreparedQuery:
    """What `build` makes of all rows of a model and some values: integers, aware moments and lists of integers.

    The values may only be compared in the query, so that one query serves for all that are alike: with lists of another
    length it is another one. It must return columns that need no conversion, such as primary keys.
    """

    def __init__(self, build: Callable[..., models.QuerySet]) -> None:
        self._build = build
        self._compiled = lru_cache(MOST_KEPT)(self._compile)

    def rows(self, model: type[models.Model], *values: Value) -> list[tuple]:
        """Return the rows that the database finds."""
        using = model._default_manager.db
        shape = tuple(len(value) if isinstance(value, Sequence) else type(value) for value in values)
        sql, params = self._compiled(model, using, shape)
        if not sql:
            return []
        given = [one for value in values for one in (value if isinstance(value, Sequence) else [value])]
        adapted = [_adapted(one, using) for one in given]
        with connections[using].cursor() as cursor:
            cursor.execute(sql, [param if place is None else adapted[place] for param, place in params])
            return cursor.fetchall()

    def _compile(
        self, model: type[models.Model], using: str, shape: tuple[int | type, ...]
    ) -> tuple[str, list[tuple[Any, int | None]]]:
        """Return the SQL and its parameters: each a constant, or with the place of the value that is meant.

        The SQL is "" if no row can be found.
        """
        stand_ins = _StandIns()
        values = [
            [stand_ins.of(int) for _ in range(one)] if isinstance(one, int) else stand_ins.of(one) for one in shape
        ]
        query = self._build(model._default_manager.using(using).all(), *values).query
        try:
            sql, params = query.get_compiler(using).as_sql()
        except EmptyResultSet:  # with an empty list there is nothing to find
            return "", []
        places = {_adapted(one, using): place for place, one in enumerate(stand_ins.made)}
        if missing := places.keys() - set(params):
            raise ValueError(f"The query has no parameter for {missing}.")
        return sql, [(param, places.get(param)) for param in params]


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
