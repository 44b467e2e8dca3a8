"""Two starts at the same time, and starts that are killed: the next start finishes their work."""

import os
import subprocess
import sys
import time

import pytest

from tests import serving
from tests.benchmarks.serving import ROOT, environment
from tests.faults.health import answers_at_once
from tests.services import copy_file, empty_database

APART = """
from pathlib import Path
from seminars.settings import *
VAR_DIR = Path(__file__).parent
STATIC_ROOT = VAR_DIR / "static"
"""


class Machine:
    """A folder from which `manage.py prepare` starts for the given rows."""

    def __init__(self, folder, rows):
        self.folder, self.static = folder, folder / "static"
        folder.mkdir()
        (folder / "settings_of_this_machine.py").write_text(APART)
        paths = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
        self.environment = environment(rows, DJANGO_SETTINGS_MODULE="settings_of_this_machine", PYTHONPATH=paths)

    def start(self):
        """Start to prepare an empty department."""
        command = [sys.executable, "manage.py", "prepare", "--empty"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, **pipes)

    def files(self):
        """The names and sizes of the static files."""
        return {str(path.relative_to(self.static)): path.stat().st_size for path in self.static.rglob("*.*")}

    def cut_a_file(self):
        """Leave one file incomplete, as a process does that is killed while it writes."""
        if not (self.folder / "static.fingerprint").exists():
            for path in list(self.static.rglob("*.*"))[:1]:
                path.write_bytes(path.read_bytes()[:10])


def ended(process):
    """The exit status and the output of a start."""
    said = process.communicate(timeout=120)[0]
    return process.returncode, said


@pytest.fixture
def machine(tmp_path, rows):
    return Machine(tmp_path / "machine", rows)


@pytest.fixture(scope="module")
def whole(tmp_path_factory, migrated_file):
    """The static files of a start that was not interrupted."""
    folder = tmp_path_factory.mktemp("whole")
    copy_file(migrated_file, folder / "rows.sqlite3")
    machine = Machine(folder / "machine", folder / "rows.sqlite3")
    assert ended(machine.start())[0] == 0
    return machine.files()


def people(rows):
    with serving.organiser(rows) as organiser:
        return organiser("people")


def assert_one_made_the_department(ends, rows):
    assert [status for status, _said in ends] == [0, 0], ends
    assert sorted("password" in said for _status, said in ends) == [False, True]
    assert people(rows) == ["organiser"]


def test_of_two_simultaneous_starts_one_makes_the_department_and_both_succeed(rows, machine, whole):
    ends = [ended(process) for process in [machine.start(), machine.start()]]

    assert_one_made_the_department(ends, rows)
    assert machine.files() == whole


def test_two_machines_that_start_at_the_same_time_take_turns(tmp_path, postgres, whole):
    with empty_database(postgres.address) as rows:
        machines = [Machine(tmp_path / name, rows) for name in ("one", "other")]

        ends = [ended(process) for process in [machine.start() for machine in machines]]

        assert_one_made_the_department(ends, rows)
        assert [machine.files() for machine in machines] == [whole, whole]


def has_first_rows(_machine, watcher):
    return watcher("migrations") >= 3


def has_first_files(machine, _watcher):
    return machine.static.is_dir() and len(machine.files()) > 5


@pytest.mark.parametrize(
    ("has_come_so_far", "begins_with"),
    [(has_first_rows, None), (has_first_files, "migrated")],
    ids=["migrating", "collecting"],
)
def test_a_start_that_is_killed_is_finished_by_the_next(rows, machine, whole, fill, has_come_so_far, begins_with):
    if begins_with:
        fill(rows, begins_with)
    with serving.organiser(rows) as watcher:
        watcher("migrations")
        killed = machine.start()
        while not has_come_so_far(machine, watcher):
            assert killed.poll() is None, "it ended before it could be killed"
            time.sleep(0.005)
    killed.kill()
    killed.wait()
    machine.cut_a_file()

    status, said = ended(machine.start())

    assert (status, "password" in said) == (0, True), said
    assert people(rows) == ["organiser"]
    assert set(machine.files().items()) ^ set(whole.items()) == set()


def test_a_running_site_stays_healthy_while_the_next_release_is_prepared(rows, organiser, machine):
    with serving.site(rows) as server, answers_at_once(server):
        ends = [ended(process) for process in [machine.start(), machine.start()]]
        assert server.get("/").status == 200

    assert [status for status, _said in ends] == [0, 0], ends
