"""The organisers' desk: Django's admin, saving through the actions."""

from seminars.admin import (
    addresses,
    breaks,
    department,
    people,
    photos,
    rooms,
    series,
    sources,
    speakers,
    talks,
    topics,
)

__all__ = [
    "addresses", "breaks", "department", "people", "photos", "rooms", "series", "sources", "speakers", "talks",
    "topics",
]  # fmt: skip
