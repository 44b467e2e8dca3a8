"""The department's language: the one that an administrator chose, else LANGUAGE_CODE."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import translation

from seminars import languages
from seminars.models.department import Department


def department_language() -> str:
    """Return the language of the department."""
    return Department.objects.language()


@contextmanager
def in_department_language() -> Iterator[str]:
    """Speak the department's language within, with links to pages in it, and yield it."""
    language = department_language()
    with languages.at("/"), translation.override(language):
        yield language
