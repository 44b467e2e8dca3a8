"""Talks of researchseminars.org: the answers of its interface, /api/0/search/talks and /api/0/lookup/series.

https://researchseminars.org/api/
"""

from collections.abc import Iterator

from seminars.importing.events import Person, SourceEvent, former_path
from seminars.importing.reading.texts import plain_text
from seminars.importing.sources.json_values import (
    JSONObject,
    meeting_of,
    moment,
    objects_in,
    web_address,
    zone_called,
)
from seminars.models.series import JoinAccess

NAME = "researchseminars.org"
# What `access_control` says of the link: 0 it is open, 1 it is shown shortly before, more: only to some people.
_ACCESS = {"0": JoinAccess.OPEN, "1": JoinAccess.TIMED}


def reads(document: object) -> bool:
    return any("seminar_ctr" in talk for talk in _talks(document)[:1])


def _talks(document: object) -> list[JSONObject]:
    data = JSONObject(document)
    return data.objects("results") or data.objects("talks") or objects_in(document)


def entries(document: object) -> Iterator[tuple[JSONObject, JSONObject]]:
    """Yield each talk that was not deleted, with the series where the answer is about one."""
    series = JSONObject(document).object("properties")
    yield from ((talk, series) for talk in _talks(document) if not talk.is_true("deleted"))


def event_in(entry: tuple[JSONObject, JSONObject]) -> SourceEvent:
    talk, series = entry
    zone = zone_called(talk.text("timezone"))
    series_key, number = talk.text("seminar_id"), talk.text("seminar_ctr")
    meeting = meeting_of(talk.text("live_link"))
    fields = {
        "slides_url": web_address(talk.text("slides_link")),
        "recording_url": web_address(talk.text("video_link")),
        "paper_url": web_address(talk.text("paper_link")),
        "language": talk.text("language"),
        "join_access": _ACCESS.get(talk.text("access_control") or "0", JoinAccess.MEMBERS) if meeting.url else "",
    }
    return SourceEvent(
        uid=f"{series_key}/{number}",  # as in its calendars
        title=talk.line("title"),
        people=_people(talk),
        series=series.line("name") or series_key,
        abstract=plain_text(talk.text("abstract")),
        starts_at=moment(talk.text("start_time"), zone, name="start_time"),
        ends_at=moment(talk.text("end_time"), zone, name="end_time"),
        zone=zone,
        location=talk.line("room"),
        meeting=meeting,
        is_private=talk.is_true("hidden"),
        categories=tuple(topic.replace("_", ".") for topic in talk.texts("topics")),
        address=former_path(f"https://researchseminars.org/talk/{series_key}/{number}/"),
        fields={name: str(value) for name, value in fields.items() if value},
    )


def _people(talk: JSONObject) -> list[Person]:
    """Return the speakers; several of them, and their affiliations, have a bar between them."""
    names = [name.strip() for name in talk.line("speaker").split("|")]
    affiliations = [name.strip() for name in talk.line("speaker_affiliation").split("|")]
    shared = affiliations * len(names) if len(affiliations) == 1 else affiliations + [""] * len(names)
    return [Person(name, affiliation) for name, affiliation in zip(names, shared, strict=False) if name]
