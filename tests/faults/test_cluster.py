"""Two web machines with workers behind nginx, PostgreSQL with two standbys, and Redis: each is killed under load."""

import contextlib
import os
import shutil
import signal
import time
from collections import Counter
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from seminars.actions.outbox import AT_ONCE
from tests import serving, workers
from tests.benchmarks.serving import Server
from tests.faults.operating import manage
from tests.faults.standby import Copy, Standby, at
from tests.mailbox import mail_server
from tests.nginx import NGINX, Front
from tests.saving import assert_whole, await_more, retitling
from tests.services import DURABLE, account, free_port, redis

MISSING = [name for name, found in {"redis-server": shutil.which("redis-server"), "nginx": NGINX}.items() if not found]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed here: {', '.join(MISSING)}")
PATHS = ("/", "/calendar.ics")
MOST_AWAY = 20  # seconds from the end of the primary to the next save; a machine that does nothing else takes two
LETTERS, BEFORE = 120, 20  # a worker is killed while it sends the 20th of its letters


@pytest.fixture(scope="module")
def servers(postgres, example_database, folder):
    """A primary with the example's talks, and its two standbys."""
    with contextlib.ExitStack() as running:

        def started(server):
            server.start()
            running.callback(server.end)
            return server

        primary = started(Copy(example_database, folder / "primary", **DURABLE))
        yield primary, *(started(Standby(primary.address, folder / name, **DURABLE)) for name in ("standby", "other"))


@pytest.fixture(scope="module")
def cluster(servers, folder):
    """All of it. Each machine has a worker and a mail server of its own; the second mail server takes its time."""
    with contextlib.ExitStack() as running:
        primary, *standbys = (urlsplit(server.address).port for server in servers)
        rows = at(servers[0].address, *standbys, primary)
        port, cache = free_port(), running.enter_context(contextlib.ExitStack())
        shared = {
            "CACHE_URL": cache.enter_context(redis(folder, account())),
            "SITE_URL": f"http://127.0.0.1:{port}",
            "LOG_LEVEL": "CRITICAL",
        }
        mail = [running.enter_context(mail_server(delay=delay)) for delay in (0, 0.05)]
        machines = [Server.of_site(rows, **shared) for _server in mail]
        senders = [workers.start(rows, EMAIL_URL=url, **shared) for _server, url in mail]
        for machine in machines:
            running.callback(machine.stop)
        for sender in senders:
            running.callback(sender.wait)
            running.callback(sender.kill)  # this is called before
        organiser = running.enter_context(serving.organiser(rows, commands="tests.faults.cluster_commands", **shared))
        for machine in machines:
            machine.await_answer()
            serving.await_workers(machine, without=[])
        yield SimpleNamespace(
            front=running.enter_context(Front(folder, port, machines)), machines=machines, cache=cache, rows=rows,
            senders=senders, mail=[server for server, _url in mail], organiser=organiser,
        )  # fmt: skip


def test_a_backup_asks_the_primary_although_a_standby_is_named_first(cluster, tmp_path):
    made, how = manage(cluster.rows, "backup", tmp_path / "site.backup")
    checked, said = manage(cluster.rows, "restore", tmp_path / "site.backup", "--check")

    assert (made, checked) == (0, 0), how + said
    assert "was restored into a scratch database and compared" in said


def kill(server):
    """Kill a web machine or nginx: all of its processes at once, as far as one can."""
    for pid in [server.process.pid, *server.workers()]:
        os.kill(pid, signal.SIGKILL)
    server.process.wait()


@contextlib.contextmanager
def letters_in_spite_of_a_killed_worker(cluster):
    """Kill a worker while it sends. The other sends the rest, and once the lease is over what the first had taken."""
    first, other = cluster.mail
    first.at("RCPT", BEFORE, cluster.senders[0].kill)
    cluster.organiser("put", LETTERS)
    yield
    assert cluster.senders[0].wait(30) == -signal.SIGKILL
    assert len(other.await_arrivals(LETTERS - AT_ONCE)) == LETTERS - AT_ONCE
    cluster.organiser("end_leases")
    other.await_arrivals(LETTERS - BEFORE + 1)
    assert Counter(first.recipients + other.recipients) == Counter(f"person{n}@example.org" for n in range(LETTERS))


def test_no_part_of_a_cluster_takes_a_save_or_a_letter_with_it(servers, cluster, record_testsuite_property):
    primary, standby, other_standby = servers
    talk, session = cluster.organiser("keys")[0], cluster.organiser("session")
    before = cluster.organiser("stands", talk)
    with retitling(serving.Desk(cluster.front, session), talk) as saved:
        with serving.Visitors(cluster.front, *PATHS) as readers, letters_in_spite_of_a_killed_worker(cluster):
            await_more(saved, 3)
            for end_it in (lambda: kill(cluster.machines[0]), cluster.cache.close, standby.stop):
                end_it()
                await_more(saved, 3)
        kill(cluster.front)
        cluster.front.start()
        await_more(saved, 3)
        with serving.Visitors(cluster.front, *PATHS) as meanwhile:
            primary.stop("immediate")
            began = time.monotonic()
            other_standby.promote()
            await_more(saved, 1)
            away = time.monotonic() - began
            await_more(saved, 3)
            time.sleep(4)  # each process waits 2 seconds for a connection, then a second before it tries again
        with serving.Visitors(cluster.front, *PATHS) as afterwards:
            await_more(saved, 3)

    record_testsuite_property("seconds without a save while a standby takes over", f"{away:.1f}")
    assert (readers.failures, readers.statuses()) == ([], {200})
    assert (meanwhile.failures, meanwhile.statuses() <= {200, 500, 502, 503}) == ([], True)
    assert (afterwards.failures, afterwards.statuses()) == ([], {200})
    assert away < MOST_AWAY
    with serving.organiser(cluster.rows, commands="tests.faults.cluster_commands") as organiser:
        organiser("put_one_more")
        assert_whole(organiser, talk, saved, before)
    assert cluster.mail[1].await_arrivals(LETTERS - BEFORE + 2)[-1][0] == ["person0@example.org"]
