"""A new process answers its first request at every address, on an SQLite file as `make run` uses it."""

import json
import subprocess
import sys

import pytest

from tests import access_matrix, serving
from tests.benchmarks import places
from tests.benchmarks.inside import Inside
from tests.benchmarks.serving import ROOT, environment
from tests.tables import with_tables

pytestmark = pytest.mark.slow

DESK = sorted({route for name, route in access_matrix.routes() if name.startswith("admin:") and "<" not in route})

# Few requests need them, or another process does.
HEAVY = {
    "PIL",
    "cryptography",
    "fido2",
    "math_core",
    "ninja",
    "psycopg",
    "pydantic",
    "python_calamine",
    "recurring_ical_events",
    "x_wr_timezone",
    "xlsxwriter",
}


NOT_FOR_VISITORS = ("seminars.admin", "seminars.api.", "seminars.importing")


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    return with_tables(tmp_path_factory.mktemp("site") / "rows.sqlite3")


@pytest.fixture(scope="module")
def session(rows):
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(collect, cwd=ROOT, env=environment(rows), check=True)
    with serving.organiser(rows) as organiser:
        organiser("prepare")
        return organiser("session")


@pytest.fixture(scope="module")
def public(session, rows):
    """Every address that is measured or counted, of a talk that has everything, and what only few people ask for."""
    with Inside(rows) as inside:
        known = inside("places")
    asked = {**places.FIRST, **places.FURTHER, **places.COUNTED, "calendar": places.CALENDAR}
    return [address.format(**known) for address in asked.values()] + ["/sign-in/", "/readyz", "/healthz", "/nowhere/"]


def told_by(rows, worker, asked):
    command = [sys.executable, "-m", f"tests.{worker}"]
    settled = {"cwd": ROOT, "env": environment(rows), "capture_output": True, "text": True, "timeout": 300}
    return json.loads(subprocess.run(command, input=json.dumps(asked), check=True, **settled).stdout)


def first_answers(rows, session, paths):
    return told_by(rows, "_first_request_worker", {"session": session, "paths": paths})


@pytest.mark.parametrize("who", ["visitor", "organiser"])
def test_the_first_request_of_a_process_is_answered_at_every_address(rows, session, public, who):
    paths = public if who == "visitor" else [*public, *DESK]

    found = first_answers(rows, session if who == "organiser" else "", paths)

    assert sorted(found) == sorted(paths)
    assert {path: status for path, status in found.items() if status not in (200, 302, 307, 403, 404, 405)} == {}


def test_a_process_can_answer_a_private_calendar_first(rows, session, public):
    (private,) = [path for path in public if path.startswith("/private/")]

    assert first_answers(rows, "", [private]) == {private: 200}


def test_a_process_that_serves_visitors_loads_neither_the_desk_nor_the_interface_for_programs(rows, session, public):
    found = told_by(rows, "_loaded_modules_worker", public)

    assert {path: status for path, status in found["statuses"].items() if status not in (200, 302, 403, 404, 405)} == {}
    assert [name for name in found["modules"] if name.startswith(NOT_FOR_VISITORS)] == []
    assert HEAVY.intersection(found["modules"]) == set()
