"""What the workers of gunicorn count together: answers, their durations, and requests that were refused.

Each worker writes its own row of a table in memory that all of them share, so counting needs no other process, no file
and no query. A new worker takes the row of one that has ended and goes on counting in it: the sums never fall.
"""

import os
from bisect import bisect_left
from collections.abc import Callable, Iterable
from contextlib import suppress
from mmap import mmap
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import Any

BOUNDS = (0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0)  # seconds; the last bucket has what takes longer
# The columns of a row, each a number of 64 bits. FIRST_CLASS is that of 0xx, so that of 2xx is the third.
PID, LAYOUT, FROM_CACHE, REFUSED, MICROSECONDS, FIRST_CLASS, FIRST_BUCKET = 0, 1, 2, 3, 4, 5, 11
THIS_LAYOUT = 1  # raise it with the meaning of a column: after a reload, workers of two releases have one table
WIDTH = 128  # columns; gunicorn.conf.py makes rows of 1024 bytes

_lock = Lock()  # the threads of this process write one row
_table = memoryview(bytearray(WIDTH * 8)).cast("Q")
_own = _table


def use(shared: mmap, row: int) -> None:
    """Count in this row of a table that all workers share; gunicorn.conf.py gives each worker its row."""
    global _table, _own
    _table = memoryview(shared).cast("Q")
    _own = _table[row * WIDTH :][:WIDTH]
    if _own[LAYOUT] != THIS_LAYOUT:
        _own[:] = memoryview(bytes(WIDTH * 8)).cast("Q")
    _own[PID], _own[LAYOUT] = os.getpid(), THIS_LAYOUT


def count(status: int, seconds: float, *, from_cache: bool = False) -> None:
    """Count an answer with this status, which took so long to make. It costs a microsecond."""
    with _lock:
        own = _own
        own[FIRST_CLASS + status // 100] += 1
        own[FIRST_BUCKET + bisect_left(BOUNDS, seconds)] += 1
        own[MICROSECONDS] += int(seconds * 1_000_000)
        if from_cache:
            own[FROM_CACHE] += 1


def count_refused() -> None:
    """Count a request that was refused before Django saw it."""
    with _lock:
        _own[REFUSED] += 1


def column(number: int) -> int:
    """Return the sum of a column over all workers."""
    return sum(row[number] for row in _rows())


def resident_bytes() -> list[int]:
    """Return the resident memory of each worker that lives: proc(5), /proc/pid/statm, second field.

    Empty where there is no /proc.
    """
    found = []
    for row in _rows():
        with suppress(OSError):  # its worker has ended
            found.append(int(Path(f"/proc/{row[PID] or 'self'}/statm").read_text().split()[1]))
    return [pages * os.sysconf("SC_PAGE_SIZE") for pages in found]


def _rows() -> list[memoryview]:
    rows = [_table[start : start + WIDTH] for start in range(0, len(_table), WIDTH)]
    return [row for row in rows if row[LAYOUT] == THIS_LAYOUT] or [_own]


class CountedAnswers:
    """WSGI middleware that counts what Django answers."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        began = perf_counter()
        response = self.application(environ, start_response)
        count(getattr(response, "status_code", 200), perf_counter() - began)  # a file that is sent as it is has none
        return response
