"""What a load balancer asks: does the process live, and can it serve."""

from functools import lru_cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import Error
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache


@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process serves requests."""
    return HttpResponse("alive\n", content_type="text/plain")


@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database is reachable and migrated, else 503."""
    try:
        waiting = newest_migrations() - MigrationRecorder(connection).applied_migrations().keys()
    except Error:
        return HttpResponse("no database\n", content_type="text/plain", status=503)
    return HttpResponse(
        "migrations are missing\n" if waiting else "ready\n", content_type="text/plain", status=503 if waiting else 200
    )


@lru_cache(maxsize=1)
def newest_migrations() -> frozenset[tuple[str, str]]:
    """Return the last migration of each app, read once: a program does not change while it runs."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())
