"""Cache backends for Django; everything in them can be made again, so losing it is never an error."""

from seminars import zone_data


def cache_key(key: str, key_prefix: str, version: int) -> str:
    """Return Django's key and the time zone data in force: what was rendered by other rules is not found."""
    return f"{key_prefix}:{version}:{zone_data.current().key}:{key}"
