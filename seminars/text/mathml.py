"""MathML for formulas, from a process of its own that is replaced when a formula ends it."""

import logging
import os
import select
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from threading import Lock
from time import monotonic

from .mathml_worker import ANSWER, REFUSED, REQUEST

# Isolated (-I): neither the environment nor the folder that it lies in decides what it imports.
COMMAND = [sys.executable, "-I", str(Path(__file__).with_name("mathml_worker.py"))]
AT_ONCE = 4096  # octets; the smallest pipe holds as much, so the worker never answers while it is written to
MOST_KILLED = 2  # workers that something else may end while one text is converted
MOST_ENDED = 4  # workers that the formulas of one text may end, a second of processor time in all
MOST_ENDED_IN_A_MINUTE = 8  # by all texts together: two seconds, however many texts somebody imports at once
MOST_CPU_SECONDS = 2  # of processor time, for the formulas of one text that are slow but end no worker
MOST_SECONDS = 4  # by the clock, for the same: where the machine has no time for them, they are drawn later
MOST_WAITED = 10  # seconds by the clock, for the formulas of one text and for its turn to have them drawn
MOST_REMEMBERED = 10_000  # formulas
A_MINUTE = 60  # seconds
WAIT_FOR_END = 1  # seconds, for a worker that was killed
TRY_AGAIN_IN = 5  # seconds after a worker could not be started or did not answer
# What ends a worker without any fault of the formula: it was told to stop, or the machine had no memory left.
TOLD_TO_STOP = frozenset({0, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP, -signal.SIGKILL})

Request = tuple[str, bool]  # a formula, and whether it is a display

logger = logging.getLogger(__name__)
_text: ContextVar["FormulaResults | None"] = ContextVar("the text whose formulas are converted", default=None)
_rendering: ContextVar["Rendering | None"] = ContextVar("what the texts are rendered for", default=None)


@dataclass
class Rendering:
    """What texts are rendered for: a page, a feed, a calendar entry."""

    is_postponed: bool = False  # some of its formulas are shown as typed for now, so nobody may keep it


@contextmanager
def rendering() -> Iterator[Rendering]:
    """Note whether a formula is postponed inside, here and in every rendering around this one."""
    outer, inner = _rendering.get(), Rendering()
    token = _rendering.set(inner)
    try:
        yield inner
    finally:
        _rendering.reset(token)
        if outer:
            outer.is_postponed |= inner.is_postponed


@dataclass
class FormulaResults:
    """What the formulas of one text came to: their MathML, None for those without, and how many ended a worker."""

    found: dict[Request, str | None] = field(default_factory=dict)
    ended: int = 0
    cpu: float = 0  # seconds of processor time
    spent: float = 0  # seconds by the clock
    killed: int = 0  # workers that something else ended during it
    until: float = field(default_factory=lambda: monotonic() + MOST_WAITED)  # on the monotonic clock

    def is_slow(self, seconds: float) -> bool:
        """Tell whether its formulas took so long, by the clock or by the processor, that the rest is left out.

        It is left out for good only where the formulas themselves are to blame.
        """
        if self.cpu > MOST_CPU_SECONDS:
            return True
        if seconds > MOST_SECONDS:
            self.postpone()
            return True
        return False

    def postpone(self) -> None:
        """Note that some are left out for now: without a worker, or after too many that ended."""
        if rendered := _rendering.get():
            rendered.is_postponed = True


@contextmanager
def one_text() -> Iterator[FormulaResults]:
    """Bound what the formulas of one text cost together: after MOST_ENDED bad ones the rest is not converted."""
    text = FormulaResults()
    token = _text.set(text)
    try:
        yield text
    finally:
        _text.reset(token)


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
        self._ended_at: deque[float] = deque(maxlen=MOST_ENDED_IN_A_MINUTE)

    def convert(self, formula: str, *, display: bool) -> str | None:
        """Return MathML, or None where the library cannot read the formula, takes too long or breaks over it."""
        return self.convert_all([(formula, display)])[formula, display]

    def convert_all(self, formulas: Iterable[Request]) -> dict[Request, str | None]:
        """Return the same for many, by formula; those of `one_text` that were converted before are not asked for again.

        A formula that ended a worker is remembered for as long as this process lives.
        """
        text = _text.get() or FormulaResults()
        asked = dict.fromkeys(one for one in formulas if one not in text.found)
        pending = [one for one in asked if one[0] not in self._remembered]
        text.found |= dict.fromkeys(asked)
        if pending:
            self._convert_in_turn(pending, text)
        return text.found

    def _convert_in_turn(self, pending: list[Request], text: FormulaResults) -> None:
        """Convert when it is this thread's turn; none keeps its turn, or waits for it, longer than MOST_WAITED."""
        if not self._lock.acquire(timeout=max(text.until - monotonic(), 0)):
            text.postpone()
            return
        try:
            while pending and text.ended < MOST_ENDED and not self._is_busy():
                pending = self._converted(pending, text)
            if pending and self._is_busy():
                text.postpone()
        finally:
            self._lock.release()

    def _is_busy(self) -> bool:
        """Tell whether formulas ended as many workers within a minute as they may."""
        return len(self._ended_at) == MOST_ENDED_IN_A_MINUTE and monotonic() - self._ended_at[0] < A_MINUTE

    def _converted(self, pending: list[Request], text: FormulaResults) -> list[Request]:
        """Convert as many as the worker can; return those that are still to be asked for."""
        answered, began = 0, monotonic()
        try:
            worker = self._running_worker(text.until)
            batch = _fitting(pending)
            for one, (answer, cpu) in zip(batch, _exchange(worker, batch, text.until), strict=True):
                text.found[one] = answer
                answered += 1
                text.cpu += cpu
                if text.is_slow(text.spent + monotonic() - began):
                    self._discard()  # with the answers that it still owes
                    return []
        except OSError as error:
            self._discard()
            self._wait_to_start(error)
            text.postpone()
            return []
        except WorkerEnded:
            is_its_fault = self._was_ended_by(pending[answered][0])
            text.ended += is_its_fault
            text.killed += not is_its_fault
            if text.killed >= MOST_KILLED:
                text.postpone()
                return []
            return pending[answered + is_its_fault :]
        except BaseException:  # such as the server's own timeout: the answers that come are for nobody
            self._discard()
            raise
        text.spent += monotonic() - began
        return pending[answered:]

    def stop(self) -> None:
        """End the worker, if there is one."""
        with self._lock:
            self._discard()

    def _discard(self) -> None:
        if self._worker:
            self._worker.kill()
            self._forget_worker()

    def _running_worker(self, until: float) -> subprocess.Popen:
        if self._owner != os.getpid():  # forked: the worker there is another process's
            self._worker, self._owner = None, os.getpid()
        if self._worker is None:
            if monotonic() < self._not_before:
                raise OSError("no worker")
            self._start(until)
        return self._worker

    def _start(self, until: float) -> None:
        self._worker = worker = subprocess.Popen(  # noqa: S603  our own program
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,  # Ctrl-C is for the server; the worker ends with its standard input
        )
        try:
            _read(worker, until)
        except WorkerEnded as ended:
            raise OSError(f"it ended with {worker.wait()} at its start") from ended

    def _was_ended_by(self, formula: str) -> bool:
        """Tell whether the formula ended the worker, and remember it; if not, the next worker may be asked."""
        code = self._worker.wait()
        self._forget_worker()
        if code in TOLD_TO_STOP:
            return False
        self._ended_at.append(monotonic())
        if len(self._remembered) < MOST_REMEMBERED:
            self._remembered.add(formula)
        logger.warning("A formula of %d characters cannot be drawn: the worker ended with %d.", len(formula), code)
        return True

    def _forget_worker(self) -> None:
        self._worker.stdin.close()
        self._worker.stdout.close()
        with suppress(subprocess.TimeoutExpired):  # killed, but still waiting for its memory or a disk
            self._worker.wait(WAIT_FOR_END)
        self._worker = None

    def _wait_to_start(self, error: OSError) -> None:
        if monotonic() >= self._not_before:
            logger.error("Formulas are shown as typed for now: the worker that draws them failed (%s).", error)
            self._not_before = monotonic() + TRY_AGAIN_IN


def _fitting(pending: list[Request]) -> list[Request]:
    """Return the first formulas, one at least, as many as AT_ONCE allows."""
    sizes = accumulate(REQUEST.size + len(formula.encode()) for formula, _is_display in pending)
    return pending[: max(sum(size <= AT_ONCE for size in sizes), 1)]


def _exchange(worker: subprocess.Popen, batch: list[Request], until: float) -> Iterator[tuple[str | None, float]]:
    """Send requests, which a pipe holds as a whole; yield each answer and its seconds of processor time."""
    contents = [(formula.encode(), is_display) for formula, is_display in batch]
    _write(worker, b"".join(REQUEST.pack(len(one), display) + one for one, display in contents), until)
    received = b""
    for _request in batch:
        while len(received) < ANSWER.size:
            received += _read(worker, until)
        length, cpu = ANSWER.unpack_from(received)
        end = ANSWER.size + max(length, 0)
        while len(received) < end:
            received += _read(worker, until)
        yield None if length == REFUSED else received[ANSWER.size : end].decode(), cpu
        received = received[end:]


def _write(worker: subprocess.Popen, content: bytes, until: float) -> None:
    """Write in parts, none of which has to wait once the pipe takes any (PIPE_BUF in pipe(7))."""
    for start in range(0, len(content), AT_ONCE):
        _wait_for(worker.stdin.fileno(), select.POLLOUT, until)
        try:
            os.write(worker.stdin.fileno(), content[start : start + AT_ONCE])
        except BrokenPipeError as ended:
            raise WorkerEnded from ended


def _read(worker: subprocess.Popen, until: float) -> bytes:
    _wait_for(worker.stdout.fileno(), select.POLLIN, until)
    if not (part := os.read(worker.stdout.fileno(), 65_536)):
        raise WorkerEnded
    return part


def _wait_for(pipe: int, event: int, until: float) -> None:
    """Wait until the worker reads or answers; raise TimeoutError, an OSError, where it does neither in time."""
    ready = select.poll()
    ready.register(pipe, event)
    if not ready.poll(max(until - monotonic(), 0) * 1000):
        raise TimeoutError("it did not answer in time")


converter = Converter(COMMAND)
