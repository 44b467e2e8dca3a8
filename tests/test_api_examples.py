"""The commands in docs/api.md do what the page says, and their answers look as the page shows them."""

import json
import re
import shutil
import subprocess
import threading
from datetime import UTC, datetime
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import time_machine
from django.conf import settings

from seminars.actions import lifecycle
from seminars.models import Break, Speaker, State, Talk
from tests.factories import in_new_york, make_organiser, make_talk
from tests.pictures import picture
from tests.tokens import make_token
from tests.wsgi_client import site_of_the_test

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(shutil.which("curl") is None, reason="not installed here: curl"),
]

PAGE = Path(settings.BASE_DIR, "docs/api.md").read_text()
HOST = "https://talks.example.edu"
BLOCK = re.compile(r"^```(sh|json)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# Each command prints its body and the status, each on a line. Those that read headers alone go into a pipe.
CURL = """set -euo pipefail
curl() { if [ "$1" = -sI ]; then command curl "$@"; else command curl -sS -w '\\n%{http_code}\\n' "$@"; fi; }
"""
STATUSES = [200, 200, 200, 200, 200, 201, 200, 201, 200, 422]


@pytest.fixture
def server(settings):
    """The address of the site on this machine."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args):
            """Keep the output of the tests clean."""

    with site_of_the_test() as site, make_server("127.0.0.1", 0, site, handler_class=Quiet) as running:
        thread = threading.Thread(target=running.serve_forever, args=[0.02])
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def looks_like(shown, told):
    """Whether an answer has the keys and kinds of values that the page shows."""
    if isinstance(shown, dict):
        return shown.keys() == told.keys() and all(looks_like(shown[key], told[key]) for key in shown)
    if isinstance(shown, list):
        return bool(told) and all(looks_like(shown[0], one) for one in told)
    return type(shown) is type(told)


def run(server, token, folder):
    """Run all commands of the page in one shell, in their order; return bodies and statuses."""
    script = CURL + "\n".join(text for kind, text in BLOCK.findall(PAGE) if kind == "sh").replace(HOST, server)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "TOKEN": token},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    return [json.loads(body) for body in lines[::2]], [int(status) for status in lines[1::2]]


@time_machine.travel(datetime(2026, 11, 30, 4, tzinfo=UTC))  # an hour after the moment that the page names
def test_each_command_of_the_page_does_what_it_says(server, series, ada, tmp_path):
    known = make_talk(pk=235, series=series, speakers=[ada], starts_at=in_new_york(2026, 12, 2, 12))
    lifecycle.withdraw(make_talk(series=series), by=None)
    (tmp_path / "ada.jpg").write_bytes(picture().read())

    bodies, statuses = run(server, make_token(make_organiser(series)), tmp_path)

    assert statuses == STATUSES
    assert len(re.findall(r"^curl ", PAGE, re.MULTILINE)) == len(STATUSES)
    made = Talk.objects.exclude(pk=235).get(title="On engines")
    assert [one.speaker.name for one in made.appearances.in_order()] == ["Ada Lovelace", "Mary Somerville"]
    known.refresh_from_db()
    assert (known.state, known.notice) == (State.CANCELLED, "The speaker is ill.")
    assert (Break.objects.get().reason, Speaker.objects.get(pk=ada.pk).photo is None) == ("Thanksgiving", False)

    place, compared = 0, 0
    for kind, text in BLOCK.findall(PAGE):
        if kind == "sh":
            place += len(re.findall(r"^curl ", text, re.MULTILINE))
        else:
            assert looks_like(json.loads(text), bodies[place - 1]), text
            compared += 1
    assert compared == 2
