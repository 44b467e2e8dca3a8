"""`manage.py work`: the regular tasks, and what it does when something fails."""

from datetime import timedelta
from threading import Event

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from seminars.management.commands import work
from seminars.management.commands.work import Task, do_tasks, keep_doing, send_letters
from seminars.models import PeriodicTask
from seminars.models.periodic_task import LEASE, SENDING_LETTERS
from tests.factories import in_new_york

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(in_new_york(2025, 11, 5, 9), tick=False) as clock:
        yield clock


@pytest.fixture
def done(monkeypatch):
    """A task that is due every hour; the list has the times at which it was done."""
    times = []
    tasks = [Task("an example", timedelta(hours=1), lambda: times.append(timezone.now()))]
    monkeypatch.setattr(work, "TASKS", tasks)
    return times


def test_a_task_is_done_when_it_is_due(clock, done):
    for _ in range(5):
        do_tasks(Event())
        clock.shift(30 * 60)

    assert [(at - done[0]) / timedelta(hours=1) for at in done] == [0, 1, 2]


def test_a_task_that_another_worker_has_is_left_to_it_until_its_lease_is_over(clock, done):
    do_tasks(Event())
    clock.shift(3600)
    PeriodicTask.objects.claim("an example", timezone.now())  # and then that worker was killed

    do_tasks(Event())
    clock.shift(LEASE)
    do_tasks(Event())

    assert len(done) == 2


def test_a_clock_that_is_set_back_delays_no_task_by_more_than_its_pause(clock, done):
    clock.shift(timedelta(days=400))
    do_tasks(Event())
    clock.shift(-timedelta(days=400))
    do_tasks(Event())
    clock.shift(3601)

    do_tasks(Event())

    assert len(done) == 2


def test_a_task_that_fails_is_noted_and_stops_no_other(clock, monkeypatch, caplog):
    times = []

    def fail():
        raise RuntimeError("the source is odd")

    tasks = [Task("odd", timedelta(hours=1), fail), Task("good", timedelta(hours=1), lambda: times.append(1))]
    monkeypatch.setattr(work, "TASKS", tasks)

    do_tasks(Event())

    assert times == [1]
    assert dict(PeriodicTask.objects.values_list("name", "problem")) == {
        "odd": "RuntimeError: the source is odd",
        "good": "",
    }
    assert "odd failed; it is tried again later." in caplog.text


def test_sending_gives_a_sign_of_life(clock):
    send_letters(Event())
    first = PeriodicTask.objects.last_done(SENDING_LETTERS)
    clock.shift(10)
    send_letters(Event())
    soon = PeriodicTask.objects.last_done(SENDING_LETTERS)
    clock.shift(30)
    send_letters(Event())

    assert (soon, PeriodicTask.objects.last_done(SENDING_LETTERS)) == (first, timezone.now())


@pytest.mark.parametrize("error", [work.ServerAway("away"), work.Error("locked"), RuntimeError("a fault")])
def test_what_fails_is_tried_again_after_pauses_that_grow(error, caplog, monkeypatch):
    monkeypatch.setattr(work.connections, "close_all", lambda: None)  # the test's own connection stays
    stopping, waits = Event(), []
    monkeypatch.setattr(stopping, "wait", lambda seconds: waits.append(seconds) or (len(waits) > 11 and stopping.set()))

    def example(_stopping):
        if len(waits) < 10:
            raise error

    keep_doing(example, 2, stopping)

    assert waits == [4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 2, 2]


def test_once_does_what_is_due_and_ends(clock, done):
    call_command("work", once=True)

    assert len(done) == 1
