"""A visitor's connection that never makes a thread wait: what arrives and what is sent passes through boxes."""

import socket
import time
import zlib
from collections import deque
from typing import BinaryIO

from gunicorn.workers.gthread import TConn

from seminars.server.framing import RequestFraming

PIECE = 64 * 1024  # bytes that are received at once
FOR_A_HEAD = 10  # seconds, from the first byte or the connecting
FOR_A_REQUEST = 30  # seconds, and
LEAST_RATE = 20_000  # bytes a second that a longer one must bring; 12 MB may take ten minutes
MOST_PLAIN = 4_000_000  # bytes that wait to be sent as they are; once there are more, what follows waits compressed


class BufferedSocket(socket.socket):
    """A socket as gunicorn's threads see it: they read one whole request, and what they write is sent in time.

    The main loop fills the inbox until a whole request is there, and empties the outbox when the thread is done. A
    thread only takes from the inbox and only adds to the outbox, so neither needs a lock.
    """

    def __init__(self, accepted: socket.socket) -> None:
        super().__init__(accepted.family, accepted.type, accepted.proto, fileno=accepted.detach())
        super().setblocking(False)  # noqa: FBT003
        self.inbox = bytearray()
        self.outbox: deque[memoryview | bytes] = deque()  # bytes are compressed
        self.unsent = 0  # bytes in the outbox, compressed ones as such
        self.since = time.monotonic()
        self.framing = RequestFraming()
        self.served = 0  # requests
        self.is_short = False  # gunicorn asked for more than the request seemed to have

    # --- What the main loop does -----------------------------------------------------------------

    def fill(self) -> bool:
        """Take what has arrived; return False where the client has closed its side. Raises OSError."""
        try:
            piece = super().recv(PIECE)
        except BlockingIOError:
            return True
        if not self.inbox and self.served:
            self.since = time.monotonic()  # a further request begins
        self.inbox += piece
        return bool(piece)

    def has_request(self) -> bool:
        """Tell whether a whole request is in the inbox. Raises RequestRefused for one too large, OSError."""
        is_whole = self.framing.is_whole(self.inbox)
        if self.framing.wants_go_ahead and not is_whole:
            self.framing.wants_go_ahead = False
            self.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        return is_whole

    def flush(self) -> bool:
        """Send of the outbox what the network takes; return whether that was all. Raises OSError."""
        while self.outbox:
            self._unpack_first()
            try:
                sent = super().send(self.outbox[0])
            except BlockingIOError:
                return False
            self.unsent -= sent
            if sent == len(self.outbox[0]):
                self.outbox.popleft()
            else:
                self.outbox[0] = self.outbox[0][sent:]
        return True

    def _unpack_first(self) -> None:
        if isinstance(first := self.outbox[0], bytes):
            self.outbox[0] = memoryview(zlib.decompress(first))
            self.unsent += len(self.outbox[0]) - len(first)

    def is_in_step(self, conn: TConn) -> bool:
        """Tell whether gunicorn read exactly the request it was given; else nobody knows where the next one begins."""
        return not (self.is_short or self.framing.end or conn.parser.unreader.buf.getvalue())

    def begin_next(self) -> None:
        """Expect a further request on this connection."""
        self.framing, self.since = RequestFraming(), time.monotonic()
        self.served += 1

    def end(self) -> None:
        """Close the connection for good."""
        super().close()

    @property
    def is_idle(self) -> bool:
        """Whether a further request may come and none has begun."""
        return bool(self.served) and not self.inbox

    @property
    def deadline(self) -> float:
        """Until when the request that has begun must be there, on the monotonic clock."""
        if not self.framing.head:
            return self.since + FOR_A_HEAD
        return self.since + FOR_A_REQUEST + len(self.inbox) / LEAST_RATE

    @property
    def held(self) -> int:
        """How many bytes wait here, to be read or to be sent."""
        return len(self.inbox) + self.unsent

    # --- What gunicorn's threads do --------------------------------------------------------------

    def recv(self, most: int, _flags: int = 0) -> bytes:
        """Return the next bytes of the request, or none at its end."""
        size = min(most, self.framing.end)
        self.is_short |= not size
        piece = bytes(self.inbox[:size])
        del self.inbox[:size]
        self.framing.end -= size
        return piece

    def sendall(self, data: bytes, _flags: int = 0) -> None:
        """Send what the network takes now; the main loop sends the rest. Raises OSError.

        A thread makes a large feed piece by piece faster than a slow client takes it.
        """
        if data:
            self.outbox.append(zlib.compress(data, 1) if self.unsent > MOST_PLAIN else memoryview(data))
            self.unsent += len(self.outbox[-1])
        self.flush()

    def send(self, data: bytes, _flags: int = 0) -> int:
        """Leave out gunicorn's "100 Continue": the body is here already (RFC 9110 section 10.1.1)."""
        return len(data)

    def sendfile(self, file: BinaryIO, offset: int = 0, count: int | None = None) -> int:
        """Send a file's bytes as any others: static files are small."""
        file.seek(offset)
        data = file.read(-1 if count is None else count)
        self.sendall(data)
        return len(data)

    def close(self) -> None:
        """Leave closing to the main loop: it still listens here, so no other connection may get this descriptor."""
        self.is_short = True

    def setblocking(self, _flag: bool) -> None:
        """Never block."""

    def settimeout(self, _seconds: float | None) -> None:
        """Never wait."""

    def gettimeout(self) -> float:
        """Say that nothing waits here."""
        return 0.0
