"""The gunicorn worker: requests that arrive in pieces are answered like whole ones, and broken ones are refused."""

import contextlib
import hashlib
import os
import random
import re
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from gunicorn.config import Config

from seminars.server import buffered_socket, framing
from seminars.server.worker import Worker
from tests import serving

HEAD = b"POST /form HTTP/1.1\r\nHost: a\r\n"


def wholes(received):
    """For each number of bytes of `received`, whether they are a whole request."""
    request, so_far, answers = framing.RequestFraming(), bytearray(), []
    for octet in received:
        so_far.append(octet)
        answers.append(request.is_whole(so_far))
    return answers


@pytest.mark.parametrize(
    "request_sent",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        HEAD + b"Content-Length: 5\r\n\r\na=b&c",
        HEAD + b"content-length:5\r\n\r\na=b&c",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\n\r\n\r\n\r\nA;b=c\r\n0123456789\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\nTrailer: a\r\n\r\n",
    ],
)
def test_a_request_is_whole_with_its_last_byte_and_not_before(request_sent):
    assert wholes(request_sent) == [False] * (len(request_sent) - 1) + [True]


@pytest.mark.parametrize(
    "body",
    [b"-5\r\n", b"+5\r\n", b"0x5\r\n", b"1_0\r\n", b"\r\n", b"seven\r\n", b"123456789\r\n", b"a" * 9000],
)
def test_a_request_with_an_invalid_chunk_is_passed_on_to_be_refused(body):
    assert framing.RequestFraming().is_whole(bytearray(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + body))


def test_a_head_without_end_is_refused():
    with pytest.raises(framing.RequestRefused, match="431"):
        framing.RequestFraming().is_whole(bytearray(b"a" * 40_000))


def test_a_chunked_body_that_is_larger_than_any_form_is_refused():
    chunk = b"1000000\r\n" + b"a" * 0x1000000 + b"\r\n"

    with pytest.raises(framing.RequestRefused, match="413"):
        framing.RequestFraming().is_whole(bytearray(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 2))


def test_trailers_without_end_are_refused():
    trailers = b"0\r\n" + b"a: b\r\n" * 2_000

    with pytest.raises(framing.RequestRefused, match="431"):
        framing.RequestFraming().is_whole(bytearray(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + trailers))


def test_a_body_announced_as_larger_than_any_form_is_left_to_the_site():
    assert framing.RequestFraming().is_whole(bytearray(HEAD + b"Content-Length: 30000000\r\n\r\n"))


def test_a_long_body_gets_more_time_the_more_of_it_has_come():
    ours, _theirs = socket.socketpair()
    visitor = buffered_socket.BufferedSocket(ours)
    visitor.inbox += HEAD + b"Content-Length: 12000000\r\n\r\n"
    visitor.has_request()
    first = visitor.deadline
    visitor.inbox += bytes(2_000_000)

    assert visitor.deadline - first == pytest.approx(100)


def test_much_that_a_slow_client_does_not_take_waits_compressed_and_comes_whole():
    ours, theirs = socket.socketpair()
    client, pieces = buffered_socket.BufferedSocket(ours), [bytes([n % 7]) * 300_000 for n in range(100)]

    for piece in pieces:
        client.sendall(piece)
    waiting, received = client.held, bytearray()
    while not client.flush():
        received += theirs.recv(1_000_000)
    client.end()
    while piece := theirs.recv(1_000_000):
        received += piece

    assert (bytes(received) == b"".join(pieces), client.held) == (True, 0)
    assert waiting < buffered_socket.MOST_PLAIN + 2_000_000


# --- With gunicorn around it ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def server():
    with serving.echo() as server:
        serving.await_workers(server, without=[])
        yield server


@contextlib.contextmanager
def line_to(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        yield line


def all_of(line):
    """What comes until the server closes the connection."""
    pieces = []
    with contextlib.suppress(ConnectionResetError):
        while piece := line.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)


def echo_of(method, path, body):
    return f"{method} {path} {len(body)} {hashlib.sha256(body).hexdigest()}".encode()


def chunked(body, size):
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"
HIDDEN_LENGTH = str(len(HIDDEN)).encode()
LAST = b"Connection: close\r\n\r\n"
UPLOAD = random.Random(1).randbytes(12_000_000)
LENGTH = b"Content-Length: %d\r\n" % len(UPLOAD)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("headers", "body"),
    [(LENGTH, UPLOAD), (b"Transfer-Encoding: chunked\r\n", chunked(UPLOAD, 50_000))],
    ids=["length", "chunked"],
)
def test_an_upload_of_twelve_megabytes_arrives_whole(server, headers, body):
    with line_to(server) as line:
        line.sendall(HEAD + headers + LAST + body)

        assert all_of(line).endswith(b"\r\n\r\n" + echo_of("POST", "/form", UPLOAD))


@pytest.mark.slow
def test_a_client_that_waits_for_the_go_ahead_gets_it(server):
    with line_to(server) as line:
        line.sendall(HEAD + b"Expect: 100-continue\r\nContent-Length: 3\r\n" + LAST)
        go_ahead = line.recv(1000)
        line.sendall(b"a=b")

        assert go_ahead == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert re.findall(rb"HTTP/1.1 \d+", answer := all_of(line)) == [b"HTTP/1.1 200"]
        assert answer.endswith(echo_of("POST", "/form", b"a=b"))


@pytest.mark.slow
def test_requests_that_come_together_are_answered_in_turn(server):
    with line_to(server) as line:
        line.sendall(HEAD + b"Content-Length: 3\r\n\r\na=b" + b"GET /two HTTP/1.1\r\nHost: a\r\n\r\n" * 300)
        line.sendall(b"GET /three HTTP/1.1\r\nHost: a\r\n" + LAST)
        paths = re.findall(rb"\r\n\r\n(\w+ /\w+) ", all_of(line))

    assert paths == [b"POST /form", *[b"GET /two"] * 300, b"GET /three"]


@pytest.mark.slow
def test_a_large_answer_arrives_whole_at_a_client_that_takes_its_time(server):
    with line_to(server) as line:
        line.sendall(b"GET /bytes/20000000 HTTP/1.1\r\nHost: a\r\n" + LAST)
        time.sleep(1)
        answer = all_of(line)

    assert len(answer.partition(b"\r\n\r\n")[2]) == 20_000_000


@pytest.mark.slow
def test_an_unread_body_is_not_mistaken_for_the_next_request(server):
    with line_to(server) as line:
        line.sendall(b"POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: %b\r\n\r\n%b" % (HIDDEN_LENGTH, HIDDEN))
        line.sendall(b"GET /next HTTP/1.1\r\nHost: a\r\n" + LAST)
        answers = all_of(line)

    assert re.findall(rb"\r\n\r\n(unread|\w+ /\w+)", answers) == [b"unread", b"GET /next"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: %b\r\nContent-Length: 0\r\n" % HIDDEN_LENGTH,
        b"Content-Length: %b\r\nTransfer-Encoding: chunked\r\n" % HIDDEN_LENGTH,
        b"Content-Length : %b\r\n" % HIDDEN_LENGTH,
        b"Content-Length: 0000000000000000000%b\r\n" % HIDDEN_LENGTH,
        b"Transfer-Encoding: xchunked\r\n",
    ],
)
def test_a_request_whose_end_is_in_doubt_is_the_last_on_its_connection(server, headers):
    with line_to(server) as line:
        line.sendall(HEAD + headers + b"\r\n" + HIDDEN)

        assert all_of(line).count(b"GET /hidden") == 0


@pytest.mark.slow
def test_every_request_ends_in_an_answer_or_a_close(server):
    chance = random.Random(2)
    words = [
        b"GET / HTTP/1.1", b"POST /form HTTP/1.1", b"GET /healthz HTTP/1.1", b"HTTP/1.0", b"Host: a", b"a=b", b":",
        b"Content-Length: 3", b"Transfer-Encoding: chunked", b"Expect: 100-continue", b"3\r\na=b\r\n", b"0\r\n\r\n",
        b" ", b"\0", b"\xff" * 9, b"\n", b"\r\n", b"\r\n", b"\r\n\r\n",
    ]  # fmt: skip
    for _ in range(600):
        with line_to(server) as line, contextlib.suppress(OSError):
            line.sendall(b"".join(chance.choices(words, k=chance.randint(1, 20))))
            line.shutdown(socket.SHUT_WR)
            all_of(line)

    assert len(server.workers()) == 2
    assert server.get("/form").status == 200


@pytest.mark.slow
def test_healthz_answers_on_a_kept_connection(server):
    with line_to(server) as line:
        line.sendall(b"HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\n" * 2000)
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + LAST)
        answers = all_of(line)

    assert answers.count(b"HTTP/1.1 200 OK") == 2001
    assert answers.endswith(echo_of("GET", "/healthz", b""))


@pytest.mark.slow
def test_answers_that_break_off_do_not_affect_others(server):
    workers = server.workers()

    def ask(number):
        with line_to(server) as line:
            line.sendall(b"GET /%b HTTP/1.1\r\nHost: a\r\n" % (b"breaks" if number % 2 else b"form") + LAST)
            return all_of(line).partition(b"\r\n\r\n")[2]

    with ThreadPoolExecutor(16) as crowd:
        bodies = list(crowd.map(ask, range(600)))

    assert bodies == [echo_of("GET", "/form", b""), b"x" * 500] * 300
    assert server.workers() == workers


@pytest.mark.slow
def test_a_stop_waits_for_answers_and_not_for_silent_visitors():
    with serving.echo() as server, contextlib.ExitStack() as lines:
        for _ in range(50):
            lines.enter_context(line_to(server)).sendall(HEAD)
        asking = lines.enter_context(line_to(server))
        asking.sendall(b"GET /sleep HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(0.3)
        server.process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        server.process.wait(timeout=20)

        assert all_of(asking).endswith(echo_of("GET", "/sleep", b""))
        assert time.monotonic() - began < 8


def test_a_second_signal_to_stop_does_not_wait_for_the_first():
    worker = Worker(0, os.getpid(), [], None, 60, Config(), None)
    worker.tpool = worker.get_thread_pool()
    ended = []

    def stop():
        with contextlib.suppress(SystemExit):
            worker.handle_quit(signal.SIGQUIT, None)
        with contextlib.suppress(SystemExit):
            worker.handle_quit(signal.SIGINT, None)
        ended.append(worker.alive)

    with worker.tpool._shutdown_lock:  # what the first signal holds when the second interrupts it
        stopping = threading.Thread(target=stop, daemon=True)
        stopping.start()
        stopping.join(timeout=10)

    assert ended == [False]
