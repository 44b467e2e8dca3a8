"""Invitations in a real calendar: Evolution's takes what arrived by mail, corrects the entry, and removes it."""

import email
import json
import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from seminars.actions import lifecycle
from seminars.actions.outbox import Sender
from seminars.models.subscriber import CalendarMethod
from tests.calendar_mail import NOON, Worker, invite, make_announced_talk
from tests.factories import in_new_york, make_room
from tests.mailbox import mail_server

NOW = in_new_york(2025, 11, 5, 9)
PYTHON = "/usr/bin/python3"  # the system's, which has the bindings
HAS_EVOLUTION = shutil.which("dbus-run-session") and Path("/usr/libexec/evolution-calendar-factory").exists()

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.engines,
    pytest.mark.usefixtures("clock", "waiting"),
    pytest.mark.skipif(not HAS_EVOLUTION, reason="Evolution’s calendar is not here"),
]


@pytest.fixture
def deliver(sent_over):
    """Send what waits over a real connection; return the calendar in each message."""

    def deliver():
        with mail_server() as (server, url):
            sent_over(url)
            Sender().send_due()
        return [calendar_in(raw) for raw in server.raw]

    return deliver


def calendar_in(raw):
    (part,) = [one for one in email.message_from_bytes(raw).walk() if one.get_content_type() == "text/calendar"]
    return part.get_payload(decode=True).decode()


@pytest.fixture
def evolution(tmp_path):
    """Let Evolution take these calendars one after the other; return the events it holds after each."""

    def take(calendars):
        files = [tmp_path / f"{number}.ics" for number in range(len(calendars))]
        for file, calendar in zip(files, calendars, strict=True):
            file.write_text(calendar, newline="", encoding="utf-8")
        homes = {"HOME": tmp_path, "XDG_DATA_HOME": tmp_path / "data", "XDG_CONFIG_HOME": tmp_path / "config"}
        homes |= {"XDG_CACHE_HOME": tmp_path / "cache", "XDG_RUNTIME_DIR": tmp_path}
        command = ["dbus-run-session", "--", PYTHON, "tests/clients/evolution_calendar.py", *map(str, files)]
        environment = {"PATH": os.environ["PATH"], "GIO_USE_VFS": "local"} | {key: str(at) for key, at in homes.items()}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return take


@pytest.mark.parametrize("method", CalendarMethod)
def test_an_invitation_corrects_itself_and_goes_with_the_talk(deliver, evolution, clock, method):
    talk = make_announced_talk()
    invite(talk, method=method)
    sent = deliver()

    work = Worker(clock)
    lifecycle.move(talk, starts_at=NOON + timedelta(hours=2), by=None)
    lifecycle.change_room(talk, room=make_room(name="Room 414"), by=None)
    work()
    sent += deliver()
    lifecycle.cancel(talk, reason="Snow", by=None)
    work()
    sent += deliver()
    assert len(sent) == 3

    first, moved, cancelled = evolution(sent)

    assert [(one["uid"], one["start"]) for one in first] == [(talk.uid, NOON.timestamp())]
    assert first[0]["summary"].startswith("ASSET: Ada Lovelace")
    assert [(one["uid"], one["start"]) for one in moved] == [(talk.uid, NOON.timestamp() + 2 * 3600)]
    assert "Room 414" in moved[0]["location"]
    assert cancelled == [] or all(one["cancelled"] for one in cancelled)
