"""Read the line that an event is called by: series or kind, and title."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from seminars.importing.events import Person
from seminars.models.titles import title_of
from seminars.text import fold

KINDS = (
    "Seminar Series", "Distinguished Lecture", "Reading Group", "Brown Bag", "Seminar", "Colloquium", "Lecture", "Talk",
    "Workshop", "Symposium", "Tutorial", "Defense", "Defence", "Kolloquium", "Vortrag",
)  # fmt: skip
_LABELLED = re.compile(r"(?P<label>[^:]{1,80}?)\s*(?::|\s[–—-]\s)\s*(?P<title>.*)")
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


# --- a headline as a whole ------------------------------------------------------------------------------------------

_PERSON_FIRST = re.compile(
    r"(?P<name>[^():]{3,80}?) \((?P<affiliation>[^()]{1,200})\)(?:\s*:\s*|\s+[–—-]+\s+)(?P<title>.+)"
)


@dataclass(frozen=True)
class Reading:
    """One way to read a headline."""

    people: tuple[Person, ...] = ()
    title: str = ""
    label: str = ""
    kind: str = ""
    state: str = ""
    is_break: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Headline:
    """All ways to read it, the likeliest first."""

    shape: str
    readings: tuple[Reading, ...]


def read_headline(summary: str, *, names: Collection[str] = (), kinds: Collection[str] = ()) -> Headline:
    """Read people, title, label, kind and state from a headline."""
    if summary.startswith("CANCELLED: "):
        found = read_headline(summary.removeprefix("CANCELLED: "), names=names, kinds=kinds)
        return Headline(found.shape, tuple(replace(one, state="cancelled") for one in found.readings))
    if fold(summary).startswith("no seminar"):
        reason = summary.partition("(")[2].rstrip(")") or summary
        return Headline("no seminar", (Reading(is_break=True, reason=reason),))
    parts = parts_of(summary, kinds=tuple(kinds), names=tuple(names))
    plain = Reading((), parts.title, parts.label, kind_in(parts.label, tuple(kinds)))
    if not parts.label and (match := _PERSON_FIRST.fullmatch(summary)):
        people = (Person(match["name"], match["affiliation"]),)
        return Headline("A (B): C", (Reading(people, title_of(match["title"])), plain))
    return Headline("A: B" if parts.label else "A", (plain,))
