"""PostgreSQL is stopped or out of reach: answers within seconds, /healthz at once, and recovery when it is back."""

import contextlib
import os
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import serving
from tests.services import empty_database

pytestmark = [pytest.mark.slow, pytest.mark.faults]

PATIENCE = 2  # seconds that a request may wait for a connection
NOTHING = {"LOG_LEVEL": "CRITICAL"}  # a page of traceback for each request would hide what matters


def answer(server, path):
    """The status, and the time in seconds."""
    began = time.perf_counter()
    status = server.get(path).status
    return status, time.perf_counter() - began


@pytest.fixture
def rows(postgres):
    with empty_database(postgres.address) as address:
        yield address


@pytest.fixture
def away(postgres, rows, fill):
    """A site whose PostgreSQL is stopped, and a function that starts it again."""
    with serving.site(fill(rows, "migrated"), **NOTHING) as server:
        server.warm("/readyz")
        postgres.stop("fast")
        is_back = threading.Event()

        def back():
            postgres.start()
            is_back.set()

        yield server, back
        if not is_back.is_set():
            back()


def test_no_request_waits_long_and_healthz_answers_at_once(away):
    server, _back = away
    with ThreadPoolExecutor(16) as crowd:
        began = time.monotonic()
        asked = [crowd.submit(answer, server, "/readyz") for _ in range(64)]
        health = serving.milliseconds(server, "/healthz", 100)
        told = [request.result() for request in asked]

    assert {status for status, _seconds in told} == {503}
    assert max(seconds for _status, seconds in told) < PATIENCE + 1.5
    assert time.monotonic() - began < 2 * PATIENCE + 4
    assert serving.percentile(0.99, health) <= 100
    assert max(health) < 1000


def test_only_the_first_request_waits(away):
    server, _back = away
    (pid, *_others) = server.workers()
    with serving.alone(server, pid):
        first = answer(server, "/readyz")
        following = [answer(server, "/readyz") for _ in range(5)]

    assert (first[0], PATIENCE - 0.5 < first[1] < PATIENCE + 1.5) == (503, True)
    assert [(status, seconds < 0.5) for status, seconds in following] == [(503, True)] * 5


def test_requests_work_again_when_the_database_is_back(away):
    server, back = away
    for _ in range(3):
        server.get("/readyz")
        time.sleep(1)

    back()
    deadline = time.monotonic() + 10
    while {server.get("/readyz").status for _ in range(6)} != {200}:
        assert time.monotonic() < deadline, "it stays away"
        time.sleep(0.2)

    assert server.get("/").status == 200


def send(sent, postgres):
    """Send a signal to all processes of PostgreSQL."""
    postmaster = int((postgres.rows / "postmaster.pid").read_text().split()[0])
    for child in Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split():
        os.kill(int(child), sent)
    os.kill(postmaster, sent)


def test_healthz_answers_at_once_while_every_thread_waits_for_the_database(postgres, rows, fill):
    with serving.site(fill(rows, "migrated"), **NOTHING) as server, ThreadPoolExecutor(16) as crowd:
        server.warm("/readyz", "/readyz")
        send(signal.SIGSTOP, postgres)
        try:
            asked = [crowd.submit(answer, server, "/readyz") for _ in range(16)]
            health = serving.milliseconds(server, "/healthz", 3)
            assert max(health) < 1000
            health += serving.milliseconds(server, "/healthz", 200)
        finally:
            send(signal.SIGCONT, postgres)
        waited = {request.result()[0] for request in asked}

    assert waited <= {200, 503}
    assert serving.percentile(0.99, health) <= 100
    assert max(health) < 1000


def test_a_database_that_accepts_connections_but_never_answers_times_out_too():
    with socket.create_server(("127.0.0.1", 0), backlog=100) as mute, contextlib.ExitStack() as running:
        address = f"postgres://seminars:secret@127.0.0.1:{mute.getsockname()[1]}/seminars"
        server = serving.unprepared(address, **NOTHING)
        running.callback(server.stop)
        server.await_answer("/healthz")

        status, seconds = answer(server, "/readyz")
        health = serving.milliseconds(server, "/healthz", 100)

    assert (status, seconds < PATIENCE + 1.5) == (503, True)
    assert serving.percentile(0.99, health) <= 100
