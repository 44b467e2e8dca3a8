"""Constraints that the database keeps, and that forms need not ask it about; one long index."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import CheckConstraint, Index, Model, Q


class ChoicesConstraint(CheckConstraint):
    """A field has one of its choices: the field says so itself, without a query, before the database would."""

    def validate(self, *args: Any, **options: Any) -> None:
        """Ask nothing: `clean_fields` has."""


class PostgresExclusionConstraint(ExclusionConstraint):
    """An exclusion constraint on PostgreSQL, nothing elsewhere; `clean` finds the words before it strikes."""

    def constraint_sql(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> Any:
        return self._where_it_works(super().constraint_sql, model, schema_editor)

    def create_sql(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> Any:
        return self._where_it_works(super().create_sql, model, schema_editor)

    def remove_sql(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> Any:
        return self._where_it_works(super().remove_sql, model, schema_editor)

    def check(self, model: type[Model], connection: Any) -> list[Any]:
        return super().check(model, connection) if connection.vendor == "postgresql" else []

    def validate(self, *args: Any, **options: Any) -> None:
        """Stay silent: `Talk.clean` has asked the same question and answers it with a sentence."""

    @staticmethod
    def _where_it_works(make: Any, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> Any:
        return make(model, schema_editor) if schema_editor.connection.vendor == "postgresql" else None


# The talks with a recording or slides. The links are in it, so that a page finds its talks without reading any other.
WITH_MATERIAL = Index(
    fields=["state", "ends_at", "starts_at", "series", "id", "recording_url", "slides_url"],
    name="talk_with_material",
    condition=~Q(recording_url="") | ~Q(slides_url=""),
)
