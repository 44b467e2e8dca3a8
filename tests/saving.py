"""Save talks on a running site through the desk, and check that every save that the site confirmed is stored."""

import contextlib
import http.client
import itertools
import threading
import time

from tests.admin_forms import form_of


def address_of(key):
    return f"/admin/seminars/talk/{key}/change/"


def retitle(desk, key, title):
    """Open the form of a talk, change its title and press Save. Return whether the site confirmed the save."""
    address = address_of(key)
    return desk.post(address, form_of(desk, address) | {"title": title})[0] == 302


@contextlib.contextmanager
def retitling(desk, key):
    """Retitle a talk again and again in a thread. Yield the list of the titles that the site confirmed.

    A process that is killed does not answer, and an error page is not a confirmation.
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
    """Wait until the site has confirmed this many more saves."""
    deadline, least = time.monotonic() + 90, len(saved) + more
    while len(saved) < least:
        assert time.monotonic() < deadline, f"nothing is saved after {saved[-1:]}"
        time.sleep(0.005)


def assert_whole(organiser, key, saved, before):
    """Assert that every confirmed save is stored with its history row and its stamp, and that no save is incomplete.

    A save without an answer may be stored too.
    """
    stands = organiser("stands", key)
    since = stands["history"][len(before["history"]) :]
    assert [title for title in since if title in saved] == saved
    assert stands["title"] == since[-1]
    assert stands["sequence"] - before["sequence"] == len(since)
    assert (stands["unstamped"], organiser("corruption")) == (0, [])
