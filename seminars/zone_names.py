"""What a typed time zone name means: the names of the IANA database in any case, old ones too, and those of Windows."""

import zoneinfo
from difflib import get_close_matches
from functools import lru_cache
from importlib import import_module

from seminars import zone_data
from seminars.zone_data import ZoneData


def known_zone(typed: str) -> str | None:
    """Return the IANA name of a zone, or None if nobody knows the name.

    Old names such as "US/Central" are names of the database too, and follow its present rules.
    """
    name = typed.strip().casefold()
    return _names(zone_data.current()).get(name) or _windows_names().get(name)


def nearest_zone(typed: str, *, likeness: float = 0.6) -> str | None:
    """Return the known name that looks most like this one: Europe/Berlin for "Berlin" and for "Europe/Berlni".

    None if no name has at least this likeness, from 0 to 1.
    """
    known = _cities(zone_data.current()) | _names(zone_data.current())
    looked_for = _as_city(typed)
    nearest = [looked_for] if looked_for in known else get_close_matches(looked_for, known, n=1, cutoff=likeness)
    return known[nearest[0]] if nearest else None


def zone_of_city(typed: str) -> str | None:
    """Return the zone that is called by this city or country: Europe/Berlin for "Berlin"; None if there is none."""
    return _cities(zone_data.current()).get(_as_city(typed))


def _as_city(typed: str) -> str:
    return typed.strip().casefold().replace(" ", "_")


@lru_cache(maxsize=1)
def _cities(data: ZoneData) -> dict[str, str]:
    return {name.rpartition("/")[2]: zone for name, zone in _names(data).items() if "/" in name}


@lru_cache(maxsize=1)
def _names(data: ZoneData) -> dict[str, str]:
    """Every name of the database, by the name in small letters."""
    return {name.casefold(): name for name in sorted(zoneinfo.available_timezones(), reverse=True)}


@lru_cache(maxsize=1)
def _windows_names() -> dict[str, str]:
    """Windows' names in small letters; read when one is needed, as this library takes 3 MB."""
    names = import_module("icalendar.timezone.windows_to_olson").WINDOWS_TO_OLSON
    return {name.casefold(): zone for name, zone in names.items()}
