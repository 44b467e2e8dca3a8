"""The programs of a subscriber: vdirsyncer fetches the feed from a running server and khal shows it."""

import os
import re
import subprocess
import sys
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from tests import serving
from tests.benchmarks.inside import Inside
from tests.factories import NEW_YORK
from tests.tables import with_tables

pytestmark = pytest.mark.clients

PROGRAMS = Path(sys.executable).parent
NOON = datetime.combine(datetime.now(NEW_YORK) + timedelta(days=30), time(12), NEW_YORK)

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

STAMPS = ("SEQUENCE", "DTSTAMP", "LAST-MODIFIED")

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
    """A subscriber to the feed at `address` who keeps all files in `folder`."""

    def __init__(self, folder, address):
        self.folder = folder
        (folder / "vdirsyncer.conf").write_text(VDIRSYNCER.format(folder=folder, feed=address))
        (folder / "khal.conf").write_text(KHAL.format(folder=folder))
        self.run("vdirsyncer", "--config", folder / "vdirsyncer.conf", "discover", said="y\n")

    def refresh(self):
        self.run("vdirsyncer", "--config", self.folder / "vdirsyncer.conf", "sync", "--force-delete")

    def sees(self, day):
        """The lines that khal prints for each talk on a day."""
        shape = "{start-time}-{end-time} {title} @ {location} [{status}]"
        printed = self.khal("list", "--format", shape, "--day-format", "", day, "1d")
        return [line for line in printed.splitlines() if line.strip()]

    def reads(self, day):
        """The descriptions of the talks on a day."""
        return self.khal("list", "--format", "{description}", "--day-format", "", day, "1d")

    def stamps(self):
        """SEQUENCE, DTSTAMP and LAST-MODIFIED of each fetched entry, including duplicates."""
        entries = [file.read_text() for file in (self.folder / "talks").iterdir()]
        return [[told for name in STAMPS for told in re.findall(rf"^{name}:(\S*)", entry, re.M)] for entry in entries]

    def khal(self, *command):
        return self.run("khal", "--config", self.folder / "khal.conf", *command)

    def run(self, program, *command, said=""):
        surroundings = os.environ | {"HOME": str(self.folder), "TZ": "America/New_York", "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            [PROGRAMS / program, *command], input=said, env=surroundings, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def as_printed(sequence, changed_at):
    """The stamps of the row as its entry must have them."""
    moment = f"{datetime.fromisoformat(changed_at):%Y%m%dT%H%M%SZ}"
    return [str(sequence), moment, moment]


@pytest.fixture
def organiser(tmp_path):
    with Inside(with_tables(tmp_path / "rows.sqlite3"), commands="tests.clients.life") as organiser:
        organiser("prepare", NOON.isoformat())
        yield organiser


@pytest.fixture
def subscriber(tmp_path, organiser):
    with serving.site(tmp_path / "rows.sqlite3") as site:
        yield Subscriber(tmp_path, f"http://127.0.0.1:{site.port}/calendar.ics")


def test_a_subscriber_sees_each_change_in_the_life_of_a_talk_once(subscriber, organiser):
    day, next_day = (f"{NOON + timedelta(days=days):%Y-%m-%d}" for days in (0, 1))
    engines = "ASSET: Ada Lovelace – On engines; or, x²"
    old_room, new_room = "Gutmann Hall, Room 414", "Linden Hall, Atrium"

    def after(command, day=day):
        """The subscriber's view after an edit that raised SEQUENCE and kept the UID, in the entry and in the row."""
        uid, sequence, changed_at = organiser("stamps")
        organiser(command)
        subscriber.refresh()
        now = organiser("stamps")
        assert (now[0], now[1], now[2] > changed_at) == (uid, sequence + 1, True)
        assert subscriber.stamps() == ([] if command == "withdraw" else [as_printed(*now[1:])])
        return subscriber.sees(day)

    subscriber.refresh()
    nobody = "ASSET: to be announced"
    assert subscriber.sees(day) == [f"12:00-13:00 {nobody} @ Gutmann Hall, Room 307 [CONFIRMED ]"]
    unnamed = "ASSET: Ada Lovelace (title to be announced)"
    assert after("add_speaker") == [f"12:00-13:00 {unnamed} @ Gutmann Hall, Room 307 [CONFIRMED ]"]
    assert after("rename") == [f"12:00-13:00 {engines} @ Gutmann Hall, Room 307 [CONFIRMED ]"]
    assert after("rename_room") == [f"12:00-13:00 {engines} @ {old_room} [CONFIRMED ]"]
    assert after("change_room") == [f"12:00-13:00 {engines} @ {new_room} [CONFIRMED ]"]
    assert subscriber.reads(day).startswith(f"Room changed from {old_room} to {new_room}")
    assert after("move") == []
    assert subscriber.sees(next_day) == [f"12:00-13:00 {engines} @ {new_room} [CONFIRMED ]"]
    after("change_link")
    assert ("zoom.example/j/2" in subscriber.reads(next_day), "j/1" in subscriber.reads(next_day)) == (True, False)
    assert after("cancel", next_day) == [f"12:00-13:00 CANCELLED: {engines} @ {new_room} [CANCELLED ]"]
    assert subscriber.reads(next_day).startswith("Snow")
    assert after("reinstate", next_day) == [f"12:00-13:00 {engines} @ {new_room} [CONFIRMED ]"]
    assert after("postpone", next_day) == [f"12:00-13:00 POSTPONED: {engines} @ {new_room} [CANCELLED ]"]
    assert subscriber.reads(next_day).startswith("The speaker is ill.")
    assert after("withdraw", next_day) == []


def test_a_save_without_a_change_sends_nothing_to_a_subscriber(subscriber, organiser):
    subscriber.refresh()
    before = [(file.name, file.read_bytes()) for file in sorted((subscriber.folder / "talks").iterdir())]

    organiser("save_without_change")
    subscriber.refresh()

    assert [(file.name, file.read_bytes()) for file in sorted((subscriber.folder / "talks").iterdir())] == before
