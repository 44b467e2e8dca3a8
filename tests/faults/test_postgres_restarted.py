"""PostgreSQL restarts under load: requests fail only until it is back, and the site needs no restart."""

import contextlib
import time

import pytest

from tests import serving
from tests.faults.health import answers_at_once
from tests.saving import assert_whole, await_more, retitling
from tests.services import empty_database


@pytest.fixture
def rows(postgres):
    with empty_database(postgres.address) as address:
        yield address


def await_ready(server):
    """Wait until every worker is ready. Each one notices within seconds that the database is back."""
    deadline, in_a_row = time.monotonic() + 60, 0
    while in_a_row < 30:
        in_a_row = in_a_row + 1 if server.get("/readyz").status == 200 else 0
        assert time.monotonic() < deadline, "it does not become ready"
        time.sleep(0.1)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_the_site_outlives_a_restart_of_its_database(postgres, rows, fill, mode):
    with contextlib.ExitStack() as running:
        organiser = running.enter_context(serving.organiser(fill(rows)))
        talk = organiser("keys")[0]
        session, before = organiser("session"), organiser("stands", talk)
        server = running.enter_context(serving.site(rows))
        workers = serving.await_workers(server, without=[])

        with answers_at_once(server), retitling(serving.Desk(server, session), talk) as saved:
            with serving.Visitors(server, "/", "/calendar.ics") as until_then:
                await_more(saved, 3)
            with serving.Visitors(server, "/", "/calendar.ics") as visitors:
                postgres.stop(mode)
                time.sleep(1)
                postgres.start()
                await_ready(server)
            with serving.Visitors(server, "/", "/calendar.ics") as afterwards:
                await_more(saved, 3)

        assert (until_then.failures, until_then.statuses()) == ([], {200})
        assert (visitors.failures, visitors.statuses() <= {200, 500, 503}) == ([], True)
        assert (afterwards.failures, afterwards.statuses()) == ([], {200})
        assert set(server.workers()) == workers
        again = running.enter_context(serving.organiser(rows))
        assert_whole(again, talk, saved, before)
