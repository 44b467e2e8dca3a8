"""The settings for the tests: the same on every machine, independent of the shell and of `.env`."""

import os
import re
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parent.parent / ".env.example"

# A blank value in the environment wins over `.env` and means the default.
os.environ |= dict.fromkeys(re.findall(r"^#?([A-Z_]+)=", EXAMPLE.read_text(), re.M), "")
os.environ["SECRET_KEY"] = "a-key-for-tests-that-protects-nothing-at-all"
os.environ["SITE_URL"] = "http://talks.example.edu"
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL", "sqlite://:memory:")
if redis := os.environ.get("TEST_CACHE_URL"):
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    os.environ["CACHE_URL"] = f"{redis}/{worker}"
# Playwright runs an event loop in the thread that also prepares the rows.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from seminars import single_sign_on  # noqa: E402
from seminars.settings import *  # noqa: E402, F403
from seminars.settings import INSTALLED_APPS, STORAGES  # noqa: E402

INSTALLED_APPS += single_sign_on.APPS  # as with OIDC_ISSUER
MIGRATION_MODULES = single_sign_on.NO_MIGRATIONS

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True  # nothing is collected before the tests
MAIL_AT_ONCE = True  # what a test asks for has been sent when it looks
