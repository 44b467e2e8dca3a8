"""`manage.py work`: the regular tasks, and what it does when something fails."""

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from seminars.actions import accounts
from seminars.management.commands import work
from seminars.management.commands.work import Task, Worker, keep_doing, next_night
from seminars.models import Department, PeriodicTask
from seminars.models.periodic_task import LEASE, SENDING_LETTERS
from seminars.times import local
from tests.benchmarks.serving import ROOT, environment
from tests.factories import in_new_york, make_member
from tests.services import free_port

pytestmark = pytest.mark.django_db

NOW = in_new_york(2025, 11, 5, 9)


@pytest.fixture(autouse=True)
def _connection(monkeypatch):
    """Let a test keep its own connection, within whose transaction it runs."""
    monkeypatch.setattr(work.connections, "close_all", lambda: None)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def done(monkeypatch):
    """A task that is due every hour; the list has the times at which it was done."""
    times = []
    tasks = [Task("an example", lambda now: now + timedelta(hours=1), lambda: times.append(timezone.now()))]
    monkeypatch.setattr(work, "TASKS", tasks)
    return times


def do_tasks():
    Worker().do_tasks()


def test_a_task_is_done_when_it_is_due(clock, done):
    for _ in range(7):
        do_tasks()
        clock.shift(30 * 60)

    assert [(at - NOW) / timedelta(hours=1) for at in done] == [1, 2, 3]


def test_a_task_is_done_in_the_zone_of_the_department(clock, monkeypatch):
    Department.objects.update_or_create({"time_zone": "Asia/Tokyo"}, pk=1)
    hours = []
    task = Task("an example", lambda now: now + timedelta(hours=1), lambda: hours.append(local(timezone.now()).hour))
    monkeypatch.setattr(work, "TASKS", [task])
    do_tasks()
    clock.shift(3600)
    do_tasks()

    assert hours == [0]  # 10:00 in New York


def test_a_task_that_another_worker_has_is_left_to_it_until_its_lease_is_over(clock, done):
    do_tasks()
    clock.shift(3600)
    PeriodicTask.objects.claim("an example", first_at=NOW)  # and then that worker was killed
    clock.shift(-0.001)  # a clock that is a little behind

    do_tasks()
    assert done == []
    clock.shift(LEASE + timedelta(seconds=1))
    do_tasks()

    assert len(done) == 1


def test_a_worker_that_took_too_long_does_not_end_the_lease_of_another(clock, done):
    do_tasks()
    clock.shift(3600)
    first = PeriodicTask.objects.claim("an example", first_at=NOW)
    clock.shift(LEASE + timedelta(seconds=1))
    second = PeriodicTask.objects.claim("an example", first_at=NOW)

    PeriodicTask.objects.note_done("an example", first, due_at=timezone.now())

    assert PeriodicTask.objects.get(name="an example").leased_until == second


def test_a_clock_that_is_set_back_delays_no_task_by_more_than_its_pause(clock, done):
    clock.shift(timedelta(days=400))
    do_tasks()
    clock.shift(-timedelta(days=400))
    do_tasks()
    clock.shift(3601)

    do_tasks()

    assert len(done) == 1


def test_housekeeping_is_done_at_night(clock):
    assert [next_night(NOW), next_night(next_night(NOW))] == [
        in_new_york(2025, 11, 6, 3, 30),
        in_new_york(2025, 11, 7, 3, 30),
    ]


def test_a_task_that_fails_is_noted_is_done_again_after_an_hour_and_stops_no_other(clock, monkeypatch, caplog):
    times = []

    def fail():
        times.append("odd")
        raise RuntimeError("https://calendar.example.org/private-0123456789abcdef/basic.ics")

    def daily(now):
        return now + timedelta(days=1)

    monkeypatch.setattr(work, "TASKS", [Task("odd", daily, fail), Task("good", daily, lambda: times.append("good"))])
    do_tasks()
    clock.shift(timedelta(days=1))
    do_tasks()
    clock.shift(3601)
    do_tasks()

    assert times == ["odd", "good", "odd"]
    assert dict(PeriodicTask.objects.values_list("name", "problem")) == {"odd": "RuntimeError", "good": ""}


@pytest.mark.parametrize("error", [work.ServerAway("away"), work.Error("locked"), RuntimeError("a fault")], ids=repr)
def test_what_fails_is_tried_again_after_pauses_that_grow(error, caplog, monkeypatch):
    stopping, waits = Event(), []
    monkeypatch.setattr(stopping, "wait", lambda seconds: waits.append(seconds) or (len(waits) > 11 and stopping.set()))

    def example():
        if len(waits) < 10:
            raise error

    keep_doing(example, 2, stopping)

    assert waits == [4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 2, 2]


def test_once_does_what_is_due_ends_and_is_seen(clock, done):
    call_command("work", once=True)
    clock.shift(3600)
    call_command("work", once=True)

    assert len(done) == 1
    assert PeriodicTask.objects.last_done(SENDING_LETTERS) == timezone.now()


def test_once_says_that_the_mail_server_is_away_without_its_words(settings, done):
    settings.MAIL_AT_ONCE = False
    make_member(email="ada@example.org")
    accounts.send_password_link("ada@example.org")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()

    with pytest.raises(
        CommandError, match=r"^The mail server cannot be reached. See that EMAIL_URL is right.$"
    ) as told:
        call_command("work", once=True)
    assert told.value.__suppress_context__


def is_running(pid):
    """Whether a process is there and has not ended: proc(5), /proc/pid/stat, where Z is one that nobody waits for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.slow
def test_a_worker_ends_with_the_process_that_it_was_started_for(tmp_path):
    script = f"{sys.executable} {ROOT / 'manage.py'} work --parent $$ & echo $!; exec sleep 120"
    env = environment(tmp_path / "rows.sqlite3")
    with subprocess.Popen(["/bin/sh", "-c", script], env=env, stdout=subprocess.PIPE, text=True) as server:
        worker = int(server.stdout.readline())
        time.sleep(5)  # it has started and looks whether its parent is there
        ran = is_running(worker)
        server.kill()
    deadline = time.monotonic() + 40
    while is_running(worker) and time.monotonic() < deadline:
        time.sleep(0.2)

    assert (ran, is_running(worker)) == (True, False)
