"""The processes of this site that run on this machine as the user of this one, found in /proc.

Such a process works in the folder of the site. Signals reach it without the rights of root.
"""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

PROC = Path("/proc")
WHICH_SITE = (b"DATABASE_URL=", b"SITE_URL=")  # in the environment; usually they are in .env alone
LOOK_EVERY = 0.2  # seconds
NEW_SITE_WITHIN, NEW_WORKER_WITHIN = 40, 75  # seconds: gunicorn.conf.py, and LAST_CALL of the worker with a restart


@dataclass(frozen=True)
class Process:
    """A process of this site, and the one that started it."""

    number: int
    parent: int
    words: tuple[str, ...]  # of its command line

    @property
    def is_gunicorn(self) -> bool:
        return any(word == "gunicorn" or word.endswith("/gunicorn") for word in self.words[:3])

    @property
    def is_worker(self) -> bool:
        """Tell whether it is a `manage.py work` that a service manager keeps running."""
        return "work" in self.words[1:4] and "--parent" not in self.words and "--once" not in self.words


def processes() -> list[Process]:
    """Return the processes of this site; none where the system has no /proc."""
    found = (_described(entry) for entry in PROC.iterdir() if entry.name.isdigit()) if PROC.is_dir() else ()
    return [process for process in found if process is not None]


def _described(entry: Path) -> Process | None:
    """Read what /proc says of a process; None if it is not of this site or has ended: proc(5)."""
    try:
        if entry.stat().st_uid != os.geteuid() or (entry / "cwd").readlink() != settings.BASE_DIR:
            return None
        if _settings_in(entry) != _settings_in(PROC / "self"):
            return None
        words = tuple((entry / "cmdline").read_bytes().decode(errors="replace").split("\0"))
        parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None
    return Process(int(entry.name), parent, words)


def _settings_in(entry: Path) -> set[bytes]:
    """Return what the environment says of the site: two of them may run in one folder."""
    return {word for word in (entry / "environ").read_bytes().split(b"\0") if word.startswith(WHICH_SITE)}


def masters() -> list[Process]:
    """Return each gunicorn that was not started by another one."""
    found = [process for process in processes() if process.is_gunicorn]
    numbers = {process.number for process in found}
    return [process for process in found if process.parent not in numbers]


def children(master: Process) -> set[int]:
    return {process.number for process in processes() if process.is_gunicorn and process.parent == master.number}


def workers() -> list[Process]:
    return [process for process in processes() if process.is_worker]


def reload_site(master: Process) -> bool:
    """Let a gunicorn start new workers and end the old ones; return whether new ones serve alone in time."""
    before = children(master)
    os.kill(master.number, signal.SIGHUP)
    return _comes_true(lambda: bool(now := children(master)) and not now & before, NEW_SITE_WITHIN)


def restart_worker(worker: Process) -> bool:
    """End a worker, which finishes what it does; return whether the service manager started a new one in time."""
    others = {process.number for process in workers()}
    os.kill(worker.number, signal.SIGTERM)
    return _comes_true(lambda: bool({process.number for process in workers()} - others), NEW_WORKER_WITHIN)


def _comes_true(question: Callable[[], bool], within: float) -> bool:
    until = time.monotonic() + within
    while not question():
        if time.monotonic() > until:
            return False
        time.sleep(LOOK_EVERY)
    return True
