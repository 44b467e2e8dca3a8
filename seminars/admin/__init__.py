"""The organisers' desk: Django's admin, saving through the actions."""

from seminars.admin import (
    accounts,
    breaks,
    department,
    former_addresses,
    photos,
    rooms,
    series,
    sources,
    speakers,
    subscribers,
    talks,
    topics,
)

__all__ = [
    "accounts",
    "breaks",
    "department",
    "former_addresses",
    "photos",
    "rooms",
    "series",
    "sources",
    "speakers",
    "subscribers",
    "talks",
    "topics",
]  # fmt: skip
