"""Keep Python's garbage collector away from work that makes many objects and keeps them all."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_pauses = 0  # how many threads have paused it
_was_enabled = True


@contextmanager
def collection_paused() -> Iterator[None]:
    """Pause the collector, which would look through all new objects again and again and free none of them.

    It pauses for all threads, until the last of those that paused it is done; so keep what runs within short.
    """
    global _pauses, _was_enabled
    with _lock:
        if not _pauses:
            _was_enabled = gc.isenabled()
            gc.disable()
        _pauses += 1
    try:
        yield
    finally:
        with _lock:
            _pauses -= 1
            if not _pauses and _was_enabled:
                gc.freeze()
                gc.unfreeze()  # both together make all objects old at once, unseen: what is new is looked through first
                gc.enable()
