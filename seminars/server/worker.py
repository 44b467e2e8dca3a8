"""The gunicorn worker class: a visitor who is slow, silent or gone holds no thread."""

import resource
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from re import compile as pattern
from selectors import EVENT_READ, EVENT_WRITE
from socket import SHUT_WR
from typing import Any

from gunicorn import util
from gunicorn.errors import ConfigError
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker

from seminars.server.connection import PIECE, Connection
from seminars.server.framing import Refused

FOR_SENDING = 30  # seconds in which a client takes none of its answer
FOR_CLOSING = 2  # seconds in which a client may still read the end of its answer
MOST_HELD = 64_000_000  # bytes that clients may leave in this worker's memory, in all
MOST_FILES = 8192  # file descriptors; many systems allow 1024 unless asked
HEALTH = pattern(rb"(?:GET|HEAD) /healthz[? ]")


class Visit(TConn):
    """A connection and where it stands."""

    step: Callable[["Visit"], None] | None = None  # what the main loop does when the network is ready
    is_kept = False  # after its answer, for a further request


class Worker(ThreadWorker):
    """gunicorn's own threaded worker, whose main loop receives requests and sends answers for the threads.

    A thread gets a request when all of it has arrived, and is free again when the answer is made. A connection that no
    thread works for is in `waiting`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.all: set[Visit] = set()
        self.waiting: dict[Visit, None] = {}  # who has waited longest without getting on comes first
        self.swept = 0.0

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """Refuse what these connections cannot do; gunicorn calls this at the start and at a reload."""
        super().check_config(cfg, log)
        if cfg.is_ssl:
            raise ConfigError("Seminars speaks plain HTTP. Remove --certfile and --keyfile; let a proxy speak HTTPS.")

    def init_process(self) -> None:
        """Allow as many connections as the settings do, whatever the shell's usual limit is."""
        with suppress(OSError, ValueError):
            soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
        super().init_process()

    # --- A connection's life ---------------------------------------------------------------------

    def accept(self, listener: Any) -> None:
        """Take a new connection; where there are too many, the one that has waited longest makes room."""
        try:
            accepted, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return None  # another worker took it, or the client thought better of it
        except OSError as error:
            self.log.error("No connection can be accepted: %s", error)
            return self._drop_first()
        if len(self.all) + 1 >= self.worker_connections:
            self._drop_first()
        visit = Visit(self.cfg, Connection(accepted), address, listener.getsockname())
        visit.data_ready = True  # whenever a thread gets it
        self.all.add(visit)
        self.nr_conns = len(self.all)
        self.waiting[visit] = None
        return self.receive(visit)

    def receive(self, visit: Visit) -> None:
        """Take what has arrived. While a thread works on a request, a little of the next may come."""
        try:
            is_open = visit.sock.fill()
        except OSError:
            is_open = False
        if visit in self.waiting:
            return self.proceed(visit) if is_open else self.drop(visit)
        if not is_open or len(visit.sock.inbox) > PIECE:
            self._stop_listening(visit)
        return None

    def proceed(self, visit: Visit) -> None:
        """Hand a whole request to a thread; wait for the rest of any other."""
        try:
            is_whole = visit.sock.has_request()
        except Refused as refusal:
            return self.refuse(visit, *refusal.args)
        except OSError:
            return self.drop(visit)
        if not is_whole:
            return self._wait_for_request(visit)
        self.waiting.pop(visit, None)
        if HEALTH.match(visit.sock.inbox):
            # This view asks nobody anything: it is answered here even while every thread waits for a database.
            return self.method_queue.defer(partial(self.finish, is_kept=self.handle(visit)), visit)
        if len(self.all) - len(self.waiting) > self.worker_connections // 2:
            return self.refuse(visit, 503, "Service Unavailable")
        return self.enqueue_req(visit)

    def finish_request(self, conn: Visit, fs: Future) -> None:
        """Go on with a connection whose request was answered; `fs` is what the thread makes of it."""
        self.finish(conn, is_kept=not fs.cancelled() and not fs.exception() and bool(fs.result()))

    def finish(self, visit: Visit, *, is_kept: bool) -> None:
        """Send what is left of an answer, then await the next request, or close."""
        visit.is_kept = is_kept
        self.send(visit)

    def send(self, visit: Visit) -> None:
        """Send as much of the answer as the network takes; see what is next when that was all."""
        try:
            if not visit.sock.flush():
                return self._wait(visit, self.send, time.monotonic() + FOR_SENDING, EVENT_WRITE)
            if visit.step == self.send:
                self._stop_listening(visit)
            if visit.is_kept and visit.sock.is_in_step(visit):
                visit.sock.begin_next()
                return self.proceed(visit)
            visit.sock.inbox.clear()
            visit.sock.shutdown(SHUT_WR)
            return self._wait(visit, self.drain, time.monotonic() + FOR_CLOSING)
        except OSError:  # the client is gone
            return self.drop(visit)

    def drain(self, visit: Visit) -> None:
        """Throw away what still arrives on a connection that is being closed (RFC 9112 section 9.6)."""
        with suppress(OSError):
            if visit.sock.fill():
                return visit.sock.inbox.clear()
        return self.drop(visit)

    def refuse(self, visit: Visit, status: int, reason: str) -> None:
        """Answer a request that no thread gets to see."""
        with suppress(OSError):
            util.write_error(visit.sock, status, reason, "")
        self.finish(visit, is_kept=False)

    def drop(self, visit: Visit) -> None:
        """Close a connection at once."""
        self._stop_listening(visit)
        self.waiting.pop(visit, None)
        self.all.discard(visit)
        self.nr_conns = len(self.all)
        visit.sock.end()

    # --- Waiting ---------------------------------------------------------------------------------

    def _wait_for_request(self, visit: Visit) -> None:
        until = visit.sock.deadline
        if visit.sock.is_idle:
            until = visit.sock.since + (self.cfg.keepalive if self.alive else STOP_KEEPALIVE_LINGER)
        self._wait(visit, self.receive, until)

    def _wait(self, visit: Visit, step: Callable[[Visit], None], until: float, events: int = EVENT_READ) -> None:
        """Take the next step when the network is ready, or give up at `until` on the monotonic clock."""
        visit.timeout = until
        self.waiting.setdefault(visit)
        if visit.step != step:
            self._stop_listening(visit)
            self.poller.register(visit.sock, events, partial(self._take, visit, step))
            visit.step = step
        if visit.sock.held > PIECE:
            self.waiting[visit] = self.waiting.pop(visit)  # it gets on
            self._make_room(visit)

    def _take(self, visit: Visit, step: Callable[[Visit], None], _socket: Connection) -> None:
        if visit.step == step:  # something else in this round may have closed it or led it further
            step(visit)

    def _stop_listening(self, visit: Visit) -> None:
        if visit.step:
            visit.step = None
            self.poller.unregister(visit.sock)

    def _drop_first(self) -> None:
        for visit in self.waiting:
            return self.drop(visit)
        return None

    def _make_room(self, newest: Visit) -> None:
        """Drop those who leave much in memory until all others fit, `newest` last."""
        held = sum(visit.sock.held for visit in self.all)
        others = [visit for visit in self.waiting if visit.sock.held > PIECE and visit is not newest]
        for visit in [*others, newest]:
            if held <= MOST_HELD:
                return
            held -= visit.sock.held
            self.drop(visit)

    # --- What gunicorn's main loop calls now and then ----------------------------------------------

    def murder_keepalived(self, force: bool = False) -> None:
        """Close the connections whose time is over, at most twice a second, or all with `force`."""
        now = time.monotonic()
        if not force and now < self.swept + 0.5:
            return
        self.swept = now
        for visit in [visit for visit in self.waiting if force or visit.timeout < now]:
            if not force and visit.sock.inbox and not visit.sock.outbox:
                self.refuse(visit, 408, "Request Timeout")
            else:
                self.drop(visit)

    def _cap_keepalive(self, deadline: float) -> None:
        """When stopping, wait until `deadline` at most for requests that have not begun, or whose head has not come."""
        for visit in self.waiting:
            if not visit.sock.outline.head and not visit.sock.outbox:
                visit.timeout = min(visit.timeout, deadline)
