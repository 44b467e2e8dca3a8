"""The process of an import is killed in the middle: continued, it leaves what an uninterrupted one does."""

import os
import signal
import threading
import time

import pytest

from tests import serving
from tests.benchmarks.imports_inside import make
from tests.services import empty_database

TALKS = 70


def importer(rows):
    return serving.organiser(rows, commands="tests.import_commands")


@pytest.fixture
def elsewhere(rows, request, tmp_path):
    """Another empty database of the same kind."""
    if not isinstance(rows, str):
        yield tmp_path / "elsewhere.sqlite3"
        return
    with empty_database(request.getfixturevalue("postgres").address) as address:
        yield address


def uninterrupted(rows, path, told):
    with importer(rows) as organiser:
        organiser("import_slowly", path, str(told))
        return organiser("unfinished"), organiser("imported")


def kill_after_a_turn(process, told):
    """Kill a process that imports once it has told that a turn is done."""
    deadline = time.monotonic() + 60
    while not told.exists():
        assert time.monotonic() < deadline, "no turn is done"
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=30)


def test_a_killed_import_is_continued_and_equals_an_uninterrupted_one(rows, elsewhere, fill, tmp_path):
    path, told = make(TALKS, tmp_path), tmp_path / "told"
    whole = uninterrupted(fill(elsewhere), path, tmp_path / "other")

    killed = importer(fill(rows))
    waiting = threading.Thread(target=kill_after_a_turn, args=[killed.process, told])
    waiting.start()
    with pytest.raises(ValueError, match="Expecting value"):  # no answer
        killed("import_slowly", path, str(told))
    waiting.join()
    with importer(rows) as organiser:
        half = organiser("unfinished")
        left_out = organiser("continue_it")
        rest, after = organiser("unfinished"), organiser("imported")

    assert (whole[0], len(whole[1][0]), whole[1][1]) == ([], TALKS, 1)
    assert [(0 < done < TALKS, total) for done, total in half] == [(True, TALKS)]
    assert (left_out, rest, after) == ([], [], whole[1])
