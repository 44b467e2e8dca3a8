"""Zones whose rules changed within the last two years: from a table that is checked against the data itself."""

from datetime import UTC, date, datetime

import pytest
import tzdata

from seminars import zone_data
from seminars.actions import stamping, zone_changes
from seminars.formats.new_rules import LATEST, RELEASES, new_release, zones_that_differ
from seminars.formats.vtimezone import changes_of
from tests.admin_forms import signed_in
from tests.factories import make_administrator, make_talk
from tests.zones import NEW, OLD, old_data, reading

OLD_RELEASE = "2025b"


def test_the_table_has_each_zone_in_which_the_pinned_data_differs_from_older_data():
    zones = zone_data._package_zones()
    old, new = (zone_data._described(folder) for folder in (OLD, NEW))

    differing = set(zones_that_differ(old, new, zones, 2026))

    later = [release for release in RELEASES if release.version > OLD_RELEASE]
    assert old.version == OLD_RELEASE
    assert differing == set().union(*(release.zones for release in later))


def test_the_table_goes_as_far_as_the_pinned_data():
    """If this fails you have updated tzdata: read its NEWS, add what is new to RELEASES and set LATEST."""
    assert tzdata.IANA_VERSION == LATEST
    assert [release.version for release in RELEASES] == sorted(release.version for release in RELEASES)
    assert [release.on for release in RELEASES] == sorted(release.on for release in RELEASES)


@pytest.mark.parametrize(
    ("zone", "release", "last_month"),
    [
        ("America/Asuncion", "2025a", date(2027, 1, 31)),
        ("America/Coyhaique", "2025b", date(2027, 3, 31)),
        ("Europe/Chisinau", "2026a", date(2028, 3, 31)),
        ("America/Vancouver", "2026b", date(2028, 4, 30)),
        ("Africa/Casablanca", "2026c", date(2028, 7, 31)),
        ("America/Winnipeg", "2026e", date(2028, 9, 30)),
        ("America/Havana", "2026f", date(2028, 10, 31)),
    ],
)
def test_rules_are_new_until_two_years_after_the_release_that_changed_them(zone, release, last_month):
    after = date(last_month.year, last_month.month + 1, 1)

    assert [new_release(zone, on) for on in (date(2026, 11, 28), last_month, after)] == [release, release, ""]


@pytest.mark.parametrize(
    "zone", ["Asia/Gaza", "Asia/Hebron", "America/Scoresbysund", "America/New_York", "Europe/Berlin", "UTC"]
)
@pytest.mark.parametrize("year", [2026, 2027, 2030, 2050])
def test_rules_that_did_not_change_are_not_new(zone, year):
    assert new_release(zone, date(year, 11, 28)) == ""


def test_older_data_does_not_know_later_changes():
    with old_data():
        assert [new_release(zone, date(2026, 11, 28)) for zone in ("America/Winnipeg", "America/Coyhaique")] == [
            "",
            "2025b",
        ]


@pytest.fixture
def later_data(tmp_path):
    """A release 2027a, in which Berlin has the clocks of Moscow."""
    for name in zone_data._package_zones():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).symlink_to(NEW / name)
    (tmp_path / "Europe/Berlin").unlink()
    (tmp_path / "Europe/Berlin").symlink_to(NEW / "Europe/Moscow")
    (tmp_path / "tzdata.zi").write_text("# version 2027a\n")
    with reading(PYTHONTZPATH=str(tmp_path)):
        yield


def test_data_that_is_newer_than_the_table_is_compared_with_the_package(later_data):
    months = [date(2027, 2, 1), date(2029, 12, 31), date(2030, 1, 1)]

    assert [new_release("Europe/Berlin", on) for on in months] == ["2027a", "2027a", ""]
    assert [new_release("Europe/Paris", on) for on in months] == ["", "", ""]
    assert new_release("America/Winnipeg", date(2027, 2, 1)) == "2026e"


def test_no_zone_is_new_for_ever():
    zones = zone_data._package_zones()

    assert [zone for zone in zones if new_release(zone, date(2029, 1, 1))] == []


def test_predictions_for_ramadan_are_there_and_yet_not_new():
    """Otherwise the tests above would prove nothing about Gaza."""
    changes, _last_year = changes_of(zone_data.current().read("Asia/Gaza"), 2026)

    assert changes[-1].at > datetime(2060, 1, 1, tzinfo=UTC)
    assert new_release("Asia/Gaza", date(2026, 11, 28)) == ""


NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)


@pytest.mark.django_db
def test_the_desk_names_the_release_and_stops_in_time(clock, settings):
    settings.TIME_ZONE = "America/Winnipeg"
    make_talk()
    zone_changes.follow_present_rules()
    client = signed_in(make_administrator())
    words = "The rules changed within the last two years (2026e)."

    told = words in client.get("/admin/time-zones/").content.decode()
    clock.move_to(datetime(2028, 10, 1, 9, tzinfo=UTC))
    told_later = words in signed_in(make_administrator()).get("/admin/time-zones/").content.decode()

    assert (told, told_later) == (True, False)


@pytest.mark.django_db
def test_calendar_entries_stop_saying_the_time_in_words(clock, settings, client):
    settings.TIME_ZONE = "America/Winnipeg"
    talk = make_talk(starts_at=datetime(2028, 12, 15, 17, tzinfo=UTC))
    stamping.stamp([talk])

    def says_time():
        return "DESCRIPTION:Time: 12 noon\\, UTC−5" in client.get("/calendar.ics").content.decode()

    said = says_time()
    clock.move_to(datetime(2028, 9, 30, 9, tzinfo=UTC))
    said_in_september = says_time()
    clock.move_to(datetime(2028, 10, 1, 9, tzinfo=UTC))

    assert (said, said_in_september, says_time()) == (True, True, False)
