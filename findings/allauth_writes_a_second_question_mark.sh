#!/usr/bin/env bash
# Expected: a client adds its parameters to an authorization endpoint that has a query of its own, and keeps the query: RFC
#   6749 section 3.1. Providers that choose a policy or a tenant by a parameter describe themselves with such endpoints.
# Seen: django-allauth writes "?" before its parameters, whatever the endpoint looks like. The provider reads the policy as
#   "staff?client_id=site", or finds no client at all. We turn the second mark into "&".
# Version: django-allauth 65.22.1, requests 2.34.2 and Django 5.2.19 from PyPI, Python 3.11. Source:
#   allauth/socialaccount/providers/oauth2/client.py, `get_redirect_url`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check 'django-allauth[socialaccount]==65.22.1' \
    django==5.2.19 requests==2.34.2 2>pip.log || { cat pip.log >&2; exit 2; }
venv/bin/python - <<'END'
from urllib.parse import parse_qs, urlsplit

import django
from django.conf import settings

parts = ["account", "socialaccount", "socialaccount.providers.openid_connect"]
settings.configure(
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", *(f"allauth.{part}" for part in parts)],
    MIDDLEWARE=["allauth.account.middleware.AccountMiddleware"],
)
django.setup()

from allauth.socialaccount.providers.oauth2.client import OAuth2Client

endpoint = "https://id.example.edu/authorize?policy=staff"
client = OAuth2Client(None, "site", "secret", "POST", "https://id.example.edu/token", "https://site.example/back")
address = client.get_redirect_url(endpoint, ["openid"], {})
asked = parse_qs(urlsplit(address).query)
print(address)
print("the provider reads", asked)
assert address.count("?") == 2
assert asked["policy"] == ["staff?client_id=site"] and "client_id" not in asked
END
