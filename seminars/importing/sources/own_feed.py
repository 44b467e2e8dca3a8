"""Read an event that this software published, so that a second installation gets the talk whole.

The sentences of a feed are in the language of its site, so each is looked for in every language that there is.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from seminars import phrases
from seminars.formats.ics import PRODUCT
from seminars.importing.events import Meeting, Person, SourceEvent
from seminars.importing.reading.texts import tidy
from seminars.importing.sources.ical_properties import Properties
from seminars.models import Role, State

_PERSON = re.compile(r"(?P<name>.+?)(?: \((?P<affiliation>.+)\))?")


def is_ours(product: str) -> bool:
    """Tell whether a calendar with this PRODID is a feed of this software."""
    return product == PRODUCT


def read(event: SourceEvent, properties: Properties) -> None:
    """Set what SUMMARY and DESCRIPTION of an entry say, which formats/ics_entry.py writes."""
    event.fields |= {
        name: text
        for name, text in (("notice", properties.text("X-SEMINARS-NOTICE")),
                           ("programme", properties.text("X-SEMINARS-PROGRAMME")))
        if text
    }  # fmt: skip
    people = _read_description(event, tidy(properties.text("DESCRIPTION")).split("\n\n"))
    event.people = [_person(name) for name in people.get(Role.SPEAKER, [])]
    event.fields |= {role.plural: "\n".join(people[role]) for role in people.keys() - {Role.SPEAKER, Role.HOST}}
    event.fields |= {"host": ", ".join(people[Role.HOST])} if Role.HOST in people else {}
    _read_summary(event, ", ".join(person.name for person in event.people))
    if event.location in _all(lambda: [phrases.place("", is_online=True), phrases.place("", is_online=False)]):
        event.location = ""


def _read_description(event: SourceEvent, paragraphs: list[str]) -> dict[Role, list[str]]:
    """Set abstract and meeting; return the names of the people by role.

    Only the paragraphs at either end are looked at: what stands between them is the abstract as it is.
    """
    notices = {event.fields.get("notice", ""), *_all(lambda: [_("Provisional: time and place may still change.")])}
    _taken(paragraphs, 0, lambda line: line.startswith(_beginnings(_time)))
    _taken(paragraphs, 0, lambda line: line in notices)
    named = _taken(paragraphs, 0, lambda line: line.startswith(tuple(_roles())))
    _taken(paragraphs, 0, lambda line: line == event.fields.get("programme"))
    _taken(paragraphs, -1, lambda line: line.startswith(_beginnings(_details)))
    joining = _taken(paragraphs, -1, lambda line: line.startswith(_beginnings(_joining)))
    event.abstract = "\n\n".join(paragraphs)
    if joining:
        url, passcode = (_after(joining, _beginnings(which)) for which in (_link, _passcode))
        event.meeting = Meeting(url or _after(joining, _beginnings(_join)), passcode)
    roles = _roles()
    return {
        role: _split(line[len(prefix) :]) for line in named for prefix, role in roles.items() if line.startswith(prefix)
    }


def _read_summary(event: SourceEvent, names: str) -> None:
    """Set series, title and state; a title that was cut for length keeps its "…"."""
    rest = event.summary
    for mark, state in _marks():
        if rest.startswith(mark):
            rest, event.state = rest.removeprefix(mark), state
            break
    series, _colon, talk_name = rest.partition(": ")
    event.series, *others = series.split(" + ")
    event.fields |= {"also_in": " + ".join(others)} if others else {}
    if talk_name.startswith(f"{names} – ") and names:
        event.title = talk_name.removeprefix(f"{names} – ")
    elif not names:
        event.title = next((talk_name.removesuffix(end) for end in _nobody() if talk_name.endswith(end)), "")


def _taken(paragraphs: list[str], end: int, is_such: Callable[[str], bool]) -> list[str]:
    """Remove the first or last paragraph if all its lines are such, and return them."""
    if paragraphs and all(map(is_such, paragraphs[end].split("\n"))):
        return paragraphs.pop(end).split("\n")
    return []


def _after(lines: list[str], beginnings: tuple[str, ...]) -> str:
    return next((line.removeprefix(begin) for line in lines for begin in beginnings if line.startswith(begin)), "")


def _split(names: str) -> list[str]:
    """Split at commas outside of brackets."""
    parts, depth = [""], 0
    for sign in names:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts if part.strip()]


def _person(named: str) -> Person:
    match = _PERSON.fullmatch(named)
    return Person(match["name"], match["affiliation"] or "")


def _all(sentences: Callable[[], Iterable[str]]) -> list[str]:
    """Return sentences in every language of the site, with ordinary spaces as texts that are read have them."""
    found: list[str] = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found += (str(sentence).replace("\xa0", " ") for sentence in sentences())
    return list(dict.fromkeys(found))


@lru_cache(maxsize=16)
def _beginnings(sentences: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
    """Return what such sentences begin with, before the first value in them."""
    return tuple(sentence.partition("%(")[0] for sentence in _all(sentences))


def _time() -> tuple[str, ...]:
    return (_("Time: %(clock)s, %(offset)s"),)


def _details() -> tuple[str, ...]:
    return (_("Details: %(address)s"),)


def _join() -> tuple[str, ...]:
    return (_("Join online: %(address)s"),)


def _link() -> tuple[str, ...]:
    return (_("Link: %(address)s"),)


def _passcode() -> tuple[str, ...]:
    return (_("Passcode: %(passcode)s"),)


def _joining() -> tuple[str, ...]:
    return (*_join(), *_link(), *_passcode())


@lru_cache(maxsize=1)
def _roles() -> dict[str, Role]:
    """Return what the lines of people begin with, and the role of these people."""
    found: dict[str, Role] = {}
    for role in Role:
        # One and two people, as some languages tell them apart.
        lines = _all(lambda role=role: [phrases.people_line(role, ["%("] * count) for count in (1, 2)])
        found |= {line.partition("%(")[0]: role for line in lines}
    return found


@lru_cache(maxsize=1)
def _marks() -> list[tuple[str, State]]:
    """Return what stands before SUMMARY in each state."""
    marks = {
        State.POSTPONED: lambda: [_("POSTPONED: %(talk)s")],
        State.CANCELLED: lambda: [_("CANCELLED: %(talk)s")],
        State.DRAFT: lambda: [_("DRAFT: %(talk)s")],
        State.TENTATIVE: lambda: [_("PROVISIONAL: %(talk)s")],
    }
    return [(text.partition("%(")[0], state) for state, sentences in marks.items() for text in _all(sentences)]


@lru_cache(maxsize=1)
def _nobody() -> list[str]:
    """Return what follows a title without a speaker."""
    return [text.partition("%(title)s")[2] for text in _all(lambda: [_("%(title)s (speaker to be announced)")])]
