"""What a load balancer asks: does the process live, and can it serve."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
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
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return HttpResponse("no database\n", content_type="text/plain", status=503)
    return HttpResponse(
        "migrations are missing\n" if waiting else "ready\n", content_type="text/plain", status=503 if waiting else 200
    )
