"""Sign in through a provider in tests: a real one, oidc-provider-mock, which keeps what it was asked."""

import base64
import json
import re
import threading
from contextlib import contextmanager
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import oidc_provider_mock
import requests
import werkzeug.serving
from django.test import Client

from seminars.single_sign_on import GroupRule, SingleSignOn, backends
from tests.signing_in import PASSWORD

BACKENDS = backends(SingleSignOn("Example University"), None)
PERSON = {
    "email": "grace@example.edu", "email_verified": True, "given_name": "Grace", "family_name": "Hopper",
    "preferred_username": "grace",
}  # fmt: skip


@contextmanager
def provider():
    """A running provider; `asked` has the addresses that were asked with the form that was sent, `change(path, of)`
    lets `of` change the answer at a path."""
    asked, changes = [], {}
    app = oidc_provider_mock.app(require_nonce=True)

    @app.before_request
    def note():
        from flask import request

        asked.append((request.path, request.args.to_dict(), request.form.to_dict()))

    @app.after_request
    def changed(response):
        from flask import request

        if change := changes.get(request.path):
            response.set_data(change(response.get_data(as_text=True)))
        return response

    server = werkzeug.serving.make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    issuer = f"http://localhost:{server.server_port}"
    try:
        yield SimpleNamespace(issuer=issuer, asked=asked, changes=changes)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def settings_for(issuer, **further):
    named = {"name": "Example University", "issuer": issuer, "client_id": "seminars", "client_secret": "hush"}
    return SingleSignOn(**named | further)


def rules(*given):
    """`rules("staff", "algebra=asset")`: administrators, and organisers of a series."""
    return tuple(GroupRule(*one.partition("=")[::2]) for one in given)


def know(issuer, subject="0001", **claims):
    """Let the provider know a person by this subject."""
    requests.put(f"{issuer}/users/{subject}", json=PERSON | claims, timeout=5).raise_for_status()


def begin(browser, **sent):
    """Press the button; return the page, and the address at the provider that it leads to."""
    if sent.get("why") == "connect":
        page = browser.post("/password/", {"connect": "", "present_password": PASSWORD} | sent)
    else:
        page = browser.post("/sign-in/sso/", sent)
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.text)
    return page, found[1].replace("&amp;", "&") if found else ""


def answer_of(address, subject="0001", **form):
    """Sign in at the provider, as a person does there; return the address that it leads back to."""
    sent = requests.post(address, data={"sub": subject} | form, allow_redirects=False, timeout=5)
    assert sent.status_code == 302, sent.text
    parts = urlsplit(sent.headers["Location"])
    return f"{parts.path}?{parts.query}"


def sign_in(browser=None, subject="0001", **sent):
    """Go the whole way; return the browser and the last answer of the site."""
    browser = browser or Client()
    _page, address = begin(browser, **sent)
    return browser, browser.get(answer_of(address, subject))


def query_of(address):
    return dict(parse_qsl(urlsplit(address).query))


def _altered(part, **claims):
    """A token with other claims; its signature is that of the first."""
    head, body, signature = part.split(".")
    told = json.loads(base64.urlsafe_b64decode(body + "=="))
    told = {name: value for name, value in (told | claims).items() if value is not None}
    body = base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()
    return f"{head}.{body}.{signature}"


def with_token(**claims):
    """A change to an answer: other claims in its token."""

    def change(answer):
        told = json.loads(answer)
        return json.dumps(told | {"id_token": _altered(told["id_token"], **claims)})

    return change


def with_fields(**fields):
    """A change to an answer: other fields."""
    return lambda answer: json.dumps(json.loads(answer) | fields)
