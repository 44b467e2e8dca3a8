"""Workers that are killed while they send, several at once, and a mail server that dies."""

import signal
import threading
import time
from collections import Counter

import pytest

from tests import serving
from tests.mailbox import mail_server
from tests.workers import start, worker

LETTERS = 200


@pytest.fixture
def outbox(rows, fill):
    with serving.organiser(fill(rows, "migrated"), commands="tests.mail_commands") as outbox:
        yield outbox


def await_settled(outbox, number, within=90):
    deadline = time.monotonic() + within
    while (found := outbox("states")).get("sent", 0) < number:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


def killed_at_each_step(rows, outbox):
    """Kill a worker at each step of sending LETTERS, and let the next one go on; return the server with all of them."""
    steps = ["MAIL", "RCPT", "DATA", "taken"]
    running = []

    with mail_server() as (server, url):
        for number, step in enumerate(steps, 1):
            server.at(step, number * (LETTERS // 5), lambda: running[-1].send_signal(signal.SIGKILL))
            running.append(start(rows, EMAIL_URL=url))
            assert running[-1].wait(60) == -signal.SIGKILL
            outbox("end_leases")
        with worker(rows, EMAIL_URL=url):
            await_settled(outbox, LETTERS)
    return server


def assert_none_is_lost_and_only_the_one_that_was_taken_is_doubled(server):
    arrived = Counter(server.recipients)
    [doubled] = [to for to, times in arrived.items() if times > 1]
    assert set(arrived) == {f"person{number}@example.org" for number in range(LETTERS)}
    assert arrived[doubled] == 2
    assert len({message["Message-ID"] for recipients, message in server.arrived if recipients == [doubled]}) == 1


def test_a_worker_killed_at_each_step_loses_nothing_and_doubles_only_what_the_server_had_taken(rows, outbox):
    outbox("put", LETTERS)

    assert_none_is_lost_and_only_the_one_that_was_taken_is_doubled(killed_at_each_step(rows, outbox))


@pytest.mark.parametrize("rows", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("put", "subject"),
    [
        ("let_digests_be_due", "talks of"),
        ("let_a_move_be_due", "Changed: Time"),
        ("let_reminders_be_due", "Reminder: your talk"),
    ],
)
def test_so_it_is_with_letters_to_subscribers_and_speakers(rows, outbox, put, subject):
    outbox(put, LETTERS)

    server = killed_at_each_step(rows, outbox)

    assert_none_is_lost_and_only_the_one_that_was_taken_is_doubled(server)
    assert all(subject in message["Subject"] for _recipients, message in server.arrived)


def test_two_workers_share_the_letters_and_send_none_twice(rows, outbox):
    number = 1000 if isinstance(rows, str) else 300  # on PostgreSQL, which is for several machines
    outbox("put", number)

    with mail_server() as (server, url), worker(rows, EMAIL_URL=url), worker(rows, EMAIL_URL=url):
        await_settled(outbox, number)

    assert Counter(server.recipients) == Counter(f"person{person}@example.org" for person in range(number))
    assert server.connections >= 2


def test_a_mail_server_that_dies_and_comes_back_gets_every_letter(rows, outbox):
    outbox("put", 60)
    half = threading.Event()
    with mail_server() as (first, url):
        first.at("MAIL", 15, half.set)
        process = start(rows, EMAIL_URL=url)
        assert half.wait(60)
    with mail_server(port=int(url.rpartition(":")[2])) as (second, _url):
        try:
            await_letters(outbox, 60)
        finally:
            process.terminate()
        assert process.wait(30) == 0

    arrived = Counter(first.recipients + second.recipients)
    assert set(arrived) == {f"person{number}@example.org" for number in range(60)}
    assert arrived.total() - 60 <= 1  # the letter whose answer was lost with the server
    assert first.recipients != []


def await_letters(outbox, number):
    """Wait until all are sent; a letter that broke off is due again at once, as it is a minute later."""
    deadline = time.monotonic() + 90
    while (found := outbox("states")).get("sent", 0) < number:
        assert time.monotonic() < deadline, found
        outbox("make_due")
        time.sleep(0.5)
