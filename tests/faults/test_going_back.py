"""Updates and roll-backs of a running site with rows: in the order that loses nothing, forward and back."""

import re
import subprocess
import sys
import threading

import pytest

from tests import serving
from tests.benchmarks.serving import ROOT, Server, environment
from tests.faults.operating import manage

EARLIER = "0037_passkeys"  # before calendar invitations, announcements, roles beside the talk and requests to speakers
# This release can serve from a database at the first: the second adds no column that a page reads.
BEFORE_UPGRADE, UPGRADED = "0058_series_tokens", "0059_gone_talks_by_uid"


def differing(before, after):
    """The columns that both have, and whose contents are not the same."""
    both = [(table, name) for table in before.keys() & after for name in before[table].keys() & after[table]]
    return {(table, name) for table, name in both if before[table][name] != after[table][name]}


@pytest.fixture
def operator(rows, fill):
    with serving.organiser(fill(rows), commands="tests.faults.going_back") as operator:
        operator("give_roles")
        yield operator


def test_every_row_is_there_after_going_back_and_forward_again(operator):
    now = operator("columns")

    operator("migrate", EARLIER)
    earlier, roles = operator("columns"), operator("roles")
    operator("migrate")
    again = operator("columns")

    assert "seminars_announcement" in now.keys() - earlier
    assert {table for table, _name in differing(now, earlier)} <= {
        "seminars_appearance",
        "seminars_historicalappearance",
    }
    assert differing(earlier, again) == set()
    assert {table: set(names) for table, names in again.items()} == {table: set(names) for table, names in now.items()}
    everybody = ["All of them", *(f"The {role}" for role in FORMER)]
    assert sorted(map(tuple, roles)) == sorted(
        {(FORMER.get(name.removeprefix("The "), role), name) for role in set(FORMER.values()) for name in everybody}
    )


FORMER = {
    "speaker": "speaker", "panelist": "speaker", "moderator": "moderator", "chair": "moderator",
    "host": "moderator", "committee": "committee", "supervisor": "committee",
}  # fmt: skip


class Kept:
    """A process that is started again whenever it ends, as a service manager does."""

    def __init__(self, rows, *words):
        self.rows, self.words, self.is_over = rows, words, False
        self.process = self._start()
        self.thread = threading.Thread(target=self._keep)
        self.thread.start()

    def _start(self):
        command = [sys.executable, "manage.py", *self.words]
        return subprocess.Popen(command, cwd=ROOT, env=environment(self.rows), stderr=subprocess.DEVNULL)

    def _keep(self):
        while self.process.wait() is not None and not self.is_over:
            self.process = self._start()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.is_over = True
        self.process.terminate()
        self.thread.join()


def path_in(said):
    """The backup that a command says it wrote."""
    return re.search(r"compared: (\S+\.backup)\.", said)[1]


def test_a_running_site_is_upgraded_and_taken_back(rows, operator, tmp_path):
    """SQLite and PostgreSQL: nobody sees an error, the worker is new, and the backup is from before the migration."""
    operator("migrate", BEFORE_UPGRADE)
    folder = {"BACKUP_DIR": str(tmp_path)}

    with Server.of_site(rows) as site, Kept(rows, "work") as worker:
        operator("migrate", BEFORE_UPGRADE)  # `of_site` has prepared it
        before, first = set(site.workers()), worker.process.pid
        with serving.Visitors(site, "/healthz", "/calendar.ics") as visitors:
            status, said = manage(rows, "upgrade", **folder)
        assert (status, said.rpartition("\n")[0].splitlines()[-1]) == (0, "The site has the new release."), said
        assert set(site.workers()) & before == set()
        assert worker.process.pid != first
        assert (visitors.failures, visitors.statuses()) == ([], {200})
        assert "The site is running" in manage(rows, "rollback", path_in(said), **folder)[1]
    assert UPGRADED in operator("applied")
    upgraded = operator("columns")

    operator("rest")
    shown = manage(rows, "rollback", "--check", path_in(said), **folder)
    done = [manage(rows, "rollback", path_in(said), **folder) for _time in range(2)]

    assert (shown[0], f"To take back: seminars.{UPGRADED}" in shown[1]) == (0, True), shown
    assert [status for status, _said in done] == [0, 0], done
    assert operator("applied")[-1] == BEFORE_UPGRADE
    assert differing(upgraded, operator("columns")) == set()
