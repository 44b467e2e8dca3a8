"""Talks in the hour that the clocks repeat and beside the one that they skip: every reader of every feed agrees."""

import csv
import io
import json
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import icalendar
import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream

from tests.factories import make_series, make_talk

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parent
READERS = ["ical.js@2.2.1", "node-ical@0.26.1"]
MINUTE = timedelta(minutes=1)

# The moments at which the clocks of a zone are set back and forward.
CHANGES = {
    "America/New_York": (datetime(2026, 11, 1, 6, tzinfo=UTC), datetime(2027, 3, 14, 7, tzinfo=UTC)),
    "Europe/Berlin": (datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)),
    "Australia/Lord_Howe": (datetime(2027, 4, 3, 15, tzinfo=UTC), datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    "America/Vancouver": (datetime(2025, 11, 2, 9, tzinfo=UTC), datetime(2026, 3, 8, 10, tzinfo=UTC)),
}


def moments(zone):
    back, forward = CHANGES[zone]
    around_repeated = [back + MINUTE * minutes for minutes in (-61, -60, -30, -1, 0, 29, 30, 59, 60, 61)]
    return [*around_repeated, *(forward + MINUTE * minutes for minutes in (-30, -1, 0, 1, 30))]


@pytest.fixture(params=CHANGES)
def zone(request, settings):
    """The department's zone; one more talk is given in a series that has Berlin's."""
    settings.TIME_ZONE = request.param
    series = make_series()
    for moment in moments(request.param):
        make_talk(series=series, starts_at=moment)
    abroad = make_series(zone="Europe/Berlin")
    for moment in moments("Europe/Berlin"):
        make_talk(series=abroad, starts_at=moment)
    return request.param


def wanted(zone):
    return sorted([*moments(zone), *moments("Europe/Berlin")])


def by_icalendar(body):
    return [event.start for event in icalendar.Calendar.from_ical(body).walk("VEVENT")]


def by_vobject(body):
    return [event.dtstart.value for event in vobject.readOne(io.StringIO(body)).vevent_list]


def by_ical(body):
    return [event.dtstart for event in IcsCalendarStream.calendar_from_ics(body).events]


@pytest.mark.parametrize("read", [by_icalendar, by_vobject, by_ical])
def test_libraries_read_the_same_moments_from_the_calendar(client, zone, read):
    body = client.get("/calendar.ics?past=all").content.decode()

    assert sorted(start.astimezone(UTC) for start in read(body)) == wanted(zone)


def test_the_other_feeds_hold_the_same_moments(client, zone):
    items = json.loads(client.get("/feed.json?past=all").content)["items"]
    rows = csv.DictReader(io.StringIO(client.get("/talks.csv?past=all").content.decode("utf-8-sig")))
    atom = client.get("/feed.atom?past=all").content.decode()

    in_json = [datetime.fromisoformat(item["_seminars"]["start"]).astimezone(UTC) for item in items]
    in_csv = [
        datetime.fromisoformat(f"{row['date']}T{row['start']}{row['utc_offset'].removeprefix('UTC')}").astimezone(UTC)
        for row in rows
    ]
    in_atom = [datetime.fromisoformat(start).astimezone(UTC) for start in re.findall(r'datetime="([^"]+)"', atom)]
    assert (sorted(in_json), sorted(in_csv)) == (wanted(zone), wanted(zone))
    assert sorted(in_atom) in ([], wanted(zone))


@pytest.fixture(scope="session")
def node_modules(tmp_path_factory):
    """A folder with the two libraries of JavaScript."""
    if not (npm := shutil.which("npm")):
        pytest.skip("npm is not installed on this machine")
    folder = tmp_path_factory.mktemp("npm")
    subprocess.run([npm, "install", "--no-save", "--no-audit", "--no-fund", "--prefix", folder, *READERS], check=True)
    shutil.copy(HERE / "readers.js", folder)
    return folder


@pytest.mark.clients
@pytest.mark.parametrize("machine_zone", ["UTC", "Asia/Tokyo"])
def test_libraries_of_javascript_read_the_same_moments(client, zone, node_modules, machine_zone):
    (node_modules / "calendar.ics").write_bytes(client.get("/calendar.ics?past=all").content)

    read = subprocess.run(
        [shutil.which("node"), "readers.js", "calendar.ics"],
        cwd=node_modules,
        env={"TZ": machine_zone, "PATH": ""},
        capture_output=True,
        check=True,
        text=True,
    ).stdout

    moments_read = [[datetime.fromisoformat(start.replace("Z", "+00:00")) for start in one] for one in json.loads(read)]
    assert moments_read == [wanted(zone), wanted(zone)]
