"""A subscriber's own programs: vdirsyncer fetches the feed from a running server, khal shows it."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from seminars.actions import lifecycle, printed, talks
from seminars.models import JoinAccess

from ..factories import in_new_york, make_draft, make_room, make_series, make_talk

pytestmark = [pytest.mark.clients, pytest.mark.django_db(transaction=True)]

PROGRAMS = Path(sys.executable).parent
NOON = in_new_york(2026, 11, 4, 12)
LINK = "https://zoom.example/j/95189835192"

VDIRSYNCER = """
[general]
status_path = "{folder}/status/"

[pair talks]
a = "here"
b = "there"
collections = null
conflict_resolution = "b wins"

[storage here]
type = "filesystem"
path = "{folder}/talks/"
fileext = ".ics"

[storage there]
type = "http"
url = "{feed}"
"""

KHAL = """
[calendars]
[[talks]]
path = {folder}/talks/
type = calendar

[locale]
local_timezone = America/New_York
default_timezone = America/New_York
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M

[sqlite]
path = {folder}/khal.db
"""


class Subscriber:
    """Somebody who follows the feed at `address`; everything they have is in `folder`."""

    def __init__(self, folder, address):
        self.folder = folder
        (folder / "vdirsyncer.conf").write_text(VDIRSYNCER.format(folder=folder, feed=address))
        (folder / "khal.conf").write_text(KHAL.format(folder=folder))
        self.run("vdirsyncer", "--config", folder / "vdirsyncer.conf", "discover", said="y\n")

    def refresh(self):
        self.run("vdirsyncer", "--config", self.folder / "vdirsyncer.conf", "sync", "--force-delete")

    def sees(self, day="2026-11-04"):
        """What khal prints of each talk on a day."""
        shape = "{start-time}-{end-time} {title} @ {location} [{status}]"
        printed = self.khal("list", "--format", shape, "--day-format", "", day, "1d")
        return [line for line in printed.splitlines() if line.strip()]

    def reads(self, day="2026-11-04"):
        """The descriptions of the talks on a day."""
        return self.khal("list", "--format", "{description}", "--day-format", "", day, "1d")

    def khal(self, *command):
        return self.run("khal", "--config", self.folder / "khal.conf", *command)

    def run(self, program, *command, said=""):
        surroundings = os.environ | {"HOME": str(self.folder), "TZ": "America/New_York", "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            [PROGRAMS / program, *command], input=said, env=surroundings, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def subscriber(live_server, tmp_path):
    return Subscriber(tmp_path, f"{live_server.url}/calendar.ics")


def test_a_subscriber_sees_the_talk_and_each_change_of_it_once(subscriber):
    series = make_series(short_name="ASSET")
    room = make_room(name="Room 307", building="Gutmann Hall")
    talk = make_talk(series=series, title="", speakers=["Ada Lovelace"], starts_at=NOON, room=room, join_url=LINK)
    make_draft(series=series, title="Not yet", starts_at=NOON)
    subscriber.refresh()
    assert subscriber.sees() == [
        "12:00-13:00 ASSET: Ada Lovelace (title to be announced) @ Gutmann Hall, Room 307 [CONFIRMED ]"
    ]
    assert f"/talks/{talk.pk}/join/" in subscriber.reads()

    talk.title = "On engines; or, $x^2$"
    talks.save(talk)
    room.name = "Room 414"
    printed.save(room)
    subscriber.refresh()
    whole = "ASSET: Ada Lovelace – On engines; or, x²"
    assert subscriber.sees() == [f"12:00-13:00 {whole} @ Gutmann Hall, Room 414 [CONFIRMED ]"]

    lifecycle.move(talk, starts_at=NOON + timedelta(days=1, hours=1), by=None)
    subscriber.refresh()
    assert subscriber.sees() == []
    assert subscriber.sees("2026-11-05") == [f"13:00-14:00 {whole} @ Gutmann Hall, Room 414 [CONFIRMED ]"]

    lifecycle.cancel(talk, reason="Snow", by=None)
    subscriber.refresh()
    assert subscriber.sees("2026-11-05") == [f"13:00-14:00 CANCELLED: {whole} @ Gutmann Hall, Room 414 [CANCELLED ]"]
    assert subscriber.reads("2026-11-05").startswith("Snow")

    lifecycle.reinstate(talk, by=None)
    subscriber.refresh()
    assert subscriber.sees("2026-11-05") == [f"13:00-14:00 {whole} @ Gutmann Hall, Room 414 [CONFIRMED ]"]

    lifecycle.withdraw(talk, by=None)
    make_talk(series=series, title="Another", starts_at=NOON, join_access=JoinAccess.OPEN)
    subscriber.refresh()
    assert subscriber.sees("2026-11-05") == []
