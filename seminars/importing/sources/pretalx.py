"""A conference's schedule as pretalx and frab export it: /schedule/export/schedule.json.

https://c3voc.de/schedule/schema.json
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from seminars.importing.events import Person, SourceEvent, former_path
from seminars.importing.reading.texts import plain_text
from seminars.importing.sources.json_values import (
    JSONObject,
    UnusableValue,
    abstract_and_meeting,
    moment,
    objects_in,
    web_address,
    zone_called,
)
from seminars.models.states import Recording

NAME = "pretalx"


def reads(document: object) -> bool:
    return bool(JSONObject(document).object("schedule").object("conference"))


def entries(document: object) -> Iterator[tuple[JSONObject, JSONObject]]:
    """Yield each talk with the conference that it is part of."""
    conference = JSONObject(document).object("schedule").object("conference")
    for day in conference.objects("days"):
        for talks in day.object("rooms").values():
            yield from ((talk, conference) for talk in objects_in(talks))


def event_in(entry: tuple[JSONObject, JSONObject]) -> SourceEvent:
    talk, conference = entry
    zone = zone_called(conference.text("time_zone_name"))
    starts_at = moment(talk.text("date"), zone, name="date")
    abstract, meeting = abstract_and_meeting(talk.text("abstract"), talk.text("description"))
    people = talk.objects("persons")
    return SourceEvent(
        uid=talk.text("guid") or f"{conference.text('acronym')}-{talk.text('code', 'id')}",
        title=": ".join(filter(None, (talk.line("title"), talk.line("subtitle")))),
        people=[Person(name, one.line("affiliation")) for one in people if (name := one.line("name", "public_name"))],
        kind=talk.line("type"),
        series=conference.line("title"),
        abstract=abstract,
        biography=plain_text(people[0].text("biography")) if len(people) == 1 else "",
        starts_at=starts_at,
        ends_at=_end(starts_at, talk.text("duration")),
        zone=zone,
        location=talk.line("room"),
        meeting=meeting,
        categories=(talk.line("track"),) if talk.line("track") else (),
        address=former_path(talk.text("url", "origin_url")),
        fields=_fields(talk),
    )


def _end(starts_at: datetime | None, duration: str) -> datetime | None:
    """Return the end; a duration is "hours:minutes", or "days:hours:minutes"."""
    if starts_at is None or not duration:
        return None
    parts = duration.split(":")
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts) or len(parts) not in {2, 3}:
        raise UnusableValue(_("“%(value)s” is not a valid length for a talk.") % {"value": duration[:40]})
    days, hours, minutes = [0, 0, 0, *map(int, parts)][-3:]
    return starts_at + timedelta(days=days, hours=hours, minutes=minutes)


def _fields(talk: JSONObject) -> dict[str, str]:
    fields = {
        "language": talk.text("language"),
        "recording": Recording.DECLINED if talk.is_true("do_not_record") else "",
    }
    for one in (*talk.objects("links"), *talk.objects("attachments")):
        named, link = one.text("title").casefold(), web_address(one.text("url"))
        if link and "slides" in named:
            fields.setdefault("slides_url", link)
        elif link and ("recording" in named or "video" in named):
            fields.setdefault("recording_url", link)
    return {name: str(value) for name, value in fields.items() if value}
