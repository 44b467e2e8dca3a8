"""What a load balancer asks: does the process live, and can it serve."""

from django.db.utils import Error
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from seminars import zone_data
from seminars.actions import zone_changes
from seminars.doctor import signature
from seminars.models import schema
from seminars.views import visitors


@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process serves requests."""
    return HttpResponse("alive\n", content_type="text/plain")


@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Answer 200 and the release of the time zone data when the database is reachable and migrated, else 503.

    Also 503 where this machine's data is older than that of another one, by which the talks were derived. The doctor
    of this site is also told which address the site takes for the visitor's.
    """
    try:
        problem = _problem()
    except Error:
        problem = "no database"
    words = problem or f"ready, time zone data {zone_data.current().version}"
    if signature.is_signed(request.headers.get(signature.HEADER, "")):
        words = f"{words}\nvisitor {visitors.address(request)}"
    return HttpResponse(f"{words}\n", content_type="text/plain", status=503 if problem else 200)


def _problem() -> str:
    if schema.missing_migrations():
        return "migrations are missing"
    if other := zone_changes.followed_elsewhere():
        return f"time zone data {zone_data.current().version} is older than {other}, by which talks were derived"
    return ""
