"""Mail to ADMINS about errors in the log, one an hour for each place in the program.

A message says where an error came from and how often, and not what it was about: messages of exceptions, addresses and
forms may contain personal data. That is in the log alone; the number of the request leads there.
"""

import fcntl
import hashlib
import logging
import socket
import traceback
from collections.abc import Iterator
from pathlib import Path
from queue import Full, Queue
from threading import Lock, Thread
from time import monotonic, sleep, time

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from seminars import logs

PAUSE = 3600  # seconds between two messages about the same place
TIMEOUT = 10  # seconds for each answer of the mail server
LAST_CALL = 5  # seconds that messages get when the process ends
MOST_WAITING = 20  # messages; of a mail server that hangs, nobody learns more by the twenty-first

logger = logging.getLogger(__name__)


class ErrorMail(logging.Handler):
    """Sends in a thread of its own: no request waits for the mail server, and the outbox may be what failed."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder  # all processes of this machine count in it
        self.waiting: Queue[EmailMessage] = Queue(MOST_WAITING)
        self.starting = Lock()
        self.thread: Thread | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Send a message, unless one about this place was sent within the hour."""
        try:
            kind, place = _kind(record), _place(record)
            key = hashlib.sha256(f"{kind} {place}".encode()).hexdigest()[:32]
            left_out = _left_out(self.folder, key)
            if left_out is not None:
                self.waiting.put_nowait(_message(record, kind, place, left_out))
                self._start()
        except Full:
            pass
        except Exception:  # noqa: BLE001  as every handler: an error of the log must not become one of the site
            self.handleError(record)

    def flush(self) -> None:
        """Wait a little for what is under way; `logging.shutdown` calls this when the process ends."""
        until = monotonic() + LAST_CALL
        while self.waiting.unfinished_tasks and monotonic() < until:
            sleep(0.02)

    def _start(self) -> None:
        with self.starting:
            if self.thread is None or not self.thread.is_alive():
                self.thread = Thread(target=self._send, name="error mail", daemon=True)
                self.thread.start()

    def _send(self) -> None:
        while True:
            message = self.waiting.get()
            try:
                message.connection = get_connection(timeout=TIMEOUT)
                message.send()
            except Exception as failure:  # noqa: BLE001  the next message may go; not an error, which would be mailed
                logger.warning("The email about an error could not be sent (%s).", type(failure).__name__)
            finally:
                self.waiting.task_done()


def _kind(record: logging.LogRecord) -> str:
    """Name the exception, or the level where there is none."""
    return record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else record.levelname.capitalize()


def _place(record: logging.LogRecord) -> str:
    """Say where an error was raised, in our own code if it came through there, or else where it was logged."""
    frames = traceback.extract_tb(record.exc_info[2]) if record.exc_info else []
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(settings.BASE_DIR / "seminars")]
    for frame in (own or frames)[-1:]:
        return f"{_short(frame.filename)}, line {frame.lineno}, in {frame.name}"
    return f"{_short(record.pathname)}, line {record.lineno}"


def _short(path: str) -> str:
    return path.removeprefix(f"{settings.BASE_DIR}/")


def _left_out(folder: Path, key: str) -> int | None:
    """Return how many messages with this key were left out since the last one; None if this one is to be left out.

    Where the file cannot be written, none is left out: a full disk is worth a message for each error.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (folder / key).open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            sent_at, _, number = file.read().partition(" ")
            now = time()
            is_due = not sent_at or not 0 <= now - float(sent_at) < PAUSE
            file.truncate(0)
            file.write(f"{now} 0" if is_due else f"{sent_at} {int(number) + 1}")
            return int(number or 0) if is_due else None
    except (OSError, ValueError):
        return 0


def _message(record: logging.LogRecord, kind: str, place: str, left_out: int) -> EmailMessage:
    host = socket.gethostname()
    lines = [f"{kind} in {place}", "", *_about(record, host), "", *_trace(record)]
    if left_out:
        lines[1:1] = ["", f"{left_out} more at this place since the last email about it."]
    lines += ["What it was about is in the log alone. You get one email an hour about each place."]
    return EmailMessage(
        f"[{host}] {kind} in {place}",
        "\n".join(lines),
        settings.SERVER_EMAIL,
        [address for _name, address in settings.ADMINS],
        headers={"Auto-Submitted": "auto-generated"},  # RFC 3834
    )


def _about(record: logging.LogRecord, host: str) -> Iterator[str]:
    yield f"Logger: {record.name}, process {record.process} on {host}"
    request = getattr(record, "request", None)
    if match := getattr(request, "resolver_match", None):
        yield f"Request: {request.method} {match.route}"
    known = logs.known_request()
    if known and known.number:
        yield f"Number of the request in the logs: {known.number}"


def _trace(record: logging.LogRecord) -> Iterator[str]:
    """Write the places and the names of an exception and of those it came from; their words and values are left out."""
    failure = record.exc_info[1] if record.exc_info else None
    while failure is not None:
        yield f"{type(failure).__name__}:"
        for frame in traceback.extract_tb(failure.__traceback__):
            yield f"  {_short(frame.filename)}, line {frame.lineno}, in {frame.name}"
            yield f"    {frame.line}"
        yield ""
        failure = failure.__cause__ or (None if failure.__suppress_context__ else failure.__context__)
