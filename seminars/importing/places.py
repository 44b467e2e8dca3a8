"""Read where a talk is: room, building and address, or only online."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from seminars.importing import invitations as invitation
from seminars.importing.addresses import is_region, is_street, joined_streets, without_address_end
from seminars.importing.links import is_meeting, links_in, unwrapped, with_links_as
from seminars.importing.texts import without_double_escapes
from seminars.text import fold

_LONGEST = 2_000  # characters; a longer text describes more than a place
_FIELDS = ("name", "building", "street", "city", "region", "postal_code", "country")
_ADDRESS_NAMES = {
    "streetAddress": "street",
    "addressLocality": "city",
    "addressRegion": "region",
    "postalCode": "postal_code",
    "addressCountry": "country",
}

_ROOM_WORDS = (
    r"rooms?|rm\.?|raum|zimmer|h[öo]rsaal|seminarraum|konferenzraum|sitzungssaal|festsaal|saal|salle|amphi(?:th[eé][aâ]tre)?|"
    r"aula|sala|sal[oó]n|suite|lecture (?:hall|room|theat(?:re|er))|theat(?:re|er)|auditorium|studio|zaal|lokale?|sal|"
    r"seminar (?:room|hall)|conference room|board ?room|common room|lounge|lab(?:oratory)?|classroom|atrium|foyer|hs|sr|lt|教室|会议室|报告厅"
)
_ROOM = re.compile(
    rf"(?:(?:{_ROOM_WORDS})\b.*|.*\b(?:{_ROOM_WORDS})(?:\s+\w{{0,3}}\d\w*|\s+[A-Z])?|.*(?:h[öo]rsaal|raum|saal|教室|会议室|报告厅)(?:\s+\w{{1,6}})?"
    r"|#?\s?[A-Z]{0,4}[ .#-]{0,2}\d+(?:[./-]\w+)*[A-Z]?|\d+[./-]\w+(?:[./-]\w+)*)",
    re.IGNORECASE,
)
_BUILDING = re.compile(
    r".*(?:\b(?:hall|building|bldg\.?|tower|cent(?:re|er)|house|library|campus|universit\w+|institut\w*|college|school|department|"
    r"faculty|pavilion|annex|wing|complex|museum|b[aâ]timent|edificio|pr[eé]dio|gebouw|palazzo|bygning|fakult[aä]t\w*|"
    r"hauptgeb[aä]ude|geb[aä]ude|haus|zentrum|centrum|block|quad(?:rangle)?)\b|geb[aä]ude|haus\b|institut\b|zentrum\b|楼|大厦).*",
    re.IGNORECASE,
)
_FLOOR = re.compile(
    r"(?:.*\b\d{1,2}(?:st|nd|rd|th)|ground|first|second|third|fourth|fifth|top|lower|upper)\s+(?:floor|level)|(?:floor|level|etage|stock)\s+\w{1,3}"
    r"|\d{1,2}\.\s?(?:og|ug|stock|etage|obergeschoss)|eg|erdgeschoss|(?:rez-de-chauss[eé]e|\d{1,2}e[rm]?e? [eé]tage)|\d{1,2}\.?[ºª°]?\s?(?:piano|planta|piso)",
    re.IGNORECASE,
)
_CODE = re.compile(r"[A-Z]{2,4}\d{0,3}")
_NUMBERED = re.compile(r"(?=.*\d).*")

_SERVICES = (
    r"zoom(?: (?:meeting|webinar|link|call|room|id))?|(?:microsoft |ms )?teams(?:[- ](?:meeting|besprechung|webinar|call|link))?"
    r"|besprechung in microsoft teams|r[eé]union (?:microsoft )?teams|google (?:meet|hangouts?)|meet|webex(?: meeting)?|skype|bigbluebutton|bbb|jitsi|gotomeeting|"
    r"tencent(?: meeting)?|腾讯会议|youtube(?: live)?"
)
_ON_LINE = (
    rf"(?:online|on-line|virtual(?:ly)?|remote(?:ly)?|live ?stream(?:ed|ing)?|web(?:inar|cast)|video ?(?:conference|call|konferenz)|hybrid(?:e)?"
    rf"|en ligne|en l[ií]nea|in linea|da remoto|a distance|à distance|visioconf[eé]rence|virtuell|线上|線上|オンライン|{_SERVICES})"
)
_BESIDE_ON_LINE = (
    r"(?:only|event|meeting|talk|seminar|webinar|lecture|session|link|format|veranstaltung|vortrag|participation|option|via|on|by|over|per|"
    r"through|using|at|in|the|a|and|or|und|oder|et|ou|&|/|\+|-|–|—|:|mode|available|also|auch|aussi|nur|see|below|description|abstract|"
    r"invitation|link to follow|tba|tbd|tbc|required|registration|only\))"
)
_ONLINE = re.compile(
    rf"[(\[]?\s*(?:{_BESIDE_ON_LINE}\s*)*{_ON_LINE}(?:[\s,;:()/&+|–—-]*\b(?:{_ON_LINE}|{_BESIDE_ON_LINE})(?!\w))*[\s)\]:.,;!-]*"
    r"(?:[\s,;:(–—-]+(?:the\s+)?(?:zoom\s+)?(?:links?|details|login|please|see|contact|register|rsvp|request|e-?mail)\b.*)?",
    re.IGNORECASE,
)
_JOINER = r"(?:\s*(?:\band\b(?:\s+also)?|\bor\b|\bund\b|\boder\b|\bet\b|\bou\b|\by\b|\be\b|\bplus\b|&|\+|/|\||;|,|–|—|:|\s-(?=\s))\s*(?:(?:on|via|per|by|over|also)\s+)?)"
_ONLINE_AFTER = re.compile(rf"(?P<rest>.*?\S)(?:{_JOINER}|\s+(?=[(\[])){_ONLINE.pattern}", re.IGNORECASE)
_ONLINE_BEFORE = re.compile(
    rf"{_ON_LINE}(?:\s+(?:meeting|event|seminar|talk))?{_JOINER}(?:(?:in[- ]person)\s*(?:in|at|:)?\s*|(?:in|at)\s+)?(?P<rest>\S.*)", re.IGNORECASE
)
_NOWHERE = re.compile(
    r"(?:(?:room|location|venue|place|raum|ort|salle|lieu|to)\s*:?\s*(?:is\s+)?(?:still\s+)?)?(?:t\.?\s?b\.?\s?[acd]\.?|to be (?:announced|determined|confirmed|decided|defined)"
    r"|n\.?/?\s?a\.?|n\.\s?n\.|none|unknown|various|(?:not )?(?:yet )?(?:announced|specified|decided|known)|not yet \w+|tbd?|coming soon"
    r"|wird (?:noch )?bekannt ?gegeben|noch (?:offen|unbekannt|nicht bekannt)|wird noch .*|[àa] (?:pr[eé]ciser|d[eé]finir|confirmer|venir)|por (?:confirmar|definir|determinar|anunciar)"
    r"|da (?:definire|confermare|stabilire)|待定|未定|待通知|[-–—?.*_/\s]+)[.!]?"
    r"|(?:please )?(?:see|check|cf\.?|siehe|s\.|voir|ver|vedi)\s+(?:the\s+|our\s+|in\s+|e-?)*(?:abstract|description|below|above|website|web ?page|e-?mails?|details|announcement|calendar|link|notes|"
    r"schedule|beschreibung|unten|webseite|text|ci-dessous|description below|event page|.{0,20}page)\b.{0,40}",
    re.IGNORECASE,
)
_HYBRID = re.compile(r"\bhybrid", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:location|venue|place|where|address|ort|wo|adresse|lieu|lugar|luogo|地点|地點|building|geb[aä]ude|b[aâ]timent|street|city|campus"
    r"|in[- ]person(?: (?:at|in))?|in pr[aä]senz|pr[eé]sentiel|hybrid)\s*[:：]\s*",
    re.IGNORECASE,
)
_IN_PERSON = re.compile(r"(?:in[- ]person|live|on[- ]site|vor ort|in pr[aä]senz)\s*(?:in|at|:|,|-)\s*(?:the\s+)?", re.IGNORECASE)
_ROOM_LABEL = re.compile(r"(room|raum|salle|sala|aula|rm)\s*[:：#]\s*(?=\w)", re.IGNORECASE)
_AT = re.compile(
    rf"(?P<room>(?:{_ROOM_WORDS})\.?\s+#?\w{{0,4}}[\d.]\S{{0,8}}|(?:{_ROOM_WORDS})\s+[A-Z0-9]{{1,4}})\s*(?:,?\s+(?:at|in|of|im|in der|am|du|de la|del|dell.|der)|,?\s*@)\s+(?:the\s+)?(?P<building>\S.*)",
    re.IGNORECASE,
)
_DASHED = re.compile(r"(?P<first>.*?\S)\s+[-–—|]+\s+(?P<second>\S.*)")
_IN_BRACKETS = re.compile(r"(?P<name>[^()]{1,120}?)\s*\((?P<inside>[^()]{1,120})\)")
_TRAILING_NUMBER = re.compile(r"(?P<building>[^\W\d][^\d,]*?)[ ,]+(?:#\s?)?(?P<number>[A-Z]{0,2}\d[\w./-]{0,8})")
_FILLERS = frozenset({"room", "rm", "raum", "zimmer", "salle", "sala", "the", "at", "in", "of", "no", "nr", "hall", "building"})


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
    text = unwrapped(without_double_escapes(location[:_LONGEST])).strip()
    if text[:1] in {"{", "["} and (described := _of_json(text)):
        return described
    urls = tuple(dict.fromkeys(link for _start, link in links_in(text)))
    without_links = with_links_as(" ", text)
    without_codes = _without_codes(without_links)
    parts, is_online = _parts_without_online(without_codes)
    is_online |= without_codes != without_links or any(is_meeting(link) for link in urls) or bool(_HYBRID.search(text))
    readings = _readings_of_all(parts, without_codes) or [{"name": ""}]
    fields = readings[0] if readings[0]["name"] or is_online else _named(readings[0])
    others = tuple(reading for reading in readings[1:] if reading != fields)
    if match := _known(fields, parts, known):
        return Place(fields, is_online, urls, known=match)
    return Place(fields, is_online, urls, others)


def _named(fields: dict[str, str]) -> dict[str, str]:
    """Return the fields of a place of which only the address is known: its street or city is its name."""
    return fields | {"name": fields.get("street") or fields.get("city") or ""}


def room_fields_of(location: str) -> dict[str, str]:
    """Return the fields of the room at a location; without a `name` there is none."""
    return read_place(location).fields


def _of_json(text: str) -> Place | None:
    """Read a place in the words of schema.org, as JSON; None if it is something else."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    places = [each for each in (told if isinstance(told, list) else [told]) if isinstance(each, dict)]
    online = [each for each in places if each.get("@type") == "VirtualLocation"]
    room = next((each for each in places if each not in online), {})
    address = room.get("address") or {}
    if not isinstance(address, dict):
        return read_place(", ".join(filter(None, [_text(room.get("name")), _text(address)])))
    fields = _readings(_split(_text(room.get("name"))))[:1] or [{"name": ""}]
    told_of = {field: _text(address.get(name)) for name, field in _ADDRESS_NAMES.items()}
    links = tuple(filter(None, (_text(each.get("url")) for each in places)))
    return Place(fields[0] | {name: words for name, words in told_of.items() if words}, bool(online), links)


def _text(value: Any) -> str:
    return _text(value.get("name")) if isinstance(value, dict) else value.strip() if isinstance(value, str) else ""


def _without_codes(text: str) -> str:
    """Take passcodes and numbers of meetings out: they are no room."""
    for match in invitation.passcodes_in(text):
        text = text.replace(match[0], " ")
    return re.sub(r"[(\[][\s,;:-]*[)\]]", " ", invitation.NUMBER.sub(" ", text))


def _split(text: str) -> list[str]:
    """Split at commas, semicolons and line breaks outside of brackets; lone signs and empty parts go."""
    parts, depth, begins = [], 0, 0
    for at, letter in enumerate(text):
        depth = max(depth + (letter in "([") - (letter in ")]"), 0)
        if letter in "\n;·•，；、|" or (letter == "," and not depth):
            parts.append(text[begins:at])
            begins, depth = at + 1, 0
    tidy = (_LABEL.sub("", " ".join(part.split()), count=1).strip(" -–—:|/") for part in [*parts, text[begins:]])
    return [_ROOM_LABEL.sub(_with_space, part, count=1) for part in tidy if part and not _NOWHERE.fullmatch(part)]


def _with_space(match: re.Match[str]) -> str:
    return f"{match[1]} "


def _parts_without_online(text: str) -> tuple[list[str], bool]:
    """Return the parts that name a place, and whether the others say that one can join online."""
    kept, is_online = [], False
    for part in _split(text):
        rest = _IN_PERSON.sub("", _without_online(part), count=1).strip(" -–—:&+/|")
        is_online |= rest != part and bool(re.search(_ON_LINE, part, re.IGNORECASE))
        if rest and not _NOWHERE.fullmatch(rest):
            kept.append(rest)
    return kept, is_online


def _without_online(part: str) -> str:
    if _ONLINE.fullmatch(part):
        return ""
    if (match := _ONLINE_AFTER.fullmatch(part)) or (match := _ONLINE_BEFORE.fullmatch(part)):
        return _without_online(match["rest"]) if match["rest"] != part else part
    return part


def _readings_of_all(parts: list[str], text: str) -> list[dict[str, str]]:
    """Return the readings; of several rooms with ";" between them (Outlook writes so) each is one."""
    rooms = [part for part in parts if _ROOM.fullmatch(part)]
    if ";" in text and len(rooms) == len(parts) > 1:
        return [{"name": room} for room in rooms]
    return _readings(parts)


def _readings(parts: list[str]) -> list[dict[str, str]]:
    """Return how the parts may be read, the likeliest first."""
    if not parts:
        return []
    left, end = without_address_end(joined_streets(_apart(parts)))
    street = next((at for at, part in enumerate(left) if is_street(part) and not _is_inside(part) and (at or len(left) > 1)), None)
    if street is not None:
        city = {"city": left[street + 1]} if len(left) > street + 1 else {}
        region = {"region": ", ".join(left[street + 2 :])} if len(left) > street + 2 else {}
        outside = {"street": left[street]} | city | region | end
        return [inside | outside for inside in _insides(left[:street])] if street else [{"name": ""} | outside]
    if end and "city" not in end and len(left) > 1 and not _is_inside(left[-1]) and not _CODE.fullmatch(left[-1]):
        end = {"city": left.pop()} | end
    elif end.keys() & {"region", "postal_code"} and len(left) == 1 and not _has_digit(left[0]) and not _is_inside(left[0]):
        return [{"name": "", "city": left[0]} | end]
    return [reading | end for reading in _without_street(left, has_end=bool(end))] or [{"name": ""} | end]


def _is_inside(part: str) -> bool:
    """Tell whether a part names a room, a floor or a building."""
    return bool(_ROOM.fullmatch(part) or _FLOOR.fullmatch(part) or _BUILDING.fullmatch(part))


def _apart(parts: list[str]) -> list[str]:
    """Take the first parts apart where a bracket, a dash or "in" stands between room and building."""
    first, *others = parts
    if match := _AT.fullmatch(first):
        return [match["room"], match["building"], *others]
    if match := _IN_BRACKETS.fullmatch(first):
        is_note = match["inside"][0].islower() and not _BUILDING.fullmatch(match["inside"])
        is_of_name = is_note or _FLOOR.fullmatch(match["inside"])
        return parts if is_of_name else [match["name"], match["inside"], *others]
    if (match := _DASHED.fullmatch(first)) and not _FLOOR.fullmatch(match["second"]):
        is_code = _has_digit(match["first"]) and not _BUILDING.fullmatch(match["second"])
        return [first, *others] if is_code and " " not in match["first"] else [match["first"], match["second"], *others]
    return parts


def _without_street(parts: list[str], *, has_end: bool) -> list[dict[str, str]]:
    """Read parts of which only the last may be a city."""
    if not parts:
        return []
    inside = [at for at, part in enumerate(parts) if _is_inside(part)]
    if len(parts) == 1 or has_end:
        return _insides(parts)
    if _is_whole(parts) or (inside == [0] and not _ROOM.fullmatch(parts[0]) and len(parts) == 2):
        first = [reading | _city(parts[1:]) for reading in _insides(parts[:1])]
        return first if _is_whole(parts) else [*first, _reading(parts[:2], 1)]
    cut = max((inside[-1] if inside else 0) + 1, 2)
    return [reading | _city(parts[cut:]) for reading in _insides(parts[:cut])]


def _city(parts: list[str]) -> dict[str, str]:
    names = ("city", "region") if len(parts) > 1 and is_region(parts[1]) else ("city", "country")
    return dict(zip(names, [*parts[:1], *filter(None, [", ".join(parts[1:])])], strict=False))


def _is_whole(parts: list[str]) -> bool:
    """Tell whether the first part names building and room at once ("Levine Hall 307, Philadelphia")."""
    numbered = [_has_digit(part) for part in parts[:2]]
    return numbered == [True, False] and not _is_inside(parts[1]) and bool(_TRAILING_NUMBER.fullmatch(parts[0]))


def _insides(parts: list[str]) -> list[dict[str, str]]:
    """Tell the room from its building: the likeliest reading, then others."""
    if len(parts) == 1:
        whole = {"name": parts[0]}
        match = _TRAILING_NUMBER.fullmatch(parts[0])
        is_split = match and not re.fullmatch(rf"(?:{_ROOM_WORDS})", match["building"], re.IGNORECASE)
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
    if _FLOOR.fullmatch(part):
        return 5
    if _ROOM.fullmatch(part):
        return 0 if _has_digit(part) else 1
    if _BUILDING.fullmatch(part):
        return 4
    return 2 if _has_digit(part) else 3


def _known(fields: dict[str, str], parts: list[str], known: Collection[str]) -> str:
    """Return the one known room that is meant: all its words are there, or all words of the reading are its own."""
    told = _words(f"{fields.get('building', '')} {fields['name']}")
    if not told:
        return ""
    everything = _words(" ".join(parts))
    rooms = {name: _words(name) for name in known}
    whole = [name for name, words in rooms.items() if words and words <= everything | _FILLERS and told - words <= _FILLERS]
    numbers = _numbers(told)
    part = [name for name, words in rooms.items() if numbers and told - _FILLERS <= words and numbers == _numbers(words)]
    return next((found[0] for found in (whole, part) if len(found) == 1), "")


def _numbers(words: set[str]) -> set[str]:
    return set(filter(_has_digit, words))


def _has_digit(text: str) -> bool:
    return any(letter.isdigit() for letter in text)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+(?:[./-]\w+)*", fold(text)))
