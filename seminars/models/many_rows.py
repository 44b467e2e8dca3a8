"""Insert and update many rows at once, faster than Django, which compiles an expression for each value."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from django.db import connection, connections, models


class InsertingQuerySet(models.QuerySet):
    """A QuerySet whose `bulk_create` passes plain values to the database as they are."""

    def _batched_insert(
        self, objs: Sequence[models.Model], fields: Sequence[models.Field], batch_size: int | None, **conflicts: Any
    ) -> list[tuple]:
        """Insert rows within `bulk_create`; return what Django returns, the keys that the database gave them.

        Django inserts by itself where it is told what to do about conflicts, and where a value is an expression.
        """
        connection = connections[self.db]
        is_plain = not any(conflicts.values()) and not any(hasattr(field, "get_placeholder") for field in fields)
        if is_plain and connection.features.can_return_rows_from_bulk_insert:
            prepare = [(field.pre_save, field.get_db_prep_save) for field in fields]
            rows = [[save(of(row, add=True), connection) for of, save in prepare] for row in objs]
            if not any(hasattr(value, "as_sql") for value in chain.from_iterable(rows)):
                size = max(connection.ops.bulk_batch_size(fields, objs), 1)
                return self._insert_values(rows, fields, min(size, batch_size or size))
        return super()._batched_insert(objs, fields, batch_size, **conflicts)

    def _insert_values(self, rows: list[list[Any]], fields: Sequence[models.Field], size: int) -> list[tuple]:
        connection, options = connections[self.db], self.model._meta
        quoted = connection.ops.quote_name
        columns = ", ".join(quoted(field.column) for field in fields)
        returning, _parameters = connection.ops.return_insert_columns(options.db_returning_fields)
        row = f"({', '.join(['%s'] * len(fields))})"
        returned: list[tuple] = []
        with connection.cursor() as cursor:
            for first in range(0, len(rows), size):
                some = rows[first : first + size]
                values = ", ".join([row] * len(some))
                statement = f"INSERT INTO {quoted(options.db_table)} ({columns}) VALUES {values} {returning}"  # noqa: S608  names of columns
                cursor.execute(statement, [*chain.from_iterable(some)])
                returned += cursor.fetchall()
        return returned


def update_rows(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these fields of rows of one model, one statement for each row; neither edition nor history follows."""
    options = rows[0]._meta
    fields = [options.get_field(name) for name in names]
    quoted = connection.ops.quote_name
    assignments = ", ".join(f"{quoted(field.column)} = %s" for field in fields)
    values = [
        [*(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields), row.pk] for row in rows
    ]
    with connection.cursor() as cursor:
        table, key = quoted(options.db_table), quoted(options.pk.column)
        cursor.executemany(f"UPDATE {table} SET {assignments} WHERE {key} = %s", values)  # noqa: S608  names of columns
