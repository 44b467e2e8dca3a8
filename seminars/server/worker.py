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

from seminars.metrics import count_refused
from seminars.server.buffered_socket import FOR_A_REQUEST, PIECE, BufferedSocket
from seminars.server.framing import RequestRefused

FOR_SENDING = 30  # seconds in which a client takes none of its answer
FOR_CLOSING = 2  # seconds in which a client may still read the end of its answer
MOST_HELD = 64_000_000  # bytes that clients may leave in this worker's memory, in all
MOST_FILES = 8192  # file descriptors; many systems allow 1024 unless asked
HEALTH = pattern(rb"(?:GET|HEAD) /healthz[? ]")


class Client(TConn):
    """A connection and where it stands."""

    step: Callable[["Client"], None] | None = None  # what the main loop does when the network is ready
    is_kept = False  # after its answer, for a further request


class Worker(ThreadWorker):
    """gunicorn's own threaded worker, whose main loop receives requests and sends answers for the threads.

    A thread gets a request when all of it has arrived, and is free again when the answer is made. A connection that no
    thread works for is in `waiting`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.all: set[Client] = set()
        self.waiting: dict[Client, None] = {}  # who has waited longest without getting on comes first
        self.swept = 0.0
        self.is_quitting = False

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

    def handle_quit(self, sig: int, frame: Any) -> None:
        """Stop at once, for Ctrl-C or SIGQUIT.

        Ctrl-C sends SIGINT to gunicorn and to each worker, and gunicorn then sends SIGQUIT to the workers. gunicorn
        27.0.1 takes the lock of the threads here, so a second signal in that moment would wait for itself until
        gunicorn killed the worker. Python stops the threads when the worker exits, which needs no lock here.
        """
        if not self.is_quitting:
            self.is_quitting = True
            super(ThreadWorker, self).handle_quit(sig, frame)

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
        client = Client(self.cfg, BufferedSocket(accepted), address, listener.getsockname())
        client.data_ready = True  # whenever a thread gets it
        self.all.add(client)
        self.nr_conns = len(self.all)
        self.waiting[client] = None
        return self.receive(client)

    def receive(self, client: Client) -> None:
        """Take what has arrived. While a thread works on a request, a little of the next may come."""
        try:
            is_open = client.sock.fill()
        except OSError:
            is_open = False
        if client in self.waiting:
            return self.proceed(client) if is_open else self.drop(client)
        if not is_open or len(client.sock.inbox) > PIECE:
            self._stop_listening(client)
        return None

    def proceed(self, client: Client) -> None:
        """Hand a whole request to a thread; wait for the rest of any other."""
        try:
            is_whole = client.sock.has_request()
        except RequestRefused as refusal:
            return self.refuse(client, *refusal.args)
        except OSError:
            return self.drop(client)
        if not is_whole:
            return self._wait_for_request(client)
        self.waiting.pop(client, None)
        if HEALTH.match(client.sock.inbox):
            # This view asks nobody anything: it is answered here even while every thread waits for a database.
            return self.method_queue.defer(partial(self.finish, is_kept=self.handle(client)), client)
        if len(self.all) - len(self.waiting) > self.worker_connections // 2:
            return self.refuse(client, 503, "Service Unavailable")
        return self.enqueue_req(client)

    def finish_request(self, conn: Client, fs: Future) -> None:
        """Go on with a connection whose request was answered; `fs` is what the thread makes of it."""
        self.finish(conn, is_kept=not fs.cancelled() and not fs.exception() and bool(fs.result()))

    def finish(self, client: Client, *, is_kept: bool) -> None:
        """Send what is left of an answer, then await the next request, or close."""
        client.is_kept = is_kept
        self.send(client)

    def send(self, client: Client) -> None:
        """Send as much of the answer as the network takes; see what is next when that was all."""
        try:
            if not client.sock.flush():
                return self._wait(client, self.send, time.monotonic() + FOR_SENDING, EVENT_WRITE)
            if client.step == self.send:
                self._stop_listening(client)
            if client.is_kept and client.sock.is_in_step(client):
                client.sock.begin_next()
                return self.proceed(client)
            client.sock.inbox.clear()
            client.sock.shutdown(SHUT_WR)
            within = FOR_A_REQUEST if client.sock.framing.leaves_body else FOR_CLOSING
            return self._wait(client, self.drain, time.monotonic() + within)
        except OSError:  # the client is gone
            return self.drop(client)

    def drain(self, client: Client) -> None:
        """Throw away what still arrives on a connection that is being closed (RFC 9112 section 9.6)."""
        with suppress(OSError):
            if client.sock.fill():
                return client.sock.inbox.clear()
        return self.drop(client)

    def refuse(self, client: Client, status: int, reason: str) -> None:
        """Answer a request that no thread gets to see."""
        count_refused()
        with suppress(OSError):
            util.write_error(client.sock, status, reason, "")
        self.finish(client, is_kept=False)

    def drop(self, client: Client) -> None:
        """Close a connection at once."""
        self._stop_listening(client)
        self.waiting.pop(client, None)
        self.all.discard(client)
        self.nr_conns = len(self.all)
        client.sock.end()

    # --- Waiting ---------------------------------------------------------------------------------

    def _wait_for_request(self, client: Client) -> None:
        until = client.sock.deadline
        if client.sock.is_idle:
            until = client.sock.since + (self.cfg.keepalive if self.alive else STOP_KEEPALIVE_LINGER)
        self._wait(client, self.receive, until)

    def _wait(self, client: Client, step: Callable[[Client], None], until: float, events: int = EVENT_READ) -> None:
        """Take the next step when the network is ready, or give up at `until` on the monotonic clock."""
        client.timeout = until
        self.waiting.setdefault(client)
        if client.step != step:
            self._stop_listening(client)
            self.poller.register(client.sock, events, partial(self._take, client, step))
            client.step = step
        if client.sock.held > PIECE:
            self.waiting[client] = self.waiting.pop(client)  # it gets on
            self._make_room(client)

    def _take(self, client: Client, step: Callable[[Client], None], _socket: BufferedSocket) -> None:
        if client.step == step:  # something else in this round may have closed it or led it further
            step(client)

    def _stop_listening(self, client: Client) -> None:
        if client.step:
            client.step = None
            self.poller.unregister(client.sock)

    def _drop_first(self) -> None:
        for client in self.waiting:
            return self.drop(client)
        return None

    def _make_room(self, newest: Client) -> None:
        """Drop those who leave much in memory until all others fit, `newest` last."""
        held = sum(client.sock.held for client in self.all)
        others = [client for client in self.waiting if client.sock.held > PIECE and client is not newest]
        for client in [*others, newest]:
            if held <= MOST_HELD:
                return
            held -= client.sock.held
            self.drop(client)

    # --- What gunicorn's main loop calls now and then ----------------------------------------------

    def murder_keepalived(self, force: bool = False) -> None:
        """Close the connections whose time is over, at most twice a second, or all with `force`."""
        now = time.monotonic()
        if not force and now < self.swept + 0.5:
            return
        self.swept = now
        for client in [client for client in self.waiting if force or client.timeout < now]:
            if not force and client.sock.inbox and not client.sock.outbox:
                self.refuse(client, 408, "Request Timeout")
            else:
                self.drop(client)

    def _cap_keepalive(self, deadline: float) -> None:
        """When stopping, wait until `deadline` at most for requests that have not begun, or whose head has not come."""
        for client in self.waiting:
            if not client.sock.framing.head and not client.sock.outbox:
                client.timeout = min(client.timeout, deadline)
