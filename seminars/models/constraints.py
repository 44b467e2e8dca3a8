"""Constraints that the database keeps, and that forms need not ask it about."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import CheckConstraint, Model


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
