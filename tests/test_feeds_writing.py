"""Calendar programs that try to write to a feed: refused at once, whatever they send, without an alarm."""

import logging
import re
import socket
import time

import pytest
from django.test import Client

from seminars.actions import accounts
from seminars.server.worker import FOR_CLOSING
from tests import serving
from tests.factories import make_organiser
from tests.feeds import FILES, SCOPES, make_talk_of_every_scope
from tests.tables import with_tables

METHODS = ("POST", "PUT", "DELETE", "PROPFIND", "PROPPATCH", "REPORT", "MKCALENDAR", "MKCOL", "LOCK", "PATCH")
MEGABYTES = 8


class Unread:
    """A body that must not be read."""

    def read(self, *_size):
        raise AssertionError("the body was read")

    readline = read


@pytest.fixture
def refused(db, caplog):
    """Send each method to an address with a body that nobody may read; return answers and lines in the log."""

    def to(address):
        strict = Client(enforce_csrf_checks=True)
        given = {"wsgi.input": Unread(), "CONTENT_LENGTH": "9", "CONTENT_TYPE": "text/calendar"}
        with caplog.at_level(logging.INFO):
            answers = [strict.generic(method, address, **given) for method in METHODS]
        return {(answer.status_code, answer["Allow"], answer.content) for answer in answers}

    return to


@pytest.mark.parametrize("file", FILES)
def test_every_feed_refuses_to_be_written_to(refused, file, caplog):
    talk = make_talk_of_every_scope()
    addresses = [f"/{scope}{file}" for scope in SCOPES]
    addresses += [f"/talks/{talk.pk}/calendar.ics", f"/{file}?series=nope", f"/series/nope/{file}"]

    assert [refused(address) for address in addresses] == [{(405, "GET, HEAD, OPTIONS", b"")}] * len(addresses)
    assert {record.request.method for record in caplog.records if record.name == "django.request"} <= {"POST"}


def test_a_private_calendar_refuses_to_be_written_to(refused, caplog):
    person = accounts.renew_calendar(make_organiser())

    assert refused(f"/private/{person.feed_token}/calendar.ics") == {(405, "GET, HEAD", b"")}
    assert {record.request.method for record in caplog.records if record.name == "django.request"} <= {"POST"}


def test_other_refusals_stay_in_the_log(client, caplog, db):
    client.put("/nothing/here/")
    client.post("/sign-out/nothing/")

    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 2


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    return with_tables(tmp_path_factory.mktemp("site") / "rows.sqlite3")


@pytest.fixture(scope="module")
def server(rows):
    with serving.site(rows) as server:
        yield server


def sent(server, head, body=b"", pieces=()):
    """Send a request from one socket; return the answer and how long it took to come, in seconds."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        began = time.monotonic()
        line.sendall(head + body)
        received = line.recv(65536)
        took = time.monotonic() - began
        for piece in pieces:
            line.sendall(piece)
        while piece := line.recv(65536):
            received += piece
    return received, took


@pytest.mark.slow
@pytest.mark.parametrize("method", ["PUT", "PROPFIND", "REPORT", "LOCK"])
@pytest.mark.parametrize(
    "framing", [b"Content-Length: %d" % (MEGABYTES * 1_000_000), b"Transfer-Encoding: chunked"], ids=["whole", "chunks"]
)
def test_the_answer_does_not_wait_for_the_body(server, method, framing):
    head = b"%b /calendar.ics HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%b\r\n\r\n" % (method.encode(), server.port, framing)
    before = server.megabytes(peak=True)

    received, took = sent(server, head, pieces=[bytes(1_000_000)] * MEGABYTES)

    assert re.match(rb"HTTP/1\.1 405 Method Not Allowed\r\n", received)
    assert (b"\r\nAllow: GET, HEAD, OPTIONS\r\n" in received, received.count(b"HTTP/1.1")) == (True, 1)
    assert took < 5
    assert server.megabytes(peak=True) - before < MEGABYTES / 2


@pytest.mark.slow
def test_a_client_that_waits_for_the_go_ahead_gets_the_refusal_instead(server):
    head = b"PUT /calendar.ics HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n"

    received, _took = sent(server, head % server.port)

    assert received.startswith(b"HTTP/1.1 405 ")


@pytest.mark.slow
def test_what_stands_in_the_body_is_no_further_request(server):
    head = b"PUT /calendar.ics HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 200\r\n\r\n" % server.port
    smuggled = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % server.port

    at_once, _took = sent(server, head, smuggled)
    later, _took = sent(server, head, pieces=[smuggled])

    assert [at_once.count(b"HTTP/1.1 "), later.count(b"HTTP/1.1 ")] == [1, 1]


@pytest.mark.slow
def test_a_slow_client_that_reads_only_at_the_end_still_gets_the_answer(server):
    head = b"PUT /calendar.ics HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 4000000\r\n\r\n" % server.port
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(head)
        for _ in range(4):
            time.sleep(FOR_CLOSING / 2)
            line.sendall(bytes(1_000_000))

        assert line.recv(65536).startswith(b"HTTP/1.1 405 ")


@pytest.mark.slow
def test_the_log_of_a_running_site_does_not_mention_it(rows, capfd):
    head = b"%b /calendar.ics HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 4\r\n\r\nbody"
    with serving.site(rows) as server:
        for method in METHODS[1:]:
            assert sent(server, head % (method.encode(), server.port))[0].startswith(b"HTTP/1.1 405 ")
        server.get("/nothing.ics")

    said = capfd.readouterr().err
    assert ("calendar.ics" in said, "/nothing.ics" in said) == (False, True)
