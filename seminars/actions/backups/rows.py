"""The rows of a database by table, which a restored backup must have again."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def count(cursor: Any, tables: str) -> dict[str, int]:
    """Return the number of rows of each table that the query `tables` names, quoted as SQL needs it."""
    cursor.execute(tables)
    counted = {}
    for (name,) in cursor.fetchall():
        cursor.execute(f"SELECT COUNT(*) FROM {name}")  # noqa: S608 – the database has quoted it
        counted[name] = cursor.fetchone()[0]
    return counted


def refuse_difference(found: dict[str, int], expected: dict[str, int]) -> None:
    """Raise ValidationError, with the first table whose rows are not those of the manifest."""
    for name in sorted(found | expected):
        if found.get(name) != expected.get(name):
            sentence = _("The backup is not whole: %(table)s has %(found)s rows instead of %(expected)s.")
            words = {"table": name, "found": found.get(name, 0), "expected": expected.get(name, 0)}
            raise ValidationError(sentence % words)
