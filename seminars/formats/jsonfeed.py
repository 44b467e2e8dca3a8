"""A listing as a JSON Feed (version 1.1) with an extension that tells when, where and who; see docs/feeds.md."""

import json
from typing import Any

from django.template.loader import render_to_string

from seminars import kept_entries, text, times
from seminars.kept_entries import Body, Form
from seminars.listings import Listing
from seminars.models import Appearance, Role, Room, Series, Talk
from seminars.models.department_language import department_language, in_department_language
from seminars.models.edition import one_state
from seminars.models.fetched import fetched_rows
from seminars.models.page_addresses import absolute, urn
from seminars.models.talk_prefetches import fetch_for_pages
from seminars.phrases import dated_line, gist
from seminars.times import in_utc, local

CONTENT_TYPE = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"
# What would end or hide a script, for those who put the feed into a page.
ESCAPES = {"</": r"<\/", "<!--": r"\u003c!--"}
# Roles that few talks have: a key is left out where there is nobody.
RARE = {role.plural: role for role in (Role.PANELIST, Role.CHAIR, Role.SUPERVISOR, Role.HOST)}


def render(listing: Listing, *, past_too: bool = False) -> bytes:
    """Return the feed, the earliest talk first; the same rows give the same bytes."""
    return bytes(body(listing, past_too=past_too))


def body(listing: Listing, *, past_too: bool = False) -> Body:
    """Return the same as it is sent: its items stay compressed until then."""
    with one_state(), in_department_language():
        talks = listing.in_feed(past_too=past_too)
        items = kept_entries.entries(FORM, talks, talks.content_marks())
        head = _written(_head(listing, past_too=past_too)).removesuffix(b"}")
    return Body(head + b', "items": [', items, b"]}", between=b", ")


def _written(told: dict[str, Any]) -> bytes:
    written = json.dumps(told, ensure_ascii=False)
    for typed, escaped in ESCAPES.items():
        written = written.replace(typed, escaped)
    return written.encode()


def _head(listing: Listing, *, past_too: bool) -> dict[str, Any]:
    older = listing.archive_links(past_too=past_too).get("prev-archive")
    head = {
        "version": VERSION,
        "title": text.line(listing.title),
        "home_page_url": absolute(listing.page),
        "feed_url": absolute(listing.address_of("feed.json", past_too=past_too)),
        "next_url": absolute(older.address_of("feed.json")) if older else "",
        "description": text.plain(listing.description),
        "language": department_language(),
        "authors": [{"name": text.printable(str(listing.department))}],
    }
    return _without_blanks(head) | {"_seminars": {"is_example": listing.department.is_example}}


def _item(talk: Talk) -> bytes:
    item = {
        "id": urn(talk.uid),
        "url": absolute(talk.get_absolute_url()),
        "title": text.printable(dated_line(talk)),
        "content_html": text.printable(render_to_string("talks/_content.html", {"talk": talk})),
        "summary": text.printable(gist(talk)),
        "date_published": in_utc(talk.published_at or talk.created_at),
        "date_modified": in_utc(talk.changed_at or talk.created_at),
        "authors": [_author(person) for person in talk.speakers],
        "tags": [text.printable(topic.name) for topic in fetched_rows(talk, "topics")],
        "language": talk.language,
    }
    return _written(_without_blanks(item) | {"_seminars": _extension(talk)})


def _extension(talk: Talk) -> dict[str, Any]:
    """Return what JSON Feed has no words for.

    Every key is always there, with null where nothing is known, but those of roles that few talks have.
    """
    return {
        "uid": talk.uid,
        "state": talk.state,
        "kind": _or_none(talk.kind_name),
        "mode": talk.mode,
        "title": _or_none(text.line(talk.title)),
        "abstract": _or_none(talk.abstract),
        "start": local(talk.starts_at, talk.zone_info).isoformat(timespec="seconds"),
        "end": local(talk.ends_at, talk.zone_info).isoformat(timespec="seconds"),
        "zone": talk.zone_name or times.zone_name(),
        "moved_from": local(talk.moved_from, talk.zone_info).isoformat(timespec="seconds") if talk.moved_from else None,
        "moved_at": in_utc(talk.moved_at) if talk.moved_at else None,
        "is_online_only": talk.is_online_only,
        "room": _room(talk.room) if talk.room else None,
        "speakers": [_person(person) for person in talk.people_as(Role.SPEAKER)],
        "moderators": [_person(person) for person in talk.people_as(Role.MODERATOR)],
        "committee": [_person(person) for person in talk.people_as(Role.COMMITTEE)],
        **_without_blanks({key: _people_as(role, talk) for key, role in RARE.items()}),
        "series": [_series(series) for series in talk.shown_series],
        "programme": _or_none(talk.programme),
        "notice": _or_none(talk.notice),
        "join": _join(talk),
    }


def _room(room: Room) -> dict[str, Any]:
    return {
        "name": _or_none(room.name),
        "building": _or_none(room.building),
        "former_name": _or_none(room.former_name()),
        "address": _or_none(", ".join(room.address_lines)),
        "latitude": None if room.latitude is None else float(room.latitude),
        "longitude": None if room.longitude is None else float(room.longitude),
        "url": absolute(room.get_absolute_url()),
    }


def _person(person: Appearance) -> dict[str, str | None]:
    """Return a person with the affiliation of that time, and their page where visitors may see one."""
    page = person.public_page or None
    return {"name": _or_none(person.speaker.name), "affiliation": _or_none(person.affiliation), "url": page}


def _people_as(role: Role, talk: Talk) -> list[dict[str, str | None]]:
    other = _or_none(talk.host) if role == Role.HOST else None  # who is no known person
    people = [_person(person) for person in talk.people_as(role)]
    return people + ([{"name": other, "affiliation": None, "url": None}] if other else [])


def _author(person: Appearance) -> dict[str, str]:
    told = _person(person)
    return _without_blanks({"name": told["name"], "url": told["url"]})


def _series(series: Series) -> dict[str, str | None]:
    """Return a series; the address of an unlisted one is for those who know it."""
    page = absolute(series.get_absolute_url()) if series.is_listed else None
    return {"short_name": _or_none(series.short_name), "name": _or_none(series.name), "url": page}


def _join(talk: Talk) -> dict[str, str | None] | None:
    """Return the address that leads to the link of the day; link and passcode only where everyone may see them."""
    if not talk.join_address:
        return None
    return {
        "address": talk.join_address,
        "link": _or_none(talk.open_join_url),
        "passcode": _or_none(talk.open_passcode),
    }


def _or_none(typed: str) -> str | None:
    return text.printable(typed) or None


def _without_blanks(told: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if value}


FORM = Form("json", fetch_for_pages, _item)
