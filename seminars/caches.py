"""Where answers, texts and entries are kept: in memory with a bound, in files, or in a Redis that may fail.

All that is kept can be made again, so losing it is never an error.
"""

import logging
import zlib
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from pickle import PickleError
from threading import Lock
from time import monotonic, time
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

MOST = 24_000_000  # bytes in each worker; 600 addresses of 2 000 talks take 12, and a machine of 512 MB has two workers
LARGEST = MOST // 4  # bytes; a larger value would push out much that is asked for more often
HALF_WRITTEN_FOR = 3600  # seconds after which nobody is writing a file any longer: it takes seconds
AWAY_FOR = 10  # seconds for which a Redis that failed is not asked; whoever asks first after them may wait in vain

# What unpacking a file raises that was cut short or overwritten (pickle, "exception pickle.UnpicklingError").
DAMAGED = (AttributeError, EOFError, ImportError, IndexError, PickleError, ValueError, zlib.error)

logger = logging.getLogger(__name__)


class Weighed(OrderedDict[str, bytes]):
    """Values by key, and how many bytes they are in all."""

    weight = 0

    def __setitem__(self, key: str, value: bytes) -> None:
        self.weight += len(value) - len(self.get(key, b""))
        super().__setitem__(key, value)

    def __delitem__(self, key: str) -> None:
        self.weight -= len(self.get(key, b""))
        super().__delitem__(key)

    def popitem(self, last: bool = True) -> tuple[str, bytes]:
        key = next(reversed(self) if last else iter(self))
        value = self[key]
        del self[key]  # Python's own does not go this way in every version
        return key, value

    def clear(self) -> None:
        super().clear()
        self.weight = 0


_stores: dict[str, Weighed] = {}  # each thread has a cache of its own, as Django has it; they share what is kept


class BoundedMemory(LocMemCache):
    """Django's local memory with at most MOST bytes of values: what was not asked for the longest goes first."""

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(name, params)
        self._cache = _stores.setdefault(name, Weighed())

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        number = super().incr(key, delta, version)
        with self._lock:
            self._make_room()
        return number

    def _set(self, key: str, value: bytes, timeout: Any = DEFAULT_TIMEOUT) -> None:
        if len(value) > LARGEST:
            self._delete(key)
            return
        super()._set(key, value, timeout)
        self._make_room()

    def _make_room(self) -> None:
        while self._cache.weight > MOST:
            self._delete(next(reversed(self._cache)))  # Django puts what is used in front


class FilesOrNothing(FileBasedCache):
    """Django's files; one that cannot be written or read, or is damaged, was never kept."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except (*DAMAGED, OSError):
            return default

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        with suppress(OSError):
            super().set(key, value, timeout, version)

    def tidy(self) -> int:
        """Remove what has expired, is damaged, or was left half written by a process that was killed; count it."""
        with suppress(OSError):
            return sum(self._is_removed(path) for path in list(Path(self._dir).iterdir()))
        return 0

    def _is_removed(self, path: Path) -> bool:
        """Remove one file if nobody needs it; others may remove it at the same time."""
        with suppress(OSError):
            if path.suffix != self.cache_suffix:
                is_left_over = path.stat().st_mtime < time() - HALF_WRITTEN_FOR
                return is_left_over and self._delete(str(path))
            with path.open("rb") as file:
                try:
                    return self._is_expired(file)
                except (*DAMAGED, TypeError):
                    return self._delete(str(path))
        return False

    def _createdir(self) -> None:
        with suppress(OSError):
            super()._createdir()


_away_until: dict[str, float] = {}  # by address, on the monotonic clock
_away_lock = Lock()


def _or_nothing(ask: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method that asks Redis, or while that fails a cache in which nothing is."""

    @wraps(ask)
    def method(self: "RedisOrNothing", *args: Any, **kwargs: Any) -> Any:
        if not self.is_away():
            try:
                return ask(self, *args, **kwargs)
            except self._cache._lib.RedisError as error:  # imported here, redis would take 18 MB of those without it
                self.note_failure(error)
        return getattr(self.nothing, ask.__name__)(*args, **kwargs)

    return method


class RedisOrNothing(RedisCache):
    """Django's Redis; once it refuses, hangs or fails, the whole process does without it for AWAY_FOR seconds."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.address = repr(server)
        self.nothing = DummyCache(server, params)

    def is_away(self) -> bool:
        return monotonic() < _away_until.get(self.address, 0)

    def note_failure(self, error: Exception) -> None:
        with _away_lock:
            if self.is_away():
                return  # another thread, which asked at the same time, has said so
            _away_until[self.address] = monotonic() + AWAY_FOR
        logger.warning(
            "Redis fails (%s): for %s seconds everything is rendered anew. See that it runs, that it answers at the "
            "address in CACHE_URL, and that it is set up as docs/hosting.md says.",
            error,
            AWAY_FOR,
        )

    add = _or_nothing(RedisCache.add)
    get = _or_nothing(RedisCache.get)
    set = _or_nothing(RedisCache.set)
    touch = _or_nothing(RedisCache.touch)
    delete = _or_nothing(RedisCache.delete)
    get_many = _or_nothing(RedisCache.get_many)
    has_key = _or_nothing(RedisCache.has_key)
    incr = _or_nothing(RedisCache.incr)
    set_many = _or_nothing(RedisCache.set_many)
    delete_many = _or_nothing(RedisCache.delete_many)
    clear = _or_nothing(RedisCache.clear)
