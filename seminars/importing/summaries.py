"""Read the line that an event is called by: who speaks, about what, in which series, and whether it takes place."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from seminars.importing.descriptions import Described, read_description
from seminars.importing.events import Person
from seminars.importing.headline_labels import KnownLabels, Label
from seminars.importing.headline_marks import Break, Marked, break_in, state_of_label, without_marks
from seminars.importing.headline_parts import Part, joined, parts_of
from seminars.importing.labels import fields_in_line
from seminars.importing.people import Certainty, Named, named_in, people_in
from seminars.models.titles import title_of

__all__ = ["Described", "Headline", "Reading", "people_in", "read_description", "read_headline", "short_name_in"]

LONGEST = 500  # characters; a longer line is a title as a whole
_SHORT_NAME = re.compile(r"\(([A-Z][\w&+./-]{1,39})\)")
_BY = re.compile(r" by (?=[^a-z])")
_ON = re.compile(r" (?:on|about|über|sur|sobre|su|over) (?=\S)")
_BEFORE_A_NAME = re.compile(
    r"(?:given by|by|with|of|from|von|mit|par|avec|de|por|con|di|da|door|met|van|przez|av|:|：) ?(?=\S)", re.IGNORECASE
)
_POSSESSIVE = re.compile(r"(?:'s|’s)$")
_MOST_READINGS = 4


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


@dataclass(frozen=True)
class _Way:
    """One way to read the parts: its form ("name - title"), the people and the title as written."""

    form: str
    people: tuple[Person, ...] = ()
    title: str = ""
    certainty: Certainty = Certainty.NONE
    label: Label | None = None  # a kind that no sign parts from the name: "Colloquium by Bo Reed"

    def onto(self, base: Reading) -> Reading:
        if self.label and not base.label:
            base = replace(base, label=self.label.words, kind=self.label.kind)
        return replace(base, people=self.people, title=title_of(self.title))


def read_headline(summary: str, *, names: Collection[str] = (), kinds: Collection[str] = ()) -> Headline:
    """Read "PDE Seminar: Bo Reed (Larkfield) – On engines".

    `names` are those of the series at hand, `kinds` what it calls its talks. Where the words can be read in several
    ways there are several readings: without an affiliation or an academic title no name is certain.
    """
    text = " ".join(summary.split())
    if len(text) > LONGEST:
        return Headline("title", (Reading(title=text),))
    known = KnownLabels(names, kinds)
    marked = _peeled(text, known)
    base = Reading(
        label=marked.label, kind=marked.kind, state=marked.state, reason=marked.reason, marks=tuple(marked.marks)
    )
    if proposed := break_in(marked.text, known.label_of):
        return Headline("break", (_of_a_break(base, proposed),))
    ways = _ways(marked.text, known)
    readings = tuple(way.onto(base) for way in ways)
    if not marked.label and len(ways) == 1 and not ways[0].people:
        return _of_a_label(marked.text, base, known) or Headline(ways[0].form, readings)
    return Headline(" or ".join(way.form for way in ways), readings)


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


def _of_a_break(base: Reading, proposed: Break) -> Reading:
    if proposed.label:
        base = replace(base, label=proposed.label.words, kind=proposed.label.kind)
    marks = (*base.marks, *filter(None, (proposed.words,)))
    return replace(base, is_break=True, reason=proposed.reason or base.reason, marks=marks)


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


def _ways(text: str, known: KnownLabels) -> list[_Way]:
    """Return the ways to read what is left, the likeliest first; one that is sure stands alone."""
    if fields := fields_in_line(text):
        return [_Way("fields", people_in(fields.get("speaker", "")), fields.get("title", ""), Certainty.SURE)]
    parts = parts_of(text)
    as_title = _Way("title", (), joined(parts))
    found = _at_the_ends(parts) if len(parts) > 1 else []
    found += [] if any(way.certainty == Certainty.SURE for way in found) else _within(text, known)
    if sure := [way for way in found if way.certainty == Certainty.SURE]:
        return sure[:1] if len({way.people for way in sure}) == 1 else sure[:_MOST_READINGS]
    likely = [way for way in found if way.certainty == Certainty.LIKELY]
    possible = [way for way in found if way.certainty == Certainty.POSSIBLE]
    return [*likely, as_title, *possible][:_MOST_READINGS]


def _at_the_ends(parts: list[Part]) -> list[_Way]:
    """Look for people in the first and in the last part."""
    form = "".join(f" {part.sign} " if place else "" for place, part in enumerate(parts[:2]))
    first, last = named_in(parts[0].text), named_in(parts[-1].text)
    ways = []
    if Certainty.SURE == first.certainty == last.certainty and len(parts) == 2:
        return [_Way(f"names{form}names", first.people + last.people, "", Certainty.SURE)]
    if first.people:
        ways.append(_way(f"name{form}title", first, joined(parts[1:])))
        ways += _beside_affiliation(parts, first, "first")
    if last.people:
        ways.append(_way(f"title{form}name", last, joined(parts[:-1])))
    elif len(parts) > 2 and (before := named_in(parts[-2].text)).people:
        ways += _beside_affiliation(parts, before, "last")
    return sorted(ways, key=lambda way: -way.certainty)


def _way(form: str, named: Named, title: str) -> _Way:
    title = " ".join(filter(None, (title, named.rest)))
    return _Way(form, named.people, title, named.certainty)


def _beside_affiliation(parts: list[Part], named: Named, end: str) -> list[_Way]:
    """Read "Bo Reed - Larkfield - On engines" and "On engines - Bo Reed - Larkfield"."""
    if len(parts) < 3 or len(named.people) != 1 or named.people[0].affiliation:
        return []
    place = parts[1] if end == "first" else parts[-1]
    person = named_in(f"{named.people[0].name} ({place.text})")
    if len(place.text.split()) > 6 or person.certainty != Certainty.SURE:
        return []
    rest = parts[2:] if end == "first" else parts[:-2]
    form = "name - affiliation - title" if end == "first" else "title - name - affiliation"
    return [_Way(form, person.people, joined(rest), min(named.certainty, Certainty.LIKELY))]


def _within(text: str, known: KnownLabels) -> list[_Way]:
    """Look for people where no sign parts them from the title."""
    alone = named_in(text)
    if alone.people and alone.certainty >= Certainty.LIKELY:
        return [_Way("name", alone.people, alone.rest, alone.certainty)]
    ways = [*_after_a_kind(text, known), *_in_last_brackets(text), *_before_quotes(text), *_behind_brackets(text)]
    ways += [*_around_words(text), *_around_a_comma(text)]
    if alone.people:
        ways.append(_Way("name", alone.people, alone.rest, alone.certainty))
    return ways


def _after_a_kind(text: str, known: KnownLabels) -> list[_Way]:
    """Read "Colloquium by Bo Reed" and "Gastvortrag Bo Reed"; the kind stays with the label."""
    kind = known.kind_before(text)
    if not kind:
        return []
    rest = text[len(kind) :].strip()
    named = named_in(_BEFORE_A_NAME.sub("", rest, count=1))
    if not named.people:
        return []
    is_by = (
        rest.lower().startswith(("by ", "given by ", "von ", "par ", "door ", "przez "))
        and named.certainty >= Certainty.LIKELY
    )
    certainty = Certainty.SURE if is_by else named.certainty
    form = "kind by name" if is_by else "kind name"
    return [_Way(form, named.people, named.rest, certainty, known.label_of(kind))]


def _in_last_brackets(text: str) -> list[_Way]:
    """Read "On engines (Bo Reed, Larkfield)"."""
    begin = max(text.rfind(" ("), text.rfind("（"))
    if begin <= 0 or text[-1] not in ")）":
        return []
    named = named_in(text[begin:].strip(" ()（）"))
    return [_way("title (name)", named, text[:begin].strip())] if named.people else []


def _before_quotes(text: str) -> list[_Way]:
    """Read 'Bo Reed "On engines"' and '"On engines", Bo Reed'."""
    if match := re.fullmatch(
        r"(?P<who>[^\"“„«「《]{2,200}?),? ?(?P<title>[\"“„«「《][^\"”“»」》]{2,400}[\"”“»」》])", text
    ):
        named, form = named_in(match["who"]), "name “title”"
    elif match := re.fullmatch(
        r"(?P<title>[\"“„«「《][^\"”“»」》]{2,400}[\"”“»」》]),? ?(?:by )?(?P<who>[^\"“„«「《]{2,200})", text
    ):
        named, form = named_in(match["who"]), "“title” name"
    else:
        return []
    return [_way(form, named, match["title"])] if named.people else []


def _behind_brackets(text: str) -> list[_Way]:
    """Read "Bo Reed (Larkfield), On engines" and "Bo Reed (Larkfield) On engines"."""
    end = text.find(")") + 1 or text.find("）") + 1
    if not end or end == len(text):
        return []
    named = named_in(text[:end])
    title = text[end:].strip(" ,.;")
    if named.certainty < Certainty.LIKELY or not title:
        return []
    return [_way("name (affiliation) title", named, title)]


def _around_words(text: str) -> list[_Way]:
    """Read "On engines by Bo Reed", "A. Speaker on rings" and "Bo Reed's talk"."""
    ways = []
    for match in list(_BY.finditer(text))[-1:]:
        named = named_in(text[match.end() :])
        if named.people:
            ways.append(_way("title by name", named, text[: match.start()]))
    if match := _ON.search(text):
        named = named_in(text[: match.start()])
        if named.certainty >= Certainty.LIKELY:
            title = text[match.start() :].strip()
            ways.append(_way("name on title", named, title[0].upper() + title[1:]))
    return ways


def _around_a_comma(text: str) -> list[_Way]:
    """Read "Bo Reed, On engines", "Bo Reed, Larkfield, On engines" and "On engines, Bo Reed"."""
    commas = [match.start() for match in re.finditer(r", ", text)][:6]
    ways = []
    for place in reversed(commas):
        named, title = named_in(text[:place]), text[place + 1 :].strip()
        if named.certainty >= Certainty.LIKELY and not named_in(title).people:
            ways.append(_way("name, title", replace(named, certainty=Certainty.LIKELY), title))
            break
    for place in commas:
        named = named_in(text[place + 1 :])
        if named.certainty >= Certainty.LIKELY and not named_in(text[:place]).people:
            ways.append(_way("title, name", replace(named, certainty=Certainty.LIKELY), text[:place]))
            break
    return ways
