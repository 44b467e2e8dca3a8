"""Talks, speakers and lists of talks in the words of schema.org (JSON-LD), for search engines and assistants."""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse

from seminars import languages, text
from seminars.countries import country_code
from seminars.listings import Listing
from seminars.models import Appearance, Mode, Role, Room, Speaker, State, Talk
from seminars.models.department_language import department_language
from seminars.models.fetched import fetched_rows
from seminars.models.page_addresses import absolute
from seminars.selectors.upload_date import uploaded_at
from seminars.times import local

CONTENT_TYPE = "application/ld+json"
LENGTH_OF_DESCRIPTION = 500  # characters
# Within a script element these would end it, hide its end or begin a comment (HTML §4.12.1.3).
ESCAPES = {ord("<"): r"\u003c", ord(">"): r"\u003e", ord("&"): r"\u0026"}

ATTENDANCE = {
    Mode.IN_PERSON: "https://schema.org/OfflineEventAttendanceMode",
    Mode.ONLINE: "https://schema.org/OnlineEventAttendanceMode",
    Mode.HYBRID: "https://schema.org/MixedEventAttendanceMode",
}
CALLED_OFF = {
    State.CANCELLED: "https://schema.org/EventCancelled",
    State.POSTPONED: "https://schema.org/EventPostponed",
}
CONTEXT = {"@context": "https://schema.org"}
BESIDE = frozenset(Role) - {Role.SPEAKER, Role.PANELIST}  # who are at a talk, but do not perform
VIDEO_FILES = (".mp4", ".m4v", ".webm", ".mov", ".ogv")

Thing = dict[str, Any]


def render(listing: Listing, picture: str = "") -> bytes:
    """Return the one talk of a listing as JSON that may stand in a script element; nothing for a talk that is not
    settled: a draft, a provisional one, one without a speaker, without room and link, or of unlisted series alone.

    `picture` is the address of a picture that stands for its recording.
    """
    talk = listing.subject
    if not is_settled(talk):
        return b""
    organizer = {"@type": "Organization", "name": str(listing.department), "url": absolute(reverse("front"))}
    return _written(_event(talk, picture) | {"organizer": organizer})


def render_list(listing: Listing, talks: Iterable[Talk]) -> bytes:
    """Return the settled ones of some talks, with what lists show, as a list that leads to their pages; nothing if
    there are none."""
    settled = [talk for talk in talks if is_settled(talk)]
    items = [
        {"@type": "ListItem", "position": number, "url": absolute(talk.get_absolute_url()), "name": _name(talk)}
        for number, talk in enumerate(settled, 1)
    ]
    told = {"@type": "ItemList", "name": listing.title, "url": absolute(listing.page)}
    return _written(told | {"numberOfItems": len(items), "itemListElement": items}) if items else b""


def render_person(speaker: Speaker) -> bytes:
    """Return a speaker who has a page."""
    photo = absolute(reverse("photo", args=[speaker.photo_id])) if speaker.photo_id else ""
    about = {"description": text.excerpt(speaker.biography, LENGTH_OF_DESCRIPTION), "image": photo}
    page = absolute(speaker.get_absolute_url())
    return _written(_person(speaker, page, speaker.affiliation) | about)


def _written(thing: Thing) -> bytes:
    return json.dumps(CONTEXT | _known(thing), ensure_ascii=False).translate(ESCAPES).encode()


def is_settled(talk: Talk) -> bool:
    """Tell whether it is sure enough to be told to machines."""
    is_known = talk.state != State.TENTATIVE and talk.speakers and talk.mode
    return bool(talk.is_public and is_known and talk.is_listed)


def _event(talk: Talk, picture: str) -> Thing:
    page = absolute(talk.get_absolute_url())
    return {
        "@type": "Event",
        "@id": absolute(languages.address_in(talk.lasting_path)),  # the same on the pages of all languages
        "url": page,
        "name": _name(talk),
        "description": text.excerpt(talk.abstract, LENGTH_OF_DESCRIPTION),
        "inLanguage": talk.language or department_language(),
        "startDate": local(talk.starts_at, talk.zone_info).isoformat(timespec="seconds"),
        "endDate": local(talk.ends_at, talk.zone_info).isoformat(timespec="seconds"),
        "previousStartDate": _previous_start(talk),
        "eventStatus": _status(talk),
        "eventAttendanceMode": ATTENDANCE.get(talk.mode),
        "location": _location(talk),
        "isAccessibleForFree": True,  # talks of a department cost nothing, even if only members may come
        "performer": [_performer(person) for person in (*talk.speakers, *talk.people_as(Role.PANELIST))],
        "contributor": [_contributor(person) for person in fetched_rows(talk, "appearances") if person.role in BESIDE],
        "image": _photos(talk),
        "superEvent": [
            {"@type": "EventSeries", "name": series.full_name, "url": absolute(series.get_absolute_url())}
            for series in talk.shown_series
            if series.is_listed
        ],
        "recordedIn": _recording(talk, picture),
    }


def _name(talk: Talk) -> str:
    return text.line(talk.title) or f"{talk.series_label}: {talk.speaker_names}"


def _recording(talk: Talk, picture: str) -> Thing | None:
    """Return the recording that the talk's page links to once the talk is over.

    Google shows a result with video only if it has a picture and an upload date
    (https://developers.google.com/search/docs/appearance/structured-data/video).
    """
    if not talk.recording_url or not talk.is_over():
        return None
    is_file = urlsplit(talk.recording_url).path.lower().endswith(VIDEO_FILES)
    video = {
        "@type": "VideoObject",
        "name": _name(talk),
        "description": text.excerpt(talk.abstract, LENGTH_OF_DESCRIPTION),
        "contentUrl" if is_file else "url": talk.recording_url,
        "thumbnailUrl": picture,
        "uploadDate": local(uploaded_at(talk), talk.zone_info).isoformat(timespec="seconds"),
        "inLanguage": talk.language or department_language(),
    }
    return _known(video)


def _photos(talk: Talk) -> list[str]:
    keys = [person.speaker.photo_id for person in talk.speakers]
    return [absolute(reverse("photo", args=[key])) for key in keys if key]


def _status(talk: Talk) -> str | list[str]:
    """Return what became of it; who moved it both in time and online is told both."""
    if talk.is_called_off:
        return CALLED_OFF[State(talk.state)]
    changes = {"EventRescheduled": talk.moved_from is not None, "EventMovedOnline": talk.is_online_only}
    happened = [f"https://schema.org/{name}" for name, is_so in changes.items() if is_so]
    if not happened:
        return "https://schema.org/EventScheduled"
    return happened if len(happened) > 1 else happened[0]


def _previous_start(talk: Talk) -> str:
    if talk.moved_from is None or talk.is_called_off:
        return ""
    return local(talk.moved_from, talk.zone_info).isoformat(timespec="seconds")


def _location(talk: Talk) -> list[Thing]:
    room = [_place(talk.room)] if talk.room else []
    return room + ([_virtual_place(talk)] if talk.join_url else [])


def _place(room: Room) -> Thing:
    address = {
        "streetAddress": room.street,
        "addressLocality": room.city,
        "addressRegion": room.region,
        "postalCode": room.postal_code,
        "addressCountry": country_code(room.country) or room.country,
    }
    place = {"@type": "Place", "name": str(room), "url": absolute(room.get_absolute_url()), "hasMap": room.map_url}
    if any(address.values()):
        place["address"] = _known({"@type": "PostalAddress"} | address)
    if room.latitude is not None:
        place["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": float(room.latitude),
            "longitude": float(room.longitude),
        }
    return _known(place)


def _virtual_place(talk: Talk) -> Thing:
    """Return our own stable address, never the link behind it; the page once there is nothing to join."""
    joined_at = "" if talk.is_over() else talk.join_address
    return {"@type": "VirtualLocation", "url": joined_at or absolute(talk.get_absolute_url())}


def _performer(person: Appearance) -> Thing:
    return _person(person.speaker, person.public_page, person.affiliation)


def _contributor(person: Appearance) -> Thing:
    """Return a person in the words of https://schema.org/Role, which says what somebody contributes."""
    return {"@type": "Role", "roleName": person.get_role_display(), "contributor": _performer(person)}


def _person(speaker: Speaker, page: str, affiliation: str) -> Thing:
    told: Thing = {"@type": "Person", "name": speaker.name, "url": page, "sameAs": _elsewhere(speaker)}
    if affiliation:
        told["affiliation"] = {"@type": "Organization", "name": affiliation}
    return _known(told)


def _elsewhere(speaker: Speaker) -> list[str]:
    orcid = f"https://orcid.org/{speaker.orcid}" if speaker.orcid else ""
    return [address for address in (speaker.homepage, orcid) if address]


def _known(thing: Thing) -> Thing:
    """Leave out what is not known; one thing alone needs no list."""
    alone = {key: value[0] if isinstance(value, list) and len(value) == 1 else value for key, value in thing.items()}
    return {key: value for key, value in alone.items() if value not in ("", [], None)}
