"""A backup and a restore are killed at each of their steps: nothing is broken, and the next one works."""

import shutil
import time
from urllib.parse import urlsplit

import pytest

from tests import serving
from tests.faults.operating import backed_up, edits_in, manage, opened, restored

PATIENCE = 10  # seconds in which PostgreSQL notices that somebody was killed


@pytest.fixture
def site(rows, fill):
    return fill(rows)


@pytest.fixture
def process(site):
    with serving.organiser(site, commands="tests.faults.killing", DEBUG="yes") as process:
        yield process


def test_a_backup_that_is_killed_at_any_step_leaves_no_file_or_a_whole_one(site, process, tmp_path):
    folder, step = tmp_path / "backups", 0
    folder.mkdir()

    while process("killed_at", step, "backup", str(folder / f"{step}.backup")):
        step += 1

    assert step > 8
    assert {path.suffix for path in folder.iterdir()} == {".backup"}, "what killed ones left is removed"
    assert (folder / f"{step}.backup").exists()
    for path in folder.iterdir():
        status, said = manage(site, "restore", path, "--check")
        assert (status, "was restored into a scratch database and compared" in said) == (0, True)
    assert beside(site) == set()


def test_a_restore_that_is_killed_at_any_step_leaves_all_old_rows_or_all_of_the_backup(site, process, tmp_path):
    with serving.organiser(site) as organiser:
        organiser("retitle")
        path = backed_up(site, tmp_path / "site.backup")
        for _ in range(3):
            organiser("retitle")
        organiser.process.kill()  # so that SQLite has these edits in its log only
    old, new, there, step = {1, 2, 3, 4}, {1}, set(), 0

    while there != new and killed(process, site, step, path):
        there, step = edits_in(copied(site, tmp_path)), step + 1
        assert there in (old, new)

    assert step > 8
    time.sleep(1)  # the old database is kept under a name with the second
    said = restored(site, path)
    assert edits_in(site) == new
    assert "is kept as" in said
    assert {name for name in beside(site) if "before" not in name} == set()


def killed(process, site, step, path):
    """Kill a restore at a step, as soon as nobody is connected to the database any more."""
    deadline = time.monotonic() + PATIENCE
    while isinstance(site, str) and connected(site):
        assert time.monotonic() < deadline, "somebody stays connected"
        time.sleep(0.02)
    return process("killed_at", step, "restore", str(path))


def connected(address):
    name = urlsplit(address).path[1:]
    with opened(server_of(address)) as connection:
        return connection.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name]).fetchone()[0]


def server_of(address):
    return urlsplit(address)._replace(path="/postgres").geturl()


def copied(site, folder):
    """A copy of an SQLite database as it lies there: whoever opens the original may move its log into it."""
    if isinstance(site, str):
        return site
    shutil.rmtree(folder / "copy", ignore_errors=True)
    (folder / "copy").mkdir()
    for path in (site, *site.parent.glob(f"{site.name}-*")):
        shutil.copy(path, folder / "copy" / path.name)
    return folder / "copy" / site.name


def beside(site):
    """The names of the databases, or of files and folders, that were made beside the site's."""
    if isinstance(site, str):
        name = urlsplit(site).path[1:]
        with opened(server_of(site)) as connection:
            found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{name}_%"])
            return {name for (name,) in found.fetchall()}
    ours = ("copy", "backups", "site.backup", site.name, f"{site.name}-wal", f"{site.name}-shm")
    return {path.name for path in site.parent.iterdir() if path.name not in ours}
