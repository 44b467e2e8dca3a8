"""WordPress with The Events Calendar: the answers of /wp-json/tribe/events/v1/events.

https://docs.theeventscalendar.com/rest-api/
"""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from seminars.importing.events import Meeting, SourceEvent, former_path
from seminars.importing.reading.meetings import meeting_in
from seminars.importing.sources.json_values import (
    JSONObject,
    abstract_and_meeting,
    day,
    meeting_of,
    moment,
    zone_called,
)
from seminars.models import State

NAME = "The Events Calendar"
_SHOWN = {"", "publish"}  # any other status is hidden from visitors


def reads(document: object) -> bool:
    data = JSONObject(document)
    return "rest_url" in data and ("events" in data or "utc_start_date" in data)


def entries(document: object) -> Iterator[JSONObject]:
    data = JSONObject(document)
    yield from data.objects("events") if "events" in data else [data]


def event_in(event: JSONObject) -> SourceEvent:
    starts_at = moment(event.text("utc_start_date"), "UTC", name="utc_start_date")
    ends_at = moment(event.text("utc_end_date"), "UTC", name="utc_end_date")
    abstract, meeting = abstract_and_meeting(event.text("description"))
    is_all_day = event.is_true("all_day")
    return SourceEvent(
        uid=_uid(event, starts_at, ends_at),
        created_at=moment(event.text("date_utc"), "UTC", name="date_utc"),
        summary=event.line("title"),
        abstract=abstract,
        starts_at=None if is_all_day else starts_at,
        ends_at=None if is_all_day else ends_at,
        day=day(event.text("start_date"), name="start_date") if is_all_day else None,
        zone=zone_called(event.text("timezone")),
        location=_location(event.object("venue")),
        meeting=meeting if meeting.url else _meeting_at(event.text("website")),
        state=State.CONFIRMED,
        is_private=event.text("status") not in _SHOWN or event.is_true("hide_from_listings"),
        categories=tuple(
            dict.fromkeys(one.line("name") for one in (*event.objects("categories"), *event.objects("tags")))
        ),
        address=former_path(event.text("url")),
        contact=_contact(event.objects("organizer")),
    )


def _uid(event: JSONObject, starts_at: datetime | None, ends_at: datetime | None) -> str:
    """Return the UID that the same event has in the plugin's calendar, so that both mean one talk."""
    host = urlsplit(event.text("url")).hostname
    if not (starts_at and ends_at and host and event.text("id")):
        return event.text("global_id")
    return f"{event.text('id')}-{int(starts_at.timestamp())}-{int(ends_at.timestamp())}@{host}"


def _meeting_at(website: str) -> Meeting:
    """Return the meeting if the event's website is one; any other website is about the talk."""
    return meeting_of(website) if meeting_in(website)[1].url else Meeting()


def _location(venue: JSONObject) -> str:
    """Return the venue on one line, as the plugin's calendar does."""
    region = " ".join(filter(None, (venue.line("stateprovince", "state", "province"), venue.line("zip"))))
    parts = (venue.line("venue"), venue.line("address"), venue.line("city"), region, venue.line("country"))
    return ", ".join(filter(None, parts))


def _contact(organizers: list[JSONObject]) -> tuple[str, str]:
    first = organizers[0] if organizers else JSONObject({})
    return first.line("organizer")[:200], first.text("email") if "@" in first.text("email") else ""
