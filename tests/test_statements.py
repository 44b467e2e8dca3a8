"""PostgreSQL runs the tests that together send it every kind of statement."""

import json
import re
import subprocess
import sys
from collections import Counter

import pytest
from django.db import DatabaseError, connection

from seminars.models import Room
from tests import statements
from tests.factories import make_room

SENT = {"a": ["1", "2", "3"], "b": ["1", "2"], "c": ["1", "2"], "d": ["1"], "e": ["4"]}
PROBE = """
import pytest
from tests.factories import make_room, make_series

pytestmark = pytest.mark.django_db

@pytest.mark.parametrize("number", range(6))
def test_alike(number):
    make_room()

@pytest.mark.django_db(transaction=True)
def test_with_commits():
    make_room()

def test_of_another_row():
    make_series()
"""


# --- which tests are run ---


def test_each_kind_of_statement_is_sent_twice_where_two_tests_send_it():
    chosen = statements.chosen_of(SENT, free=set(SENT))

    assert chosen == {"a", "b", "e"}


def test_a_test_that_is_not_free_is_run_and_counts():
    chosen = statements.chosen_of(SENT, free=set(SENT) - {"d"})

    assert chosen == {"a", "b", "d", "e"}


def test_tests_beside_others_that_ask_for_the_database_are_run():
    named = {
        name: statements.names_a_database(statements.ROOT / "tests" / name) for name in ("test_clashes.py", "pages.py")
    }

    assert named == {"test_clashes.py": True, "pages.py": False}


def test_a_new_test_is_run():
    assert "new" in statements.chosen_of({**SENT, "new": []}, free=set(SENT))


# --- what a test sends ---


@pytest.fixture
def kinds_of(db):
    """The kinds of statements that a call sends."""

    def kinds_of(*calls):
        sent = statements.Sent()
        with connection.execute_wrapper(sent.note):
            for call in calls:
                call()
        return sent.kinds

    return kinds_of


def of_keys(*keys):
    return lambda: list(Room.objects.filter(pk__in=keys).order_by("pk"))


def test_the_number_of_values_makes_no_other_kind(kinds_of):
    assert kinds_of(of_keys(1, 2)) == kinds_of(of_keys(3, 4, 5))


@pytest.mark.parametrize(
    ("value", "other"),
    [("a", "é"), ("a", "a" * 201), ("a", "a\0"), ("a", "\ud800"), ("a", None), (1, 2**31), (1, 2**63), (1, "1")],
)
def test_what_databases_may_treat_differently_makes_another_kind(value, other):
    assert statements.kind_of_value(value) != statements.kind_of_value(other)


def test_rows_without_an_order_are_another_kind_after_an_update(kinds_of):
    def read(*order):
        return lambda: list(Room.objects.order_by(*order))

    def update():
        Room.objects.update(capacity=7)

    update()  # what is read only once has been read
    assert kinds_of(update, read()) != kinds_of(update) | kinds_of(read())
    assert kinds_of(update, read("pk")) == kinds_of(update) | kinds_of(read("pk"))


def test_words_beyond_ascii_make_other_kinds_of_what_follows(kinds_of):
    assert not kinds_of(of_keys(1)) <= kinds_of(lambda: make_room(name="Zoë"), of_keys(1))
    assert kinds_of(of_keys(1)) <= kinds_of(lambda: make_room(name="Zoe"), of_keys(1))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="notes are taken on SQLite; PostgreSQL casts before LIKE")
def test_what_each_database_reads_in_its_own_way_is_not_alike(db):
    sent = statements.Sent()
    with connection.execute_wrapper(sent.note):
        list(Room.objects.filter(slug__startswith="a"))
        was_alike = sent.is_alike
        list(Room.objects.filter(name__contains="a"))

    assert (was_alike, sent.is_alike) == (True, False)


def test_a_statement_that_fails_is_not_alike(db):
    sent = statements.Sent()
    with connection.execute_wrapper(sent.note), pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")

    assert not sent.is_alike


# --- notes and choice together ---


@pytest.fixture
def pytest_on(tmp_path):
    """Run pytest on a small module of tests, with notes of its own. Returns how often each test ran."""
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\n")
    module = tmp_path / "test_probe.py"
    module.write_text(PROBE)
    command = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "--rootdir", ".", "-v"]

    def run(*options):
        command_line = [*command, "-o", f"cache_dir={tmp_path}", *options, str(module)]
        done = subprocess.run(command_line, capture_output=True, text=True, check=False, cwd=statements.ROOT)
        assert done.returncode == 0, done.stdout + done.stderr
        return Counter(re.findall(r"::(\w+)\S* PASSED", done.stdout))

    return run


@pytest.mark.slow
def test_tests_that_send_the_same_are_left_out_on_the_next_run(pytest_on, tmp_path):
    noted, next_run = pytest_on("--note-statements"), pytest_on("--by-statements")

    others = {"test_with_commits": 1, "test_of_another_row": 1}
    assert noted == {"test_alike": 6} | others
    assert next_run == {"test_alike": next_run["test_alike"]} | others
    assert 2 <= next_run["test_alike"] <= 3  # the first of a process also reads what is kept from then on

    for path in tmp_path.glob("d/statements/*.json"):
        path.write_text(json.dumps(json.loads(path.read_text()) | {"build": "of other sources"}))
    assert pytest_on("--by-statements") == noted
