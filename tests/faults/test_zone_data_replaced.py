"""Time zone data that is replaced under a running site and at a restart: wall times stay, no rendering is stale."""

import contextlib
import json
import re
import shutil
import time
from datetime import UTC, datetime
from html import unescape

import pytest

from tests import serving
from tests.ics_checker import parsed
from tests.services import account, free_port, redis
from tests.zones import NEW, OLD

# A wall time in each zone, and its hour in UTC by the old and by the new data; a second pass of a repeated hour stays.
ZONES = {
    "America/Winnipeg": ("2027-12-15T12:00", "18:00", "17:00"),
    "America/Vancouver": ("2027-12-15T12:00", "20:00", "19:00"),
    "America/Havana": ("2026-12-15T12:00", "17:00", "16:00"),
    "Africa/Casablanca": ("2027-12-15T12:00", "11:00", "12:00"),
    "Europe/Chisinau": ("2027-12-15T12:00", "10:00", "10:00"),
}
OLD_HOURS = {zone: hours[1] for zone, hours in ZONES.items()}
NEW_HOURS = {zone: hours[2] for zone, hours in ZONES.items()}


def replace(folder, source):
    """Replace every file as a package manager does, the one that names the release among the first."""
    for path in sorted(source.rglob("*"), key=lambda path: path.name != "tzdata.zi"):
        target = folder / path.relative_to(source)
        if path.is_dir():
            target.mkdir(exist_ok=True, parents=True)
            continue
        target.parent.mkdir(exist_ok=True, parents=True)
        new = target.with_name(f"{target.name}.new")
        shutil.copyfile(path, new)
        new.replace(target)


@pytest.fixture(params=["memory", "redis"])
def cache_address(request, folder):
    if request.param == "memory":
        yield ""
        return
    if not shutil.which("redis-server"):
        pytest.skip("not installed here: redis-server")
    with redis(folder, account(), free_port()) as address:
        yield f"{address}/0"


@pytest.fixture
def data(tmp_path):
    """A folder of time zone data, as old as March 2025."""
    folder = tmp_path / "zoneinfo"
    replace(folder, OLD)
    return folder


def seen(server, path):
    """The wall times and hours in UTC by page, linked data, a link to a calendar, the calendar itself and JSON."""
    page = unescape(server.get(path).body.decode())
    event = json.loads(re.search(r"<script[^>]*application/ld\+json[^>]*>(.+?)</script>", page)[1])
    [item] = (one for one in json.loads(server.get("/feed.json").body)["items"] if one["url"].endswith(path))
    [entry] = parsed(server.get(re.sub(r"[^/]*/$", "calendar.ics", path)).body).called("VEVENT")
    moments = [datetime.fromisoformat(text) for text in (event["startDate"], item["_seminars"]["start"])]
    hours = {f"{moment.astimezone(UTC):%H:%M}" for moment in moments}
    hours.add(re.sub(r".*?[?&]dates=\d+T(\d\d)(\d\d).*", r"\1:\2", page, flags=re.DOTALL))
    walls = {f"{moment:%Y-%m-%dT%H:%M}" for moment in moments}
    walls.add(f"{datetime.strptime(entry.value('DTSTART'), '%Y%m%dT%H%M%S'):%Y-%m-%dT%H:%M}")  # noqa: DTZ007
    return walls, hours


def renderings(server, paths):
    """What each worker renders, by zone."""
    found = []
    for pid in server.workers():
        with serving.alone(server, pid):
            found.append({zone: seen(server, path) for zone, path in paths.items()})
    return found


def right(hours):
    """What each worker is to render: the wall times that were typed, and these hours."""
    return [{zone: ({ZONES[zone][0]}, {hour}) for zone, hour in hours.items()}] * 2


def await_equal(ask, wanted):
    """Wait until the site has noticed. Until then, a page and a calendar may come from before and after the switch."""
    deadline = time.monotonic() + 30
    while (found := ask()) != wanted:
        assert time.monotonic() < deadline, found
        time.sleep(0.5)


def test_wall_times_stay_whatever_becomes_of_the_data(rows, cache_address, data, fill):
    further = {"TIME_ZONE": "America/Winnipeg", "PYTHONTZPATH": str(data), "CACHE_URL": cache_address}
    fill(rows, "migrated")
    with contextlib.ExitStack() as running:
        organiser = running.enter_context(serving.organiser(rows, commands="tests.zone_commands", **further))
        paths = organiser("prepare", {zone: wall for zone, (wall, _old, _new) in ZONES.items()})

        with serving.site(rows, **further) as server:
            serving.await_workers(server, without=[])
            assert renderings(server, paths) == right(OLD_HOURS)
            replace(data, NEW)
            await_equal(
                lambda: (renderings(server, paths), organiser("sequences")), (right(NEW_HOURS), [0, 1, 1, 1, 1])
            )
        with serving.site(rows, **further) as server:
            serving.await_workers(server, without=[])
            assert renderings(server, paths) == right(NEW_HOURS)
            assert organiser("sequences") == [0, 1, 1, 1, 1]
            replace(data, OLD)
            await_equal(lambda: renderings(server, paths), right(OLD_HOURS))
        with serving.site(rows, **further) as server:
            serving.await_workers(server, without=[])
            assert renderings(server, paths) == right(OLD_HOURS)
            assert organiser("sequences") == [0, 2, 2, 2, 2]
