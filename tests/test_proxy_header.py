"""Sign-in by a proxy that names its users in headers: from a trusted one only, and from nowhere else."""

import http.client
import json
import socket

import pytest
from django.test import Client

from seminars.models import Identity, User
from seminars.single_sign_on import SingleSignOn
from tests import serving
from tests.pages import main, words
from tests.signing_in import is_signed_in
from tests.single_sign_on import BACKENDS, begin, rules

pytestmark = pytest.mark.django_db

PERSON = {"X-Remote-User": "gh17@example.edu", "X-Remote-Email": "grace@example.edu", "X-Remote-Name": "Grace Hopper"}


@pytest.fixture
def proxy(settings):
    """Switch sign-in by headers on, with a proxy at 127.0.0.1; `proxy(rules=…)` changes settings."""
    settings.AUTHENTICATION_BACKENDS = BACKENDS
    named = {
        "name": "Example University", "user_header": "X-Remote-User", "groups_header": "X-Remote-Groups",
        "email_header": "X-Remote-Email", "name_header": "X-Remote-Name", "trusted_proxies": frozenset({"127.0.0.1"}),
    }  # fmt: skip

    def switch(**further):
        settings.SINGLE_SIGN_ON = SingleSignOn(**named | further)

    switch()
    return switch


def sign_in(browser=None, sender="127.0.0.1", path="/", **headers):
    browser = browser or Client()
    _page, address = begin(browser, next=path)
    return browser, browser.get(address, headers=PERSON | headers, REMOTE_ADDR=sender)


def test_the_proxy_names_who_signs_in(proxy):
    browser, done = sign_in(path="/series/")

    person = User.objects.get()
    assert done.url == "/series/"
    assert (person.get_full_name(), person.email) == ("Grace Hopper", "grace@example.edu")
    assert (Identity.objects.get().issuer, Identity.objects.get().subject) == ("proxy", "gh17@example.edu")
    assert is_signed_in(browser)


def test_groups_of_the_proxy_give_and_take(proxy, series):
    proxy(rules=rules("algebra=asset"))
    sign_in(**{"X-Remote-Groups": "staff; algebra"})
    assert User.objects.get().series.count() == 1

    sign_in(**{"X-Remote-Groups": "staff"})

    assert User.objects.get().series.count() == 0


@pytest.mark.parametrize("sender", ["127.0.0.2", "198.51.100.7", ""])
def test_from_anywhere_else_the_header_is_refused(proxy, caplog, sender):
    browser, done = sign_in(sender=sender, **{"X-Forwarded-For": "127.0.0.1"})

    assert (done.status_code, is_signed_in(browser), User.objects.count()) == (403, False, 0)
    assert "did not come through the sign-in of your university" in words(main(done))
    assert "TRUSTED_PROXIES" in caplog.text
    assert "gh17" not in caplog.text


def test_the_address_in_x_forwarded_for_is_nobody_to_trust(proxy, behind_proxy):
    browser, done = sign_in(sender="198.51.100.7", **{"X-Forwarded-For": "127.0.0.1"})

    assert (done.status_code, is_signed_in(browser)) == (403, False)


def test_a_unix_socket_is_trusted_if_the_operator_says_so(proxy):
    proxy(trusted_proxies=frozenset({"unix"}))

    assert is_signed_in(sign_in(sender="")[0])
    assert not is_signed_in(sign_in(sender="127.0.0.1")[0])


def test_other_pages_do_not_read_the_header(proxy, series):
    sign_in()
    User.objects.update(is_superuser=True)

    assert Client().get("/admin/people/", headers=PERSON).status_code == 302


def test_only_the_button_begins(proxy):
    browser = Client()

    done = browser.get("/sign-in/sso/return/", headers=PERSON)

    assert (done.status_code, is_signed_in(browser)) == (400, False)
    assert "Begin again here." in words(main(done))


@pytest.mark.parametrize("user", ["", "gh17@example.edu,root", "x" * 256])
def test_a_header_that_names_nobody_is_refused(proxy, user):
    browser, done = sign_in(**{"X-Remote-User": user})

    assert (done.status_code, is_signed_in(browser)) == (400, False)


def test_names_are_read_as_the_utf8_that_proxies_send(proxy):
    sign_in(**{"X-Remote-Name": "Amélie Gödel".encode().decode("latin-1")})

    assert User.objects.get().get_full_name() == "Amélie Gödel"


def told_by_server(line):
    """Send two spellings of a header; return what WSGI tells of the request."""
    line.settimeout(5)
    line.sendall(b"GET /headers HTTP/1.0\r\nHost: x\r\nX_Remote_User: root\r\nX-Other: 1\r\n\r\n")
    answer = http.client.HTTPResponse(line)
    answer.begin()
    return json.loads(answer.read())


@pytest.mark.slow
def test_the_server_drops_the_other_spelling_and_knows_no_address_of_a_socket(tmp_path):
    """WSGI cannot tell X_Remote_User from X-Remote-User; a proxy that replaces one could let the other pass."""
    path = str(tmp_path / "door")
    with serving.echo(f"unix:{path}") as server, socket.socket(socket.AF_UNIX) as door:
        told = told_by_server(socket.create_connection(("127.0.0.1", server.port)))
        door.connect(path)
        by_socket = told_by_server(door)

    assert (told["HTTP_X_OTHER"], told["REMOTE_ADDR"], by_socket["REMOTE_ADDR"]) == ("1", "127.0.0.1", "")
    assert "HTTP_X_REMOTE_USER" not in told
