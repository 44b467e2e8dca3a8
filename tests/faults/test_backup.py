"""Backups under load, and databases that are destroyed and restored, as an operator does it."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import uuid
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests import serving
from tests.benchmarks.serving import ROOT, environment
from tests.faults.operating import A_SECOND, Edits, backed_up, destroy, edits_in, manage, opened, restored
from tests.faults.standby import Copy
from tests.services import DURABLE, copy_file, empty_database


def state(rows):
    """All bytes of an SQLite database, or the content of some tables of PostgreSQL."""
    if not isinstance(rows, str):
        return {path.name: path.read_bytes() for path in rows.parent.glob(f"{rows.name}*") if path.is_file()}
    with opened(rows) as connection:
        tables = ("seminars_talk", "seminars_historicaltalk", "seminars_edition")
        return {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in tables}


@pytest.fixture
def site(rows, fill):
    return fill(rows)


def removed(rows):
    destroy(rows)


def overwritten(rows):
    with rows.open("r+b") as file:
        file.write(b"\x55" * rows.stat().st_size)


def lost_with_its_disk(server):
    """Remove all files under a running PostgreSQL; its processes end after them, and those of the machine with it."""
    postmaster = int((server.rows / "postmaster.pid").read_text().split()[0])
    shutil.rmtree(server.rows, ignore_errors=True)  # of files that it makes or removes at this moment
    os.kill(postmaster, signal.SIGQUIT)  # an immediate shutdown: PostgreSQL's documentation, "Shutting Down the Server"


@pytest.fixture(params=[removed, overwritten, lost_with_its_disk], ids=lambda how: how.__name__.replace("_", "-"))
def doomed(request, tmp_path, folder):
    """A database with the example's talks, how it is destroyed, and the address to which it is restored."""
    if request.param is not lost_with_its_disk:
        rows = tmp_path / "rows.sqlite3"
        copy_file(request.getfixturevalue("example_file"), rows)
        yield rows, lambda: request.param(rows), rows
        return
    another = request.getfixturevalue("postgres")
    server = Copy(request.getfixturevalue("example_database"), folder / "doomed", **DURABLE)
    server.start()
    try:
        with empty_database(another.address) as address:
            destroy(address)  # the restore makes it
            yield server.address, lambda: lost_with_its_disk(server), address
    finally:
        server.end()


def test_every_edit_acknowledged_before_the_last_backup_is_back_after_the_database_is_destroyed(doomed, tmp_path):
    """People save all the time. What they saved since the last backup began may be lost."""
    site, perish, new = doomed
    with serving.organiser(site) as organiser, Edits(organiser) as edits:
        before = len(edits.acknowledged)
        path = backed_up(site, tmp_path / "site.backup")
        after = len(edits.acknowledged) + 1  # one may be saved and not yet acknowledged
        edits.await_more(5)
        perish()

    restored(new, path)

    there = edits_in(new)
    assert set(edits.acknowledged[:before]) <= there
    assert there == set(range(1, max(there) + 1)), "the backup holds one state"
    assert before <= len(there) <= after
    assert after - before > A_SECOND / 4, "edits went on"
    with serving.site(new) as server:
        assert server.get("/").status == 200
        assert server.get("/readyz").status == 200


def test_a_running_site_is_not_replaced(site, tmp_path):
    path = backed_up(site, tmp_path / "site.backup")
    with serving.site(site) as server:
        server.get("/")
        status, said = manage(site, "restore", path)
        answer = server.get("/").status

    assert status == 1
    assert "systemctl stop seminars.socket seminars seminars-worker" in said
    assert answer == 200


@pytest.mark.parametrize("rows", ["sqlite"], indirect=True)
@pytest.mark.parametrize("content", [b"", b"no database" * 1000], ids=["empty", "garbage"])
def test_a_damaged_file_is_replaced_and_kept_with_its_log(site, tmp_path, content):
    path = backed_up(site, tmp_path / "site.backup")
    log = Path(f"{site}-wal")
    site.write_bytes(content)
    log.write_bytes(b"log")
    site.chmod(0o640)

    restored(site, path)

    (kept,) = (path for path in tmp_path.glob("*.before-restore-*") if not path.name.endswith("-wal"))
    assert kept.read_bytes() == content
    assert Path(f"{kept}-wal").read_bytes() == b"log"
    assert site.stat().st_mode & 0o777 == 0o640
    with serving.organiser(site) as organiser:
        assert organiser("corruption") == []
        assert organiser("keys")


def test_the_old_database_is_kept(site, tmp_path):
    path = backed_up(site, tmp_path / "site.backup")
    with serving.organiser(site) as organiser:
        organiser("retitle")

    said = restored(site, path)

    (name,) = re.findall(r"kept as (\S+)\. ", said)
    kept = urlunsplit(urlsplit(site)._replace(path=f"/{name}")) if isinstance(site, str) else Path(name)
    try:
        assert (edits_in(site), edits_in(kept)) == (set(), {1})
    finally:
        destroy(kept)


@pytest.mark.parametrize("damage", ["truncated", "overwritten"])
def test_a_damaged_backup_touches_nothing(site, tmp_path, damage):
    path = backed_up(site, tmp_path / "site.backup")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content[: len(content) // 2] if damage == "truncated" else content)
    before = state(site)

    status, said = manage(site, "restore", path)

    assert status == 1
    assert "is damaged, incomplete" in said
    assert state(site) == before


def test_a_backup_of_the_other_kind_of_database_touches_nothing(site, tmp_path, request):
    path = backed_up(site, tmp_path / "site.backup")
    other = tmp_path / "other.sqlite3" if isinstance(site, str) else request.getfixturevalue("postgres").address

    status, said = manage(other, "restore", path)

    assert status == 1
    assert "is a backup of" in said
    assert not (tmp_path / "other.sqlite3").exists()


@pytest.mark.parametrize("rows", ["sqlite"], indirect=True)
def test_a_backup_of_a_damaged_database_does_not_count(site, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    older = folder / "seminars-20200101T000000Z.backup"
    older.touch()
    with site.open("r+b") as file:
        file.seek(4096 * 100)
        file.write(b"\x55" * 4096 * 20)

    status, said = manage(site, "backup", folder, "--keep", "1")

    assert status == 1
    assert list(folder.iterdir()) == [older]
    assert "Keep your older backups" in said or "malformed" in said


@pytest.mark.parametrize("rows", ["sqlite"], indirect=True)
def test_damage_that_copies_and_counts_as_before_is_found(site, tmp_path):
    """A word of an index is another one than the row has: only SQLite's own check sees it."""
    with opened(site) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (slug,) = connection.execute("SELECT slug FROM seminars_topic WHERE name NOT LIKE '% %'").fetchone()
        page = "SELECT pageno FROM dbstat WHERE name = 'sqlite_autoindex_seminars_topic_1'"
        (number,) = connection.execute(page).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    content = bytearray(site.read_bytes())
    content[content.index(slug.encode(), (number - 1) * size)] ^= 1
    site.write_bytes(content)

    status, said = manage(site, "backup", tmp_path / "site.backup")

    assert status == 1
    assert "SQLite finds the database in the backup damaged" in said
    assert not (tmp_path / "site.backup").exists()


@pytest.fixture
def particular(postgres, example_database):
    """The address of a database with another owner, and an order of texts of its own in which 9 comes before 10."""
    name, server = f"particular_{uuid.uuid4().hex[:12]}", postgres.address
    execute(
        server,
        f"CREATE ROLE {name}",
        f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER icu "
        f"ICU_LOCALE 'de-u-kn' OWNER {name}",
    )
    address = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    copy_rows(example_database, address)
    yield address
    with opened(server) as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{name}%"]).fetchall()
    execute(server, *(f"DROP DATABASE {name}" for (name,) in found), f"DROP ROLE {name}")


def copy_rows(example, address):
    """Copy all but the owner into an empty database, which belongs to the role that the address names."""
    piped = 'pg_dump --no-owner --no-comments "$0" | psql --quiet --output=/dev/null --set=ON_ERROR_STOP=1 "$1"'
    subprocess.run(["bash", "-c", piped, example, address], check=True)


def test_a_restored_database_has_encoding_order_and_owner_of_the_old_one(particular, tmp_path):
    path, before = backed_up(particular, tmp_path / "site.backup"), properties(particular)

    restored(particular, path)
    replaced = properties(particular)
    destroy(particular)
    restored(particular, path)

    assert before[1:] == ("UTF8", "i", "de-u-kn", "C", "C")
    assert replaced == before
    assert properties(particular) == before
    with opened(particular) as connection:
        assert connection.execute("SELECT '9' < '10'").fetchone() == (True,)


def properties(address):
    with opened(address) as connection:
        return connection.execute(
            "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datlocprovider, "
            "coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'), datcollate, "
            "datctype FROM pg_database d WHERE datname = current_database()"
        ).fetchone()


def test_a_backup_of_an_older_release_is_migrated(rows, tmp_path):
    with serving.organiser(rows, commands="tests.faults.upgrading") as operator:
        operator("fill")
        talks = operator("counts")["seminars.talk"]
        path = backed_up(rows, tmp_path / "first.backup")
        before = state_of_migrations(rows)
    destroy(rows)

    restored(rows, path)

    with serving.organiser(rows, commands="tests.faults.upgrading") as operator:
        assert operator("counts")["seminars.talk"] == talks
        assert state_of_migrations(rows) > before


def state_of_migrations(rows):
    with serving.organiser(rows) as organiser:
        return organiser("migrations")


def test_a_migration_that_fails_leaves_the_old_database(site, tmp_path, request):
    with older_database(request, tmp_path) as older:
        with serving.organiser(older, commands="tests.faults.upgrading") as operator:
            operator("fill")
        execute(older, "CREATE TABLE seminars_throttle (id integer)")  # which 0009 creates
        path = backed_up(older, tmp_path / "older.backup")
    before = state(site)

    status, said = manage(site, "restore", path)

    assert status == 1
    assert "nothing has changed" in said
    assert state(site) == before


@contextlib.contextmanager
def older_database(request, tmp_path):
    if request.node.callspec.params["rows"] == "sqlite":
        yield tmp_path / "older.sqlite3"
    else:
        with empty_database(request.getfixturevalue("postgres").address) as address:
            yield address


def execute(rows, *statements):
    with opened(rows) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
def humble(postgres):
    """The address of a database of a role that may create none."""
    with empty_database(postgres.address) as address:
        name = urlsplit(address).path[1:]
        execute(address, f"CREATE ROLE {name} LOGIN PASSWORD 'humble'", f"ALTER DATABASE {name} OWNER TO {name}")
        server = urlsplit(address)
        yield urlunsplit(server._replace(netloc=f"{name}:humble@{server.hostname}:{server.port}"))
        # The role owns tables in the database, which goes first.
        execute(address, f"REASSIGN OWNED BY {name} TO seminars", f"DROP OWNED BY {name}", f"DROP ROLE {name}")


def test_a_role_that_may_create_no_database_restores_into_an_empty_one(humble, example_database, tmp_path):
    copy_rows(example_database, humble)
    with serving.organiser(humble) as organiser:
        organiser("retitle")
    status, said = manage(humble, "backup", tmp_path / "site.backup")
    refused, why = manage(humble, "restore", tmp_path / "site.backup")
    kept = edits_in(humble)
    execute(humble, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")

    restored(humble, tmp_path / "site.backup")

    assert status == 0
    assert "not restored" in said
    assert refused == 1
    assert "createdb --owner=" in why
    assert kept == edits_in(humble) == {1}


@pytest.mark.parametrize("rows", ["postgresql"], indirect=True)
def test_no_list_of_processes_shows_the_password(site, tmp_path):
    """A program in front of pg_dump and pg_restore notes with which words they are called."""
    programs, noted = tmp_path / "programs", tmp_path / "noted"
    programs.mkdir()
    for name in ("pg_dump", "pg_restore"):
        (programs / name).write_text(f'#!/bin/sh\necho "$0 $*" >> {noted}\nexec {shutil.which(name)} "$@"\n')
        (programs / name).chmod(0o755)

    status, said = manage(site, "backup", tmp_path / "site.backup", PATH=f"{programs}:/usr/bin:/bin")

    assert status == 0, said
    called = [line.split()[0].rpartition("/")[2] for line in noted.read_text().splitlines()]
    assert called == ["pg_dump", "pg_restore", "pg_restore"]  # for the schema, then for the rows
    assert urlsplit(site).password not in noted.read_text() + said


@pytest.mark.parametrize("rows", ["postgresql"], indirect=True)
def test_a_machine_without_the_programs_of_postgresql(site, tmp_path):
    status, said = manage(site, "backup", tmp_path / "site.backup", PATH=str(tmp_path))

    assert status == 1
    assert "pg_dump is missing" in said
    assert not (tmp_path / "site.backup").exists()


@pytest.mark.parametrize("rows", ["sqlite"], indirect=True)
def test_a_full_disk_leaves_no_file(site, tmp_path):
    """The limit of a file's size stands for it, as in tests/faults/test_disk.py."""
    folder = tmp_path / "backups"
    folder.mkdir()
    limited = f"ulimit -f 200; trap '' XFSZ; exec {sys.executable} manage.py backup {folder}"
    ended = subprocess.run(["bash", "-c", limited], cwd=ROOT, env=environment(site), capture_output=True, text=True)

    assert ended.returncode == 1, ended.stderr
    assert "nothing has changed" in ended.stderr
    assert list(folder.iterdir()) == []
