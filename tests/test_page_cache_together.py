"""The page cache while others save: each response is of one edition, and visitors wait for one rendering at most."""

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from seminars.models import Department, Talk
from seminars.page_cache import cached_responses, middleware

from .database_queries import before_queries
from .factories import make_talk

pytestmark = pytest.mark.django_db
CROWD = 6  # with the test itself fewer than the connections that PostgreSQL gives a process
# A part of a query that each rendering of a calendar sends once, and that nothing else sends.
STAMPS = '"seminars_talk"."local_zone" AS "local_zone", "seminars_talk"."uid"'


@pytest.fixture
def rows(transactional_db, tmp_path):
    """The database as a site has it: SQLite in memory would let a reader and a writer wait for each other."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    in_memory, name = connection.connection, connection.settings_dict["NAME"]
    with sqlite3.connect(tmp_path / "rows.sqlite3") as file:
        in_memory.backup(file)
    connection.connection, connection.settings_dict["NAME"] = None, str(tmp_path / "rows.sqlite3")
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = in_memory, name


def elsewhere(act):
    """Do it as another visitor or organiser, on a database connection of their own, and wait until it is done."""

    def act_and_leave():
        act()
        connection.close()

    with ThreadPoolExecutor(1) as somebody:
        somebody.submit(act_and_leave).result()


def test_a_response_is_of_one_edition_even_if_somebody_saves_while_it_is_rendered(client, rows):
    make_talk(title="Before")

    with before_queries(STAMPS, lambda: elsewhere(lambda: Talk.objects.update(title="After", entry_digest="x"))):
        during = client.get("/calendar.ics").content
    after = client.get("/calendar.ics").content

    assert [b"Before" in during, b"After" in during] == [True, False]
    assert [b"Before" in after, b"After" in after] == [False, True]


def test_rendering_does_not_delay_a_save(client, rows):
    make_talk()
    took = []

    def save():
        began = time.monotonic()
        elsewhere(lambda: Department.objects.update(notice="Saved"))
        took.append(time.monotonic() - began)

    with before_queries(STAMPS, save):
        assert client.get("/calendar.ics").status_code == 200

    assert len(took) == 1
    assert took[0] < 5


def test_a_visitor_who_waited_gets_any_edition_that_is_newer_than_the_request(client, rows):
    make_talk()
    calls, gate = [], threading.Barrier(CROWD)

    def wait_while_somebody_saves():
        calls.append(1)
        time.sleep(0.3)
        elsewhere(lambda: Department.objects.update(notice=str(len(calls))))

    def visit():
        gate.wait()
        return visiting("/calendar.ics")().status_code

    Department.objects.current().save()
    with before_queries(STAMPS, wait_while_somebody_saves), ThreadPoolExecutor(CROWD) as visitors:
        answers = [visitor.result() for visitor in [visitors.submit(visit) for _ in range(CROWD)]]

    assert (answers, len(calls)) == ([200] * CROWD, 1)


@pytest.fixture
def slow():
    """Each rendering of a calendar adds to the list and waits for the event."""
    calls, go = [], threading.Event()

    def wait():
        calls.append(1)
        go.wait(10)

    with before_queries(STAMPS, wait):
        yield calls, go


def visiting(address):
    """One visitor, on a connection of their own."""

    def visit():
        try:
            return Client().get(address)
        finally:
            connection.close()

    return visit


def await_first(calls):
    deadline = time.monotonic() + 10
    while not calls:
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("keeps", [True, False], ids=["kept", "too large to keep"])
@pytest.mark.django_db(transaction=True)
def test_a_crowd_is_served_by_one_rendering(slow, monkeypatch, keeps):
    a, b = make_talk().series, make_talk().series
    if not keeps:
        monkeypatch.setattr(cached_responses, "MAX_BODY_OF_UNBOUNDED", 0)
    calls, go = slow

    with ThreadPoolExecutor(CROWD) as visitors:
        asked = [visitors.submit(visiting(f"/calendar.ics?series={a.slug}&series={b.slug}")) for _ in range(CROWD)]
        await_first(calls)
        time.sleep(0.3)
        go.set()
        bodies = {answer.result().content for answer in asked}

    assert (len(calls), len(bodies)) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_feed_that_takes_seconds(slow, monkeypatch):
    talk = make_talk()
    monkeypatch.setattr(middleware, "MANY_TALKS", 0)
    calls, go = slow
    small = ("/", "/talks.csv", f"/series/{talk.series.slug}/talks.csv?past=all", "/healthz")

    with ThreadPoolExecutor(8) as visitors:
        first = visitors.submit(visiting("/calendar.ics?past=all"))
        await_first(calls)
        others = [f"/talks.csv?past=all&series={talk.series.slug}", "/talks.csv?past=all", "/calendar.ics?past=all"]
        refused = [visitors.submit(visiting(address)).result(5) for address in others]
        pages = [visitors.submit(visiting(address)).result(5).status_code for address in small]
        go.set()
        assert first.result().status_code == 200

    assert [(answer.status_code, answer["Retry-After"], answer["Cache-Control"]) for answer in refused] == [
        (503, "60", "no-store")
    ] * 3
    assert pages == [200] * 4
    assert [visiting(address)().status_code for address in others] == [200] * 3


def test_large_feeds_that_share_one_lock_get_their_own_content(client, monkeypatch):
    monkeypatch.setattr(middleware, "MANY_TALKS", 0)
    monkeypatch.setattr(cached_responses, "MAX_BODY_OF_UNBOUNDED", 0)
    rendering = middleware._rendering("")  # as if another request still held it
    talk, other = make_talk(), make_talk()

    feeds = [client.get(f"/calendar.ics?past=all&mode=&series={one.series.slug}") for one in (talk, other)]

    assert rendering.rendered is None
    assert feeds[0].content != feeds[1].content
