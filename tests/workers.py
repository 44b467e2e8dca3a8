"""`manage.py work` as a process of its own."""

import contextlib
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.serving import environment

ROOT = Path(__file__).resolve().parent.parent


def start(rows, **settings):
    """Start a worker; the caller ends it."""
    command = [sys.executable, str(ROOT / "manage.py"), "work"]
    return subprocess.Popen(command, env=environment(rows, **settings), cwd=ROOT)


@contextlib.contextmanager
def worker(rows, **settings):
    """A worker that is told to stop at the end of the block, and must."""
    process = start(rows, **settings)
    try:
        yield process
    finally:
        process.terminate()
        assert process.wait(30) == 0
