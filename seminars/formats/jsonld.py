"""A talk as a schema.org Event in JSON-LD, for search engines and assistants that read pages."""

import json
from typing import Any

from django.conf import settings
from django.urls import reverse

from seminars import text
from seminars.listings import Listing
from seminars.models import Appearance, Mode, Room, State, Talk
from seminars.models.addresses import absolute
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

Thing = dict[str, Any]


def render(listing: Listing) -> bytes:
    """Return the one talk of a listing as JSON that may stand in a script element; nothing for a talk that is not
    settled: a draft, a provisional one, one without a speaker, without room and link, or of unlisted series alone."""
    talk = listing.subject
    if not is_settled(talk):
        return b""
    organizer = {"@type": "Organization", "name": str(listing.department), "url": absolute(reverse("front"))}
    event = _event(talk) | {"organizer": organizer}
    return json.dumps(_known(event), ensure_ascii=False).translate(ESCAPES).encode()


def is_settled(talk: Talk) -> bool:
    """Tell whether it is sure enough to be told to machines."""
    is_known = talk.state != State.TENTATIVE and talk.speakers and talk.mode
    return bool(talk.is_public and is_known and talk.is_listed)


def _event(talk: Talk) -> Thing:
    page, photos = absolute(talk.get_absolute_url()), [person.speaker.photo_id for person in talk.speakers]
    return {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": absolute(talk.lasting_path),
        "url": page,
        "name": text.line(talk.title) or f"{talk.series_label}: {talk.speaker_names}",
        "description": text.excerpt(talk.abstract, LENGTH_OF_DESCRIPTION),
        "inLanguage": talk.language or settings.LANGUAGE_CODE,
        "startDate": local(talk.starts_at, talk.zone_info).isoformat(timespec="seconds"),
        "endDate": local(talk.ends_at, talk.zone_info).isoformat(timespec="seconds"),
        "previousStartDate": _previous_start(talk),
        "eventStatus": _status(talk),
        "eventAttendanceMode": ATTENDANCE.get(talk.mode),
        "location": _location(talk),
        "performer": [_person(person) for person in talk.speakers],
        "image": [absolute(reverse("photo", args=[photo])) for photo in photos if photo],
        "superEvent": [
            {"@type": "EventSeries", "name": series.full_name, "url": absolute(series.get_absolute_url())}
            for series in talk.shown_series
            if series.is_listed
        ],
    }


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
        "addressCountry": room.country,
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


def _person(person: Appearance) -> Thing:
    speaker = person.speaker
    told: Thing = {"@type": "Person", "name": speaker.name, "url": speaker.public_page, "sameAs": _elsewhere(person)}
    if person.affiliation:
        told["affiliation"] = {"@type": "Organization", "name": person.affiliation}
    return _known(told)


def _elsewhere(person: Appearance) -> list[str]:
    orcid = f"https://orcid.org/{person.speaker.orcid}" if person.speaker.orcid else ""
    return [address for address in (person.speaker.homepage, orcid) if address]


def _known(thing: Thing) -> Thing:
    """Leave out what is not known; one thing alone needs no list."""
    alone = {key: value[0] if isinstance(value, list) and len(value) == 1 else value for key, value in thing.items()}
    return {key: value for key, value in alone.items() if value not in ("", [], None)}
