#!/usr/bin/env bash
# Expected: a site sends its secret in the header, as client_secret_basic, to a provider that names no way of its own: that
#   is the default (OpenID Connect Discovery 1.0 section 3, token_endpoint_auth_methods_supported; RFC 6749 section 2.3.1:
#   each provider must take the header, and the form is not recommended). Id and secret are form-encoded first (the same
#   section), so that the provider decodes them to what it gave.
# Seen: django-allauth sends the secret in the form if the provider names no way, and if it names both. Providers that hold
#   a client to the way that it is registered with, by default client_secret_basic, then answer invalid_client. Where it
#   uses the header, nothing is encoded: a provider that decodes reads "hu sh%" for "hu+sh%25". We use the header wherever
#   the provider takes it, and encode.
# Version: django-allauth 65.22.1, requests 2.34.2 and Django 5.2.19 from PyPI, Python 3.11. Source: allauth/socialaccount/
#   providers/openid_connect/views.py, `basic_auth`, and providers/oauth2/client.py, `get_access_token`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check 'django-allauth[socialaccount]==65.22.1' \
    django==5.2.19 requests==2.34.2 2>pip.log || { cat pip.log >&2; exit 2; }
venv/bin/python - <<'END'
import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, unquote_plus

import django
from django.conf import settings

parts = ["account", "socialaccount", "socialaccount.providers.openid_connect"]
settings.configure(
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", *(f"allauth.{part}" for part in parts)],
    MIDDLEWARE=["allauth.account.middleware.AccountMiddleware"],
)
django.setup()

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.test import RequestFactory

named, sent = {}, []


class Provider(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(named | {"issuer": address, "token_endpoint": f"{address}/token"})

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        sent.append((self.headers["Authorization"], form.get("client_secret")))
        self.answer({"access_token": "x"})

    def answer(self, told):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, *_words):
        pass


server = HTTPServer(("127.0.0.1", 0), Provider)
address = f"http://127.0.0.1:{server.server_port}"
threading.Thread(target=server.serve_forever, daemon=True).start()


class Adapter(OpenIDConnectOAuth2Adapter):
    def get_provider(self):
        return provider

    def get_callback_url(self, request, app):
        return "http://site.example/back"


app = SocialApp(provider_id="x", client_id="site", secret="hu+sh%25", settings={"server_url": address})
request = RequestFactory().get("/", {"code": "1"})
provider = OpenIDConnectProvider(request, app=app)


def fetch(*ways):
    named.clear()
    named.update({"token_endpoint_auth_methods_supported": ways} if ways else {})
    adapter = Adapter(request, "x")
    adapter.get_access_token_data(request, app, adapter.get_client(request, app))
    header, form = sent[-1]
    print(f"{', '.join(ways) or 'none named':41} header {header}, form {form}")
    return header, form


assert fetch() == (None, ["hu+sh%25"])
assert fetch("client_secret_basic", "client_secret_post") == (None, ["hu+sh%25"])
header, form = fetch("client_secret_basic")
read = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")[2]
print("the header holds", read, "and is read as", unquote_plus(read))
assert (read, unquote_plus(read), form) == ("hu+sh%25", "hu sh%", None)
END
