"""The publication while others save: every answer is of one edition, and nobody waits longer than for one rendering."""

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from seminars.formats import ics
from seminars.models import Department, Talk

from .factories import make_talk

pytestmark = pytest.mark.django_db


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
    render, calls, gate = ics.render, [], threading.Barrier(6)

    def slow_while_somebody_saves(*args, **options):
        calls.append(1)
        threading.Event().wait(0.3)
        elsewhere(lambda: Department.objects.update(notice=str(len(calls))))
        return render(*args, **options)

    Department.objects.current().save()
    monkeypatch.setattr(ics, "render", slow_while_somebody_saves)

    def visit():
        gate.wait()
        answer = type(client)().get("/calendar.ics").status_code
        connection.close()
        return answer

    with ThreadPoolExecutor(6) as visitors:
        answers = [visitor.result() for visitor in [visitors.submit(visit) for _ in range(6)]]

    assert (answers, len(calls)) == ([200] * 6, 1)


@pytest.mark.django_db(transaction=True)
def test_a_crowd_is_served_by_one_rendering(client, monkeypatch):
    make_talk()
    render, calls, gate = ics.render, [], threading.Barrier(8)

    def slow(*args, **options):
        calls.append(1)
        threading.Event().wait(0.2)
        return render(*args, **options)

    monkeypatch.setattr(ics, "render", slow)
    answers = []

    def visit():
        gate.wait()
        answers.append(type(client)().get("/calendar.ics").content)
        connection.close()

    visitors = [threading.Thread(target=visit) for _ in range(8)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()

    assert (len(calls), len(answers), len(set(answers))) == (1, 8, 1)
