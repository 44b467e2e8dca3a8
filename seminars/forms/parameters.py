"""Read the parameters of addresses and forms. Invalid values are treated as missing."""

from datetime import date

from django.db.models import Model, QuerySet
from django.utils.datastructures import MultiValueDict

from seminars.times import YEARS

LONGEST_KEY = 18  # digits; what is longer does not fit into a column of keys


def as_key(written: str | None) -> int | None:
    """Return a primary key written in ASCII digits, None for anything else.

    Python takes the digits of every script, and PostgreSQL no more than 64 bits.
    """
    is_key = written is not None and written.isascii() and written.isdigit() and len(written) <= LONGEST_KEY
    return int(written) if is_key else None


def key(asked: MultiValueDict, name: str) -> int | None:
    """Return the primary key that `name` asks for, the last where it is repeated."""
    return as_key(asked.get(name))


def keys(asked: MultiValueDict, name: str) -> list[int]:
    """Return every primary key that `name` asks for, each once."""
    read = map(as_key, asked.getlist(name))
    return list(dict.fromkeys(key for key in read if key is not None))


def row(asked: MultiValueDict, name: str, among: QuerySet) -> Model | None:
    """Return the row that `name` asks for if the user may have it."""
    number = key(asked, name)
    return among.in_bulk([number]).get(number) if number is not None else None


def day(asked: MultiValueDict, name: str) -> date | None:
    """Return the day (ISO 8601, 2025-11-05) that `name` asks for; None outside `times.YEARS`."""
    try:
        found = date.fromisoformat(words(asked, name))
    except ValueError:
        return None
    return found if found.year in YEARS else None


def typed(sent: MultiValueDict) -> MultiValueDict:
    """Return what was sent, without the CSRF token and passwords."""
    kept = sent.copy()
    for name in [name for name in kept if name == "csrfmiddlewaretoken" or "password" in name]:
        del kept[name]
    return kept


def words(asked: MultiValueDict, name: str) -> str:
    """Return the text that `name` asks for, without the NUL that PostgreSQL cannot look for; "" where there is none."""
    return asked.get(name, "").replace("\0", "").strip()
