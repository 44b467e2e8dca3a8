"""`manage.py work`: send what is in the outbox and do what is due regularly, until it is told to stop."""

import logging
import os
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime, time, timedelta
from threading import Event, Thread
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import Error, connections
from django.urls import set_script_prefix
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars import zone_data
from seminars.actions import announcing, bounces, open_items, speaker_reminders, talk_news, weekly_emails
from seminars.actions.calendar_invitations import Corrections
from seminars.actions.outbox import Sender, ServerAway
from seminars.models.department import in_department_zone
from seminars.models.department_language import in_department_language
from seminars.models.periodic_task import SENDING_LETTERS, LeftUndone, PeriodicTask
from seminars.times import at, local, start_of

A_LOOK = 2  # seconds between two looks into the outbox: one small query
A_ROUND = 20  # seconds between two looks at the tasks, and between two signs of life
LONGEST_PAUSE = 300  # seconds, while the mail server or the database is away
MORNING = time(9)
LAST_CALL = 30  # seconds that letters and tasks under way get when we stop
AFTER_A_FAULT = timedelta(hours=1)
SINCE_MIDNIGHT = timedelta(hours=3, minutes=30)  # of the quiet hour: housekeeping holds up people who save, a little

logger = logging.getLogger(__name__)


class Task(NamedTuple):
    """Something to do regularly. `next_at` says when it is due after a given moment."""

    name: str
    next_at: Callable[[datetime], datetime]
    do: Callable[[], Any]


def next_night(now: datetime) -> datetime:
    """Return when the quiet hour is the next time."""
    with in_department_zone():
        today = local(now).date()
        nights = (start_of(day) + SINCE_MIDNIGHT for day in (today, today + timedelta(days=1)))
        return next(night for night in nights if night > now)


def next_morning(now: datetime) -> datetime:
    """Return when it is the next time nine o'clock in the department: speakers get no letter in the night."""
    with in_department_zone():
        today = local(now).date()
        mornings = (at(day, MORNING) for day in (today, today + timedelta(days=1)))
        return next(morning for morning in mornings if morning > now)


def next_monday(now: datetime) -> datetime:
    """Return when the next Monday morning is."""
    with in_department_zone():
        today = local(now).date()
        mondays = (at(today + timedelta(days=more - today.weekday()), MORNING) for more in (0, 7))
        return next(monday for monday in mondays if monday > now)


def read_reports() -> None:
    """Read the mailbox with the messages that came back, if the site has one."""
    if settings.BOUNCE_MAILBOX:
        bounces.fetch()


TASKS = [
    Task("bounces", lambda now: now + timedelta(minutes=15), read_reports),
    Task("fetch sources", lambda now: now + timedelta(minutes=15), lambda: call_command("fetch_sources", verbosity=0)),
    Task("speaker reminders", next_morning, speaker_reminders.put_due),
    Task("open items", next_monday, open_items.put),
    Task("housekeeping", next_night, lambda: call_command("housekeeping", verbosity=0)),
]


class Worker:
    """The threads of a worker, and what they have taken. Tasks may take minutes; letters do not wait for them."""

    def __init__(self) -> None:
        self.stopping = Event()
        self.mail_problem = ""  # why the mail server takes nothing
        self._lease: tuple[str, datetime] | None = None  # of the task that is being done
        self._puts = (talk_news.tell, Corrections().put, weekly_emails.put_due, announcing.put_due)
        work = ((self.send_letters, A_LOOK), (self.put_letters, A_ROUND), (self.do_tasks, A_ROUND))
        self._threads = [
            Thread(target=keep_doing, args=[do, pause, self.stopping], name=do.__name__, daemon=True)
            for do, pause in work
        ]

    def run(self, parent: int | None) -> bool:
        """Work until told to stop; return whether all threads were there to the end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_of_the_signal: self.stopping.set())
        for thread in self._threads:
            thread.start()
        looks, is_whole = 0, True
        while is_whole and not self.stopping.wait(1):
            if parent and os.getppid() != parent:
                self.stopping.set()
            is_whole = all(thread.is_alive() for thread in self._threads)
            if looks % A_ROUND == 0:
                self._give_sign_of_life()
            looks += 1
        self.stopping.set()
        self._end()
        return is_whole

    def send_letters(self) -> None:
        """Send what is due."""
        try:
            Sender(self.stopping.is_set).send_due()
        except ServerAway as error:
            self.mail_problem = str(error)
            raise
        self.mail_problem = ""

    def put_letters(self) -> None:
        """Put letters into the outbox: news, corrections of calendars, talks of the week, announcements.

        Each can be done by several workers at once. What fails does not hold up the others.
        """
        failures = []
        with in_department_zone():
            for put in self._puts:
                try:
                    put()
                except Exception as failure:  # noqa: BLE001  it is raised below
                    failures.append(failure)
        if failures:
            raise failures[0]

    def do_tasks(self) -> None:
        """Do each task that is due."""
        zone_data.current()  # reads newer rules, if the machine has some
        for task in TASKS:
            next_at = task.next_at(timezone.now())
            PeriodicTask.objects.bring_forward(task.name, next_at)
            if self.stopping.is_set():
                return
            if until := PeriodicTask.objects.claim(task.name, first_at=next_at):
                self._lease = task.name, until
                _do(task, until)
                self._lease = None

    def _give_sign_of_life(self) -> None:
        try:
            PeriodicTask.objects.note_alive(SENDING_LETTERS, self.mail_problem)
        except Error:
            pass  # the threads say so
        finally:
            _close_connections()

    def _end(self) -> None:
        """Wait for what is under way; what takes longer is left to the next worker."""
        until = timezone.now() + timedelta(seconds=LAST_CALL)
        for thread in self._threads:
            thread.join(max(0, (until - timezone.now()).total_seconds()))
        if self._lease is not None:
            try:
                PeriodicTask.objects.give_back(*self._lease)
            except Error:
                logger.warning("%s was not finished; it is done again in half an hour.", self._lease[0])


class Command(BaseCommand):
    """A service manager keeps it, or `manage.py serve` as its child; any number may run on any number of machines."""

    help = _("Send mail, look at sources and do housekeeping, until stopped.")
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help=_("Do what is due now, and stop."))
        parser.add_argument("--parent", type=int, help=_("Stop when this process has ended."))

    def handle(self, *, once: bool, parent: int | None, **options: object) -> None:
        worker = Worker()
        if not once:
            is_whole = worker.run(parent)
            logging.shutdown()
            os._exit(0 if is_whole else 1)  # a thread that waits for a mail server must not hold us up
        know_the_path_of_the_site()
        PeriodicTask.objects.note_alive(SENDING_LETTERS)
        worker.do_tasks()
        worker.put_letters()
        try:
            worker.send_letters()
        except ServerAway:
            raise CommandError(_("The mail server cannot be reached. See that EMAIL_URL is right.")) from None


def keep_doing(do: Callable[[], None], pause: float, stopping: Event) -> None:
    """Do something again and again. While it fails, wait longer each time, and say so once."""
    know_the_path_of_the_site()
    wait, is_failing = pause, False
    while not stopping.is_set():
        try:
            do()
        except (ServerAway, Error) as error:
            if not is_failing:
                what = "mail server" if isinstance(error, ServerAway) else "database"
                logger.error("The %s is away or busy (%s). We try again.", what, type(error).__name__)
            wait, is_failing = min(LONGEST_PAUSE, wait * 2), True
        except Exception:  # a fault of the program in one round must not end the next
            logger.exception("%s failed.", do.__name__)
            wait = min(LONGEST_PAUSE, wait * 2)
        else:
            if is_failing:
                logger.warning("%s works again.", do.__name__)
            wait, is_failing = pause, False
        _close_connections()
        stopping.wait(wait)


def know_the_path_of_the_site() -> None:
    """Let this thread write addresses below SITE_URL. Django does so for each request, and this is none."""
    set_script_prefix(f"{settings.FORCE_SCRIPT_NAME}/")


def _do(task: Task, until: datetime) -> None:
    problem = ""
    try:
        with in_department_zone(), in_department_language():
            try:
                task.do()
            except LeftUndone as left:
                problem = str(left)
                logger.warning("%s: %s", task.name, left)
    except Exception as error:
        logger.exception("%s failed; it is tried again in an hour.", task.name)
        _close_connections()
        soon = min(task.next_at(timezone.now()), timezone.now() + AFTER_A_FAULT)
        PeriodicTask.objects.note_done(task.name, until, due_at=soon, problem=type(error).__name__)
    else:
        PeriodicTask.objects.note_done(task.name, until, due_at=task.next_at(timezone.now()), problem=problem)


def _close_connections() -> None:
    try:
        connections.close_all()
    except Error as error:
        sys.stderr.write(f"A connection to the database was not closed ({type(error).__name__}).\n")
