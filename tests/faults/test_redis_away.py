"""Redis refuses connections, hangs and comes back: every visitor gets an answer, and it shows the last edit."""

import contextlib
import os
import shutil
import signal
import time

import pytest
from redis import Redis

from tests import serving
from tests.faults.health import answers_at_once
from tests.services import account, free_port, redis

pytestmark = pytest.mark.skipif(not shutil.which("redis-server"), reason="not installed here: redis-server")
PATHS = ("/", "/calendar.ics")


@pytest.fixture
def rows(tmp_path):
    return tmp_path / "rows.sqlite3"


class Cache:
    """A Redis that a test can stop and start again at the same address."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.running = contextlib.ExitStack()
        self.start()

    def start(self):
        self.address = self.running.enter_context(redis(self.folder, account(), self.port))
        self.pid = Redis.from_url(self.address).info()["process_id"]

    def refuse(self):
        self.running.close()

    def hang(self):
        os.kill(self.pid, signal.SIGSTOP)

    def wake(self):
        os.kill(self.pid, signal.SIGCONT)

    def await_use(self, organiser):
        """Wait until Redis stores the answer to visitors after another edit."""
        deadline, client = time.monotonic() + 60, Redis.from_url(self.address)
        client.flushall()
        while not client.dbsize():
            assert time.monotonic() < deadline, "it is not used again"
            organiser("retitle")
            time.sleep(0.2)


FAULTS = {"refuses": (Cache.refuse, Cache.start), "hangs": (Cache.hang, Cache.wake)}


@pytest.fixture
def cache(folder):
    cache = Cache(folder)
    yield cache
    with contextlib.suppress(ProcessLookupError):
        cache.wake()
    cache.refuse()


@pytest.mark.parametrize(("take", "give_back"), FAULTS.values(), ids=FAULTS.keys())
def test_every_answer_arrives_without_redis_and_redis_is_used_again(rows, organiser, cache, take, give_back):
    shared = {"CACHE_URL": f"{cache.address}/0"}
    with serving.site(rows, **shared) as server:
        serving.await_workers(server, without=[])
        server.warm(*PATHS)
        with serving.Visitors(server, *PATHS) as visitors, answers_at_once(server):
            cache.await_use(organiser)
            take(cache)
            shown = organiser("retitle")
            seen = [shown in body for path in PATHS for _status, body in serving.answers_of_each_worker(server, path)]
            give_back(cache)
            cache.await_use(organiser)

    assert seen == [True] * 4
    assert (visitors.failures, visitors.statuses()) == ([], {200})
