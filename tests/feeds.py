"""The addresses of all feeds, and how to find the talks in each format."""

import csv
import io
import json
from xml.etree import ElementTree

from seminars.models.page_addresses import urn

from .factories import make_room, make_series, make_speaker, make_talk, make_topic
from .ics_checker import parsed

ATOM = "{http://www.w3.org/2005/Atom}"
FILES = ("calendar.ics", "feed.atom", "feed.json", "talks.csv")
TYPES = {
    "calendar.ics": "text/calendar; charset=utf-8",
    "feed.atom": "application/atom+xml; charset=utf-8",
    "feed.json": "application/feed+json",
    "talks.csv": "text/csv; charset=utf-8; header=present",
}
SCOPES = ("", "series/asset/", "rooms/room-414/", "speakers/ada-lovelace/", "topics/logic/")
FILTERS = "series=asset&topic=logic&room=room-414&speaker=ada-lovelace&mode=in-person"
ADDRESSES = [f"/{scope}{file}" for file in FILES for scope in SCOPES]
ADDRESSES += [f"/{file}?{query}" for file in FILES for query in (FILTERS, "past=all")]


def make_talk_of_every_scope(**fields):
    """A talk that appears in each of ADDRESSES."""
    series, room, topic = make_series(slug="asset"), make_room(slug="room-414"), make_topic(slug="logic")
    speaker = make_speaker(slug="ada-lovelace", name="Ada Lovelace")
    return make_talk(**{"series": series, "room": room, "topics": [topic], "speakers": [speaker]} | fields)


def rows(answer):
    """The lines of a table as dictionaries by column."""
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def held(address, answer):
    """The URNs of the talks in any feed, sorted."""
    if ".ics" in address:
        return sorted(urn(event.value("UID")) for event in parsed(answer.content).called("VEVENT"))
    if ".atom" in address:
        entries = ElementTree.fromstring(answer.content).iter(f"{ATOM}entry")
        return sorted(entry.findtext(f"{ATOM}id") for entry in entries)
    if ".json" in address:
        return sorted(item["id"] for item in json.loads(answer.content)["items"])
    return sorted(urn(row["uid"]) for row in rows(answer))
