"""The organisers' desk: Django's admin, saving through the actions."""

from seminars.admin import addresses, breaks, department, people, photos, rooms, series, speakers, talks, topics

__all__ = ["addresses", "breaks", "department", "people", "photos", "rooms", "series", "speakers", "talks", "topics"]
