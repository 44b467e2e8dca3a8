"""The organisers' desk: Django's admin, saving through the actions."""

from seminars.admin import (
    accounts,
    addresses,
    breaks,
    department,
    photos,
    rooms,
    series,
    sources,
    speakers,
    talks,
    topics,
)

__all__ = [
    "accounts", "addresses", "breaks", "department", "photos", "rooms", "series", "sources", "speakers", "talks",
    "topics",
]  # fmt: skip
