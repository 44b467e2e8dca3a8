"""Organisers at work on a running site: they retitle talks on the desk, and know which saves the site told them of."""

import contextlib
import http.client
import itertools
import threading
import time

from tests.desk import form_of


def address_of(key):
    return f"/admin/seminars/talk/{key}/change/"


def retitle(desk, key, title):
    """Open the form of a talk, change its title and press Save; tell whether the site said that it is saved."""
    address = address_of(key)
    return desk.post(address, form_of(desk, address) | {"title": title})[0] == 302


@contextlib.contextmanager
def retitling(desk, key):
    """Let somebody retitle a talk without a pause; the titles that the site said it saved are in the list.

    Nobody who talks to a process that is killed gets an answer, and an error page saves nothing.
    """
    saved, over = [], threading.Event()

    def save():
        for number in itertools.count():
            title = f"Save {number}"
            with contextlib.suppress(OSError, http.client.HTTPException, AssertionError):
                if retitle(desk, key, title):
                    saved.append(title)
            if over.wait(0.001):
                return

    thread = threading.Thread(target=save)
    thread.start()
    try:
        yield saved
    finally:
        over.set()
        thread.join()


def await_more(saved, more):
    """Wait until so many more saves were told of."""
    deadline, least = time.monotonic() + 90, len(saved) + more
    while len(saved) < least:
        assert time.monotonic() < deadline, f"nothing is saved after {saved[-1:]}"
        time.sleep(0.005)


def assert_whole(organiser, key, saved, before):
    """Assert that every save that was told of is there, each with its history and its stamp, and nothing by half.

    A save that was cut off may have come through although nobody was told.
    """
    stands = organiser("stands", key)
    since = stands["history"][len(before["history"]) :]
    assert [title for title in since if title in saved] == saved
    assert stands["title"] == since[-1]
    assert stands["sequence"] - before["sequence"] == len(since)
    assert (stands["unstamped"], organiser("corruption")) == (0, [])
