"""Switching single sign-on on and off leaves no trace in the database, on the desk or in the processes of others."""

import json
import subprocess
import sys

import pytest
from django.contrib import admin

from seminars.models import User
from tests.benchmarks.serving import ROOT, environment

OIDC = {
    "OIDC_ISSUER": "https://login.example.edu",
    "OIDC_CLIENT_ID": "seminars",
    "OIDC_CLIENT_SECRET": "hush",
    "SSO_NAME": "Example University",
}
LOOK = """
import json, sys, django
django.setup()
from django.core.management import call_command
from django.db import connection
from seminars import wsgi
call_command("migrate", verbosity=0)
call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
call_command("check", fail_level="WARNING")
loaded = [name for name in ("allauth", "jwt", "requests") if name in sys.modules]
print(json.dumps([sorted(connection.introspection.table_names()), loaded]))
"""


def look(rows, **further):
    told = environment(rows, **further) | {"DJANGO_SETTINGS_MODULE": "seminars.settings"}
    ran = subprocess.run([sys.executable, "-c", LOOK], cwd=ROOT, env=told, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


@pytest.mark.slow
def test_switched_on_it_has_the_same_tables_and_loads_its_client_later(tmp_path):
    off, on = look(tmp_path / "rows.sqlite3"), look(tmp_path / "rows.sqlite3", **OIDC)

    assert on[0] == off[0]
    assert (off[1], on[1]) == ([], ["allauth"])


def test_the_desk_and_people_know_no_model_of_the_library():
    related = [relation.related_model._meta.app_label for relation in User._meta.related_objects]

    assert {model._meta.app_label for model in admin.site._registry} == {"seminars"}
    assert {"account", "socialaccount"}.isdisjoint(related)
