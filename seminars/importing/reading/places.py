"""Read where a talk is: room, building and address, or only online."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from seminars.importing.reading import meeting_invitations as invitation
from seminars.importing.reading.links import is_meeting, links_in, with_links_as
from seminars.importing.reading.place_words import (
    AT,
    BUILDING,
    CODE,
    DASHED,
    FILLERS,
    FLOOR,
    HYBRID,
    IN_BRACKETS,
    IN_PERSON,
    IN_PERSON_ALONE,
    LABEL,
    LONE,
    LONG_NUMBER,
    MAILBOX,
    MEETING_AND_ALL_AFTER,
    NOTICE_FIRST,
    NOTICE_IN_BRACKETS,
    NOTICE_LAST,
    NOWHERE,
    NUMBERED_BUILDING,
    ON_LINE,
    ONLINE,
    ONLINE_AFTER,
    ONLINE_AROUND,
    ONLINE_BEFORE,
    ROOM,
    ROOM_LABEL,
    ROOM_WORDS,
    SEATS,
    SIGNS,
    TRAILING_NUMBER,
)
from seminars.importing.reading.postal_addresses import is_region, is_street, joined_streets, without_address_end
from seminars.importing.reading.texts import without_double_escapes
from seminars.importing.reading.unwrapping import unwrapped
from seminars.text import fold

_LONGEST = 2_000  # characters; a longer text describes more than a place
_LONGEST_PART = 300
_MOST_OF_A_BUILDING = 20  # rooms: "Lecture Theatre (2)" has its number in brackets, "Lecture Theatre (120)" seats 120
_BRACKETS = re.compile(r"\s?\((?P<inside>[^()]{1,80})\)")
_ADDRESS_NAMES = {
    "streetAddress": "street",
    "addressLocality": "city",
    "addressRegion": "region",
    "postalCode": "postal_code",
    "addressCountry": "country",
}


@dataclass(frozen=True)
class Place:
    """Where a talk is: the fields of a room (`name` is "" where there is none), online or not, and links.

    `known` is the room of this site that is meant, as it was given, or "". `alternatives` are other likely readings.
    """

    fields: dict[str, str]
    is_online: bool = False
    urls: tuple[str, ...] = ()
    alternatives: tuple[dict[str, str], ...] = ()
    known: str = ""


def read_place(location: str, *, known: Collection[str] = ()) -> Place:
    """Read a line or an address such as "Gutmann Hall, Room 414, 3333 Chestnut Street, Philadelphia, 19104, USA".

    `known` are rooms of this site, each as one string ("Levine Hall, 307"), which are looked for first.
    """
    place = _read(location[:_LONGEST])
    match = _known(place, known)
    return replace(place, fields=dict(place.fields), known=match, alternatives=() if match else place.alternatives)


@lru_cache(maxsize=1_000)  # the talks of a calendar are in few rooms
def _read(location: str) -> Place:
    text = _without_notices(unwrapped(without_double_escapes(location)).strip())
    if text[:1] in {"{", "["} and (described := _of_json(text)):
        return described
    urls = tuple(dict.fromkeys(link for _start, link in links_in(text)))
    without_links = with_links_as(" ", text)
    without_codes = _without_codes(without_links)
    # Exchange and Zimbra name the mailboxes of rooms: "Room 12" <room12@example.edu>.
    named = MAILBOX.sub(lambda match: match["name"] or " ", without_codes)
    parts, is_online = _parts_without_online(named)
    is_online |= without_codes != without_links or any(map(is_meeting, urls)) or bool(HYBRID.search(text))
    readings = [_tidy(reading) for reading in _readings_of_all(parts, named)] or [{"name": ""}]
    fields = readings[0] if readings[0]["name"] or is_online else _named(readings[0])
    others = tuple(reading for reading in readings[1:] if reading != fields)
    return Place(fields, is_online, urls, others)


def _without_notices(text: str) -> str:
    """Take "New room:" and "(no room)" out: they name no room."""
    text = NOTICE_LAST.sub("", NOTICE_IN_BRACKETS.sub("", NOTICE_FIRST.sub("", text, count=1)))
    return _BRACKETS.sub(_if_it_says_a_place, text)


def _if_it_says_a_place(brackets: re.Match[str]) -> str:
    words = brackets["inside"].strip()
    return " " if NOWHERE.fullmatch(words) and not re.search(ON_LINE, words, re.IGNORECASE) else brackets[0]


def _tidy(fields: dict[str, str]) -> dict[str, str]:
    return {name: " ".join(words.split()) for name, words in fields.items()}


def _named(fields: dict[str, str]) -> dict[str, str]:
    """Return the fields of a place of which only the address is known: its street or city is its name."""
    return fields | {"name": fields.get("street") or fields.get("city") or ""}


def _of_json(text: str) -> Place | None:
    """Read a place in the words of schema.org, as JSON; None if it is something else."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return None
    places = [each for each in (given if isinstance(given, list) else [given]) if isinstance(each, dict)]
    online = [each for each in places if each.get("@type") == "VirtualLocation"]
    room = next((each for each in places if each not in online), {})
    address = room.get("address") or {}
    if not isinstance(address, dict):
        return read_place(", ".join(filter(None, [_text(room.get("name")), _text(address)])))
    fields = _readings(_split(_text(room.get("name"))))[:1] or [{"name": ""}]
    texts = {field: _text(address.get(name)) for name, field in _ADDRESS_NAMES.items()}
    links = tuple(filter(None, (_text(each.get("url")) for each in places)))
    return Place(fields[0] | {name: words for name, words in texts.items() if words}, bool(online), links)


def _text(value: Any) -> str:
    return _text(value.get("name")) if isinstance(value, dict) else value.strip() if isinstance(value, str) else ""


def _without_codes(text: str) -> str:
    """Take passcodes and numbers of meetings out: they are no room, and rooms are public."""
    text = MEETING_AND_ALL_AFTER.sub(r"\g<service>", text)
    for match in invitation.passcodes_in(text):
        text = text.replace(match[0], " ")
    return re.sub(r"[(\[][\s,;:-]*[)\]]", " ", _without_numbers(text))


def _without_numbers(text: str) -> str:
    for match in invitation.numbers_in(text):
        text = text.replace(match[0], " ")
    return text


def _split(text: str) -> list[str]:
    """Split at commas, semicolons and line breaks outside of brackets; lone signs and empty parts go."""
    parts, depth, begins = [], 0, 0
    for at, letter in enumerate(text):
        depth = max(depth + (letter in "([") - (letter in ")]"), 0)
        if letter in "\n;·•，；、|" or (letter == "," and not depth):
            parts.append(text[begins:at])
            begins, depth = at + 1, 0
    tidy = (LABEL.sub("", " ".join(part.split()), count=1).strip(" -–—:|/") for part in [*parts, text[begins:]])
    return [ROOM_LABEL.sub(_with_space, part, count=1) for part in tidy if part and not NOWHERE.fullmatch(part)]


def _with_space(match: re.Match[str]) -> str:
    return f"{match[1]} "


def _parts_without_online(text: str) -> tuple[list[str], bool]:
    """Return the parts that name a place, and whether the others say that one can join online."""
    kept, is_online = [], False
    for part in _split(text):
        rest = IN_PERSON.sub("", _without_online(part), count=1) if len(part) <= _LONGEST_PART else part
        rest = _bare(rest)
        is_online |= rest != part and bool(re.search(ON_LINE, part, re.IGNORECASE))
        if rest and not NOWHERE.fullmatch(rest):
            kept.append(rest)
    return kept, is_online


def _bare(part: str) -> str:
    """Return a part without lone signs and words at its ends, and without brackets around it."""
    part = LONE.sub("", IN_PERSON_ALONE.sub("", part).strip(SIGNS)).strip(SIGNS)
    if not any(letter.isalnum() for letter in part):
        return ""
    if part[:1] == "(" and part[-1:] == ")":
        return part[1:-1].strip()
    return part.rstrip(")") if "(" not in part else part + ")" * (part.count("(") - part.count(")"))


def _without_online(part: str) -> str:
    if ONLINE.fullmatch(part) or LONG_NUMBER.fullmatch(part):
        return ""
    if match := ONLINE_AROUND.fullmatch(part):
        return _without_online(match["rest"])
    if (match := ONLINE_AFTER.fullmatch(part)) or (match := ONLINE_BEFORE.fullmatch(part)):
        return _without_online(match["rest"]) if match["rest"] != part else part
    return part


def _readings_of_all(parts: list[str], text: str) -> list[dict[str, str]]:
    """Return the readings; of several rooms with ";" between them (Outlook writes so) each is one."""
    rooms = [part for part in parts if ROOM.fullmatch(part)]
    if ";" in text and len(rooms) == len(parts) > 1:
        return [{"name": room} for room in rooms]
    return _readings(parts)


def _readings(parts: list[str]) -> list[dict[str, str]]:
    """Return how the parts may be read, the likeliest first."""
    if not parts:
        return []
    certain, *rest = [_apart(part) if at == 0 else [part] for at, part in enumerate(joined_streets(parts))]
    others, end = without_address_end([part for (part,) in rest])
    street = next(
        (at for at, part in enumerate([*certain, *others]) if _is_street(part) and (at or others or end)), None
    )
    if street is not None:
        return _around_street([*certain, *others], street, end)
    if end and "city" not in end and others and not _is_inside(others[-1]) and not CODE.fullmatch(others[-1]):
        end = {"city": others.pop()} | end
    elif (
        end.keys() & {"region", "postal_code"}
        and not others
        and not _has_digit(certain[0])
        and not _is_inside(certain[0])
    ):
        return [{"name": "", "city": certain[0]} | end]
    if end or len(certain) > 1:
        cut = 0 if end else max([at + 1 for at, part in enumerate(others) if _is_inside(part)], default=0)
        inside, city = (others, {}) if end else (others[:cut], _city(others[cut:]))
        return [reading | city | end for reading in _insides([*certain, *inside])]
    return _without_street([*certain, *others])


def _around_street(parts: list[str], street: int, end: dict[str, str]) -> list[dict[str, str]]:
    """Read what precedes a street as room and building, and what follows as its city; a room may follow too."""
    after = parts[street + 1 :]
    rooms = [part for part in after if ROOM.fullmatch(part) or FLOOR.fullmatch(part)]
    cities = [part for part in after if part not in rooms]
    region = {"region": cities.pop()} if len(cities) > 1 and is_region(cities[-1]) else {}
    outside = {"street": parts[street]} | ({"city": cities.pop()} if cities else {}) | region | end
    return [inside | outside for inside in _insides([*parts[:street], *rooms, *cities])] or [{"name": ""} | outside]


def _is_street(part: str) -> bool:
    """Tell whether a part is a street; that of "Carlton House Terrace" is no building."""
    is_of_house = ROOM.fullmatch(part) or FLOOR.fullmatch(part) or (BUILDING.fullmatch(part) and not part[0].isdigit())
    return is_street(part) and not is_of_house


def _is_inside(part: str) -> bool:
    """Tell whether a part names a room, a floor or a building."""
    return bool(ROOM.fullmatch(part) or FLOOR.fullmatch(part) or BUILDING.fullmatch(part))


def _apart(part: str) -> list[str]:
    """Take a part apart where a bracket, a dash or "in" stands between room and building."""
    if match := AT.fullmatch(part):
        return [match["room"], match["building"]]
    match = IN_BRACKETS.fullmatch(part)
    if match and SEATS.fullmatch(match["inside"].strip()) and not match["after"]:  # as Exchange writes
        number = int(match["inside"]) if match["inside"].isdigit() else _MOST_OF_A_BUILDING
        is_number = number < _MOST_OF_A_BUILDING and re.fullmatch(ROOM_WORDS, match["name"], re.IGNORECASE)
        return [part] if is_number else [match["name"]]
    if match:
        is_note = match["inside"][0].islower() and not BUILDING.fullmatch(match["inside"])
        around = ", ".join(filter(None, [match["inside"], match["after"]]))
        return [part] if is_note or FLOOR.fullmatch(match["inside"]) else [match["name"], around]
    if (match := DASHED.fullmatch(part)) and not FLOOR.fullmatch(match["second"]):
        is_code = _has_digit(match["first"]) and " " not in match["first"] and not BUILDING.fullmatch(match["second"])
        return [part] if is_code else [match["first"], match["second"]]
    return [part]


def _without_street(parts: list[str]) -> list[dict[str, str]]:
    """Read parts of which only the last may be a city."""
    inside = [at for at, part in enumerate(parts) if _is_inside(part) or CODE.fullmatch(part)]
    if len(parts) == 1:
        return _insides(parts)
    if _is_whole(parts):
        return [reading | _city(parts[1:]) for reading in _insides(parts[:1])]
    if inside == [0] and not ROOM.fullmatch(parts[0]) and len(parts) == 2:
        return [{"name": parts[0]} | _city(parts[1:]), _reading(parts, 1)]
    cut = max((inside[-1] if inside else 0) + 1, 2)
    return [reading | _city(parts[cut:]) for reading in _insides(parts[:cut])]


def _city(parts: list[str]) -> dict[str, str]:
    names = ("city", "region") if len(parts) > 1 and is_region(parts[1]) else ("city", "country")
    return dict(zip(names, [*parts[:1], *filter(None, [", ".join(parts[1:])])], strict=False))


def _is_whole(parts: list[str]) -> bool:
    """Tell whether the first part names building and room at once ("Levine Hall 307, Philadelphia")."""
    numbered = [_has_digit(part) for part in parts[:2]]
    return numbered == [True, False] and not _is_inside(parts[1]) and bool(TRAILING_NUMBER.fullmatch(parts[0]))


def _insides(parts: list[str]) -> list[dict[str, str]]:
    """Tell the room from its building: the likeliest reading, then others."""
    if not parts:
        return []
    if len(parts) == 1:
        whole = {"name": parts[0]}
        match = TRAILING_NUMBER.fullmatch(parts[0])
        is_split = match and not re.fullmatch(rf"(?:{ROOM_WORDS})", match["building"], re.IGNORECASE)
        return [whole, {"name": match["number"], "building": match["building"]}] if is_split else [whole]
    at = min(range(len(parts)), key=lambda place: (_how_unlike_a_room(parts[place]), place))
    readings = [_reading(parts, at)]
    is_certain = [_how_unlike_a_room(part) for part in parts].count(_how_unlike_a_room(parts[at])) == 1
    if not is_certain or _how_unlike_a_room(parts[at]) > 2:
        readings += [_reading(parts, other) for other in range(len(parts)) if other != at]
    return readings


def _reading(parts: list[str], at: int) -> dict[str, str]:
    return {"name": parts[at], "building": ", ".join(parts[:at] + parts[at + 1 :])}


def _how_unlike_a_room(part: str) -> int:
    """Rank a part: 0 for a room with a number, 5 for a floor."""
    if FLOOR.fullmatch(part):
        return 5
    if ROOM.fullmatch(part):
        return 0 if _has_digit(part) else 1
    if TRAILING_NUMBER.fullmatch(part) and not NUMBERED_BUILDING.fullmatch(part):
        return 2
    if BUILDING.fullmatch(part):
        return 4
    return 2 if _has_digit(part) else 3


def _known(place: Place, known: Collection[str]) -> str:
    """Return the one known room that is meant: all its words are there, or all words of the reading are its own."""
    given = _words(f"{place.fields.get('building', '')} {place.fields['name']}")
    if not given:
        return ""
    rooms = {name: _words(name) for name in known}
    everything = _words(" ".join(place.fields.values())) | FILLERS
    whole = [name for name, words in rooms.items() if words and words <= everything and given - words <= FILLERS]
    numbers = set(filter(_has_digit, given))
    part = [
        name
        for name, words in rooms.items()
        if numbers and given - FILLERS <= words and numbers == set(filter(_has_digit, words))
    ]
    return next((found[0] for found in (whole, part) if len(found) == 1), "")


def _has_digit(text: str) -> bool:
    return any(letter.isdigit() for letter in text)


@lru_cache(maxsize=10_000)
def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+(?:[./-]\w+)*", fold(text)))
