"""Tell who wrote a mail, by its signature and its "From:", and where they are from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from seminars.importing.events import Person
from seminars.importing.reading.links import is_meeting
from seminars.importing.reading.mail_parts import own_signature
from seminars.typed_names.name_words import INSTITUTION
from seminars.typed_names.names import Certainty, bare_name
from seminars.typed_names.people import named_in, people_in

_FROM = re.compile(
    r"^[\s*_]{0,9}(?:from|von|de|da|van)\*?[ \t]?:\*?[ \t]*(?P<who>\S.{0,200})$"
    r"|^(?:on|am|le|el|il|op|em) .{6,150}?[,\d][ \t](?:[ap]m[ \t])?(?P<quoted>[^<>,\d\n]{3,60}?)[ \t]<[^>\n]{3,200}>"
    r"[^\n]{0,40}:$",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(r"[<\[(]?(?:mailto:)?[\w.+-]{1,64}@[\w.-]{1,255}[>\])]?")
_HOMEPAGE = re.compile(r"(?:https?://|www\.)[^\s<>()]{4,300}")
_MOST_LINES = 10  # of a signature
_LONGEST = 200  # characters of a line


@dataclass(frozen=True)
class Author:
    """Who signed a mail, and the address of their page."""

    name: str
    affiliation: str = ""
    homepage: str = ""

    @property
    def person(self) -> Person:
        return Person(self.name, self.affiliation)


def authors_of(headers: str, ending: str) -> Iterator[Author]:
    """Yield who may have written a mail: who signed it in full, then who sent it, the innermost first."""
    if signed := _signed(own_signature(ending)):
        yield signed
    senders = [match["who"] or match["quoted"] for match in _FROM.finditer(headers)]
    for sender in reversed(senders):
        name = _ADDRESS.sub("", sender).strip(" \"'<>*,;")
        if name and (people := people_in(name)) and len(people) == 1 and " " in people[0].name:
            yield Author(people[0].name, people[0].affiliation)


def _signed(signature: str) -> Author | None:
    lines = [line.strip(" *_|") for line in signature.split("\n") if line.strip()][:_MOST_LINES]
    for place, line in enumerate(lines):
        named = named_in(_ADDRESS.sub("", line[:_LONGEST]))
        if len(named.people) == 1 and named.certainty >= Certainty.LIKELY and " " in bare_name(named.people[0].name):
            person, below = named.people[0], lines[place + 1 :]
            return Author(person.name, person.affiliation or _affiliation(below), _homepage(below))
    return None


def _affiliation(lines: list[str]) -> str:
    """Return the institution in the lines below a name, without the office that the person holds there."""
    for line in lines:
        parts = [part.strip() for part in re.split(r"[,|·•]", _ADDRESS.sub("", line[:_LONGEST])) if part.strip()]
        found = [part for part in parts if INSTITUTION.search(part) and not _HOMEPAGE.search(part)]
        if found:
            return ", ".join(found)
    return ""


def _homepage(lines: list[str]) -> str:
    for line in lines:
        if (match := _HOMEPAGE.search(line)) and not is_meeting(match[0]):
            return match[0] if "://" in match[0] else f"https://{match[0]}"
    return ""
