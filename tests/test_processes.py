"""Several workers under load: no visitor sees an old or mixed page, and no save is lost."""

import os
import re
import signal
import socket
import threading

import pytest

from tests import serving
from tests.tables import with_tables

pytestmark = pytest.mark.slow

KINDS = [
    "retitle", "postpone", "cancel", "change_room", "move_and_say_so", "rename_room", "rename_speaker", "rename_series",
    "rename_all_speakers_at_once", "announce_a_draft",
]  # fmt: skip
EDITS = 200


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    return with_tables(tmp_path_factory.mktemp("site") / "rows.sqlite3")


@pytest.fixture(scope="module")
def organiser(rows):
    with serving.organiser(rows) as organiser:
        organiser("prepare")
        yield organiser


@pytest.fixture(scope="module")
def site(rows, organiser):
    with serving.site(rows) as server:
        serving.await_workers(server, without=[])
        yield server


@pytest.mark.parametrize("kind", KINDS)
def test_the_next_request_after_an_edit_shows_it_on_every_worker(site, organiser, kind):
    paths = ("/", "/calendar.ics")
    before = {path: serving.answers_of_each_worker(site, path) for path in paths}

    shown = organiser(kind)

    for path in paths:
        first, second = serving.answers_of_each_worker(site, path)
        assert (first[0], second[0], first[1] == second[1]) == (200, 200, True)
        assert (shown in before[path][0][1], shown in first[1]) == (False, True)


def test_readers_during_two_hundred_edits_see_nothing_old_nothing_mixed_and_no_error(site, organiser):
    keys, committed = organiser("keys"), [0]
    first = 1_000_000

    with serving.Visitors(site, "/", "/calendar.ics", kept_alive=1, committed=lambda: committed[0]) as visitors:
        for number in range(first, first + EDITS):
            committed[0] = organiser("edit_three", number, keys)

    during = [(known, {n for n in numbers if n >= first}) for _status, known, numbers in visitors.answers if known]
    assert visitors.failures == []
    assert visitors.statuses() == {200}
    assert [seen for _known, seen in during if len(seen) != 1] == []
    assert [(known, seen) for known, seen in during if min(seen) < known] == []
    assert len(set().union(*(seen for _known, seen in during))) > EDITS / 10


def test_under_a_path_all_that_a_page_links_to_is_there(rows, organiser):
    prefix = "/seminars"  # the proxy before it takes the path away, as docs/hosting.md says
    with serving.site(rows, SITE_URL=f"http://127.0.0.1{prefix}") as server:
        pages = [server.get(path) for path in ("/", "/screen/", "/embed/", "/series/", "/archive/")]
        links = {link for page in pages for link in re.findall(r'(?:href|src)="(/[^"?#]*)', page.body.decode())}
        elsewhere = {link for link in links if not link.startswith(f"{prefix}/")}
        statuses = {link: server.get(link.removeprefix(prefix)).status for link in links - elsewhere}

    assert elsewhere == set()
    assert {link.rpartition(".")[2] for link in links} >= {"css", "js", "svg", "ics"}
    assert {link: status for link, status in statuses.items() if status not in (200, 302)} == {}


def test_a_reload_brings_new_settings_and_fails_no_request(rows, organiser, tmp_path):
    settings = tmp_path / "settings_of_this_test.py"
    settings.write_text('from seminars.settings import *\nLANGUAGE_CODE = "en"\n')
    paths = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    chosen = {"DJANGO_SETTINGS_MODULE": settings.stem, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
    with serving.site(rows, **chosen) as server:
        old = serving.await_workers(server, without=[])
        before = server.get("/").body.decode()
        settings.write_text('from seminars.settings import *\nLANGUAGE_CODE = "de"\n')
        with serving.Visitors(server, "/", "/calendar.ics", "/series/", kept_alive=2) as visitors:
            server.process.send_signal(signal.SIGHUP)
            new = serving.await_workers(server, without=old)
            threading.Event().wait(1)
        after = [body for _status, body in serving.answers_of_each_worker(server, "/")]

    assert len(new) == 2
    assert (visitors.failures, visitors.statuses()) == ([], {200})
    languages = [re.search(r'<html lang="(\w+)"', body)[1] for body in (before, *after)]
    assert languages == ["en", "de", "de"]


def test_a_restart_behind_a_socket_refuses_nobody(rows, organiser):
    """systemd keeps the socket while `systemctl restart` starts another program."""
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        with serving.SocketService(listener, rows) as before:
            old = serving.await_workers(before, without=[])
            visitors = serving.Visitors(before, "/", "/calendar.ics", "/series/").__enter__()
        with serving.SocketService(listener, rows) as after:
            new = serving.await_workers(after, without=old)
            visitors.__exit__()

    assert not new & old
    assert (visitors.failures, visitors.statuses()) == ([], {200})
