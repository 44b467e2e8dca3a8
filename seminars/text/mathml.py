"""MathML for formulas, from a process of its own that is replaced when a formula ends it."""

import logging
import os
import select
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from threading import Lock
from time import monotonic

from .mathml_worker import ANSWER, CPU_SECONDS, READY, REFUSED, REQUEST, WALL_SECONDS

# Isolated (-I): neither the environment nor the folder that it lies in decides what it imports.
COMMAND = [sys.executable, "-I", str(Path(__file__).with_name("mathml_worker.py"))]
AT_ONCE = 4096  # octets; the smallest pipe holds as much, so the worker never answers while it is written to
MOST_KILLED = 2  # workers that something else may end while one text is converted
USUAL = 0.01  # seconds of processor time for one formula; only what takes longer is counted, and all that ends a worker
MOST_SECONDS = 1  # that the formulas of one text may take: the rest is shown as typed
MOST_SECONDS_A_MINUTE = 2  # of all texts together, however many somebody imports at once
START_SECONDS = 10  # on the clock, for a worker to start
ANSWER_SECONDS = WALL_SECONDS + 2  # on the clock, for one answer, in case the worker cannot even end itself
MOST_REMEMBERED = 10_000  # formulas
A_MINUTE = 60  # seconds
TRY_AGAIN_IN = 5  # seconds after a worker could not be started
# What ends a worker without any fault of the formula: it was told to stop, or the machine had no memory left.
TOLD_TO_STOP = frozenset({0, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP, -signal.SIGKILL})

Request = tuple[str, bool]  # a formula, and whether it is a display

logger = logging.getLogger(__name__)
_text: ContextVar["Text | None"] = ContextVar("the text whose formulas are converted", default=None)
_whole: ContextVar["Whole | None"] = ContextVar("what the texts are rendered for", default=None)


@dataclass
class Text:
    """What the formulas of one text came to: their MathML, None for those without, and what they cost."""

    found: dict[Request, str | None] = field(default_factory=dict)
    seconds: float = 0  # of processor time, of those that took longer than usual
    killed: int = 0  # workers that something else ended meanwhile
    is_postponed: bool = False  # some were left out for now: without a worker, or after too many that took long


@contextmanager
def one_text() -> Iterator[Text]:
    """Bound what the formulas of one text cost together: after MOST_SECONDS the rest is not converted."""
    text = Text()
    token = _text.set(text)
    try:
        yield text
    finally:
        _text.reset(token)
        if whole := _whole.get():
            whole.is_postponed |= text.is_postponed


@dataclass
class Whole:
    """A page, a feed or an entry in which texts are rendered."""

    is_postponed: bool = False  # some of their formulas were left out for now


@contextmanager
def rendering() -> Iterator[Whole]:
    """Note whether formulas of the texts rendered within are left out for now, so that nobody keeps the result."""
    outer, whole = _whole.get(), Whole()
    token = _whole.set(whole)
    try:
        yield whole
    finally:
        _whole.reset(token)
        if outer:
            outer.is_postponed |= whole.is_postponed


class WorkerEnded(Exception):
    """The worker ended instead of answering."""


class Converter:
    """Asks the worker for MathML. Threads may share it; a forked process starts a worker of its own."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self._lock = Lock()
        self._worker: subprocess.Popen | None = None
        self._owner = self._not_before = 0.0
        self._remembered: set[str] = set()  # formulas that ended a worker
        self._spent: deque[tuple[float, float]] = deque()  # when, and seconds of processor time

    def convert(self, formula: str, *, display: bool) -> str | None:
        """Return MathML, or None where the library cannot read the formula, takes too long or breaks over it."""
        return self.convert_all([(formula, display)])[formula, display]

    def convert_all(self, formulas: Iterable[Request]) -> dict[Request, str | None]:
        """Return the same for many, by formula; those of `one_text` that were converted before are not asked for again.

        A formula that ended a worker is remembered for as long as this process lives.
        """
        text = _text.get() or Text()
        asked = dict.fromkeys(one for one in formulas if one not in text.found)
        pending = [one for one in asked if one[0] not in self._remembered]
        text.found |= dict.fromkeys(asked)
        if pending:
            with self._lock:
                while pending and text.seconds < MOST_SECONDS and not self._is_busy():
                    pending = self._converted(pending, text)
                text.is_postponed |= bool(pending) and self._is_busy()
        return text.found

    def _is_busy(self) -> bool:
        """Tell whether formulas took as much within a minute as they may."""
        while self._spent and monotonic() - self._spent[0][0] >= A_MINUTE:
            self._spent.popleft()
        return sum(seconds for _when, seconds in self._spent) >= MOST_SECONDS_A_MINUTE

    def _spend(self, seconds: float, text: Text) -> None:
        if seconds > USUAL:
            text.seconds += seconds
            self._spent.append((monotonic(), seconds))

    def _converted(self, pending: list[Request], text: Text) -> list[Request]:
        """Convert as many as the worker can; return those that are still to be asked for."""
        answered = 0
        try:
            worker = self._running_worker()
            batch = _fitting(pending)
            for one, (answer, seconds) in zip(batch, _exchange(worker, batch), strict=True):
                text.found[one] = answer
                answered += 1
                self._spend(seconds, text)
                if text.seconds >= MOST_SECONDS:
                    self._discard()  # it is at the next formula already
                    break
        except OSError as error:
            self._wait_to_start(error)
            text.is_postponed = True
            return []
        except WorkerEnded:
            if is_its_fault := self._was_ended_by(pending[answered][0]):
                self._spend(CPU_SECONDS, text)
            text.killed += not is_its_fault
            if text.killed >= MOST_KILLED:
                text.is_postponed = True
                return []
            return pending[answered + is_its_fault :]
        except BaseException:  # such as the server's own timeout: the answers that come are for nobody
            self._discard()
            raise
        return pending[answered:]

    def stop(self) -> None:
        """End the worker, if there is one."""
        with self._lock:
            self._discard()

    def _discard(self) -> None:
        if self._worker:
            self._worker.kill()
            self._forget_worker()

    def _running_worker(self) -> subprocess.Popen:
        if self._worker is None or self._owner != os.getpid():
            if monotonic() < self._not_before:
                raise OSError("no worker")
            self._worker, self._owner = self._started(), os.getpid()
        return self._worker

    def _started(self) -> subprocess.Popen:
        worker = subprocess.Popen(  # noqa: S603  our own program
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,  # Ctrl-C is for the server; the worker ends with its standard input
        )
        try:
            is_ready = _read(worker, START_SECONDS) == READY
        except WorkerEnded:
            is_ready = False
        if not is_ready:
            worker.kill()
            raise OSError(f"it ended with {worker.wait()} at its start")
        return worker

    def _was_ended_by(self, formula: str) -> bool:
        """Tell whether the formula ended the worker, and remember it; if not, the next worker may be asked."""
        code = self._worker.wait()
        self._forget_worker()
        if code in TOLD_TO_STOP:
            return False
        if len(self._remembered) < MOST_REMEMBERED:
            self._remembered.add(formula)
        logger.warning("A formula of %d characters cannot be drawn: the worker ended with %d.", len(formula), code)
        return True

    def _forget_worker(self) -> None:
        self._worker.stdin.close()
        self._worker.stdout.close()
        self._worker.wait()
        self._worker = None

    def _wait_to_start(self, error: OSError) -> None:
        if monotonic() >= self._not_before:
            logger.error("Formulas are shown as typed: the worker that draws them cannot be started (%s).", error)
            self._not_before = monotonic() + TRY_AGAIN_IN


def _fitting(pending: list[Request]) -> list[Request]:
    """Return the first formulas, one at least, as many as AT_ONCE allows."""
    sizes = accumulate(REQUEST.size + len(formula.encode()) for formula, _is_display in pending)
    return pending[: max(sum(size <= AT_ONCE for size in sizes), 1)]


def _exchange(worker: subprocess.Popen, batch: list[Request]) -> Iterator[tuple[str | None, float]]:
    """Send requests, which a pipe holds as a whole, and yield the answers as they come, each with what it cost."""
    contents = [(formula.encode(), is_display) for formula, is_display in batch]
    try:
        os.write(worker.stdin.fileno(), b"".join(REQUEST.pack(len(one), display) + one for one, display in contents))
    except BrokenPipeError as ended:
        raise WorkerEnded from ended
    received = b""
    for _request in batch:
        while len(received) < ANSWER.size:
            received += _read(worker, ANSWER_SECONDS)
        length, seconds = ANSWER.unpack_from(received)
        end = ANSWER.size + max(length, 0)
        while len(received) < end:
            received += _read(worker, ANSWER_SECONDS)
        yield (None if length == REFUSED else received[ANSWER.size : end].decode()), seconds
        received = received[end:]


def _read(worker: subprocess.Popen, most_seconds: float) -> bytes:
    """Return what the worker says; one that says nothing for so long, not even that it ended, is killed."""
    waiting = select.poll()
    waiting.register(worker.stdout, select.POLLIN)
    if not waiting.poll(most_seconds * 1000):
        worker.kill()
    if not (part := os.read(worker.stdout.fileno(), 65_536)):
        raise WorkerEnded
    return part


converter = Converter(COMMAND)
