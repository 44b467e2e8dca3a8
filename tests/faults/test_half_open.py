"""Visitors who connect and send nothing, send half a request, or do not read: other visitors hardly notice."""

import contextlib
import select
import socket
import threading
import time

import pytest

from tests import serving
from tests.services import copy_file

pytestmark = [pytest.mark.slow, pytest.mark.faults]

MANY = 100
FORM = b"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"


def says_nothing(_line):
    """A connection that sends nothing, such as the spare connection of a browser."""


def sends_half_a_head(line):
    line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")


def sends_half_a_body(line):
    line.sendall(FORM + b"Content-Length: 1000\r\n\r\nusername=")


def sends_half_of_its_chunks(line):
    line.sendall(FORM + b"Transfer-Encoding: chunked\r\n\r\n9\r\nusername=\r\n")


def does_not_read(line):
    """More answers than the system buffers for a client: four megabytes."""
    line.sendall(b"GET /calendar.ics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 150)


@pytest.fixture(scope="module")
def rows(tmp_path_factory, example_file):
    rows = tmp_path_factory.mktemp("site") / "rows.sqlite3"
    copy_file(example_file, rows)
    return rows


@pytest.fixture(scope="module")
def site(rows):
    with serving.site(rows) as server:
        server.warm("/", "/healthz", "/calendar.ics")
        yield server


@contextlib.contextmanager
def visitors(server, behave, count=MANY):
    with contextlib.ExitStack() as open_lines:
        lines = []
        for _ in range(count):
            line = open_lines.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            behave(line)
            lines.append(line)
        yield lines


@contextlib.contextmanager
def one_byte_a_second(lines):
    over = threading.Event()

    def drip():
        while not over.wait(1):
            for line in lines:
                with contextlib.suppress(OSError):
                    line.send(b"a")

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def await_idle(server):
    """Wait until the workers have handled all open connections as far as they can."""
    deadline = time.monotonic() + 15
    before = None
    while (used := sum(server.processor_seconds())) != before:
        assert time.monotonic() < deadline, "the workers are still busy"
        before = used
        time.sleep(0.3)


def assert_others_are_answered_quickly(server):
    assert serving.percentile(1, serving.milliseconds(server, "/", 3)) < 1000
    assert serving.percentile(0.99, serving.milliseconds(server, "/healthz", 200)) <= 100
    assert serving.percentile(0.99, serving.milliseconds(server, "/", 50)) < 1000


@pytest.mark.parametrize(
    ("behave", "count"),
    [
        (says_nothing, MANY),
        (says_nothing, 1000),
        (sends_half_a_head, MANY),
        (sends_half_a_body, MANY),
        (sends_half_of_its_chunks, MANY),
        (does_not_read, 20),
    ],
)
def test_others_get_quick_answers_while_many_send_half_a_request(site, behave, count):
    with visitors(site, behave, count):
        await_idle(site)
        assert_others_are_answered_quickly(site)


def test_others_get_quick_answers_while_many_send_one_byte_a_second(site):
    with (
        visitors(site, sends_half_a_head) as heads,
        visitors(site, sends_half_a_body) as bodies,
        one_byte_a_second(heads + bodies),
    ):
        assert_others_are_answered_quickly(site)


def test_a_visitor_who_sends_no_request_gets_an_error_after_ten_seconds(site):
    with visitors(site, says_nothing, 5) as silent, visitors(site, sends_half_a_head, 5) as half:
        began = time.monotonic()
        for line in silent + half:
            line.settimeout(20)
        answers = [line.recv(100)[:12] for line in silent + half]

        assert answers == [b""] * 5 + [b"HTTP/1.1 408"] * 5
        assert 9 < time.monotonic() - began < 14


def test_the_oldest_silent_connections_close_if_there_are_too_many(rows):
    few = {"GUNICORN_CMD_ARGS": "--worker-connections 20"}
    with serving.site(rows, **few) as server, visitors(server, says_nothing, 200) as lines:
        assert_others_are_answered_quickly(server)
        closed, _writable, _failed = select.select(lines, [], [], 0)

        assert len(closed) >= 160
        assert lines[-1] not in closed


def test_visitors_who_do_not_read_are_disconnected_before_memory_runs_out():
    before_they_are_cut_off = 300  # megabytes that both workers may hold, with all that they are made of
    with serving.echo() as server:

        def leaves_eight_megabytes(line):
            line.sendall(b"GET /bytes/8000000 HTTP/1.1\r\nHost: a\r\n\r\n")

        with visitors(server, leaves_eight_megabytes):
            time.sleep(1)
            assert server.megabytes() < before_they_are_cut_off
            assert server.get("/form").status == 200
