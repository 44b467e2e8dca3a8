"""What a calendar's time zone names mean that are no names of the database: offsets, and names that people read."""

import re
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from seminars.text import fold
from seminars.zone_names import known_zone, zone_of_city

_LONGEST = 200  # characters; the longest display name of Windows has some 60
_OFFSET = re.compile(
    r"[(\[]?\s*(?P<utc>UTC|GMT|Z)?\s*(?P<sign>[+\u2212-])\s*(?P<hours>\d{1,2})(?:[:.]?(?P<minutes>[0-5]\d))?\s*[)\]]?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[,;/()&]|\s[-\u2013:]\s")  # the cities of "(UTC+01:00) Amsterdam, Berlin, Bern"
_FURTHEST = timedelta(hours=15)
# Regions that share their clocks, each with one zone that has them: their names in the languages of the site and of
# its neighbours, folded and without "standard" or "summer".
_REGIONS = {
    "Etc/UTC": "utc|universal time|coordinated universal time|koordinierte weltzeit|temps universel coordonne"
    "|tiempo universal coordinado|tempo coordinato universale|tempo universal coordenado|gecoordineerde wereldtijd",
    "Europe/London": "greenwich mean time|mittlere greenwich-zeit|heure de greenwich|hora de greenwich"
    "|ora di greenwich|british time|britische zeit",
    "Europe/Lisbon": "western european time|westeuropaische zeit|heure d'europe de l'ouest|hora de europa occidental"
    "|ora dell'europa occidentale|west-europese tijd|hora da europa ocidental",
    "Europe/Berlin": "central european time|central europe time|cet|cest|mez|mesz|w. europe time"
    "|mitteleuropaische zeit|heure d'europe centrale|hora de europa central|ora dell'europa centrale"
    "|midden-europese tijd|hora da europa central",
    "Europe/Paris": "romance time|romanische zeit",
    "Europe/Helsinki": "eastern european time|eet|osteuropaische zeit|heure d'europe de l'est|hora de europa oriental"
    "|ora dell'europa orientale|oost-europese tijd|hora da europa oriental",
    "America/New_York": "eastern time|us eastern time|edt|heure de l'est|hora del este",
    "America/Chicago": "central time|us central time|cdt|heure du centre|hora central",
    "America/Denver": "mountain time|us mountain time|mdt|heure des rocheuses|hora de la montana",
    "America/Los_Angeles": "pacific time|us pacific time|pst|pdt|heure du pacifique|hora del pacifico",
    "America/Halifax": "atlantic time|heure de l'atlantique",
}
_ZONES = {name: zone for zone, names in _REGIONS.items() for name in names.split("|")}
# "Eastern Daylight Time", "Mitteleuropäische Sommerzeit", "Heure normale d'Europe centrale".
_SEASON = re.compile(
    r"\b(?:daylight|standard|summer|normale|estandar|padrao) |(?<=\b)(?:sommer|normal|standaard|zomer)(?=zeit\b|tijd\b)"
    r"| (?:d'ete|de verano|estiva|de verao)(?= |$)"
)


def offset_in(name: str) -> tzinfo | None:
    """Return the fixed offset that a name says and nothing else: "UTC+2", "GMT+0100", "(UTC-05:30)"."""
    match = _OFFSET.fullmatch(name.strip())
    return _fixed(match) if match else None


def zone_of_offset(name: str) -> str:
    """Return the zone of the database that always has the offset before a name, "" where there is none."""
    match = _OFFSET.match(name.strip())
    hours = -int(f"{match['sign']}{match['hours']}".replace("\u2212", "-")) if match else 0  # signs are those of POSIX
    return known_zone(f"Etc/GMT{hours:+}") or "" if match and not int(match["minutes"] or 0) else ""


def zones_meant(name: str, wall: datetime) -> list[str]:
    """Return the IANA zones that a name for people may mean, the likeliest first; of those with the same clocks one.

    "(UTC+01:00) Amsterdam, Berlin" means the cities whose clocks show that offset in winter or at `wall`.
    """
    name = name[:_LONGEST].strip()
    match = _OFFSET.match(name)
    rest = name[match.end() :] if match else name
    stated = fixed.utcoffset(None) if match and (fixed := _fixed(match)) else None
    found: dict[tuple[timedelta | None, ...], str] = {}
    for zone in _zones_named(rest):
        if stated is None or stated in (_winter(zone), ZoneInfo(zone).utcoffset(wall)):
            found.setdefault(_clocks(zone, wall), zone)
    return list(found.values())


def _fixed(match: re.Match[str]) -> timezone | None:
    offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
    offset = offset if match["sign"] == "+" else -offset
    return timezone(offset) if abs(offset) <= _FURTHEST else None


def _zones_named(words: str) -> list[str]:
    """Return the zones of the region that a name is, or else of the cities in it."""
    whole = _plain(words)
    parts = [part for one in _BETWEEN.split(words) if (part := _plain(one))]
    zones = [_ZONES.get(whole) or known_zone(whole.replace("-", "/"))]
    zones += [_ZONES.get(part) or zone_of_city(part) or known_zone(part) for part in parts]
    return list(dict.fromkeys(filter(None, zones)))


def _plain(words: str) -> str:
    """Return a name folded and without its season."""
    plain = " ".join(fold(words).replace("\u2019", "'").split()).strip(" ,;:-")
    return _SEASON.sub("", plain)


def _winter(zone: str) -> timedelta:
    """Return the offset outside of summer time, by which Windows calls its zones."""
    rules = ZoneInfo(zone)
    return min(rules.utcoffset(datetime(2025, month, 10, 12)) for month in (1, 7))  # noqa: DTZ001  a wall time


def _clocks(zone: str, wall: datetime) -> tuple[timedelta | None, ...]:
    """Return what tells the clocks of two zones apart: their offsets then, half a year later and at present."""
    rules = ZoneInfo(zone)
    months = (datetime(year, month, 15, 12) for year in (wall.year, 2025) for month in (1, 3, 4, 7, 10, 11))  # noqa: DTZ001
    return (rules.utcoffset(wall), *map(rules.utcoffset, months))
