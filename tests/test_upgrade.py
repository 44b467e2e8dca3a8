"""`manage.py upgrade` and `rollback`: what stops them before anything is changed. tests/faults/ has whole updates."""

import io
import os
import shutil
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from seminars.management.commands import upgrade
from seminars.management.running import Process
from seminars.models import schema
from tests.backup_files import rewritten

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def behind(safe):
    """The record of the newest migration is missing, so that there is something to migrate."""
    app, name = max(known for known in schema.known_migrations() if known[0] == "seminars")
    MigrationRecorder.Migration.objects.filter(app=app, name=name).delete()
    yield
    MigrationRecorder.Migration.objects.get_or_create(app=app, name=name)


def refusal(command, *words):
    with pytest.raises(CommandError) as refused:
        call_command(command, *words, stdout=io.StringIO())
    return str(refused.value)


def test_a_database_of_a_newer_release_is_left_alone(safe, behind):
    later = MigrationRecorder.Migration.objects.create(app="seminars", name="9999_later")

    assert "does not know seminars.9999_later" in refusal("upgrade")

    later.delete()
    assert list(safe.BACKUP_DIR.iterdir()) == []


def test_no_room_for_a_backup(safe, behind, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=0))

    assert "Make room" in refusal("upgrade")
    assert schema.missing_migrations()


def test_another_user_is_told_whom_to_be(safe, behind, monkeypatch, tmp_path):
    safe.VAR_DIR = tmp_path
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)

    assert "su - " in refusal("upgrade")
    assert schema.missing_migrations()


def test_nothing_is_migrated_without_a_backup(safe, behind, tmp_path):
    safe.BACKUP_DIR = tmp_path / "file"
    safe.BACKUP_DIR.touch()

    assert "file" in refusal("upgrade")
    assert schema.missing_migrations()


@pytest.mark.parametrize(
    ("words", "is_gunicorn", "is_worker"),
    [
        (["/app/.venv/bin/python", "/app/.venv/bin/gunicorn"], True, False),
        (["python", "-m", "gunicorn", "--bind", "127.0.0.1:8000"], True, False),
        (["/app/.venv/bin/python", "manage.py", "work"], False, True),
        (["python", "manage.py", "work", "--parent", "7"], False, False),
        (["python", "manage.py", "work", "--once"], False, False),
        (["vim", "gunicorn.conf.py"], False, False),
        (["python", "manage.py", "shell"], False, False),
        ([""], False, False),
    ],
)
def test_which_processes_take_a_new_release(words, is_gunicorn, is_worker):
    process = Process(2, 1, tuple(words))

    assert (process.is_gunicorn, process.is_worker) == (is_gunicorn, is_worker)


def test_every_migration_can_be_taken_back():
    ours = {
        name: migration for name, migration in MigrationLoader(None).disk_migrations.items() if name[0] == "seminars"
    }

    assert [name for name, migration in ours.items() if not all(one.reversible for one in migration.operations)] == []
    assert len(ours) > 40


@pytest.fixture
def backup(tmp_path):
    path = tmp_path / "site.backup"
    call_command("backup", path, stdout=io.StringIO())
    return path


def test_a_backup_of_this_release_leaves_nothing_to_take_back(backup):
    said = io.StringIO()

    call_command("rollback", backup, check=True, stdout=said)

    assert said.getvalue() == ""


def test_who_goes_back_before_single_sign_on_is_told_what_people_lose(backup):
    earlier = [name for name in map(".".join, schema.applied_migrations()) if name < "seminars.0052"]
    said = io.StringIO()

    call_command("rollback", rewritten(backup, migrations=earlier), check=True, stdout=said)

    assert "To take back: seminars.0052_single_sign_on\nRights that groups of the university gave" in said.getvalue()


@pytest.mark.parametrize(("name", "words"), [("9999_later", "does not know"), ("", "lacks seminars.")])
def test_a_backup_of_a_newer_release_or_state(backup, behind, name, words):
    applied = [".".join(one) for one in schema.applied_migrations()]
    further = [f"seminars.{name}"] if name else schema.missing_migrations()

    assert words in refusal("rollback", rewritten(backup, migrations=[*applied, *further]))


def test_a_command_that_reloads_and_fails_is_told():
    with pytest.raises(CommandError, match="“false” failed"):
        upgrade.Command()._run("false")
    upgrade.Command()._run("true")
