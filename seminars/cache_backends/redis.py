"""Django's Redis cache, except that a Redis that fails is an empty cache."""

import logging
from collections.abc import Callable
from functools import wraps
from threading import Lock
from time import monotonic
from typing import Any

from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.redis import RedisCache
from redis import RedisError

RETRY_AFTER = 10  # seconds for which a Redis that failed is not asked; the next request after them may wait in vain

logger = logging.getLogger(__name__)

_failed_until: dict[str, float] = {}  # by address, on the monotonic clock
_lock = Lock()


def _or_empty(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method that asks Redis, or a cache that is empty while Redis fails."""

    @wraps(method)
    def wrapped(self: "FailsafeRedisCache", *args: Any, **kwargs: Any) -> Any:
        if not self.has_failed():
            try:
                return method(self, *args, **kwargs)
            except RedisError as error:
                self.note_failure(error)
        return getattr(self.empty, method.__name__)(*args, **kwargs)

    return wrapped


class FailsafeRedisCache(RedisCache):
    """Django's Redis cache; after a failure the whole process does without Redis for RETRY_AFTER seconds."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.address = repr(server)
        self.empty = DummyCache(server, params)

    def has_failed(self) -> bool:
        return monotonic() < _failed_until.get(self.address, 0)

    def note_failure(self, error: Exception) -> None:
        with _lock:
            if self.has_failed():
                return  # another thread, which asked at the same time, has logged it
            _failed_until[self.address] = monotonic() + RETRY_AFTER
        logger.warning(
            "Redis fails (%s): for %s seconds everything is rendered anew. See that it runs, that it answers at the "
            "address in CACHE_URL, and that it is set up as docs/hosting.md says.",
            error,
            RETRY_AFTER,
        )

    add = _or_empty(RedisCache.add)
    get = _or_empty(RedisCache.get)
    set = _or_empty(RedisCache.set)
    touch = _or_empty(RedisCache.touch)
    delete = _or_empty(RedisCache.delete)
    get_many = _or_empty(RedisCache.get_many)
    has_key = _or_empty(RedisCache.has_key)
    incr = _or_empty(RedisCache.incr)
    set_many = _or_empty(RedisCache.set_many)
    delete_many = _or_empty(RedisCache.delete_many)
    clear = _or_empty(RedisCache.clear)
