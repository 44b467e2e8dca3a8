"""What a monitoring system reads every few seconds, as Prometheus and others understand it. The machine alone gets it.

The format is the text format of Prometheus, version 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).
"""

import shutil
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from itertools import accumulate
from time import perf_counter, time
from urllib.parse import urlsplit

from django.conf import settings
from django.db.utils import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.utils import timezone
from django.views.decorators.cache import never_cache

from seminars import metrics, zone_data
from seminars.actions.backups import making
from seminars.models import Edition, Letter, PeriodicTask
from seminars.models.periodic_task import SENDING_LETTERS
from seminars.single_sign_on import THIS_MACHINE

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
PROXIES_SAY = ("HTTP_X_FORWARDED_", "HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP", "HTTP_X_REQUEST_ID")


@never_cache
def figures(request: HttpRequest) -> HttpResponse:
    """Answer with the figures of all workers and of the database, or 404 for requests from elsewhere."""
    if not is_from_the_machine(request):
        raise Http404
    lines = [*_of_requests(), *_of_memory(), *_of_files(), *_of_rows()]
    return HttpResponse("\n".join([*lines, ""]), content_type=CONTENT_TYPE)


def is_from_the_machine(request: HttpRequest) -> bool:
    """Tell whether a request comes straight from a network in METRICS_FROM.

    A proxy says that it passes it on, or asks for the public host, which nobody does who asks the machine itself.
    """
    host, _port = split_domain_port(request.get_host())
    is_public = host == urlsplit(settings.SITE_URL).hostname and host not in THIS_MACHINE
    if is_public or any(name.startswith(PROXIES_SAY) for name in request.META):
        return False
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:  # a socket file has no address
        return False
    return any(address in ip_network(network) for network in settings.METRICS_FROM)


def _metric(name: str, kind: str, help_text: str, *values: tuple[str, float]) -> Iterator[str]:
    """Write one metric; each value has its labels, as they are written, or none."""
    yield f"# HELP seminars_{name} {help_text}"
    yield f"# TYPE seminars_{name} {kind}"
    for labels, value in values:
        yield f"seminars_{name}{labels} {value}"


def _of_requests() -> Iterator[str]:
    classes = [(f'{{status="{number}xx"}}', metrics.column(metrics.FIRST_CLASS + number)) for number in range(1, 6)]
    yield from _metric("http_requests_total", "counter", "Answered requests by class of status.", *classes)
    cached = metrics.column(metrics.FROM_CACHE)
    yield from _metric("http_cached_total", "counter", "Those that needed no Django.", ("", cached))
    refused = metrics.column(metrics.REFUSED)
    yield from _metric("http_refused_total", "counter", "Requests too slow, too large or too many.", ("", refused))
    # The buckets of a histogram are cumulative, and the last one has everything.
    counts = (metrics.column(metrics.FIRST_BUCKET + number) for number in range(len(metrics.BOUNDS) + 1))
    sums = list(accumulate(counts))
    name = "http_request_duration_seconds"
    yield from _metric(name, "histogram", "How long answers took to make.")
    for bound, value in zip([*metrics.BOUNDS, "+Inf"], sums, strict=True):
        yield f'seminars_{name}_bucket{{le="{bound}"}} {value}'
    yield f"seminars_{name}_sum {metrics.column(metrics.MICROSECONDS) / 1_000_000}"
    yield f"seminars_{name}_count {sums[-1]}"


def _of_memory() -> Iterator[str]:
    sizes = metrics.resident_bytes()
    yield from _metric("workers", "gauge", "Workers of gunicorn that live.", ("", len(sizes)))
    yield from _metric("worker_memory_bytes", "gauge", "Resident memory of the largest.", ("", max(sizes, default=0)))


def _of_files() -> Iterator[str]:
    there = settings.VAR_DIR if settings.VAR_DIR.exists() else settings.VAR_DIR.parent  # until something is written
    yield from _metric("disk_free_bytes", "gauge", "Space left in var/.", ("", shutil.disk_usage(there).free))
    newest = making.newest(settings.BACKUP_DIR)
    if newest is not None:
        age = time() - newest.stat().st_mtime
        yield from _metric("backup_age_seconds", "gauge", "Age of the newest backup in BACKUP_DIR.", ("", age))
    version = f'{{version="{zone_data.current().version}"}}'
    yield from _metric("time_zone_data", "gauge", "The release of the time zone data in use.", (version, 1))


def _of_rows() -> Iterator[str]:
    began = perf_counter()
    try:
        found = list(_asked_of_rows())
    except Error:
        found = []
    yield from _metric("database_up", "gauge", "1 while the database answers.", ("", int(bool(found))))
    if found:
        yield from _metric("database_seconds", "gauge", "How long it took to answer.", ("", perf_counter() - began))
    yield from found


def _asked_of_rows() -> Iterator[str]:
    now = timezone.now()
    yield from _metric("edition", "gauge", "Number of the edition, which each public change raises.",
                       ("", Edition.objects.number()))  # fmt: skip
    letters = Letter.objects
    yield from _metric("letters_waiting", "gauge", "Messages in the outbox.", ("", letters.waiting().count()))
    yield from _metric("letters_late", "gauge", "Those that should have been sent.", ("", letters.late(now).count()))
    yield from _metric("letters_failed", "gauge", "Messages given up.", ("", letters.failed().count()))
    seen = PeriodicTask.objects.last_done(SENDING_LETTERS)
    if seen is not None:
        yield from _metric(
            "worker_seen_seconds", "gauge", "Since a worker gave a sign of life.", ("", (now - seen).total_seconds())
        )
    failing = PeriodicTask.objects.with_problems().count()
    yield from _metric("tasks_failing", "gauge", "Regular tasks that failed the last time.", ("", failing))
