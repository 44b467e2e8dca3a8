#!/usr/bin/env bash
# Expected: an operation that stands in the OpenAPI document of an API can be called.
# Seen: two routers of django-ninja that are added under one prefix and have operations at the same path, say one that
#   reads and one that writes, become two URL patterns. Django takes the first: the operations of the second answer
#   405 with an Allow header that leaves them out, while the document lists both. Nothing warns at the start.
# Version: django-ninja 1.7.1 and Django 5.2.19 from PyPI, Python 3.11. Source: ninja/main.py, `_get_urls`;
#   https://github.com/vitalik/django-ninja/issues/1546 is open since 2025.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check django==5.2.19 django-ninja==1.7.1 2>pip.log || { cat pip.log >&2; exit 2; }
cat >site_of_two.py <<'END'
import django
from django.conf import settings
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="x", LOGGING_CONFIG=None)
django.setup()
from django.test import Client
from django.urls import path
from ninja import NinjaAPI, Router

reading, writing = Router(), Router()

@reading.get("/talks")
def list_talks(request):
    return []

@writing.post("/talks")
def create_talk(request):
    return {}

api = NinjaAPI()
api.add_router("", reading)
api.add_router("", writing)
urlpatterns = [path("api/", api.urls)]
answer = Client().post("/api/talks")
print("document:", *sorted(api.get_openapi_schema()["paths"]["/api/talks"]))
print("POST:", answer.status_code, "Allow:", answer.headers.get("Allow"))
END
venv/bin/python site_of_two.py 2>/dev/null | tee told
grep -qx "document: get post" told && grep -qx "POST: 405 Allow: GET" told && echo "Seen: the document lists POST, which answers 405."
