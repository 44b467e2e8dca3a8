"""Several web machines behind one address: two gunicorns behind nginx share PostgreSQL and Redis."""

import contextlib
import shutil
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from tests import serving
from tests.benchmarks.serving import Server
from tests.nginx import NGINX, Front
from tests.services import account, free_port, postgres, redis

POSTGRES = shutil.which("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
MISSING = [
    name
    for name, found in {"postgresql": POSTGRES, "redis-server": shutil.which("redis-server"), "nginx": NGINX}.items()
    if not found
]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed here: {', '.join(MISSING)}"),
    pytest.mark.skipif(sys.platform != "linux", reason="looks for workers in /proc"),
]
CLIENTS = 200


@pytest.fixture(scope="module")
def cluster():
    """Both machines, the address that visitors use, and an organiser at work."""
    with contextlib.ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        if servant := account():
            shutil.chown(folder, user=servant)
        rows = running.enter_context(postgres(folder, servant))
        port = free_port()
        cache = f"{running.enter_context(redis(folder, servant))}/0"
        shared = {"CACHE_URL": cache, "SITE_URL": f"http://127.0.0.1:{port}"}
        organiser = running.enter_context(serving.organiser(rows, **shared))
        organiser("prepare")
        machines = [running.enter_context(Server.of_site(rows, **shared)) for _ in range(2)]
        for machine in machines:
            serving.await_workers(machine, without=[])
        yield machines, running.enter_context(Front(folder, port, machines)), organiser


@pytest.mark.parametrize("kind", ["retitle", "cancel", "change_room", "rename_speaker", "rename_all_speakers_at_once"])
def test_an_edit_on_one_machine_is_seen_at_once_on_the_other_and_before_both(cluster, kind):
    machines, front, organiser = cluster
    paths = ("/", "/calendar.ics")
    for machine in machines:
        machine.warm(*paths)

    shown = organiser(kind)

    for path in paths:
        answers = [answer for machine in machines for answer in serving.answers_of_each_worker(machine, path)]
        answers += [(200, front.get(path).body.replace(b"\r\n ", b"").decode()) for _ in range(4)]
        assert [status for status, _body in answers] == [200] * 8
        assert len({body for _status, body in answers}) == 1
        assert shown in answers[0][1]


def test_an_organiser_who_saves_on_one_machine_sees_it_on_the_other(cluster):
    machines, _front, organiser = cluster
    desk = serving.Desk(machines[0], organiser("session"))

    status, _page = desk.post("/admin/seminars/topic/add/", {"name": "Looms"})

    assert status == 302
    assert [machine.get("/topics/").body.count(b"Looms") > 0 for machine in machines] == [True, True]


def test_two_hundred_clients_in_the_same_second_are_all_served(cluster, record_testsuite_property):
    _machines, front, organiser = cluster
    front.warm("/calendar.ics")
    shown = organiser("retitle")
    start, took, bodies = threading.Barrier(CLIENTS), [], []

    def subscribe():
        start.wait()
        began = time.perf_counter()
        answer = front.get("/calendar.ics")
        took.append(time.perf_counter() - began)
        bodies.append((answer.status, answer.body))

    clients = [threading.Thread(target=subscribe) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()

    record_testsuite_property("seconds for the last of 200 clients", f"{max(took):.2f}")
    assert (len(bodies), len(set(bodies)), {status for status, _body in bodies}) == (CLIENTS, 1, {200})
    assert shown in bodies[0][1].replace(b"\r\n ", b"").decode()
    assert max(took) < 20  # seconds, however busy the machine that tests


def test_readers_behind_nginx_during_edits_see_nothing_old_nothing_mixed_and_no_error(cluster):
    _machines, front, organiser = cluster
    keys, committed, first = organiser("keys"), [0], 1_000_000

    with serving.Visitors(front, "/", "/calendar.ics", committed=lambda: committed[0]) as visitors:
        for number in range(first, first + 50):
            committed[0] = organiser("edit_three", number, keys)

    during = [(known, {n for n in numbers if n >= first}) for _status, known, numbers in visitors.answers if known]
    assert (visitors.failures, visitors.statuses()) == ([], {200})
    assert len(set().union(*(seen for _known, seen in during))) > 1
    assert [seen for _known, seen in during if len(seen) != 1] == []
    assert [(known, seen) for known, seen in during if min(seen) < known] == []


def test_a_machine_that_is_reloaded_fails_no_request(cluster):
    machines, front, _organiser = cluster
    old = machines[0].workers()
    with serving.Visitors(front, "/", "/calendar.ics", kept_alive=1) as visitors:
        machines[0].process.send_signal(signal.SIGHUP)
        serving.await_workers(machines[0], without=old)

    assert (visitors.failures, visitors.statuses()) == ([], {200})
