"""Which zones have had new rules within the last two years: programs with older data show other times there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from seminars import zone_data
from seminars.formats.vtimezone import changes_of
from seminars.zone_data import ZoneData

NEW_FOR_YEARS = 2  # about as long as programs and telephones go without new data
COMPARED_YEARS = 10


@dataclass(frozen=True)
class Release:
    """A release of the time zone database that changed times to come, and in which zones."""

    version: str
    on: date
    zones: frozenset[str]


# From https://data.iana.org/time-zones/tzdb/NEWS. Add the releases up to that of the tzdata package when you update
# it; tests/test_new_rules.py names the zones. Releases from more than two years ago may be removed.
RELEASES = (
    Release("2025a", date(2025, 1, 15), frozenset({"America/Asuncion"})),
    Release("2025b", date(2025, 3, 22), frozenset({"America/Coyhaique"})),
    Release("2026a", date(2026, 3, 2), frozenset({"Europe/Chisinau", "Europe/Tiraspol"})),
    Release("2026b", date(2026, 4, 23), frozenset({"America/Vancouver", "Canada/Pacific"})),
    Release(
        "2026c",
        date(2026, 7, 8),
        frozenset(
            {"America/Edmonton", "America/Yellowknife", "Canada/Mountain", "Africa/Casablanca", "Africa/El_Aaiun"}
        ),
    ),
    Release("2026d", date(2026, 9, 11), frozenset({"America/Inuvik"})),
    Release("2026e", date(2026, 9, 30), frozenset({"America/Winnipeg", "America/Rainy_River", "Canada/Central"})),
    Release("2026f", date(2026, 10, 28), frozenset({"America/Havana", "Cuba"})),
)
LATEST = "2026f"  # all releases up to this one were looked at


def new_release(zone: str, on: date) -> str:
    """Return the release that changed the rules of a zone in the two years before a day, "" where none did.

    `zone` is an IANA name. The answer is the same on all days of a month. Predictions that older data has too, such as
    those for Ramadan in Gaza, are not new. Where the system's data is newer than RELEASES, a zone in which it differs
    from the tzdata package counts as changed in its release, on the last day of that year at the latest.
    """
    return _new_release(zone_data.current(), zone, on.replace(day=1))


@lru_cache(maxsize=256)
def _new_release(data: ZoneData, zone: str, on: date) -> str:
    since = on.replace(year=on.year - NEW_FOR_YEARS)
    releases = [one for one in RELEASES if one.version <= (data.version or LATEST) and zone in one.zones]
    if data.version > LATEST and list(zones_that_differ(data, zone_data.package(), (zone,), on.year)):
        releases.append(Release(data.version, date(int(data.version[:4]), 12, 31), frozenset({zone})))
    return next((one.version for one in reversed(releases) if one.on >= since), "")


def zones_that_differ(one: ZoneData, other: ZoneData, zones: tuple[str, ...], since: int) -> Iterator[str]:
    """Yield the zones whose clocks differ in the ten years from `since` on."""
    return (zone for zone in zones if _clocks(one, zone, since) != _clocks(other, zone, since))


def _clocks(data: ZoneData, zone: str, year: int) -> list[tuple[datetime, timedelta]]:
    """Return when which offset from UTC begins, the first from 1 January of a year on."""
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + COMPARED_YEARS, 1, 1, tzinfo=UTC)
    changes, _last_year = changes_of(data.read(zone), year)
    *_, at_start = (change.after.offset for change in changes if change.at <= start)
    found = [(start, at_start)]
    for change in changes:
        if start < change.at < end and change.after.offset != found[-1][1]:
            found.append((change.at, change.after.offset))
    return found
