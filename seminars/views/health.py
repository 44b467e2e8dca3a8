"""What a load balancer asks: does the process live, and can it serve."""

from functools import lru_cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import Error
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from seminars import zone_data
from seminars.actions import zone_changes


@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process serves requests."""
    return HttpResponse("alive\n", content_type="text/plain")


@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Answer 200 and the release of the time zone data when the database is reachable and migrated, else 503.

    Also 503 where this machine's data is older than that of another one, by which the talks were derived.
    """
    try:
        problem = _problem()
    except Error:
        problem = "no database"
    words = problem or f"ready, time zone data {zone_data.current().version}"
    return HttpResponse(f"{words}\n", content_type="text/plain", status=503 if problem else 200)


def _problem() -> str:
    if newest_migrations() - MigrationRecorder(connection).applied_migrations().keys():
        return "migrations are missing"
    if other := zone_changes.followed_elsewhere():
        return f"time zone data {zone_data.current().version} is older than {other}, by which talks were derived"
    return ""


@lru_cache(maxsize=1)
def newest_migrations() -> frozenset[tuple[str, str]]:
    """Return the last migration of each app, read once: a program does not change while it runs."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())
