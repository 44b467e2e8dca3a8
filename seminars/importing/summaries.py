"""Read the line that an event is called by: series or kind, and title."""

import re
from dataclasses import dataclass

from seminars.importing.events import Person
from seminars.models.titles import is_to_be_announced, title_of
from seminars.text import fold

KINDS = (
    "Seminar Series", "Distinguished Lecture", "Reading Group", "Brown Bag", "Seminar", "Colloquium", "Lecture", "Talk",
    "Workshop", "Symposium", "Tutorial", "Defense", "Defence", "Kolloquium", "Vortrag",
)  # fmt: skip
_LABELLED = re.compile(r"(?P<label>[^:]{1,80}?)\s*(?::|\s[–—-]\s)\s*(?P<title>.*)")
_BETWEEN_PEOPLE = re.compile(r"\s*(?:;|\n|\s&\s|\s(?:and|und|et|y)\s)\s*")
_PERSON = re.compile(r"(?P<name>[^()]+?)\s*(?:\((?P<affiliation>.+)\))?")
_HONORIFICS = re.compile(r"(?:(?:prof(?:essor(?:in)?)?|dr|pd|mrs?|ms)\b[.\s]*)+(?=\w)", re.IGNORECASE)
_SHORT_NAME = re.compile(r"\(([A-Z][\w&+./-]{1,39})\)")


@dataclass(frozen=True)
class Summary:
    """`label` is "ASSET Seminar", "" where there is none; `title` is "" if it isn't known yet."""

    label: str
    title: str


def parts_of(summary: str, *, kinds: tuple[str, ...] = (), names: tuple[str, ...] = ()) -> Summary:
    """Split 'ASSET Seminar: "On engines"'; `names` are those of the series, `kinds` what it calls its talks.

    Text before a colon is a label only if it is such a name or ends in a kind. Otherwise it belongs to the title.
    """
    if _is_label(summary, kinds, names):
        return Summary(summary, "")
    if (match := _LABELLED.fullmatch(summary)) and _is_label(match["label"], kinds, names):
        return Summary(match["label"], title_of(match["title"]))
    return Summary("", title_of(summary))


def people_in(text: str) -> tuple[Person, ...]:
    """Return the people in "Prof. Ada Lovelace (London) and Mary Somerville"; "TBA" is nobody."""
    found = (_PERSON.fullmatch(part) for part in _BETWEEN_PEOPLE.split(text) if part and not is_to_be_announced(part))
    people = ((match["name"], match["affiliation"] or "") for match in found if match)
    return tuple(Person(_HONORIFICS.sub("", name, count=1).strip(), affiliation) for name, affiliation in people)


def kind_in(label: str, kinds: tuple[str, ...] = ()) -> str:
    """Return the kind that ends a label ("Seminar"), "" if none does."""
    folded = fold(label)
    return next((kind for kind in (*kinds, *KINDS) if f" {folded}".endswith(f" {fold(kind)}")), "")


def short_name_in(name: str) -> str:
    """Return the text in brackets: "ASSET" of "AI-enabled Systems … (ASSET) Center"."""
    match = _SHORT_NAME.search(name)
    return match[1] if match else ""


def _is_label(text: str, kinds: tuple[str, ...], names: tuple[str, ...]) -> bool:
    return fold(text) in {fold(name) for name in names if name} or (
        len(text.split()) <= 6 and bool(kind_in(text, kinds)) and text.strip() != ""
    )
