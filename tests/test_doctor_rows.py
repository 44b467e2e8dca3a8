"""What the doctor finds in the database, in backups, in the cache and in the feed, with a fault planted in each."""

import io
import os
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from seminars import listings
from seminars.actions import lifecycle
from seminars.doctor import backups, database, examining, services
from seminars.doctor.findings import Severity
from seminars.formats import ics
from seminars.models import Letter, PeriodicTask, ZoneRules, schema
from seminars.models.letter import LetterKind, LetterState
from seminars.models.periodic_task import SENDING_LETTERS
from tests import clocks
from tests.database_queries import before_queries
from tests.factories import in_new_york, make_talk
from tests.findings import states, told

pytestmark = pytest.mark.django_db

NOW = in_new_york(2026, 11, 2, 9)


# --- The database -----------------------------------------------------------------------------------------------


def test_a_database_in_order():
    checks = (database.about_database, database.about_migrations, database.about_zone_rules)

    assert {state for check in checks for state in states(check())} == {Severity.OK}


def test_the_clock_of_the_database_is_that_of_the_machine():
    """PostgreSQL has the machine's, also where the tests have another one; SQLite has none of its own."""
    told_of = {"sqlite": [], "postgresql": [Severity.WARNING if clocks.IS_SET else Severity.OK]}

    assert states(database.about_clock()) == told_of[connection.vendor]


def test_a_database_that_does_not_answer():
    def fail():
        raise OperationalError("password authentication failed for seminars:secret")

    with before_queries("", fail):
        found = list(database.about_database())

    assert states(found) == [Severity.ERROR]
    assert "secret" not in told(found)


def test_a_missing_file_is_not_made(in_a_file):
    assert "manage.py prepare" in told(database.about_database())
    assert not in_a_file.exists()


def test_another_user_is_told_whom_to_be(in_a_file, monkeypatch):
    in_a_file.touch()
    monkeypatch.setattr(os, "geteuid", lambda: in_a_file.stat().st_uid + 1)

    found = list(database.about_database())

    assert states(found) == [Severity.ERROR]
    assert "su - " in told(found)


def test_without_a_database_the_rest_is_still_told():
    def fail():
        raise OperationalError

    with before_queries("", fail):
        found = examining.examine(is_outside_asked=False)

    assert {"settings", "permissions", "clock", "database"} <= {finding.check for finding in found}
    assert "worker" not in {finding.check for finding in found}


def test_a_missing_migration():
    app, name = max(known for known in schema.known_migrations() if known[0] == "seminars")
    MigrationRecorder.Migration.objects.filter(app=app, name=name).delete()

    found = list(database.about_migrations())

    assert states(found) == [Severity.ERROR]
    assert f"seminars.{name}" in told(found)


def test_a_migration_of_a_newer_release():
    MigrationRecorder.Migration.objects.create(app="seminars", name="9999_later")
    MigrationRecorder.Migration.objects.create(app="an_app_that_was_removed", name="0001_initial")

    found = list(database.about_migrations())

    assert states(found) == [Severity.ERROR]
    assert "seminars.9999_later" in told(found)


@pytest.mark.parametrize(("seconds", "state"), [(0.5, Severity.OK), (3, Severity.WARNING), (-3, Severity.WARNING)])
def test_the_clock_of_the_database(seconds, state):
    now = timezone.now()

    assert database.about_difference(now, now + timedelta(seconds=seconds)).state is state


def test_rules_of_another_machine():
    ZoneRules.objects.create(local_zone="", name="America/New_York", rules="0" * 16, version="2999a")

    assert "2999a" in told(database.about_zone_rules())


def test_a_worker_that_was_there_a_moment_ago():
    PeriodicTask.objects.create(name=SENDING_LETTERS, done_at=timezone.now())

    assert states(database.about_worker()) == [Severity.OK]


def test_no_worker_and_a_task_that_failed():
    PeriodicTask.objects.create(name=SENDING_LETTERS, done_at=timezone.now() - timedelta(minutes=3))
    PeriodicTask.objects.create(name="housekeeping", problem="OSError")

    found = list(database.about_worker())

    assert states(found) == [Severity.ERROR, Severity.WARNING]
    assert "“housekeeping” failed: OSError" in told(found)


def test_letters_in_order(sent_over):
    sent_over("smtp://127.0.0.1:9")

    assert states(database.about_letters()) == [Severity.OK]


def test_mail_that_is_off_letters_that_wait_and_letters_that_failed(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    long_ago = timezone.now() - timedelta(minutes=16)
    for to, state in (("ada@example.org", LetterState.WAITING), ("bea@example.org", LetterState.FAILED)):
        Letter.objects.create(kind=LetterKind.INVITATION, key=to, to=to, state=state)
    Letter.objects.update(made_at=long_ago)
    PeriodicTask.objects.create(name=SENDING_LETTERS, done_at=timezone.now(), problem="535 wrong password")

    found = list(database.about_letters())

    assert states(found) == [Severity.WARNING] * 3 + [Severity.ERROR]
    assert "@example.org" not in told(found)


# --- Backups ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_backups(safe, clock):
    assert states(backups.about_backups()) == [Severity.ERROR]

    call_command("backup", safe.BACKUP_DIR, stdout=io.StringIO())
    [made] = safe.BACKUP_DIR.iterdir()
    assert states(backups.about_backups())[:1] == [Severity.OK]

    for hours, state in ((31, Severity.WARNING), (200, Severity.ERROR), (-300, Severity.WARNING)):
        clock.shift(timedelta(hours=hours))
        assert states(backups.about_backups())[:1] == [state]

    made.write_bytes(made.read_bytes()[:-10])
    assert "cannot be read" in told(backups.about_backups())


# --- Cache and feed ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("most", "policy", "state"),
    [
        (1 << 28, "allkeys-lru", Severity.OK),
        (0, "allkeys-lru", Severity.WARNING),
        (1 << 28, "noeviction", Severity.WARNING),
    ],
)
def test_the_memory_of_redis(most, policy, state):
    assert services.about_memory(most, policy).state is state


def test_a_redis_that_does_not_answer(settings):
    address = "redis://:secret@127.0.0.1:9/0"
    settings.CACHE_URL, settings.CACHES = address, {"default": settings.CACHES["default"] | {"LOCATION": address}}

    found = list(services.about_cache())

    assert states(found) == [Severity.ERROR]
    assert "secret" not in told(found)


def test_the_cache_of_the_tests_is_not_in_error():
    assert Severity.ERROR not in states(services.about_cache())


def test_the_feed_of_a_site_in_another_language_with_talks_in_other_zones(settings, full_talk):
    settings.LANGUAGE_CODE = "de"
    lifecycle.cancel(make_talk(title="On bees", local_zone="Asia/Tokyo"), by=None)

    found = list(database.about_feed())

    assert states(found) == [Severity.OK], told(found)


def test_a_feed_that_calendar_programs_refuse(full_talk):
    found = list(database.about_calendar(ics.render(listings.everything()).removesuffix(b"\r\n")))

    assert states(found) == [Severity.ERROR]
    assert "no CRLF at the end" in told(found)
