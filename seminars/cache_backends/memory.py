"""A cache in the memory of the process that is bounded in bytes."""

import pickle
from dataclasses import dataclass, field
from threading import RLock
from time import time
from typing import Any, NamedTuple

from cachetools import LRUCache
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

MAX_BYTES = 24_000_000  # in each worker; 600 pages and feeds of 2 000 talks take 12 MB
MAX_VALUE = MAX_BYTES // 4  # bytes; a larger value would push out too many others
OVERHEAD = 400  # bytes, about, that an entry takes besides its value


class CachedValue(NamedTuple):
    """A pickled value and when it expires."""

    value: bytes
    expires_at: float | None  # POSIX seconds; None is never


def size_of(entry: CachedValue) -> int:
    return len(entry.value) + OVERHEAD


@dataclass(frozen=True)
class Store:
    """The entries of one cache and the lock that threads take to use them."""

    entries: LRUCache[str, CachedValue] = field(default_factory=lambda: LRUCache(MAX_BYTES, getsizeof=size_of))
    lock: RLock = field(default_factory=RLock)


_stores: dict[str, Store] = {}  # Django makes a cache object for each thread; they share the entries


class MemoryCache(BaseCache):
    """Keeps at most MAX_BYTES of pickled values and drops the least recently used."""

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.store = _stores.setdefault(name, Store())

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        with self.store.lock:
            if self.has_key(key, version=version):
                return False
            self.set(key, value, timeout, version=version)
            return True

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        entry = self._entry(self.make_key(key, version=version))
        return pickle.loads(entry.value) if entry else default  # noqa: S301  this process pickled it

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        key = self.make_key(key, version=version)
        entry = CachedValue(pickle.dumps(value, pickle.HIGHEST_PROTOCOL), self.get_backend_timeout(timeout))
        with self.store.lock:
            self.store.entries.pop(key, None)
            if len(entry.value) <= MAX_VALUE:
                self.store.entries[key] = entry

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        key = self.make_key(key, version=version)
        with self.store.lock:
            entry = self._entry(key)
            if entry:
                self.store.entries[key] = entry._replace(expires_at=self.get_backend_timeout(timeout))
            return entry is not None

    def delete(self, key: str, version: int | None = None) -> bool:
        key = self.make_key(key, version=version)
        with self.store.lock:
            return self.store.entries.pop(key, None) is not None

    def clear(self) -> None:
        with self.store.lock:
            self.store.entries.clear()

    def _entry(self, key: str) -> CachedValue | None:
        """Return what stands under a key that is made already, unless it has expired."""
        with self.store.lock:
            entry = self.store.entries.get(key)
            if entry and entry.expires_at is not None and entry.expires_at <= time():
                del self.store.entries[key]
                return None
            return entry
