"""The cache backends: memory has a bound, and a failing Redis costs a moment but no answer."""

import contextlib
import random
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
import time_machine
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis

from seminars.cache_backends import memory
from seminars.cache_backends import redis as redis_backend
from seminars.cache_backends.memory import MemoryCache
from seminars.cache_backends.redis import FailsafeRedisCache

from .services import account, free_port, redis

names = map(str, count())


# --- Local memory ---------------------------------------------------------------------------------


def in_memory(name=None):
    return MemoryCache(name or next(names), {})


@pytest.fixture(autouse=True)
def little_room(monkeypatch):
    monkeypatch.setattr(memory, "MAX_BYTES", 1000)
    monkeypatch.setattr(memory, "MAX_VALUE", 400)
    monkeypatch.setattr(memory, "OVERHEAD", 0)


keys = st.sampled_from("abcdefgh")
values = st.binary(max_size=10) | st.integers(0, 500).map(bytes) | st.integers()
timeouts = st.sampled_from([0, None, 300])
operations = st.one_of(
    st.tuples(st.sampled_from(["set", "add"]), keys, values, timeouts),
    st.tuples(st.just("set_many"), st.dictionaries(keys, values)),
    st.tuples(st.sampled_from(["get", "has_key", "delete"]), keys),
    st.tuples(st.just("touch"), keys, timeouts),
    st.tuples(st.just("incr"), keys, st.integers()),
    st.tuples(st.just("clear")),
)


def do(cache, operation):
    name, *arguments = operation
    with contextlib.suppress(ValueError, TypeError):  # nothing to increase, or no number
        return getattr(cache, name)(*arguments)


def is_within_its_bound(cache):
    entries = cache.store.entries
    return entries.currsize == sum(map(memory.size_of, entries.values())) <= memory.MAX_BYTES


@given(st.lists(st.tuples(st.booleans(), operations), max_size=60))
def test_the_memory_of_two_threads_stays_within_its_bound(steps):
    name = next(names)
    cache, of_another_thread = in_memory(name), in_memory(name)

    for is_other, operation in steps:
        do(of_another_thread if is_other else cache, operation)
        assert is_within_its_bound(cache)


@given(st.lists(operations, max_size=60))
def test_a_cache_with_enough_room_behaves_like_djangos_own(steps):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(memory, "MAX_BYTES", 10**9)
        patched.setattr(memory, "MAX_VALUE", 10**9)
        cache, own = in_memory(), LocMemCache(next(names), {})

        for operation in steps:
            assert do(cache, operation) == do(own, operation)


def test_the_memory_stays_within_its_bound_whatever_threads_do_at_once():
    name, stop = next(names), time.monotonic() + 0.5

    def bustle(seed):
        cache, dice = in_memory(name), random.Random(seed)
        while time.monotonic() < stop:
            key = dice.choice("abcdefgh")
            do(
                cache,
                dice.choice([("set", key, bytes(dice.randrange(500))), ("get", key), ("delete", key), ("clear",)]),
            )

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(bustle, range(4)))

    assert is_within_its_bound(in_memory(name))


def test_the_least_recently_used_value_is_dropped_first():
    cache = in_memory()
    for key in "abc":
        cache.set(key, bytes(250))

    cache.get("a")
    cache.set("d", bytes(250))

    assert sorted(cache.get_many("abcd")) == ["a", "c", "d"]


def test_one_value_does_not_push_out_all_others():
    cache = in_memory()
    cache.set("a", 1)
    cache.set("b", "old")

    cache.set("b", bytes(500))

    assert cache.get_many("ab") == {"a": 1}


def test_many_small_values_are_bounded_too(monkeypatch):
    monkeypatch.setattr(memory, "OVERHEAD", 100)
    cache = in_memory()

    for number in range(100):
        cache.set(str(number), number)

    assert 1 < len(cache.store.entries) <= 10


def test_a_value_is_gone_once_it_has_expired():
    cache = in_memory()
    with time_machine.travel(0, tick=False) as clock:
        cache.set("a", 1, 10)
        cache.set("b", 1, None)
        clock.shift(9)
        before = cache.get_many("ab")
        clock.shift(1)

        assert (before, cache.get_many("ab")) == ({"a": 1, "b": 1}, {"b": 1})


def test_threads_share_what_is_cached_and_names_do_not():
    here, there, elsewhere = in_memory("shared"), in_memory("shared"), in_memory()

    here.set("a", 1)

    assert (there.get("a"), elsewhere.get("a")) == (1, None)


# --- Redis ----------------------------------------------------------------------------------------

TIMEOUTS = {"socket_connect_timeout": 0.25, "socket_timeout": 0.25}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server on this machine")
    folder = tmp_path_factory.mktemp("redis")
    servant = account()
    if servant:
        shutil.chown(folder, user=servant)
        folder.parent.chmod(0o755)
    with redis(folder, servant) as address:
        yield f"{address}/0"


def cache_at(address):
    return FailsafeRedisCache(address, {"OPTIONS": TIMEOUTS})


def test_every_cache_method_is_made_to_work_without_redis():
    asking = {name for name, kind in vars(RedisCache).items() if callable(kind) and not name.startswith("_")}

    assert asking - {"get_backend_timeout"} == asking & vars(FailsafeRedisCache).keys()


@pytest.mark.parametrize(
    "operation",
    [
        ("add", "a", 1),
        ("get", "a", "default"),
        ("set", "a", 1),
        ("touch", "a"),
        ("delete", "a"),
        ("get_many", ["a", "b"]),
        ("has_key", "a"),
        ("set_many", {"a": 1}),
        ("delete_many", ["a"]),
        ("clear",),
        ("get_or_set", "a", 1),
    ],
    ids=lambda operation: operation[0],
)
def test_a_redis_that_refuses_is_an_empty_cache(operation):
    name, *arguments = operation
    cache = cache_at(f"redis://127.0.0.1:{free_port()}/0")

    answers = [getattr(cache, name)(*arguments) for _ in range(2)]

    assert answers == [getattr(DummyCache("", {}), name)(*arguments)] * 2


def test_nothing_is_counted_while_redis_refuses():
    with pytest.raises(ValueError, match="not found"):
        cache_at(f"redis://127.0.0.1:{free_port()}/0").incr("a")


def test_a_stored_value_comes_back_unchanged(address):
    cache, things = cache_at(address), {"number": 1, "bytes": b"1", "word": "1", "shelf": {7: ((1.5, "a"), b"x")}}

    cache.set_many(things, 60)

    assert cache.get_many([*things, "unknown"]) == things
    assert cache.get("shelf") == things["shelf"]
    assert cache.incr("number") == 2


def test_a_redis_that_hangs_is_asked_again_after_a_while(address, monkeypatch, caplog):
    monkeypatch.setattr(redis_backend, "RETRY_AFTER", 1)
    cache, of_another_thread = cache_at(address), cache_at(address)
    cache.set("a", 1)
    Redis.from_url(address).client_pause(600)
    began = time.monotonic()

    missed = [cache.get("a"), of_another_thread.get("a"), *(cache.get("a") for _ in range(100))]
    took = time.monotonic() - began
    time.sleep(1.1)

    assert (set(missed), took < 0.5, cache.get("a"), of_another_thread.get("a")) == ({None}, True, 1, 1)
    assert [(record.levelname, record.exc_info) for record in caplog.records] == [("WARNING", None)]
    assert "CACHE_URL" in caplog.text


def test_waiting_threads_log_one_line_together(address, monkeypatch, caplog):
    monkeypatch.setattr(redis_backend, "RETRY_AFTER", 0.5)
    Redis.from_url(address).client_pause(600)
    threads = [threading.Thread(target=lambda: cache_at(address).get("a")) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(0.5)

    assert len(caplog.records) == 1


def test_a_connection_that_redis_closed_is_opened_again_silently(address, caplog):
    cache = cache_at(address)
    cache.set("a", 1)

    Redis.from_url(address).client_kill_filter(_type="normal", skipme=True)

    assert (cache.get("a"), caplog.records) == (1, [])


def test_every_answer_arrives_if_redis_is_full(address, monkeypatch, caplog):
    monkeypatch.setattr(redis_backend, "RETRY_AFTER", 0)
    server = Redis.from_url(address)
    server.config_set("maxmemory", 1)
    try:
        cache_at(address).set("a", 1)
    finally:
        server.config_set("maxmemory", 0)

    assert "maxmemory" in caplog.text
