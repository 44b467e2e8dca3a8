"""Indico's export: /export/event/ID.json and /export/categ/ID.json, with `detail=contributions` or without.

https://docs.getindico.io/en/stable/http-api/exporters/event/
"""

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from seminars.importing.events import Person, SourceEvent, former_path
from seminars.importing.sources.json_values import JSONObject, abstract_and_meeting, moment, web_address, zone_called
from seminars.models import State

NAME = "Indico"
_HONORIFIC = re.compile(r"^(?:(?:Mr|Mrs|Ms|Dr|Prof)\.?\s+)+")
_LECTURE = {"simple_event", "lecture"}  # an event of one talk, whose chairs are its speakers
_SLIDES = re.compile(r"slides|folien|presentation|talk", re.IGNORECASE)
_RECORDING = re.compile(r"recording|video|aufzeichnung", re.IGNORECASE)


def reads(document: object) -> bool:
    return JSONObject(document).text("_type") == "HTTPAPIResult"


def entries(document: object) -> Iterator[tuple[JSONObject, JSONObject]]:
    """Yield each talk with the event that it is part of: contributions, or the event itself where it has none."""
    for event in JSONObject(document).objects("results"):
        within = [*event.objects("contributions")]
        within += [one for session in event.objects("sessions") for one in session.objects("contributions")]
        scheduled = [(one, event) for one in within if one.object("startDate")]
        yield from scheduled or [(event, event)]


def event_in(entry: tuple[JSONObject, JSONObject]) -> SourceEvent:
    talk, event = entry
    is_part = talk is not event
    zone = zone_called(talk.object("startDate").text("tz") or event.text("timezone"))
    abstract, meeting = abstract_and_meeting(talk.text("description"))
    people, hosts = _people(talk, event)
    host = urlsplit(event.text("url")).hostname or "indico"
    kind = "contribution" if is_part else "event"
    number = talk.text("db_id", "id") if is_part else event.text("id")
    return SourceEvent(
        uid=f"indico-{kind}-{number}@{host}" if number else "",
        title=talk.line("title"),
        people=people,
        kind=talk.line("type") if is_part else "",
        series=event.line("title") if is_part else event.line("category"),
        abstract=abstract,
        starts_at=_moment(talk, "startDate"),
        ends_at=_moment(talk, "endDate"),
        zone=zone,
        location=_location(talk, event),
        meeting=meeting,
        state=State.CONFIRMED,
        is_private=talk.is_true("hasAnyProtection") or event.is_true("hasAnyProtection"),
        categories=talk.texts("keywords"),
        address=former_path(talk.text("url") or event.text("url")),
        fields=({"host": hosts} if hosts else {}) | _material(talk),
    )


def _moment(talk: JSONObject, name: str) -> datetime | None:
    data = talk.object(name)
    written = f"{data.text('date')} {data.text('time')}".strip()
    return moment(written, zone_called(data.text("tz")), name=name)


def _people(talk: JSONObject, event: JSONObject) -> tuple[list[Person], str]:
    """Return speakers and host; the chairs of a lecture speak, those of a meeting invite."""
    chairs = [_person(one) for one in event.objects("chairs")]
    if talk is event:
        is_lecture = event.text("type") in _LECTURE
        return (chairs, "") if is_lecture else ([], ", ".join(one.name for one in chairs))
    speakers = talk.objects("speakers") or talk.objects("primaryauthors")
    return [_person(one) for one in speakers], ", ".join(one.name for one in chairs)


def _person(data: JSONObject) -> Person:
    full = _HONORIFIC.sub("", data.line("fullName", "full_name", "name"))
    family, comma, given = full.partition(", ")
    name = f"{data.line('first_name')} {data.line('last_name')}".strip()
    return Person(name or (f"{given} {family}" if comma else full), data.line("affiliation"))


def _location(talk: JSONObject, event: JSONObject) -> str:
    """Return room, venue and address on one line; a talk without a room has that of its event."""
    place = talk if talk.text("room", "roomFullname", "location") else event
    return ", ".join(filter(None, (place.line("roomFullname", "room"), place.line("location"), place.line("address"))))


def _material(talk: JSONObject) -> dict[str, str]:
    """Return the links to slides and recording among the attachments."""
    found: dict[str, str] = {}
    for folder in talk.objects("folders"):
        for one in folder.objects("attachments"):
            link = web_address(one.text("link_url", "download_url"))
            called = f"{folder.text('title')} {one.text('title', 'filename')}"
            if link and not one.is_true("is_protected"):
                for field, pattern in (("recording_url", _RECORDING), ("slides_url", _SLIDES)):
                    if pattern.search(called) and field not in found:
                        found[field] = link
                        break
    return found
