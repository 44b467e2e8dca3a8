"""Cards from a process of its own, so that no process that serves the site keeps Pillow and its fonts in memory."""

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from threading import Lock

from seminars.formats.card_facts import Card
from seminars.formats.card_worker import LENGTH

# Isolated (-I): neither the environment nor the folder that it lies in decides what it imports.
COMMAND = [sys.executable, "-I", str(Path(__file__).with_name("card_worker.py"))]
MOST_WAITED = 10  # seconds, for those who ask for cards at the same time
ATTEMPTS = 2  # as the process ends by itself when it was not needed for a while


class NotDrawn(Exception):
    """The process did not draw the card."""


class Drawer:
    """Asks the process for cards, one at a time. Threads may share it."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self._lock = Lock()
        self._process: subprocess.Popen | None = None

    def draw(self, card: Card, pictures: Mapping[str, bytes]) -> bytes:
        """Return the card as PNG; raise NotDrawn if the process fails or has too much to do."""
        shown = {digest: b64encode(content).decode() for digest, content in pictures.items()}
        request = json.dumps({"card": asdict(card), "pictures": shown}).encode()
        if not self._lock.acquire(timeout=MOST_WAITED):
            raise NotDrawn("too many cards are asked for")
        try:
            for _attempt in range(ATTEMPTS):
                with suppress(BrokenPipeError):
                    if answer := self._answer_to(request):
                        return answer
                self._discard()
            raise NotDrawn("the process that draws cards ended")
        except BaseException:  # such as the server's own timeout: the answer that comes is for nobody
            self._discard()
            raise
        finally:
            self._lock.release()

    def stop(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            self._discard()

    def _answer_to(self, request: bytes) -> bytes:
        """Return what the process answers, b"" where it ended; it never takes longer than its own limit."""
        if self._process is None:
            self._process = self._started()
        self._process.stdin.write(LENGTH.pack(len(request)) + request)
        self._process.stdin.flush()
        head = self._process.stdout.read(LENGTH.size)
        if len(head) < LENGTH.size:
            return b""
        (length,) = LENGTH.unpack(head)
        answer = self._process.stdout.read(length)
        return answer if len(answer) == length else b""

    def _started(self) -> subprocess.Popen:
        return subprocess.Popen(  # noqa: S603  our own program
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the server; the process ends with its standard input
        )

    def _discard(self) -> None:
        if self._process:
            self._process.kill()
            with suppress(BrokenPipeError):  # what was not sent
                self._process.stdin.close()
            self._process.stdout.close()
            self._process.wait()
            self._process = None


drawer = Drawer(COMMAND)
