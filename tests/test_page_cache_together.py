"""The page cache while others save: a response is of one edition, and nobody waits longer than for one rendering."""

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from seminars.formats import ics
from seminars.models import Department, Talk
from seminars.page_cache import cached_responses, middleware

from .factories import make_talk

pytestmark = pytest.mark.django_db
CROWD = 6  # with us fewer than the connections that PostgreSQL gives a process


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


def test_an_answer_is_of_one_edition_however_many_are_made_while_it_is_rendered(client, rows, monkeypatch):
    make_talk(title="Before")
    shown = ics._shown

    def show_while_somebody_saves(*args, **options):
        elsewhere(lambda: Talk.objects.update(title="After", entry_digest="x"))
        return shown(*args, **options)

    with monkeypatch.context() as patched:
        patched.setattr(ics, "_shown", show_while_somebody_saves)
        during = client.get("/calendar.ics").content
    after = client.get("/calendar.ics").content

    assert [b"Before" in during, b"After" in during] == [True, False]
    assert [b"Before" in after, b"After" in after] == [False, True]


def test_rendering_holds_up_nobody_who_writes(client, rows, monkeypatch):
    make_talk()
    shown, took = ics._shown, []

    def show_while_somebody_saves(*args, **options):
        began = time.monotonic()
        elsewhere(lambda: Department.objects.update(notice="Saved"))
        took.append(time.monotonic() - began)
        return shown(*args, **options)

    monkeypatch.setattr(ics, "_shown", show_while_somebody_saves)

    assert client.get("/calendar.ics").status_code == 200
    assert took[0] < 5


def test_whoever_waited_is_content_with_any_edition_since_they_came(client, rows, monkeypatch):
    make_talk()
    render, calls, gate = ics.body, [], threading.Barrier(6)

    def slow_while_somebody_saves(*args, **options):
        calls.append(1)
        threading.Event().wait(0.3)
        elsewhere(lambda: Department.objects.update(notice=str(len(calls))))
        return render(*args, **options)

    Department.objects.current().save()
    monkeypatch.setattr(ics, "body", slow_while_somebody_saves)

    def visit():
        gate.wait()
        answer = type(client)().get("/calendar.ics").status_code
        connection.close()
        return answer

    with ThreadPoolExecutor(6) as visitors:
        answers = [visitor.result() for visitor in [visitors.submit(visit) for _ in range(6)]]

    assert (answers, len(calls)) == ([200] * 6, 1)


@pytest.fixture
def slow(monkeypatch):
    """Each rendering of a calendar waits until it is let go, and is written down."""
    render, calls, go = ics.body, [], threading.Event()

    def wait_and_render(*args, **options):
        calls.append(1)
        go.wait(10)
        return render(*args, **options)

    monkeypatch.setattr(ics, "body", wait_and_render)
    return calls, go


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


def test_feeds_that_take_turns_with_each_other_are_not_taken_for_one_another(client, monkeypatch):
    monkeypatch.setattr(middleware, "MANY_TALKS", 0)
    monkeypatch.setattr(cached_responses, "MAX_BODY_OF_UNBOUNDED", 0)
    rendering = middleware._rendering("")  # somebody else is still there
    talk, other = make_talk(), make_talk()

    feeds = [client.get(f"/calendar.ics?past=all&mode=&series={one.series.slug}") for one in (talk, other)]

    assert rendering.rendered is None
    assert feeds[0].content != feeds[1].content
