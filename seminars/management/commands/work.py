"""`manage.py work`: send what is in the outbox and do what is due regularly, until it is told to stop."""

import logging
import os
import signal
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread
from typing import NamedTuple

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import Error, connections
from django.urls import set_script_prefix
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars.actions.outbox import Sender, ServerAway
from seminars.models.periodic_task import SENDING_LETTERS, PeriodicTask

A_LOOK = 2  # seconds between two looks into the outbox: one small query
A_ROUND = 20  # seconds between two looks at the tasks
LONGEST_PAUSE = 300  # seconds, while the mail server or the database is away

logger = logging.getLogger(__name__)


class Task(NamedTuple):
    """Something to do regularly."""

    name: str
    every: timedelta
    do: Callable[[], None]


TASKS = [
    Task("fetch sources", timedelta(minutes=15), lambda: call_command("fetch_sources", verbosity=0)),
    Task("housekeeping", timedelta(days=1), lambda: call_command("housekeeping", verbosity=0)),
]
SIGN_OF_LIFE = timedelta(seconds=30)


class Command(BaseCommand):
    """A service manager keeps it, or `manage.py serve` as its child; any number may run on any number of machines."""

    help = _("Send mail, look at sources and do housekeeping, until stopped.")
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help=_("Do what is due now, and stop."))
        parser.add_argument("--parent", type=int, help=_("Stop when this process has ended."))

    def handle(self, *, once: bool, parent: int | None, **options: object) -> None:
        stopping = Event()
        if once:
            know_the_path_of_the_site()
            do_tasks(stopping)
            Sender().send_due()
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_of_the_signal: stopping.set())
        threads = [
            Thread(target=keep_doing, args=[do, pause, stopping], name=do.__name__)
            for do, pause in ((send_letters, A_LOOK), (do_tasks, A_ROUND))
        ]
        for thread in threads:
            thread.start()
        while not stopping.wait(1):
            if parent and os.getppid() != parent:
                stopping.set()
        for thread in threads:
            thread.join()


def keep_doing(do: Callable[[Event], None], pause: float, stopping: Event) -> None:
    """Do something again and again. While it fails, wait longer each time, and say so once."""
    know_the_path_of_the_site()
    wait, is_failing = pause, False
    while not stopping.is_set():
        try:
            do(stopping)
        except ServerAway as error:
            wait, is_failing = _longer(wait, is_failing, "The mail server cannot be reached", error)
        except Error as error:
            wait, is_failing = _longer(wait, is_failing, "The database cannot be reached", error)
        except Exception:  # a fault of the program in one task must not end the others
            logger.exception("%s failed.", do.__name__)
            wait = min(LONGEST_PAUSE, wait * 2)
        else:
            if is_failing:
                logger.warning("%s works again.", do.__name__)
            wait, is_failing = pause, False
        finally:
            connections.close_all()
        stopping.wait(wait)


def know_the_path_of_the_site() -> None:
    """Let this thread write addresses below SITE_URL. Django does so for each request, and this is none."""
    set_script_prefix(f"{settings.FORCE_SCRIPT_NAME}/")


def send_letters(stopping: Event) -> None:
    """Send what is due, and give a sign of life."""
    now = timezone.now()
    last = PeriodicTask.objects.last_done(SENDING_LETTERS)
    if last is None or not timedelta(0) <= now - last < SIGN_OF_LIFE:
        PeriodicTask.objects.claim(SENDING_LETTERS, now)
        PeriodicTask.objects.note_done(SENDING_LETTERS, now, due_at=now)
    Sender(stopping.is_set).send_due()


def do_tasks(stopping: Event) -> None:
    """Do each task that is due."""
    now = timezone.now()
    PeriodicTask.objects.bring_forward({task.name: now + task.every for task in TASKS})
    for task in TASKS:
        if not stopping.is_set() and PeriodicTask.objects.claim(task.name, timezone.now()):
            _do(task)


def _do(task: Task) -> None:
    problem = ""
    try:
        task.do()
    except Exception as error:
        logger.exception("%s failed; it is tried again later.", task.name)
        problem = f"{type(error).__name__}: {error}"
    now = timezone.now()
    PeriodicTask.objects.note_done(task.name, now, due_at=now + task.every, problem=problem)


def _longer(wait: float, is_failing: bool, what: str, error: Exception) -> tuple[float, bool]:
    if not is_failing:
        logger.error("%s (%s). We try again.", what, type(error.__cause__ or error).__name__)
    return min(LONGEST_PAUSE, wait * 2), True
