"""The clock of the machine is set back while the site runs: the site keeps answering and /healthz answers at once."""

import os
import time

import pytest

from tests import serving
from tests.faults.health import answers_at_once

pytestmark = pytest.mark.faults

# As on a real machine, time.monotonic is not affected.
SITECUSTOMIZE = """
import os, pathlib, threading, time
import time_machine

def set_back():
    while not pathlib.Path({flag!r}).exists():
        time.sleep(0.01)
    time_machine.travel(time.time() - {seconds}, tick=True).start()
    pathlib.Path({flag!r} + str(os.getpid())).touch()

os.register_at_fork(after_in_child=lambda: threading.Thread(target=set_back, daemon=True).start())
"""


@pytest.mark.parametrize("hours", [1, 24], ids=["an hour", "a day"])
def test_healthz_answers_at_once_after_the_clock_was_set_back(tmp_path, fill, hours):
    rows, flag = fill(tmp_path / "rows.sqlite3"), tmp_path / "set-back"
    (tmp_path / "ahead").mkdir()
    (tmp_path / "ahead" / "sitecustomize.py").write_text(SITECUSTOMIZE.format(flag=str(flag), seconds=hours * 3600))
    path = os.pathsep.join(filter(None, [str(tmp_path / "ahead"), os.environ.get("PYTHONPATH")]))

    with serving.site(rows, PYTHONPATH=path) as server:
        workers = serving.await_workers(server, without=[])
        server.warm("/")
        with answers_at_once(server):
            flag.touch()
            deadline = time.monotonic() + 30
            while not all(flag.with_name(f"set-back{pid}").exists() for pid in workers):
                assert time.monotonic() < deadline, "the clock of a worker is not set"
                time.sleep(0.01)
            statuses = {server.get("/").status for _ in range(50)}

        assert (statuses, set(server.workers())) == ({200}, workers)
