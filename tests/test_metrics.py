"""The figures for a monitoring system: what they count, and who gets them."""

import os
import signal
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from seminars import metrics
from seminars.models import Edition, Letter, PeriodicTask
from seminars.models.edition import publishing
from seminars.models.letter import LetterState
from seminars.models.periodic_task import SENDING_LETTERS
from tests import serving
from tests.database_queries import before_queries
from tests.tables import with_tables

pytestmark = pytest.mark.django_db


def figures(text):
    """The figures by name and labels, read by the parser of Prometheus's own library."""
    families = text_string_to_metric_families(text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def read(client, **headers):
    answer = client.get("/metrics", **headers)
    assert answer.status_code == 200
    return figures(answer.content.decode())


@pytest.fixture(autouse=True)
def _own_backups(settings, tmp_path):
    settings.BACKUP_DIR, settings.VAR_DIR = tmp_path, tmp_path


@pytest.fixture
def table():
    """A table of its own for two workers; afterwards this process counts where it counted before."""
    before = metrics._table, metrics._own
    yield bytearray(2 * metrics.WIDTH * 8)
    metrics._table, metrics._own = before


def test_the_machine_itself_gets_the_figures_and_they_are_not_cached(client):
    answer = client.get("/metrics")

    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (200, "text/plain")
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_site_that_has_written_no_file_yet_has_figures_too(client, settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"

    assert read(client)["seminars_disk_free_bytes",] > 0


@pytest.mark.parametrize(
    "said",
    [
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_X_REQUEST_ID": "4"},
        {"HTTP_HOST": "talks.example.edu:443"},
        {"HTTP_VIA": "1.1 proxy"},
        {"HTTP_X_REAL_IP": "::1"},
        {"REMOTE_ADDR": "192.0.2.1"},
        {"REMOTE_ADDR": "2001:db8::1"},
        {"REMOTE_ADDR": ""},
    ],
)
def test_what_a_proxy_passes_on_and_what_comes_from_elsewhere_gets_nothing(client, said):
    assert client.get("/metrics", **said).status_code == 404


def test_other_networks_get_the_figures_if_a_setting_says_so(client, settings):
    settings.METRICS_FROM = ["10.0.0.0/8"]

    assert read(client, REMOTE_ADDR="10.1.2.3")["seminars_database_up",] == 1
    assert client.get("/metrics").status_code == 404


def test_the_figures_tell_about_rows_files_and_the_worker(client, tmp_path):
    now = timezone.now()
    for number, state in enumerate((LetterState.WAITING, LetterState.WAITING, LetterState.FAILED)):
        letter = Letter.objects.create(kind="digest", to="a@example.edu", state=state, about={}, key=str(number))
    Letter.objects.filter(pk=letter.pk - 1).update(made_at=now - timedelta(hours=1), tries=1)
    PeriodicTask.objects.create(name=SENDING_LETTERS, done_at=now - timedelta(seconds=40))
    PeriodicTask.objects.create(name="housekeeping", problem="OSError")
    backup = tmp_path / "seminars-20260302T031500Z.backup"
    backup.touch()
    os.utime(backup, (now.timestamp() - 7200,) * 2)
    with publishing():
        pass

    found = read(client)

    assert found["seminars_edition",] == Edition.objects.number() > 0
    assert [found[f"seminars_letters_{kind}",] for kind in ("waiting", "late", "failed")] == [2, 1, 1]
    assert found["seminars_worker_seen_seconds",] == pytest.approx(40, abs=20)
    assert found["seminars_tasks_failing",] == 1
    assert found["seminars_backup_age_seconds",] == pytest.approx(7200, abs=60)
    assert found["seminars_disk_free_bytes",] > 0


def test_without_a_backup_or_a_worker_there_is_no_age_of_it(client):
    names = {name for name, *_labels in read(client)}

    assert not names & {"seminars_backup_age_seconds", "seminars_worker_seen_seconds"}


def test_while_the_database_is_away_the_figures_say_so(client):
    def fail():
        raise OperationalError

    with before_queries("", fail):
        found = read(client)

    assert found["seminars_database_up",] == 0
    assert ("seminars_edition",) not in found
    assert found["seminars_workers",] == 1


def test_answers_of_all_workers_are_added_up_by_status_and_duration(client, table):
    for row, answers in enumerate([[(200, 0.0001), (304, 0.003)], [(200, 0.0001), (503, 30)]]):
        metrics.use(table, row)
        for status, seconds in answers:
            metrics.count(status, seconds, from_cache=status == 200)
        metrics.count_refused()

    found = read(client)

    by_status = {kind: found["seminars_http_requests_total", kind] for kind in ("2xx", "3xx", "4xx", "5xx")}
    assert by_status == {"2xx": 2, "3xx": 1, "4xx": 0, "5xx": 1}
    buckets = [found["seminars_http_request_duration_seconds_bucket", le] for le in ("0.001", "0.005", "10.0", "+Inf")]
    assert buckets == [2, 3, 3, 4]
    assert found["seminars_http_request_duration_seconds_count",] == 4
    assert found["seminars_http_request_duration_seconds_sum",] == pytest.approx(30.0032, abs=0.001)
    assert (found["seminars_http_cached_total",], found["seminars_http_refused_total",]) == (2, 2)


def test_a_new_worker_goes_on_counting_in_the_row_of_one_that_ended(table):
    metrics.use(table, 0)
    metrics.count(200, 0.1)

    metrics.use(table, 0)
    metrics.count(200, 0.1)

    assert metrics.column(metrics.FIRST_CLASS + 2) == 2


def test_what_another_release_counted_in_other_columns_is_not_added_up(table, monkeypatch):
    for row in (0, 1):
        metrics.use(table, row)
        metrics.count(200, 0.1)
    monkeypatch.setattr(metrics, "THIS_LAYOUT", metrics.THIS_LAYOUT + 1)

    metrics.use(table, 0)
    metrics.count(404, 0.1)

    assert [metrics.column(metrics.FIRST_CLASS + number) for number in (2, 4)] == [0, 1]


@pytest.mark.slow
def test_workers_that_run_end_and_begin_share_their_counts(tmp_path):
    with serving.site(with_tables(tmp_path / "rows.sqlite3")) as server:
        old = serving.await_workers(server, without=[])
        for pid in server.workers():
            with serving.alone(server, pid):
                for _ in range(10):
                    server.get("/")
        before = scraped(server)
        server.process.send_signal(signal.SIGHUP)
        serving.await_workers(server, without=old)
        after = [scraped_by(server, pid) for pid in server.workers()]

    assert before.answered >= 20
    assert before.cached >= 16
    assert [found.answered > before.answered for found in after] == [True, True]
    assert (before.workers, after[-1].workers) == (2, 2)
    assert 20_000_000 < before.memory < 200_000_000


def scraped_by(server, pid):
    with serving.alone(server, pid):
        return scraped(server)


def scraped(server):
    found = figures(server.get("/metrics").body.decode())
    return SimpleNamespace(
        answered=found["seminars_http_requests_total", "2xx"],
        cached=found["seminars_http_cached_total",],
        workers=found["seminars_workers",],
        memory=found["seminars_worker_memory_bytes",],
    )
