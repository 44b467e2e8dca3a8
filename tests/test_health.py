"""The health checks for a load balancer."""

import pytest
from django.db import OperationalError
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from tzdata import IANA_VERSION

from seminars.models import schema
from tests.database_queries import before_queries

pytestmark = pytest.mark.django_db


def told(client, path):
    answer = client.get(path)
    return answer.status_code, answer.content.decode()


def test_a_migrated_site_is_ready_and_its_answer_is_not_cached(client):
    assert told(client, "/readyz") == (200, f"ready, time zone data {IANA_VERSION}\n")
    assert "no-store" in client.get("/readyz").headers["Cache-Control"]


def test_a_site_is_not_ready_while_the_last_migration_is_missing(client):
    app, name = max(known for known in schema.known_migrations() if known[0] == "seminars")
    MigrationRecorder.Migration.objects.filter(app=app, name=name).delete()

    assert told(client, "/readyz") == (503, "migrations are missing\n")


def test_the_migrations_are_those_that_django_finds():
    assert schema.known_migrations() == set(MigrationLoader(None).disk_migrations)


def test_a_site_without_its_database_is_alive_but_not_ready(client):
    def fail():
        raise OperationalError

    with before_queries("", fail):
        assert told(client, "/readyz") == (503, "no database\n")
        assert told(client, "/healthz") == (200, "alive\n")
