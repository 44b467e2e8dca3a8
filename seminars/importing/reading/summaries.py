"""Read the headline of an event (SUMMARY): who speaks, about what, in which series, and whether it takes place."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from seminars.importing.events import Person
from seminars.importing.reading.descriptions import Described, read_description
from seminars.importing.reading.headline_labels import KnownLabels, known_labels
from seminars.importing.reading.headline_marks import Marked, ProposedBreak, break_in, state_of_label, without_marks
from seminars.importing.reading.headline_speakers import Way, ways_to_read
from seminars.models.titles import title_of
from seminars.typed_names.people import people_in

__all__ = [
    "Described", "Headline", "Reading", "kind_of", "people_in", "read_description", "read_headline", "short_name_in",
    "state_in",
]  # fmt: skip

LONGEST = 500  # characters; a longer line is a title as a whole
_TITLE = re.compile(r"^(?:title|titel|titre|título|titolo|tytuł): ", re.IGNORECASE)
_SHORT_NAME = re.compile(r"\(([A-Z][\w&+./-]{1,39})\)")


@dataclass(frozen=True)
class Reading:
    """What a headline says if it is read in one way; "" for what it does not say.

    `label` is the series or the kind as written before or after the title, `state` "" or a value of State. If
    `is_break`, there is no talk, for `reason`. `marks` are the words left out of all of these: "[HYBRID]", "Re:".
    """

    people: tuple[Person, ...] = ()
    title: str = ""
    label: str = ""
    kind: str = ""
    state: str = ""
    is_break: bool = False
    reason: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Headline:
    """The ways to read a headline, the likeliest first, which are the same for all headlines of one `shape`."""

    shape: str
    readings: tuple[Reading, ...]

    @property
    def is_doubtful(self) -> bool:
        return len(self.readings) > 1


def read_headline(summary: str, *, names: Collection[str] = (), kinds: Collection[str] = ()) -> Headline:
    """Read "PDE Seminar: Bo Reed (Larkfield) – On engines".

    `names` are those of the series at hand, `kinds` what it calls its talks. Where the words can be read in several
    ways there are several readings: without an affiliation or an academic title no name is certain.
    """
    text = " ".join(summary.split())
    if len(text) > LONGEST:
        return Headline("title", (Reading(title=text),))
    known = known_labels(tuple(names), tuple(kinds))
    marked = _peeled(text, known)
    base = Reading(
        label=marked.label, kind=marked.kind, state=marked.state, reason=marked.reason, marks=tuple(marked.marks)
    )
    if proposed := break_in(marked.text, known.label_of):
        return Headline("break", (_of_a_break(base, proposed),))
    ways = ways_to_read(marked.text, known)
    readings = tuple(_reading(way, base) for way in ways)
    if not marked.label and len(ways) == 1 and not ways[0].people:
        return _of_a_label(marked.text, base, known) or Headline(ways[0].form, readings)
    return Headline(" or ".join(way.form for way in ways), readings)


def state_in(words: str) -> tuple[str, str]:
    """Return the state that words tell beside people or a title, "" for none, and the rest: "CANCELLED: On looms"."""
    marked = Marked(" ".join(words.split()))
    if len(words) <= LONGEST:
        without_marks(marked)
    return (marked.state, marked.text) if marked.state else ("", words)


def kind_of(name: str, kinds: Collection[str] = ()) -> str:
    """Return the kind that ends the name of a series: "Seminar" of "Engine Seminar"; "" if none does."""
    label = known_labels((), tuple(kinds)).label_of(name)
    return label.kind if label else ""


def short_name_in(name: str) -> str:
    """Return the text in brackets: "ASSET" of "AI-enabled Systems … (ASSET) Center"."""
    match = _SHORT_NAME.search(name)
    return match[1] if match else ""


def _peeled(text: str, known: KnownLabels) -> Marked:
    """Take marks, state and labels off both ends, in whatever order they stand."""
    marked = Marked(text)
    for _round in range(8):
        before = marked.text
        without_marks(marked)
        state_of_label(marked, known.is_label)
        known.take_from(marked)
        if marked.text == before:
            break
    return marked


def _reading(way: Way, base: Reading) -> Reading:
    if way.label and not base.label:
        base = replace(base, label=way.label.words, kind=way.label.kind)
    elif way.label:
        base = replace(base, marks=(*base.marks, way.label.words))
    return replace(base, people=way.people, title=title_of(_TITLE.sub("", way.title)), marks=(*base.marks, *way.marks))


def _of_a_break(base: Reading, proposed: ProposedBreak) -> Reading:
    if proposed.label:
        base = replace(base, label=proposed.label.words, kind=proposed.label.kind)
    marks = (*base.marks, *filter(None, (proposed.words,)))
    return replace(base, is_break=True, reason="; ".join(filter(None, (proposed.reason, base.reason))), marks=marks)


def _of_a_label(text: str, base: Reading, known: KnownLabels) -> Headline | None:
    """Read a headline that may only say the series: "Algebra Seminar" has no title yet, "Lean Workshop" is one."""
    label = known.label_of(text)
    if not label:
        return None
    as_label = replace(base, label=label.words, kind=label.kind)
    if label.is_known:
        return Headline("series", (as_label,))
    as_title = replace(base, title=title_of(text))
    if label.meets_again:
        return Headline("series or title", (as_label, as_title))
    return Headline("title or series", (as_title, as_label))
