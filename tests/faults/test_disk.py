"""A full disk, a read-only database, a lock that is held, and a database that is away."""

import contextlib
import html
import http.client
import os
import re
import sqlite3
import subprocess
from urllib.parse import urlencode

import pytest

from tests import serving
from tests.faults.health import answers_at_once
from tests.services import copy_file, free_port

pytestmark = pytest.mark.faults

PAGES = ("/", "/calendar.ics", "/admin/", "/admin/my-calendar/")
SETTINGS = """
from seminars.settings import *
DATABASES["default"]["OPTIONS"] |= {options}
DATABASES["default"]["OPTIONS"]["init_command"] = DATABASES["default"]["OPTIONS"].get("init_command", "") + {pragma!r}
"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, example_file):
    """A site with talks, and the cookie of an organiser."""
    rows = tmp_path_factory.mktemp("site") / "rows.sqlite3"
    copy_file(example_file, rows)
    with serving.organiser(rows) as organiser:
        return rows, organiser("session")


def served(rows, folder, pragma="", **options):
    """The site without the preparation step, which writes, and with these database settings."""
    name = f"settings_of_{folder.name}".replace("-", "_")
    (folder / f"{name}.py").write_text(SETTINGS.format(options=options, pragma=pragma))
    chosen = {"DJANGO_SETTINGS_MODULE": name, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return serving.unprepared(rows, **chosen)


def save(server, session, **typed):
    """Press Save in the form of a new speaker."""
    body = urlencode(typed | {"csrfmiddlewaretoken": serving.TOKEN})
    headers = {"Cookie": f"sessionid={session}; csrftoken={serving.TOKEN}"}
    headers |= {"Content-Type": "application/x-www-form-urlencoded"}
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as line:
        line.request("POST", "/admin/seminars/speaker/add/", body, headers)
        answer = line.getresponse()
        answer.body = answer.read()
    return answer


def looked_at(server, session):
    """The status of each page."""
    return [server.get(path, {"Cookie": f"sessionid={session}"}).status for path in PAGES]


def told(answer):
    """The status, the messages, and the typed values that the page keeps."""
    page = answer.body.decode()
    sentences = [html.unescape(one) for one in re.findall(r"<h1>(.*?)</h1>\s*<p>(.*?)</p>", page, re.S)[0]]
    kept = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)">', page)}
    kept.pop("csrfmiddlewaretoken", None)
    return answer.status, *sentences, kept


def speakers(rows):
    with contextlib.closing(sqlite3.connect(rows)) as connection:
        return connection.execute("SELECT count(*) FROM seminars_speaker").fetchone()[0]


TELL = "Nothing was changed. Tell the person who runs the site, then try again."
TYPED = {"name": "Ada Lovelace", "biography": "On “engines”. " * 20_000}


def test_a_database_that_cannot_grow_is_reported_as_a_full_disk_and_keeps_typed_text(prepared, tmp_path):
    rows, session = prepared
    before = speakers(rows)

    with (
        served(rows, tmp_path, pragma="PRAGMA max_page_count=1;") as server,
        answers_at_once(server),
    ):  # no more than there are
        answer = save(server, session, **TYPED)
        pages = looked_at(server, session)

    assert told(answer) == (503, "The site cannot save at the moment: its disk is full.", TELL, TYPED)
    assert (answer.headers["Retry-After"], answer.headers["Cache-Control"]) == (None, "private, no-store")
    assert (pages, speakers(rows)) == ([200] * 4, before)


@contextlib.contextmanager
def small_disk(folder):
    """A disk of 8 MB, if the tests run as root."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("nobody here may mount a disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a disk")
def test_on_a_full_disk_every_page_works_and_saving_works_again_once_there_is_space(prepared, tmp_path):
    rows, session = prepared
    (disk := tmp_path / "disk").mkdir()
    with small_disk(disk):
        full = disk / "rows.sqlite3"
        full.write_bytes(rows.read_bytes())
        before = speakers(full)
        with served(full, tmp_path) as server, answers_at_once(server):
            looked_at(server, session)
            with contextlib.suppress(OSError), (disk / "filler").open("wb", buffering=0) as filler:
                while filler.write(b"0" * 4096):
                    pass
            answer, pages = save(server, session, **TYPED), looked_at(server, session)
            (disk / "filler").unlink()
            again = save(server, session, **TYPED)

        assert told(answer) == (503, "The site cannot save at the moment: its disk is full.", TELL, TYPED)
        assert (pages, again.status, speakers(full)) == ([200] * 4, 302, before + 1)


def test_a_read_only_database_is_reported(prepared, tmp_path):
    rows, session = prepared
    before = speakers(rows)

    with served(rows, tmp_path, pragma="PRAGMA query_only=1;") as server, answers_at_once(server):
        answer = save(server, session, **TYPED)
        pages = looked_at(server, session)

    assert told(answer) == (503, "The site cannot save at the moment: its database is read-only.", TELL, TYPED)
    assert (pages, speakers(rows)) == ([200] * 4, before)


def test_a_held_lock_is_reported_and_passes(prepared, tmp_path):
    rows, session = prepared
    with (
        served(rows, tmp_path, timeout=0.2) as server,
        answers_at_once(server),
        contextlib.closing(sqlite3.connect(rows, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        answer, pages = save(server, session, **TYPED), looked_at(server, session)
        other.execute("ROLLBACK")
        again = save(server, session, **TYPED)

    advice = "Nothing was changed. Try again in a minute."
    assert told(answer) == (503, "The site is busy: another change is taking too long.", advice, TYPED)
    assert (answer.headers["Retry-After"], pages, again.status) == ("60", [200] * 4, 302)


def test_a_missing_postgresql_is_reported_and_feeds_say_when_to_retry(tmp_path):
    nobody = f"postgres://seminars:x@127.0.0.1:{free_port()}/seminars"

    with (
        served(nobody, tmp_path, pool={"min_size": 0, "max_size": 2, "timeout": 0.5}) as server,
        answers_at_once(server),
    ):
        page, feed = server.get("/"), server.get("/calendar.ics")

    assert told(page) == (503, "The site cannot reach its database at the moment.", "Try again in a minute.", {})
    assert [(one.status, one.headers["Retry-After"]) for one in (page, feed)] == [(503, "60"), (503, "60")]
