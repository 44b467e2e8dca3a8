"""Keep Python's garbage collector from looking through the same objects again and again while they grow in number."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

# How many new objects the collector waits for, how often it looks at those before it looks at older ones, and how often
# at older ones before it looks at all: never.
_THRESHOLDS = 5_000, 10, 1_000_000

_lock = Lock()
_users = 0  # how many threads are within
_usual = gc.get_threshold()


@contextmanager
def collecting_new_objects_only() -> Iterator[None]:
    """Let the collector look at each object twice, soon after it was made: what is left then is mostly kept.

    It does so for all threads, until the last of those that are within is done.
    """
    global _users, _usual
    with _lock:
        if not _users:
            _usual = gc.get_threshold()
            gc.set_threshold(*_THRESHOLDS)
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if not _users:
                gc.set_threshold(*_usual)
