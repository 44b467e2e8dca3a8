"""Take the end of a postal address apart: street, city, region, postal code and country."""

import re

from seminars.text import fold

_POSTAL = re.compile(
    r"(?:〒\s?)?(?:[A-Z]{1,2}-)?\d{4,6}(?:-\d{3,4})?|(?:[A-Z]{1,2}-)?\d{3} \d{2,3}|\d{4} ?[A-Z]{2}"
    r"|[A-Z]{1,2}\d[\dA-Z]?\s*\d[A-Z]{2}|[A-Z]\d[A-Z]\s*\d[A-Z]\d"
)
_CAPITALS = re.compile(r"[A-Z]{2,3}")
_COUNTRIES = frozenset(map(fold, (
    "United States", "United States of America", "USA", "U.S.A.", "US", "United Kingdom", "UK", "U.K.", "GB",
    "England", "Scotland", "Wales", "Northern Ireland", "Ireland", "Germany", "Deutschland", "DE", "Austria",
    "Österreich", "AT", "Switzerland", "Schweiz", "Suisse", "Svizzera", "CH", "France", "FR", "Italy", "Italia",
    "IT", "Spain", "España", "ES", "Portugal", "PT", "Netherlands", "The Netherlands", "Nederland", "NL",
    "Belgium", "Belgique", "België", "BE", "Luxembourg", "Denmark", "Danmark", "DK", "Norway", "Norge", "Sweden",
    "Sverige", "SE", "Finland", "Suomi", "Iceland", "Poland", "Polska", "PL", "Czech Republic", "Czechia",
    "Slovakia", "Hungary", "Romania", "Bulgaria", "Greece", "Turkey", "Türkiye", "Slovenia", "Croatia", "Serbia",
    "Ukraine", "Estonia", "Latvia", "Lithuania", "Cyprus", "Malta", "Russia", "Israel", "India", "IN", "China",
    "P.R. China", "PR China", "CN", "中国", "Japan", "JP", "日本", "South Korea", "Korea", "Taiwan", "Singapore",
    "Hong Kong", "Malaysia", "Thailand", "Vietnam", "Indonesia", "Philippines", "Pakistan", "Bangladesh", "Iran",
    "Saudi Arabia", "United Arab Emirates", "Qatar", "Egypt", "South Africa", "Kenya", "Nigeria", "Morocco",
    "Tunisia", "Ghana", "Rwanda", "Brazil", "Brasil", "Argentina", "Chile", "Colombia", "Peru", "Uruguay",
    "Mexico", "México", "Canada", "CA", "Australia", "AU", "New Zealand", "NZ",
)))  # fmt: skip
_CITY_STATES = frozenset({"singapore", "hong kong"})
_REGIONS = frozenset({
    "alabama", "alaska", "arizona", "arkansas", "california", "colorado", "connecticut", "delaware", "florida",
    "georgia", "hawaii", "idaho", "illinois", "indiana", "iowa", "kansas", "kentucky", "louisiana", "maine",
    "maryland", "massachusetts", "michigan", "minnesota", "mississippi", "missouri", "montana", "nebraska",
    "nevada", "new hampshire", "new jersey", "new mexico", "north carolina", "north dakota", "ohio", "oklahoma",
    "oregon", "pennsylvania", "rhode island", "south carolina", "south dakota", "tennessee", "texas", "utah",
    "vermont", "virginia", "west virginia", "wisconsin", "wyoming", "ontario", "british columbia", "alberta",
    "manitoba", "saskatchewan", "nova scotia", "new brunswick", "quebec",
})  # fmt: skip
_STATES = frozenset({
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA",
    "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK",
    "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", "DC", "ON", "BC", "AB",
    "MB", "SK", "NS", "NB", "QC", "NL", "NSW", "VIC", "QLD", "ACT", "TAS",
})  # fmt: skip
_WAYS = (
    r"(?:\b(?:street|str\.?|st\.?|road|rd\.?|avenue|ave\.?|drive|dr\.?|lane|ln\.?|boulevard|blvd\.?|way|crescent"
    r"|square|parkway|pkwy"
    r"|circle|highway|hwy|terrace|mall|walk|row|quay|embankment)"
    r"|(?:allee|weg|platz|gasse|stra(?:ß|ss)e|str\.|ufer|damm|v[aä]gen|gatan|straat|laan|plein))"
)
_WAY_FIRST = re.compile(
    r"(?:rue|avenue|av\.|place|boulevard|bd\.?|quai|via|viale|piazza|corso|largo|calle|c/|plaza|paseo|avenida|rua"
    r"|travessa|pra[cç]a)"
    r"\s.*",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\d+[A-Za-z]?(?:[-–/]\d+)?,?\s+(?!floor|level|stock|etage|og\b).*[^\W\d]{2}.*"  # 3333 Chestnut Street
    rf"|[^\d]{{3,}}?{_WAYS}(?:\s+[NSEW]{{1,2}}\.?)?(?:\s+\d+\s?\w?(?:\s?[-–/+]\s?\d+\w?)?)?"
    r"|(?:stra(?:ß|ss)e|platz|allee)\s+(?:de[rs]|am|an)\s.*\d\w?"
    r"|(?:am|an der|auf der|im|in der|unter den|zum|zur)\s[^\d]{3,}\s\d{1,4}\s?[a-z]?(?:\s?[-–/]\s?\d+\w?)?",
    re.IGNORECASE,
)
_CITY_AND_STATE = re.compile(r"(?P<city>[^\d]*[^\d\s,]),?\s(?P<state>[A-Z]{2,3})")
_HOUSE = re.compile(r"\d+\w?(?: ?bis)?,?\s+")
_NUMBER_FIRST = re.compile(r"\d+\w?(?: ?bis)?")


def is_street(part: str) -> bool:
    return bool(_STREET.fullmatch(part) or _WAY_FIRST.fullmatch(_HOUSE.sub("", part, count=1)))


def joined_streets(parts: list[str]) -> list[str]:
    """Put a street and its number together where a comma parts them ("4, place Jussieu", "Piazza Leonardo, 32")."""
    joined: list[str] = []
    for part in parts:
        before = joined[-1] if joined else ""
        is_number_first = _NUMBER_FIRST.fullmatch(before) and _WAY_FIRST.fullmatch(part)
        is_number_last = _WAY_FIRST.fullmatch(before) and _NUMBER_FIRST.fullmatch(part) and len(part) < 5
        if is_number_first or is_number_last:
            joined[-1] = f"{before}, {part}"
        else:
            joined.append(part)
    return joined


def without_address_end(parts: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return the parts before region, postal code and country, and these; `parts` are those after the room.

    A country that is one city is the city too.
    """
    left, found = list(parts), {}
    if left and _is_country(left[-1], left[-2] if len(left) > 1 else ""):
        found["country"] = left.pop()
    for place in (-1, -2):
        is_alone = len(left) < 2 and not found
        if len(left) >= -place and "postal_code" not in found and (split := _postal_in(left[place], is_alone=is_alone)):
            before, found["postal_code"], after = split
            left[place : len(left) + place + 1] = [piece for piece in (before, after) if piece]
    if left and is_region(left[-1]):
        found["region"] = left.pop()
    elif left and (match := _CITY_AND_STATE.fullmatch(left[-1])) and match["state"] in _STATES:
        left[-1], found["region"] = match["city"], match["state"]
    if len(found) == 1 and fold(found.get("country", "")) in _CITY_STATES:
        return left, {"city": found["country"]}
    return left, found


def _is_country(part: str, before: str) -> bool:
    """Tell whether a part names a country; two capitals may be a state of America ("Palo Alto, CA")."""
    is_known = fold(part) in _COUNTRIES
    return is_known and (part not in _STATES or is_region(before) or bool(_postal_in(before, is_alone=False)))


def is_region(part: str) -> bool:
    return part in _STATES or fold(part) in _REGIONS or bool(_CAPITALS.fullmatch(part) and len(part) == 2)


def _postal_in(part: str, *, is_alone: bool) -> tuple[str, str, str] | None:
    """Return what is before a postal code, the code, and what is after it; only one of the two may be there.

    A number alone could be a room (`is_alone`).
    """
    if _POSTAL.fullmatch(part):
        return None if is_alone else ("", part, "")
    words = part.split()
    for cut in reversed(range(1, min(len(words), 12))):
        before, after = " ".join(words[:cut]), " ".join(words[cut:])
        if _POSTAL.fullmatch(after) and not (
            is_alone and not is_region(before.split()[-1]) and after.isdigit() and len(after) < 5
        ):
            return before, after, ""
        if _POSTAL.fullmatch(before) and not after[0].isdigit() and not _is_way(part):
            return "", before, after
    return None


def _is_way(part: str) -> bool:
    """Tell whether a number before words is that of a house ("3333 Chestnut Street")."""
    return bool(re.search(rf"{_WAYS}(?:\s+[NSEW]{{1,2}}\.?)?$", part, re.IGNORECASE))
