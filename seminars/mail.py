"""Mail is sent after the request that asked for it, by one thread of each process: no visitor waits for a mail server.

All mail of the site goes this way: EMAIL_BACKEND is the class below, MAIL_TRANSPORT the backend that really sends.
What waits is in memory: a process that is killed loses it, and what cannot be sent is not tried again.
"""

import atexit
import logging
import traceback
from collections.abc import Callable
from functools import partial
from queue import Full, Queue
from threading import Lock, Thread, current_thread
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connections
from django.urls import set_script_prefix

MOST_WAITING = 100  # jobs in each process; a mail server that is away for long must not fill the memory
LAST_CALL = 5  # seconds that a process that is told to stop spends on what waits; gunicorn gives it 15 in all

logger = logging.getLogger(__name__)

Job = Callable[[], Any]


def is_set_up() -> bool:
    """Tell whether messages reach people, rather than the terminal or the journal."""
    return settings.MAIL_TRANSPORT.rsplit(".", 2)[-2] not in ("console", "dummy")


class MailQueue:
    """One thread that does jobs in turn; it starts with the first job."""

    def __init__(self) -> None:
        self._waiting: Queue[Job] = Queue(MOST_WAITING)
        self._thread: Thread | None = None
        self._lock = Lock()

    def is_current(self) -> bool:
        """Tell whether the caller is a job."""
        return current_thread() is self._thread

    def put(self, job: Job) -> None:
        """Do the job soon; where too many wait, drop it and say so in the log."""
        try:
            self._waiting.put_nowait(job)
        except Full:
            logger.error(
                "A message was dropped: %s wait already. See that the mail server of EMAIL_URL answers.", MOST_WAITING
            )
            return
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._work, name="mail", daemon=True)
                self._thread.start()

    def flush(self, seconds: float) -> int:
        """Wait until everything is done, `seconds` at most; return how many jobs are not."""
        deadline = monotonic() + seconds
        with self._waiting.all_tasks_done:
            while (left := self._waiting.unfinished_tasks) and (time := deadline - monotonic()) > 0:
                self._waiting.all_tasks_done.wait(time)
        return left

    def _work(self) -> None:
        set_script_prefix(f"{settings.FORCE_SCRIPT_NAME}/")  # Django sets it for each request, and this is none
        while True:
            job = self._waiting.get()
            try:
                job()
            except Exception as error:  # noqa: BLE001  the next message is another matter
                _tell(error)
            finally:
                connections.close_all()  # messages are rare, and a connection that idles is one fewer for visitors
                self._waiting.task_done()


def _tell(error: Exception) -> None:
    """Write down what went wrong without the words of the error: mail servers repeat addresses in them."""
    what = f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".rstrip()
    if isinstance(error, OSError):  # all of smtplib's are
        logger.error("A message was not sent (%s). See that EMAIL_URL is right and that the mail server answers.", what)
    else:
        frames = traceback.extract_tb(error.__traceback__)
        where = ", ".join(f"{frame.filename}:{frame.lineno}" for frame in frames)
        logger.error("A message was not sent, which is a fault of the program (%s in %s).", what, where)


mail_queue = MailQueue()


def enqueue(job: Callable[..., Any], *arguments: Any) -> None:
    """Let `job`, which finds out to whom to write and writes, be done after the request; in tests at once."""
    if settings.MAIL_IN_BACKGROUND:
        mail_queue.put(partial(job, *arguments))
    else:
        job(*arguments)


class BackgroundEmailBackend(BaseEmailBackend):
    """Django's `send_mail` and its kin, which return before the message is sent."""

    def send_messages(self, messages: list[EmailMessage]) -> int:
        """Hand the messages on; return how many."""
        deliver = partial(_deliver, list(messages))
        if mail_queue.is_current():
            deliver()
        else:
            enqueue(deliver)
        return len(messages)


def _deliver(messages: list[EmailMessage]) -> None:
    get_connection(settings.MAIL_TRANSPORT).send_messages(messages)


@atexit.register
def stop() -> None:
    """Send what waits before the process ends, and say how much is lost."""
    if left := mail_queue.flush(LAST_CALL):
        logger.error("%s messages were not sent: the process stops, and the mail server was too slow.", left)
