"""What is kept has its bounds, and a Redis that fails costs a moment, not an answer."""

import contextlib
import random
import shutil
import threading
import time
from itertools import count

import pytest
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.redis import RedisCache
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis

from seminars import caches
from seminars.caches import BoundedMemory, RedisOrNothing

from .services import account, free_port, redis

names = map(str, count())


# --- Local memory ---------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def little_room(monkeypatch):
    monkeypatch.setattr(caches, "MOST", 1000)
    monkeypatch.setattr(caches, "LARGEST", 400)


def memory(name=None, **options):
    return BoundedMemory(name or next(names), {"OPTIONS": options})


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
        getattr(cache, name)(*arguments)


def is_in_order(cache):
    held = sum(map(len, cache._cache.values()))
    return cache._cache.weight == held <= caches.MOST and cache._cache.keys() == cache._expire_info.keys()


@given(st.lists(st.tuples(st.booleans(), operations), max_size=60), st.sampled_from([0, 1, 3]))
def test_the_accounts_tell_what_is_kept_and_stay_within_the_bound(steps, frequency):
    name = next(names)
    cache, of_another_thread = (memory(name, MAX_ENTRIES=6, CULL_FREQUENCY=frequency) for _ in range(2))

    for is_other, operation in steps:
        do(of_another_thread if is_other else cache, operation)
        assert is_in_order(cache)


def test_the_accounts_are_right_whatever_threads_do_at_once():
    name, stop = next(names), time.monotonic() + 0.5

    def bustle(seed):
        cache, dice = memory(name, MAX_ENTRIES=6), random.Random(seed)
        while time.monotonic() < stop:
            key = dice.choice("abcdefgh")
            do(
                cache,
                dice.choice([("set", key, bytes(dice.randrange(500))), ("get", key), ("delete", key), ("clear",)]),
            )

    threads = [threading.Thread(target=bustle, args=[seed]) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert is_in_order(memory(name))


def test_what_was_read_lately_survives():
    cache = memory()
    for key in "abc":
        cache.set(key, bytes(250))

    cache.get("a")
    cache.set("d", bytes(250))

    assert sorted(cache.get_many("abcd")) == ["a", "c", "d"]


def test_one_value_does_not_push_out_all_others():
    cache = memory()
    cache.set("a", 1)
    cache.set("b", "old")

    cache.set("b", bytes(500))

    assert cache.get_many("ab") == {"a": 1}


def test_a_number_that_grows_makes_room_for_itself():
    cache = memory()
    cache.set("a", 1)
    for key in "bcd":
        cache.set(key, bytes(280))

    cache.incr("a", 2**2400)

    assert is_in_order(cache)


def test_threads_share_what_is_kept_and_names_do_not():
    here, there, elsewhere = memory("shared"), memory("shared"), memory()

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
    return RedisOrNothing(address, {"OPTIONS": TIMEOUTS})


def test_everything_that_asks_redis_does_without_it():
    asking = {name for name, kind in vars(RedisCache).items() if callable(kind) and not name.startswith("_")}

    assert asking - {"get_backend_timeout"} == asking & vars(RedisOrNothing).keys()


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


def test_what_was_kept_comes_back_as_it_was(address):
    cache, things = cache_at(address), {"number": 1, "bytes": b"1", "word": "1", "shelf": {7: ((1.5, "a"), b"x")}}

    cache.set_many(things, 60)

    assert cache.get_many([*things, "unknown"]) == things
    assert cache.get("shelf") == things["shelf"]
    assert cache.incr("number") == 2


def test_a_redis_that_hangs_is_asked_again_after_a_while(address, monkeypatch, caplog):
    monkeypatch.setattr(caches, "AWAY_FOR", 1)
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


def test_threads_that_wait_at_once_complain_once(address, monkeypatch, caplog):
    monkeypatch.setattr(caches, "AWAY_FOR", 0.5)
    Redis.from_url(address).client_pause(600)
    threads = [threading.Thread(target=lambda: cache_at(address).get("a")) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(0.5)

    assert len(caplog.records) == 1


def test_a_connection_that_redis_closed_is_opened_anew_without_a_word(address, caplog):
    cache = cache_at(address)
    cache.set("a", 1)

    Redis.from_url(address).client_kill_filter(_type="normal", skipme=True)

    assert (cache.get("a"), caplog.records) == (1, [])


def test_a_redis_that_is_full_costs_no_answer(address, monkeypatch, caplog):
    monkeypatch.setattr(caches, "AWAY_FOR", 0)
    server = Redis.from_url(address)
    server.config_set("maxmemory", 1)
    try:
        cache_at(address).set("a", 1)
    finally:
        server.config_set("maxmemory", 0)

    assert "maxmemory" in caplog.text
