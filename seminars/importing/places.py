"""Read a line that says where a talk is: room, building and address."""

import re
from dataclasses import dataclass

_ROOM = re.compile(
    r"(?:room|rm\.?|raum|zimmer|h[öo]rsaal|salle|aula|sala|suite|lecture (?:hall|theat(?:re|er))|auditorium|studio|"
    r"seminar room|conference room|lab(?:oratory)?)\b.*"
    r"|.*\b(?:room|auditorium|h[öo]rsaal)"
    r"|#?[A-Z]{0,3}[ .-]?\d+(?:[.-]\w+)*[A-Z]?",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\d+[A-Za-z]?(?:[-–/]\d+)?\s+.*[^\W\d]{2}"  # 3333 Chestnut Street
    r"|.*[^\W\d]{3}.*(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse)\s+\d+\w?$"
    r"|(?:rue|via|calle|rua|avenida)\s.*\d",
    re.IGNORECASE,
)
_POSTAL = re.compile(r"(?:[A-Z]{1,2}-)?\d{4,6}(?:-\d{3,4})?|[A-Z]{1,2}\d[\dA-Z]?\s*\d[A-Z]{2}|[A-Z]\d[A-Z]\s*\d[A-Z]\d")
_REGION = re.compile(r"[A-Z]{2,3}")
_NOWHERE = re.compile(
    r"(?:(?:on|via|by|over)\s+)?(?:online|on-line|virtual(?:ly)?|zoom|(?:microsoft )?teams|google meet|webex|remote|"
    r"tb[acd]|to be (?:announced|determined|confirmed)|n/?a|none|-+)"
    r"(?:\s*(?:only|event|meeting|talk|seminar))?[.!]?",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)


def room_fields_of(location: str) -> dict[str, str]:
    """Take a line such as "Gutmann Hall, Room 414, 3333 Chestnut Street, Philadelphia, 19104, United States" apart.

    Missing parts are "" or left out. Without a name there is no room.
    """
    without_links = _LINK.sub("", location)
    parts = [" ".join(part.split()) for part in re.split(r"[,;\n]", without_links)]
    parts = [part for part in parts if part and not _NOWHERE.fullmatch(part)]
    streets = (at for at, part in enumerate(parts) if at and _STREET.match(part) and not _ROOM.fullmatch(part))
    street = next(streets, None)
    if street is None:
        cut = 1 if _is_whole(parts) else 2
        return _inside(parts[:cut]) | _outside(parts[cut:])
    return _inside(parts[:street]) | {"street": parts[street]} | _outside(parts[street + 1 :])


def _is_whole(parts: list[str]) -> bool:
    """Tell whether the first part names building and room at once ("Levine Hall 307, Philadelphia")."""
    numbered = [any(letter.isdigit() for letter in part) for part in parts[:2]]
    return numbered == [True, False] and not _ROOM.fullmatch(parts[0])


def _inside(parts: list[str]) -> dict[str, str]:
    """Tell the room from its building; the room is the part that says so, else the last."""
    if len(parts) < 2:
        return {"name": parts[0] if parts else ""}
    rooms = [part for part in parts if _ROOM.fullmatch(part)]
    room = rooms[0] if rooms else parts[-1]
    at = parts.index(room)
    return {"name": room, "building": ", ".join(parts[:at] + parts[at + 1 :])}


def _outside(parts: list[str]) -> dict[str, str]:
    """Tell city, region, postal code and country; a region may share its part with the postal code ("PA 19104")."""
    parts = [piece for part in parts for piece in _split_postal(part)]
    at = next((at for at, part in enumerate(parts) if _POSTAL.fullmatch(part)), None)
    if at is None:
        return _without_postal(parts)
    city, region = _city_and_region(parts[:at])
    after = parts[at + 1 :]
    if not city and after:  # 12489 Berlin, Germany
        city, after = after[0], after[1:]
    if after and _REGION.fullmatch(after[0]) and not region and len(after) > 1:
        region, after = after[0], after[1:]
    return {"city": city, "region": region, "postal_code": parts[at], "country": ", ".join(after)}


def _split_postal(part: str) -> list[str]:
    words = part.split()
    for cut in range(1, len(words)):
        before, after = " ".join(words[:cut]), " ".join(words[cut:])
        if _POSTAL.fullmatch(after) or (_POSTAL.fullmatch(before) and not after[0].isdigit()):
            return [before, after]
    return [part]


def _without_postal(parts: list[str]) -> dict[str, str]:
    if len(parts) < 2:
        return {"city": parts[0] if parts else ""}
    if len(parts) == 2 and not _REGION.fullmatch(parts[1]):
        return {"city": parts[0], "country": parts[1]}
    return {"city": parts[0], "region": parts[1], "country": ", ".join(parts[2:])}


def _city_and_region(parts: list[str]) -> tuple[str, str]:
    if len(parts) == 1 and _REGION.fullmatch(parts[0]):
        return "", parts[0]
    return (parts[0] if parts else ""), ", ".join(parts[1:])


@dataclass(frozen=True)
class Place:
    """Where a talk is: the fields of its room, {} where there is none, and other likely readings of them."""

    fields: dict[str, str]
    is_online: bool = False
    urls: tuple[str, ...] = ()
    alternatives: tuple[dict[str, str], ...] = ()


def read_place(location: str) -> Place:
    """Read a line that says where a talk is."""
    fields = room_fields_of(location)
    return Place(fields if fields["name"] else {})
