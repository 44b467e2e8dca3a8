"""MathML for formulas, from a process of its own that is replaced when a formula ends it."""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from threading import Lock
from time import monotonic

from .mathml_worker import ANSWER, READY, REFUSED, REQUEST

# Isolated (-I): neither the environment nor the folder that it lies in decides what it imports.
COMMAND = [sys.executable, "-I", str(Path(__file__).with_name("mathml_worker.py"))]
AT_ONCE = 65_536  # octets; what a pipe holds
MOST_ENDED = 4  # workers that the formulas of one text may end, a second of processor time in all
MOST_REMEMBERED = 10_000  # formulas
TRY_AGAIN_IN = 5  # seconds after a worker could not be started
# What ends a worker without any fault of the formula: it was told to stop, or the machine had no memory left.
TOLD_TO_STOP = frozenset({0, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP, -signal.SIGKILL})

logger = logging.getLogger(__name__)
_ended: ContextVar[list[int] | None] = ContextVar("how many workers the text at hand has ended", default=None)


@contextmanager
def one_text() -> Iterator[None]:
    """Bound what the formulas of one text may cost together: after MOST_ENDED bad ones the others are not converted."""
    token = _ended.set([0])
    try:
        yield
    finally:
        _ended.reset(token)


class WorkerEnded(Exception):
    """The worker ended instead of answering."""


class Converter:
    """Asks the worker for one formula after another. Threads may share it; a forked process starts a worker anew."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self._lock = Lock()
        self._worker: subprocess.Popen | None = None
        self._owner = self._not_before = 0.0
        self._remembered: set[str] = set()  # formulas that ended a worker

    def convert(self, formula: str, *, display: bool) -> str | None:
        """Return MathML, or None where the library cannot read the formula, takes too long or breaks over it.

        A formula that ended a worker is remembered for as long as this process lives.
        """
        ended = _ended.get() or [0]
        if formula in self._remembered or ended[0] >= MOST_ENDED:
            return None
        with self._lock:
            for _attempt in range(2):
                try:
                    return self._ask(formula, display=display)
                except OSError as error:
                    self._wait_to_start(error)
                    break
                except WorkerEnded:
                    if self._was_ended_by(formula):
                        ended[0] += 1
                        break
                except BaseException:  # such as the server's own timeout: the answer that comes is for nobody
                    self._discard()
                    raise
        return None

    def stop(self) -> None:
        """End the worker, if there is one."""
        with self._lock:
            self._discard()

    def _discard(self) -> None:
        if self._worker:
            self._worker.kill()
            self._forget_worker()

    def _ask(self, formula: str, *, display: bool) -> str | None:
        worker, content = self._running_worker(), formula.encode()
        answer = _exchange(worker, REQUEST.pack(len(content), display) + content)
        (length,) = ANSWER.unpack_from(answer)
        while len(answer) < ANSWER.size + max(length, 0):
            answer += _read(worker)
        return None if length == REFUSED else answer[ANSWER.size :].decode()

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
        if worker.stdout.read(len(READY)) != READY:
            worker.wait()
            raise OSError(f"it ended with {worker.returncode} at its start")
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


def _exchange(worker: subprocess.Popen, request: bytes) -> bytes:
    """Send a request, which a pipe holds as a whole, and return the beginning of the answer."""
    try:
        os.write(worker.stdin.fileno(), request)
    except BrokenPipeError as ended:
        raise WorkerEnded from ended
    answer = b""
    while len(answer) < ANSWER.size:
        answer += _read(worker)
    return answer


def _read(worker: subprocess.Popen) -> bytes:
    if not (part := os.read(worker.stdout.fileno(), AT_ONCE)):
        raise WorkerEnded
    return part


converter = Converter(COMMAND)
