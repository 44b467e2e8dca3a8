"""Commands that work in the department's time zone."""

from typing import Any

from django.core.management.base import BaseCommand

from seminars.models.department import in_department_zone


class DepartmentCommand(BaseCommand):
    """A command that reads and shows times as the desk does."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        with in_department_zone():
            return super().execute(*args, **options)
