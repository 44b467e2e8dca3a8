"""`manage.py doctor`: each check finds a planted fault, and says nothing of a site that is in order."""

import io
import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from seminars import zone_data
from seminars.doctor import configuration, examining, files, machine
from seminars.doctor.findings import Check, Finding, Severity, worst
from tests.factories import in_new_york
from tests.findings import states, told

pytestmark = pytest.mark.django_db

NOW = in_new_york(2026, 11, 2, 9)


# --- Settings ---------------------------------------------------------------------------------------------------


def test_settings_in_order(safe):
    assert states(configuration.about_settings()) == [Severity.OK]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DEBUG", True, "DEBUG is on"),
        ("SITE_URL", "http://talks.example.edu", "set SITE_URL=https://talks.example.edu"),
        ("ALLOWED_HOSTS", ["*"], "allows every host name"),
        ("ALLOWED_HOSTS", ["other.example.edu"], "does not list talks.example.edu"),
    ],
)
def test_a_dangerous_setting(safe, name, value, words):
    setattr(safe, name, value)

    found = list(configuration.about_settings())

    assert states(found) == [Severity.ERROR]
    assert words in told(found)


def test_what_django_finds_for_deployment_is_told(safe):
    safe.SESSION_COOKIE_SECURE = False

    assert "security.W010" in told(configuration.about_deployment())


# --- Files ------------------------------------------------------------------------------------------------------


def test_files_in_order(safe, tmp_path):
    safe.BASE_DIR = tmp_path
    (tmp_path / ".env").touch(mode=0o600)
    (safe.BACKUP_DIR / "site.backup").touch(mode=0o600)

    assert states(files.about_permissions()) == [Severity.OK]


def test_others_may_read_the_secrets(safe, tmp_path):
    safe.BASE_DIR = tmp_path
    (tmp_path / ".env").touch(mode=0o640)
    safe.BACKUP_DIR.chmod(0o711)
    (safe.BACKUP_DIR / "site.backup").touch(mode=0o644)

    found = list(files.about_permissions())

    assert states(found) == [Severity.ERROR] * 3
    assert f"chmod 600 {tmp_path}/.env" in told(found)
    assert f"chmod 700 {safe.BACKUP_DIR}" in told(found)


def test_others_may_read_the_database_only_if_its_folder_lets_them_in(safe, in_a_file):
    in_a_file.touch(mode=0o644)
    in_a_file.parent.chmod(0o700)
    assert states(files.about_permissions()) == [Severity.OK]

    in_a_file.parent.chmod(0o755)
    assert "may read the database" in told(files.about_permissions())


@pytest.mark.parametrize(
    ("free", "restoring", "backing_up"),
    [
        (4, Severity.OK, Severity.OK),
        (3, Severity.OK, Severity.WARNING),
        (1.5, Severity.WARNING, Severity.ERROR),
        (0.5, Severity.ERROR, Severity.ERROR),
    ],
)
def test_room_to_restore_and_to_back_up(safe, monkeypatch, tmp_path, free, restoring, backing_up):
    """`free` is in sizes of the database: restoring takes it once, backing up twice at most."""
    safe.VAR_DIR = tmp_path
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=free * files.database_size()))

    assert states(files.about_disk()) == [restoring, backing_up]


def test_one_folder_for_the_database_and_its_backups_needs_room_for_a_backup(safe, monkeypatch, in_a_file):
    in_a_file.write_bytes(b"x" * 10)
    safe.BACKUP_DIR = in_a_file.parent
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=19))

    assert states(files.about_disk()) == [Severity.ERROR]


# --- The machine ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "state"), [(0, Severity.OK), (machine.TIME_ERROR, Severity.WARNING), (-1, Severity.UNKNOWN)]
)
def test_the_clock_of_the_kernel(answer, state):
    assert machine.about_kernel_clock(answer).state is state


def test_the_kernel_can_be_asked():
    assert len(list(machine.about_clock())) == 1


def test_zone_data_that_is_two_years_old(clock):
    clock.move_to(in_new_york(2040, 1, 1))

    assert states(machine.about_zone_data()) == [Severity.WARNING]


def test_zone_data_in_order():
    found = list(machine.about_zone_data())

    assert states(found) == [Severity.OK]
    assert zone_data.current().version in told(found)


def test_timers_that_do_what_is_done_already(tmp_path):
    units = [f"{tmp_path}/*.service"]
    (tmp_path / "seminars-backup.service").write_text("ExecStart=/app/.venv/bin/python manage.py backup /srv/backup\n")
    (tmp_path / "old.service").write_text("# ExecStart=manage.py housekeeping\n")
    assert states(machine.about_timers(units)) == [Severity.OK]

    (tmp_path / "old.service").write_text("ExecStart=manage.py housekeeping\n")
    (tmp_path / "more.service").write_text("ExecStart=manage.py backup\n")
    found = list(machine.about_timers(units))
    assert states(found) == [Severity.WARNING] * 2
    assert "old.service runs “manage.py housekeeping”" in told(found)
    assert "Several timers make backups" in told(found)


# --- The command ------------------------------------------------------------------------------------------------


def run(**options):
    said = io.StringIO()
    try:
        call_command("doctor", local=True, stdout=said, **options)
    except SystemExit as ended:
        return ended.code, said.getvalue()
    return 0, said.getvalue()


@pytest.fixture
def found(monkeypatch):
    """What the checks find, which a test appends to."""
    found = []
    checks = (Check("planted", lambda: found),)
    for group in ("ON_THIS_MACHINE", "IN_THE_DATABASE"):
        monkeypatch.setattr(examining, group, checks if group == "IN_THE_DATABASE" else ())
    return found


@pytest.mark.parametrize(("state", "status"), [("ok", 0), ("unknown", 0), ("warning", 1), ("error", 2)])
def test_the_exit_status(found, state, status):
    found += [Finding(Severity(state), "A sentence.", "Do this."), Finding(Severity.OK, "Well.")]

    code, said = run()

    assert code == status
    assert said.startswith(str(Severity(state).word))
    assert "planted: A sentence.\n    Do this.\n" in said


def test_json_for_programs(found):
    found.append(Finding(Severity.WARNING, "A sentence.", "Do this."))

    code, said = run(json=True)

    planted = {"state": "warning", "says": "A sentence.", "advice": "Do this.", "check": "planted"}
    assert code == 1
    assert json.loads(said)["state"] == "warning"
    assert planted in json.loads(said)["checks"]


def test_an_address_that_is_none():
    with pytest.raises(CommandError, match="must begin with https"):
        call_command("doctor", url="talks.example.edu")


def test_a_check_that_fails_itself_does_not_end_the_others():
    def fail():
        raise PermissionError(13, "Permission denied", "/srv/secret")

    found = examining.found_by(Check("disk", fail))

    assert (states(found), told(found)) == ([Severity.UNKNOWN], "It could not be checked: Permission denied. ")


def test_the_worst_of_nothing_is_in_order():
    assert worst([]) is Severity.OK


def test_the_page_for_operators_lists_every_check():
    page = (Path(__file__).resolve().parent.parent / "docs" / "doctor.md").read_text()

    checks = (*examining.ON_THIS_MACHINE, examining.REACHABLE, *examining.IN_THE_DATABASE, *examining.OUTSIDE)
    assert re.findall(r"^\| `([a-z-]+)`", page, re.M) == [check.name for check in checks]
