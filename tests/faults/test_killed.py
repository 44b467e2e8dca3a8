"""Workers and whole servers are killed while people save: every confirmed save is stored completely."""

import os
import signal

import pytest

from tests import serving
from tests.faults.health import answers_at_once
from tests.saving import assert_whole, await_more, retitling


@pytest.fixture
def talk(organiser):
    return organiser("keys")[0]


def test_a_killed_worker_is_replaced_and_nothing_that_was_saved_is_lost(rows, organiser, talk):
    before = organiser("stands", talk)
    with serving.site(rows) as server:
        old = serving.await_workers(server, without=[])
        with (
            serving.Visitors(server, "/") as visitors,
            answers_at_once(server, lost=4),
            retitling(serving.Desk(server, organiser("session")), talk) as saved,
        ):
            for pid in old:
                await_more(saved, 5)
                os.kill(pid, signal.SIGKILL)
            await_more(saved, 5)
            serving.await_workers(server, without=old)

        assert visitors.statuses() == {200}
        assert [status for status, _body in serving.answers_of_each_worker(server, "/")] == [200, 200]
    assert_whole(organiser, talk, saved, before)


@pytest.mark.parametrize("signal_of_the_end", [signal.SIGTERM, signal.SIGKILL], ids=["terminated", "killed"])
def test_a_restart_under_load_loses_nothing_that_was_saved(rows, organiser, talk, signal_of_the_end):
    before = organiser("stands", talk)
    with (
        serving.site(rows) as server,
        serving.Visitors(server, "/") as visitors,
        retitling(serving.Desk(server, organiser("session")), talk) as saved,
    ):
        await_more(saved, 5)
        workers = server.workers()
        server.process.send_signal(signal_of_the_end)
        for pid in workers if signal_of_the_end == signal.SIGKILL else []:
            os.kill(pid, signal.SIGKILL)
        server.process.wait(timeout=30)

    with serving.site(rows) as server, answers_at_once(server):
        assert [server.get("/").status for _ in range(20)] == [200] * 20
    assert visitors.statuses() == {200}
    assert_whole(organiser, talk, saved, before)
