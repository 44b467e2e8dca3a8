"""Backups: what is in the file, which files are refused, and which are removed."""

import contextlib
import fcntl
import hashlib
import io
import json
import os
import stat
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from seminars.models import Talk

from .backup_files import rewritten
from .factories import in_new_york, make_talk

pytestmark = pytest.mark.django_db(transaction=True)

NOW = in_new_york(2026, 3, 2, 9)
MADE_NOW = "seminars-20260302T140000Z.backup"


def run(*words, **options):
    """What the command prints."""
    said = io.StringIO()
    call_command(*words, stdout=said, **options)
    return said.getvalue()


def check(path):
    return run("restore", path, check=True)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def backup(tmp_path):
    make_talk(title="On engines")
    make_talk(title="On bees")
    path = tmp_path / "site.backup"
    run("backup", path)
    return path


def manifest_of(path):
    with ZipFile(path) as kept:
        return json.loads(kept.read("manifest.json")), kept.read("database")


def test_the_manifest_says_what_the_dump_holds(backup):
    manifest, dump = manifest_of(backup)

    assert manifest["sha256"] == hashlib.sha256(dump).hexdigest()
    assert manifest["size"] == len(dump)
    assert manifest["engine"] == connection.vendor
    assert manifest["latest_migration"] == max(m for m in manifest["migrations"] if m.startswith("seminars."))
    assert [count for name, count in manifest["rows"].items() if name.strip('"').endswith("seminars_talk")] == [2]


def test_a_backup_is_restored_into_a_scratch_database_and_compared(backup):
    assert "restored into a scratch database and compared" in check(backup)
    assert Talk.objects.count() == 2


def test_only_its_owner_may_read_a_backup(backup):
    assert mode(backup) == 0o600
    assert [path.name for path in backup.parent.iterdir()] == [backup.name]


def test_nothing_is_overwritten(backup):
    content = backup.read_bytes()

    with pytest.raises(CommandError, match="already exists"):
        run("backup", backup)

    assert backup.read_bytes() == content


def test_the_folder_of_the_settings_is_made(tmp_path, settings, clock):
    settings.BACKUP_DIR = tmp_path / "backups"

    said = run("backup")

    assert [path.name for path in settings.BACKUP_DIR.iterdir()] == [MADE_NOW]
    assert MADE_NOW in said
    assert mode(settings.BACKUP_DIR) == 0o700


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match=r"none.*: No such file or directory"):
        run("backup", tmp_path / "none" / "site.backup")


def test_older_backups_are_removed_and_other_files_stay(tmp_path, clock):
    older = ["seminars-20260301T140000Z.backup", "seminars-20260228T140000Z.backup"]
    others = ["seminars-2026-03-01.zip", "site.backup", "seminars-20260101T140000Z.backup.txt"]
    for name in older + others:
        (tmp_path / name).touch()

    run("backup", tmp_path, keep=2)

    assert {path.name for path in tmp_path.iterdir()} == {MADE_NOW, older[0], *others}


def test_the_backup_just_made_stays_after_the_clock_was_set_back(tmp_path, clock):
    (tmp_path / "seminars-20990101T140000Z.backup").touch()

    run("backup", tmp_path, keep=1)

    assert [path.name for path in tmp_path.iterdir()] == [MADE_NOW]


@pytest.mark.parametrize(("name", "keep"), [("site.backup", 3), ("", 0), ("", -1)])
def test_keep_needs_a_folder_and_a_number(tmp_path, name, keep):
    with pytest.raises(CommandError, match="--keep needs a folder"):
        run("backup", tmp_path / name, keep=keep)

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_backup_left_is_removed_and_what_another_one_uses_stays(tmp_path):
    left, used = tmp_path / ".seminars-backup-left", tmp_path / ".seminars-backup-used"
    for folder in (left, used):
        folder.mkdir()
        (folder / "dump").touch()
    with used_by_another(used):
        run("backup", tmp_path)

    assert (used / "dump").exists()
    assert not left.exists()


@contextlib.contextmanager
def used_by_another(folder):
    """Hold the lock of a folder, as another process does."""
    held = os.open(folder, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(held)


def test_a_truncated_backup_is_refused(backup):
    whole = backup.read_bytes()
    for size in (0, 100, len(whole) // 2, len(whole) - 1):
        backup.write_bytes(whole[:size])
        with pytest.raises(CommandError, match="is damaged, incomplete or not a file"):
            check(backup)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_a_backup_with_another_bit_is_refused(backup, share):
    """In a file without compression, where each bit counts: compressed, some pairs of bits mean the same bytes."""
    content = bytearray(rewritten(backup).read_bytes())
    content[int(share * len(content))] ^= 1
    backup.write_bytes(content)

    with pytest.raises(CommandError, match="is damaged, incomplete or not a file"):
        check(backup)


def test_another_dump_with_a_right_checksum_is_refused(backup):
    manifest, dump = manifest_of(backup)
    with ZipFile(backup, "w") as archive:
        archive.writestr("database", dump + b" ")
        archive.writestr("manifest.json", json.dumps(manifest))

    with pytest.raises(CommandError, match="is damaged, incomplete or not a file"):
        check(backup)


@pytest.mark.parametrize("facts", [{"rows": 3}, {"size": "large"}, {"colour": "red"}])
def test_a_manifest_of_another_form_is_refused(backup, facts):
    with pytest.raises(CommandError, match="is damaged, incomplete or not a file"):
        check(rewritten(backup, **facts))


def test_an_archive_for_moving_is_no_backup(tmp_path):
    run("export_site", tmp_path / "site.zip")

    with pytest.raises(CommandError, match="not a file that"):
        check(tmp_path / "site.zip")


def test_a_backup_with_other_rows_than_it_says_is_refused(backup):
    manifest, _dump = manifest_of(backup)
    table = next(name for name, count in manifest["rows"].items() if count == 2 and "seminars_talk" in name)

    with pytest.raises(CommandError, match=r"is not whole: \S+ has 2 rows instead of 3\."):
        check(rewritten(backup, rows=manifest["rows"] | {table: 3}))


def test_a_backup_of_another_kind_of_database_is_refused(backup):
    with pytest.raises(CommandError, match="is a backup of oracle, but DATABASE_URL names"):
        check(rewritten(backup, engine="oracle"))


def test_a_backup_of_a_newer_release_is_refused(backup):
    manifest, _dump = manifest_of(backup)
    newer = [*manifest["migrations"], "seminars.9999_later"]

    with pytest.raises(CommandError, match=r"newer release \(7\.0\).* seminars\.9999_later\."):
        check(rewritten(backup, migrations=newer, release="7.0"))


def test_migrations_of_a_library_that_is_gone_do_not_matter(backup):
    manifest, _dump = manifest_of(backup)

    assert "can be restored" in check(rewritten(backup, migrations=[*manifest["migrations"], "gone.0001_initial"]))
