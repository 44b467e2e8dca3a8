"""Fetching an address: what it holds, unless it has not changed, within bounds and never from a private network."""

import gzip
import subprocess
import threading
import time

import pytest
from django.core.exceptions import ValidationError

from seminars.importing import fetching
from seminars.importing.fetching import Fetched, fetch
from seminars.importing.fetching_worker import is_public

from .web_server import sends, serving


@pytest.fixture(autouse=True)
def _servers_of_this_machine_may_be_read(settings):
    settings.SOURCES_MAY_BE_PRIVATE = True


def refusal(url):
    with pytest.raises(ValidationError) as refused:
        fetch(url)
    return refused.value.messages[0]


def test_what_an_address_holds_and_its_validators():
    with serving(sends(b"BEGIN:VCALENDAR", ETag='"7"', Last_Modified="Sat, 28 Nov 2026 10:00:00 GMT")) as url:
        assert fetch(url) == Fetched(b"BEGIN:VCALENDAR", '"7"', "Sat, 28 Nov 2026 10:00:00 GMT")


def test_what_has_not_changed_is_not_sent_again():
    asked = []

    def answer(handler):
        asked.append((handler.headers["If-None-Match"], handler.headers["If-Modified-Since"]))
        sends(b"", status=304)(handler)

    with serving(answer) as url:
        found = fetch(url, etag='"7"', last_modified="Sat, 28 Nov 2026 10:00:00 GMT")

    assert found == Fetched(None, '"7"', "Sat, 28 Nov 2026 10:00:00 GMT")
    assert asked == [('"7"', "Sat, 28 Nov 2026 10:00:00 GMT")]


def test_compressed_content_is_unpacked():
    with serving(sends(gzip.compress(b"BEGIN:VCALENDAR"), Content_Encoding="gzip")) as url:
        assert fetch(url).content == b"BEGIN:VCALENDAR"


def test_content_that_grows_beyond_the_bound_is_refused(monkeypatch):
    monkeypatch.setattr(fetching, "LARGEST", 100_000)

    with serving(sends(gzip.compress(b" " * 100_001), Content_Encoding="gzip")) as url:
        assert refusal(url) == "The content is larger than 8 MB. Ask for a calendar with fewer events."
    with serving(sends(gzip.compress(b" " * 100_000), Content_Encoding="gzip")) as url:
        assert len(fetch(url).content) == 100_000


def test_a_redirect_is_followed():
    def answer(handler):
        if handler.path == "/feed.ics":
            sends(b"", status=301, Location="/moved.ics")(handler)
        else:
            sends(handler.path.encode())(handler)

    with serving(answer) as url:
        assert fetch(url).content == b"/moved.ics"


def test_redirects_come_to_an_end():
    with serving(sends(b"", status=302, Location="/feed.ics")) as url:
        assert refusal(url) == "The address redirects more than 5 times. Enter the address that it ends at."


def test_an_answer_that_says_no():
    with serving(sends(b"Not here", status=404)) as url:
        assert refusal(url) == "The server answered with status 404. Open the address in a browser to check it."


def test_an_unknown_coding():
    with serving(sends(b"...", Content_Encoding="br")) as url:
        assert refusal(url) == "The content is compressed in a way that we cannot read (br)."


@pytest.mark.parametrize(
    "url", ["ftp://example.org/a.ics", "file:///etc/hostname", "https://", "https://a:b@example.org/"]
)
def test_an_address_that_is_not_read(url):
    assert refusal(url) == (
        "This is not a web address that can be read. It must begin with https:// or http://."
    )  # fmt: skip


def test_a_server_that_is_not_there():
    with serving(sends(b"")) as url:
        pass

    assert refusal(url) == "The server cannot be reached (ConnectionRefusedError). We will try again."


def test_an_answer_that_never_ends(monkeypatch):
    monkeypatch.setattr(fetching, "MOST_SECONDS", 1)
    ended = threading.Event()

    def answer(handler):
        handler.send_response(200)
        handler.end_headers()
        while not ended.wait(0.1):
            handler.wfile.write(b" ")
            handler.wfile.flush()

    began = time.monotonic()
    with serving(answer) as url:
        said = refusal(url)
        ended.set()

    assert said == "The server took more than 1 seconds. We will try again."
    assert time.monotonic() - began < 5


def test_servers_of_this_network_are_not_read_without_leave(settings):
    settings.SOURCES_MAY_BE_PRIVATE = False

    with serving(sends(b"secret")) as url:
        assert refusal(url) == (
            "127.0.0.1 is an address within this network. Ask the person who runs the site whether it may be read "
            "(SOURCES_MAY_BE_PRIVATE)."
        )
        assert refusal(url.replace("127.0.0.1", "localhost")).startswith("localhost is an address within this network.")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
        "::ffff:10.0.0.1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "2001:db8::1",
        "::127.0.0.1", "::10.0.0.1", "::ffff:0:127.0.0.1", "fec0::1",
    ],
)  # fmt: skip
def test_a_private_address(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34"])
def test_a_public_address(address):
    assert is_public(address)


def test_the_worker_needs_nothing_of_the_site():
    done = subprocess.run(
        [*fetching.COMMAND], input=b'{"url": "nowhere", "most_bytes": 1, "seconds": 5}', capture_output=True, check=True
    )

    assert done.stdout == b'{"status": "problem", "code": "address", "detail": ""}\n'
