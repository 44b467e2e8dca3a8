"""Two web machines behind nginx, PostgreSQL with a standby, and Redis: each is killed while people read and save."""

import contextlib
import os
import shutil
import signal
import time
from types import SimpleNamespace

import pytest

from tests import serving
from tests.benchmarks.serving import Server
from tests.faults.operating import manage
from tests.faults.standby import Standby, address_of
from tests.nginx import NGINX, Front
from tests.saving import assert_whole, await_more, retitling
from tests.services import Postgres, account, free_port, redis

MISSING = [name for name, found in {"redis-server": shutil.which("redis-server"), "nginx": NGINX}.items() if not found]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed here: {', '.join(MISSING)}")
PATHS = ("/", "/calendar.ics")
DURABLE = {"synchronous_commit": "on"}
MOST_AWAY = 20  # seconds from the end of the primary to the next save; a machine that does nothing else takes two


@pytest.fixture(scope="module")
def servers(postgres, folder):
    """A primary and its standby; `postgres` tells whether there is PostgreSQL here."""
    folders = [folder / name for name in ("primary", "standby")]
    for one in folders:
        one.mkdir(mode=0o700)
        if servant := account():
            shutil.chown(one, user=servant)
    primary = Postgres(folders[0], account(), **DURABLE)
    primary.start()
    with contextlib.ExitStack() as running:
        running.callback(stopped, primary)
        standby = Standby(primary, folders[1], account(), **DURABLE)
        standby.start()
        running.callback(stopped, standby)
        yield primary, standby


def stopped(server):
    if (server.rows / "postmaster.pid").exists():
        server.stop()


@pytest.fixture(scope="module")
def cluster(servers, folder):
    with contextlib.ExitStack() as running:
        port, rows = free_port(), address_of(*reversed(servers))
        cache = running.enter_context(contextlib.ExitStack())
        shared = {"CACHE_URL": cache.enter_context(redis(folder, account())), "SITE_URL": f"http://127.0.0.1:{port}"}
        organiser = running.enter_context(serving.organiser(rows, **shared))
        organiser("prepare")
        machines = [running.enter_context(Server.of_site(rows, LOG_LEVEL="CRITICAL", **shared)) for _ in range(2)]
        for machine in machines:
            serving.await_workers(machine, without=[])
        front = running.enter_context(Front(folder, port, machines))
        yield SimpleNamespace(front=front, machines=machines, cache=cache, organiser=organiser, rows=rows)


def test_a_backup_asks_the_primary_although_a_standby_is_named_first(cluster, tmp_path):
    made, how = manage(cluster.rows, "backup", tmp_path / "site.backup")
    checked, said = manage(cluster.rows, "restore", tmp_path / "site.backup", "--check")

    assert (made, checked) == (0, 0), how + said
    assert "was restored into a scratch database and compared" in said


def kill(machine):
    """Kill a web machine: all of its processes at once, as far as one can."""
    for pid in [machine.process.pid, *machine.workers()]:
        os.kill(pid, signal.SIGKILL)
    machine.process.wait()


def test_no_part_of_a_cluster_takes_a_save_with_it(servers, cluster, record_testsuite_property):
    primary, standby = servers
    talk, session = cluster.organiser("keys")[0], cluster.organiser("session")
    before = cluster.organiser("stands", talk)
    with retitling(serving.Desk(cluster.front, session), talk) as saved:
        with serving.Visitors(cluster.front, *PATHS) as readers:
            await_more(saved, 3)
            kill(cluster.machines[0])
            await_more(saved, 3)
            cluster.cache.close()
            await_more(saved, 3)
        with serving.Visitors(cluster.front, *PATHS) as meanwhile:
            primary.stop("immediate")
            began = time.monotonic()
            standby.promote()
            await_more(saved, 1)
            away = time.monotonic() - began
            await_more(saved, 3)
        with serving.Visitors(cluster.front, *PATHS) as afterwards:
            await_more(saved, 3)

    record_testsuite_property("seconds without a save while a standby takes over", f"{away:.1f}")
    assert (readers.failures, readers.statuses()) == ([], {200})
    assert (meanwhile.failures, meanwhile.statuses() <= {200, 500, 502, 503}) == ([], True)
    assert (afterwards.failures, afterwards.statuses()) == ([], {200})
    assert away < MOST_AWAY
    with serving.organiser(cluster.rows) as organiser:
        assert_whole(organiser, talk, saved, before)
