"""Take values out of JSON whose shape nobody guarantees, and say in a sentence which value cannot be used."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from seminars.importing.events import Meeting
from seminars.importing.reading.meetings import meeting_in
from seminars.importing.reading.texts import plain_text, tidy
from seminars.times import YEARS
from seminars.zone_names import known_zone


class UnusableValue(Exception):
    """An event cannot be imported because of one of its values."""


class JSONObject:
    """An object of a document. A value that is missing or of another type reads as empty."""

    def __init__(self, values: object) -> None:
        self._values = values if isinstance(values, dict) else {}

    def __bool__(self) -> bool:
        return bool(self._values)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def text(self, *names: str) -> str:
        """Return the first of these values that is text or a number and not empty, without stray spaces."""
        for name in names:
            value = self._values.get(name)
            if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
                return str(value).strip()
        return ""

    def line(self, *names: str) -> str:
        """Return text on one line, HTML tags and entities read."""
        return " ".join(plain_text(self.text(*names)).split())

    def is_true(self, name: str) -> bool:
        return self._values.get(name) is True

    def object(self, name: str) -> Self:
        return type(self)(self._values.get(name))

    def objects(self, name: str) -> list[Self]:
        """Return the objects of a list."""
        return objects_in(self._values.get(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of a list, each once."""
        values = self._values.get(name)
        found = [value.strip() for value in values if isinstance(value, str)] if isinstance(values, list) else []
        return tuple(dict.fromkeys(filter(None, found)))

    def values(self) -> Iterator[Any]:
        yield from self._values.values()


def objects_in(values: object) -> list[JSONObject]:
    """Return the objects of a list, none if it is not a list."""
    return [JSONObject(value) for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def zone_called(name: str) -> str:
    """Return the IANA name of a time zone, "" if nobody knows the name."""
    return known_zone(name) or "" if name else ""


def moment(written: str, zone: str, *, name: str) -> datetime | None:
    """Return an ISO 8601 date and time in UTC, None for "". A time without an offset is in `zone`, else in UTC.

    Raise UnusableValue, which mentions the value by `name`, if it is not a possible time for a talk.
    """
    if not written:
        return None
    try:
        value = datetime.fromisoformat(written)
        if value.tzinfo is None:
            value = value.replace(tzinfo=ZoneInfo(zone) if zone else UTC)
        value = value.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _impossible(written, name) from error
    if value.year not in YEARS:
        raise _impossible(written, name)
    return value


def day(written: str, *, name: str) -> date:
    """Return the day of an ISO 8601 date, with or without a time; raise UnusableValue if it is not one."""
    try:
        value = date.fromisoformat(written[:10])
    except ValueError as error:
        raise _impossible(written, name) from error
    if value.year not in YEARS:
        raise _impossible(written, name)
    return value


def _impossible(written: str, name: str) -> UnusableValue:
    words = {"name": name, "value": written[:40]}
    return UnusableValue(_("%(name)s “%(value)s” is not a valid time for a talk.") % words)


def abstract_and_meeting(*written: str) -> tuple[str, Meeting]:
    """Return these paragraphs as plain text without the meeting, and the meeting."""
    text, meeting = meeting_in(plain_text("\n\n".join(filter(None, written))))
    return tidy(text), meeting


def meeting_of(link: str, passcode: str = "") -> Meeting:
    """Return the meeting at a link; text around the link is left out."""
    found = meeting_in(f"Zoom: {link}")[1] if link else Meeting()
    return Meeting(found.url, found.passcode or (passcode if found.url else ""))


def web_address(written: str) -> str:
    """Return an http or https address, "" if it is not one."""
    return written if written.lower().startswith(("http://", "https://")) else ""
