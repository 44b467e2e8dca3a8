"""Read the description of an event: who speaks, about what, and the abstract."""

import re
from dataclasses import dataclass

from seminars.importing.events import Person
from seminars.importing.reading.labels import kind_in, roles_in, sections_of, with_colons
from seminars.importing.reading.texts import tidy
from seminars.models.searching import words_of
from seminars.models.titles import is_to_be_announced, title_of
from seminars.typed_names.people import LITTLE_WORDS, people_in, with_affiliations

_LONGEST_HOST = 200  # characters
_LONGEST = 100_000  # characters; a longer text is an abstract as a whole


# researchseminars.org: "by Bo Reed (Larkfield) as part of PDE Seminar" below the title.
_AS_PART_OF = re.compile(r"^by (?P<who>[^\n]{1,300}?) as part of [^\n]{1,200}$", re.MULTILINE)
# "Presented by Bo Reed. Recording: …"; the full stop is not that of a title or an initial.
_PRESENTED = re.compile(
    r"^(?:presented|given|talk|lecture|seminar) by (?P<who>[^\n]{2,200}?)"
    r"(?:(?<!\b\w)(?<!\b[DM]r)(?<!\bProf)(?<!\bMrs)\.(?=\s|$)|$)",
    re.IGNORECASE | re.MULTILINE,
)
# "Title: On engines. Speaker: Bo Reed. Abstract: We show": fields without line breaks between them.
_LABEL_FIRST = re.compile(r"(?:Title|Speakers?): ")
_LABEL_IN_LINE = re.compile(r"(?:[.;,|]|(?<=[?!])) +(?=(?:Title|Speakers?|Affiliation|Abstract|Bio): )")


@dataclass(frozen=True)
class Described:
    """What a description says by its labels; "" for what it does not say.

    `abstract` is plain text: what has no label, such as "We meet at noon.", begins it as paragraphs of its own.
    `joining` are the lines under "Zoom:" or "Passcode:", which may be private; `rest` are the other lines whose label
    fits no field ("Discussant: A. Nother"), with it. A line about moderators is there, too, if it says more than names.
    """

    title: str = ""
    people: tuple[Person, ...] = ()
    abstract: str = ""
    biography: str = ""
    kind: str = ""
    host: str = ""
    moderators: tuple[Person, ...] = ()
    joining: str = ""
    rest: str = ""


def read_description(text: str) -> Described:
    """Read plain text, or text with simple Markdown; a label counts only at the beginning of a line."""
    if len(text) > _LONGEST:
        return Described(abstract=text)
    text = _AS_PART_OF.sub(r"\n\nSpeaker: \g<who>\n\n", tidy(text))
    text = _PRESENTED.sub(r"\n\nSpeaker: \g<who>\n\n", text)
    if _LABEL_FIRST.match(text):
        text = _LABEL_IN_LINE.sub("\n", text)
    sections = sections_of(with_colons(text), is_description=True)
    people = with_affiliations(people_in(sections["speaker"]), sections["affiliation"])
    affiliation = " ".join(sections["affiliation"].split())
    is_placed = any(affiliation in person.affiliation for person in people) or len(people) > 1
    unplaced = [] if is_placed or not affiliation else [f"Affiliation: {affiliation}"]
    host, moderators, other = _roles_in(sections["other"])
    abstract = "" if is_to_be_announced(sections["abstract"]) else sections["abstract"]
    return Described(
        title=title_of(" ".join(sections["title"].split()).strip("*_ ")),
        people=people,
        abstract=tidy("\n\n".join(filter(None, (sections["head"], abstract)))),
        biography=sections["biography"],
        kind=kind_in(sections["other"]),
        host=host,
        moderators=moderators,
        joining=tidy("\n".join((sections["join"], sections["passcode"]))),
        rest=tidy("\n".join((*unplaced, other))),
    )


def _roles_in(text: str) -> tuple[str, tuple[Person, ...], str]:
    """Return host, moderators and the lines that say anything else."""
    host, moderators = "", ()
    for role, who, line in roles_in(text):
        people = people_in(who)
        if role == "host" and not host and len(who) <= _LONGEST_HOST:
            host = who
        elif role == "moderator" and _are_names_alone(who, people):
            moderators += tuple(person for person in people if person not in moderators)
        else:
            continue
        text = text.replace(line, "", 1)
    return host, moderators, tidy(text)


def _are_names_alone(text: str, people: tuple[Person, ...]) -> bool:
    """Tell whether a text says nothing beside the names of these people and their academic titles."""
    names = words_of(" ".join(person.name for person in people))
    return bool(names) and {*names, *LITTLE_WORDS}.issuperset(words_of(text))
