"""Log lines as JSON, and the request that they belong to."""

import json
import logging
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from seminars import logs
from tests import serving
from tests.benchmarks.serving import ROOT, environment
from tests.services import free_port
from tests.tables import with_tables

NUMBER = "f82396ac850076eed164548c08a2ceb7"


def record_of(message, *arguments, **further):
    return logging.getLogger("somebody").makeRecord(
        "somebody", logging.ERROR, "x.py", 1, message, arguments, None, **further
    )


def line_in_request(formatter, headers, message="Failed: %s", *arguments):
    """What a formatter writes for a record that is made while a request is answered."""
    lines = []

    def application(environ, start_response):
        lines.append(formatter.format(record_of(message, *(arguments or ("x",)))))
        return []

    logs.KnownRequests(application)(headers, None)
    return lines[0]


def test_a_line_of_json_has_the_time_in_utc_and_everything_in_one_line():
    try:
        raise ValueError("two\nlines")
    except ValueError:
        record = record_of("Zürich\n%s", "x")
        record.exc_info = sys.exc_info()
    record.created = datetime(2026, 3, 8, 7, 0, 0, 5000, UTC).timestamp()

    line = logs.JSONLines().format(record)

    told = json.loads(line)
    assert "\n" not in line
    assert told["time"] == "2026-03-08T07:00:00.005+00:00"
    assert [told[name] for name in ("level", "logger", "message")] == ["ERROR", "somebody", "Zürich\\nx"]
    assert told["exception"].endswith("ValueError: two\nlines")
    assert "request" not in told


def test_lines_say_to_which_request_they_belong_until_it_is_answered():
    headers = {"HTTP_X_REQUEST_ID": NUMBER}

    told = json.loads(line_in_request(logs.JSONLines(), headers))

    assert (told["request"], 0 <= told["milliseconds"] < 60_000) == (NUMBER, True)
    assert line_in_request(logs.WithoutKeys(), headers) == f"Failed: x [request {NUMBER}]"
    assert logs.known_request() is None
    assert logs.WithoutKeys().format(record_of("Failed")) == "Failed"


@pytest.mark.parametrize("sent", ["", "short", 'x" injected="1', "a" * 65, f"{NUMBER}\n", "§" * 20])
def test_a_number_that_no_proxy_writes_is_left_out(sent):
    assert line_in_request(logs.WithoutKeys(), {"HTTP_X_REQUEST_ID": sent}) == "Failed: x"


@pytest.mark.slow
@pytest.mark.parametrize(("chosen", "is_json"), [("json", True), ("", False)])
def test_the_site_and_gunicorn_itself_write_in_the_chosen_format(tmp_path, chosen, is_json):
    written, port = tmp_path / "written", free_port()
    env = environment(
        with_tables(tmp_path / "rows.sqlite3"), port, LOG_FORMAT=chosen, GUNICORN_CMD_ARGS="--log-level info"
    )
    with written.open("wb") as file, Gunicorn(env, file) as server:
        serving.await_workers(server, without=[])
        server.get("/nowhere/", {"X-Request-ID": NUMBER})
        os.kill(server.workers()[0], signal.SIGKILL)

    lines = written.read_text().splitlines()
    about = {name: next(line for line in lines if name in line) for name in ("/nowhere/", "SIGKILL", "Booting worker")}
    assert [line.startswith("{") for line in about.values()] == [is_json] * 3
    assert NUMBER in about["/nowhere/"]
    if is_json:
        told = [json.loads(line) for line in about.values()]
        assert [one["logger"] for one in told] == ["django.request", "gunicorn.error", "gunicorn.error"]
        assert told[0]["status"] == 404


class Gunicorn(serving.Server):
    """gunicorn as the unit of systemd starts it, with what it writes in a file."""

    def __init__(self, env, file):
        self.port = int(env["PORT"])
        prepare = [sys.executable, "manage.py", "prepare", "--empty"]
        subprocess.run(prepare, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
        self.process = subprocess.Popen([sys.executable, "-m", "gunicorn"], cwd=ROOT, env=env, stdout=file, stderr=file)
