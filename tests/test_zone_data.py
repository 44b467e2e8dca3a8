"""One set of time zone data is read, the newest one, and a new one counts as soon as it is there."""

import shutil
import time
import zoneinfo
from datetime import datetime

import pytest
import tzdata
from django.core.cache import cache

from seminars import zone_data
from seminars.formats import vtimezone
from seminars.zone_names import known_zone, nearest_zone
from tests.zones import WINNIPEG, folder_of, reading

A_WINTER_DAY = datetime(2026, 12, 15, 12)


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Make folders that are searched as the system's are."""
    made = []

    def make(version, like):
        made.append(folder_of(tmp_path / version, version, like=like))
        monkeypatch.setattr(zone_data.sysconfig, "get_config_var", lambda name: ":".join(map(str, made)))
        return made[-1]

    return make


def noon_in_winnipeg():
    return A_WINTER_DAY.replace(tzinfo=zoneinfo.ZoneInfo(WINNIPEG)).astimezone(zoneinfo.ZoneInfo("UTC")).hour


def test_an_older_system_is_not_asked_for_any_zone(folders):
    folders("2020a", "Asia/Tokyo")

    with reading():
        assert zone_data.current().version == tzdata.IANA_VERSION
        assert noon_in_winnipeg() == 17


def test_a_newer_system_is_read_instead_of_the_package(folders):
    folder = folders("2999a", "Asia/Tokyo")

    with reading():
        assert (zone_data.current().version, zone_data.current().folder) == ("2999a", folder)
        assert noon_in_winnipeg() == 3
        assert "TZNAME:JST" in vtimezone.render(WINNIPEG, 2026)


def test_a_newer_system_that_lacks_a_zone_is_not_mixed_with_the_package(folders):
    (folders("2999a", "Asia/Tokyo") / "US" / "Central").unlink()

    with reading():
        assert zone_data.current().version == tzdata.IANA_VERSION


def test_a_system_that_does_not_tell_its_release_is_not_read(folders):
    (folders("2999a", "Asia/Tokyo") / "tzdata.zi").unlink()

    with reading():
        assert zone_data.current().folder == zone_data.PACKAGE


def test_an_operator_may_choose_older_data(tmp_path):
    folder = folder_of(tmp_path / "chosen", "2020a", like="Asia/Tokyo")

    with reading(PYTHONTZPATH=str(folder)):
        assert (zone_data.current().version, noon_in_winnipeg()) == ("2020a", 3)


@pytest.mark.parametrize("path", ["", "/nowhere"])
def test_a_path_without_data_means_the_package(path):
    with reading(PYTHONTZPATH=path):
        assert zone_data.current().folder == zone_data.PACKAGE


def test_data_that_is_replaced_while_the_site_runs_counts_once_it_has_settled(folders, monkeypatch):
    monkeypatch.setattr(zone_data, "SETTLED_AFTER", float("inf"))  # however slow the machine and late its clock
    folder = folders("2999a", "Asia/Tokyo")
    with reading():
        cache.set("page", "by the old rules")
        lines = vtimezone.render(WINNIPEG, 2026)

        (folder / "tzdata.zi").write_text("# version 2999b\n")
        first_look = zone_data.current().version
        replacement = folder / "new"
        shutil.copy(zone_data.PACKAGE / "Europe/Berlin", replacement)
        replacement.rename(folder / WINNIPEG)
        second_look = zone_data.current().version
        third_look = zone_data.current().version

        assert (first_look, second_look, third_look) == ("2999a", "2999a", "2999b")
        assert noon_in_winnipeg() == 11
        assert vtimezone.render(WINNIPEG, 2026) != lines


def test_a_process_that_was_idle_during_an_update_reads_the_new_data_at_once(folders, monkeypatch):
    folder = folders("2999a", "Asia/Tokyo")
    with reading():
        (folder / "tzdata.zi").write_text("# version 2999b\n")
        monkeypatch.setattr(zone_data, "time", lambda: time.time() + 60)

        assert zone_data.current().version == "2999b"


def test_what_was_cached_under_other_rules_is_not_found(settings, tmp_path):
    settings.TIME_ZONE = WINNIPEG
    cache.set("page", "by the present rules")
    folder = folder_of(tmp_path / "other", "2020a", like="Asia/Tokyo")

    with reading(PYTHONTZPATH=str(folder)):
        assert cache.get("page") is None
    assert cache.get("page") == "by the present rules"


def test_files_that_vanish_for_a_moment_change_nothing(folders, tmp_path):
    folder = folders("2999a", "Asia/Tokyo")
    with reading():
        away = folder.rename(tmp_path / "away")
        zone_data.current()
        away.rename(folder)

        assert [zone_data.current().version for _look in range(3)] == ["2999a"] * 3


@pytest.mark.parametrize(
    ("typed", "zone"),
    [("Europe/Berlin", "Europe/Berlin"), (" europe/berlin ", "Europe/Berlin"), ("US/Central", "US/Central"),
     ("W. Europe Standard Time", "Europe/Berlin"), ("Europe/Berlni", None), ("Berlin", None), ("", None)],
)  # fmt: skip
def test_a_zone_may_be_written_in_any_case_and_as_windows_calls_it(typed, zone):
    assert known_zone(typed) == zone


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [("Berlin", "Europe/Berlin"), ("Europe/Berlni", "Europe/Berlin"), ("new york", "America/New_York"),
     ("Winipeg", "America/Winnipeg"), ("Mars/Olympus", None), ("", None)],
)  # fmt: skip
def test_an_unknown_zone_is_answered_with_the_nearest(typed, nearest):
    assert nearest_zone(typed) == nearest
