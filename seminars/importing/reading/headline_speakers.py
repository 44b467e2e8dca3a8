"""Find the ways to read a headline without its labels: which of its words name people, which are the title."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from seminars.importing.events import Person
from seminars.importing.reading.headline_labels import KnownLabels
from seminars.importing.reading.headline_marks import Label
from seminars.importing.reading.headline_parts import Part, joined, parts_of
from seminars.importing.reading.labels import fields_in_line
from seminars.models.titles import is_to_be_announced
from seminars.typed_names.names import Certainty, bare_name, form_of, looks_like_a_place
from seminars.typed_names.people import Named, named_in, people_in, with_affiliations

_MOST = 4
_JOINS_KIND = re.compile(
    r"(?:given by|by|with|w/|of|von|mit|par|avec|de|por|con|di|da|door|met|van|przez|av|@) (?=\S)", re.IGNORECASE
)
_BY = re.compile(r",? (?:given )?by (?=[^a-z])")
_WITH = re.compile(r" (?:with|w/|mit|avec|con|door) (?=\S)")
_ON = re.compile(
    r" (?:on|about|über|sur|sobre|su|over) (?=\S)"
    r"|,? (?:presents|presenting|präsentiert|présente|speaks? on|talks? about|will (?:speak|talk) (?:on|about)"
    r"|spricht über)"
    r":? (?=\S)"
)
_POSSESSIVE = re.compile(r"(?P<who>[^'’]{3,80})['’]s (?P<kind>.{3,80})")
_NO_TITLE = re.compile(r"(?<=[\w)])(?<![Tt]itle)(?<![Ss]peaker) (?:TBA|TBD|TBC|tba|tbd)$")
_QUOTED = r"[\"“„«「《][^\"”“»」》]{2,400}[\"”“»」》]"
_NAME_QUOTED = re.compile(rf"(?P<who>[^\"“„«「《]{{2,200}}?),? ?(?P<title>{_QUOTED})")
_QUOTED_NAME = re.compile(rf"(?P<title>{_QUOTED}),? ?(?:by )?(?P<who>[^\"“„«「《]{{2,200}})")
# A name and its affiliation, with no space before the bracket or behind the colon.
_TIGHT = re.compile(
    r"^(?P<who>[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){1,3}) ?\((?P<place>[^()]{2,80})\)(?P<sign>[:：]) ?(?=\S)"
)
_FROM = re.compile(r"(?P<who>.{3,60}?),? (?:from|aus|at) (?:the )?(?P<place>[^\W\d_].{1,80})")
_WEAK_SIGN = re.compile(r", |; | / |(?<=[^\W\d_]{2})\. ")
# "ML Lunch", "AG Geometrie": two to four words with capitals; a title is rarely as short and has small words.
_LIKE_A_LABEL = re.compile(r"(?:[A-ZÀ-Þ][\w.&/-]*|&)(?: (?:[A-ZÀ-Þ][\w.&/-]*|&|\d{1,4})){1,3}")
_IN_BRACKETS = re.compile(r"[(（\[][^()（）\[\]]*[)）\]]")


@dataclass(frozen=True)
class Way:
    """One way to read the words: its form ("name - title"), the people, the title as written, and a kind of talk."""

    form: str
    people: tuple[Person, ...] = ()
    title: str = ""
    certainty: Certainty = Certainty.NONE
    label: Label | None = None
    marks: tuple[str, ...] = ()


def ways_to_read(text: str, known: KnownLabels) -> list[Way]:
    """Return the ways to read a headline without labels, the likeliest first; one that is sure stands alone."""
    if ways := _of_fields(text):
        return ways
    text = _TIGHT.sub(r"\g<who> (\g<place>)\g<sign> ", _NO_TITLE.sub("", text))
    parts = parts_of(text)
    found = _beside_nobody(parts) or (_at_the_ends(parts, known) if len(parts) > 1 else [])
    if not any(way.certainty == Certainty.SURE for way in found):
        found += _within(text, known)
    found = list(map(_doubted_beside_others, found))
    if sure := [way for way in found if way.certainty == Certainty.SURE]:
        return sure[:1] if len({way.people for way in sure}) == 1 else sure[:_MOST]
    likely = [way for way in found if way.certainty == Certainty.LIKELY]
    possible = [way for way in found if way.certainty == Certainty.POSSIBLE]
    return _each_once([*likely, Way("title", (), joined(parts)), *possible])


def _of_fields(text: str) -> list[Way]:
    """Read "Speaker: Bo Reed, Title: On engines"."""
    fields = fields_in_line(text)
    people = with_affiliations(people_in(fields.get("speaker", "")), fields.get("affiliation", ""))
    title = fields.get("title", "")
    if not (people or title) or any(form_of(person.name) == Certainty.NONE for person in people):
        return []  # "Speaker: a history"
    return [Way("fields", people, title, Certainty.SURE, marks=(text,))]


def _doubted_beside_others(way: Way) -> Way:
    """Doubt "Bo Reed (Larkfield): On engines; Ana Ruiz (Oxbridge): On looms": its title names somebody too."""
    chunks = re.split(r"[;:|]| [–—-] ", way.title)
    is_sure = not any(named_in(chunk).certainty == Certainty.SURE for chunk in chunks)
    return way if is_sure else replace(way, certainty=min(way.certainty, Certainty.LIKELY))


def _each_once(ways: Iterable[Way]) -> list[Way]:
    return list({(way.people, way.title): way for way in reversed(list(ways))}.values())[::-1][:_MOST]


def _way(form: str, named: Named, title: str, label: Label | None = None) -> Way:
    """Return a way to read; brackets that are no affiliation belong to the title."""
    return Way(form, named.people, " ".join(filter(None, (title.strip(" ,;"), named.rest))), named.certainty, label)


def _beside_nobody(parts: Sequence[Part]) -> list[Way]:
    """Read "Prof. TBA", "TBA: On engines" and "N.N. (Larkfield) – On engines"."""
    first = parts[0].text if parts else ""
    if not is_to_be_announced(bare_name(_IN_BRACKETS.sub("", first) if len(parts) > 1 else first)):
        return []
    rest = joined(parts[1:])
    return [] if named_in(rest).people else [Way("nobody: title", (), rest, Certainty.SURE, marks=(first,))]


def _at_the_ends(parts: Sequence[Part], known: KnownLabels) -> list[Way]:
    """Look for people in the first and in the last part."""
    between = f" {parts[1].sign} " if parts[1].sign != ":" else ": "
    (first, label), last = _perhaps_after_a_kind(parts[0].text, known), named_in(parts[-1].text)
    if Certainty.SURE == first.certainty == last.certainty and len(parts) == 2:
        return [Way(f"names{between}names", first.people + last.people, "", Certainty.SURE, label)]
    ways = []
    if len(parts) > 2 and not first.people and (middle := named_in(parts[1].text)).certainty == Certainty.SURE:
        # "Algebra & Topology: Bo Reed (Larkfield): On engines" begins with a series, or with the title
        doubted = replace(middle, certainty=Certainty.LIKELY)
        before = Label(parts[0].text, "", is_known=False)
        ways.append(_way("label: name - title", doubted, joined(parts[2:]), before))
    if first.people:
        ways += _beside_affiliation(parts, first, "first")
        ways.append(_way(f"name{between}title", first, joined(parts[1:]), label))
    if last.people:
        ways += _behind_a_label_or_title(parts, last)
    elif len(parts) > 2 and (before := named_in(parts[-2].text)).people:
        ways += _beside_affiliation(parts, before, "last")
    if ways and not looks_like_a_place(parts[1].text):
        ways.sort(key=lambda way: "affiliation" in way.form)
    return ways


def _behind_a_label_or_title(parts: Sequence[Part], last: Named) -> list[Way]:
    """Read "On engines: Dr. Bo Reed"; "ML Lunch: Bo Reed (Larkfield)" may begin with a series as well."""
    between = f" {parts[1].sign} " if parts[1].sign != ":" else ": "
    before = joined(parts[:-1])
    as_title = _way(f"title{between}name", last, before)
    if (
        len(parts) > 2
        or parts[1].sign != ":"
        or last.certainty != Certainty.SURE
        or not _LIKE_A_LABEL.fullmatch(before)
    ):
        return [as_title]
    doubted = replace(last, certainty=Certainty.LIKELY)
    as_label = _way("label: name", doubted, "", Label(before, "", is_known=False))
    return [as_label, replace(as_title, certainty=Certainty.LIKELY)]


def _perhaps_after_a_kind(text: str, known: KnownLabels) -> tuple[Named, Label | None]:
    """Read "Talk by Bo Reed" and "PDE Seminar (Bo Reed)" as well as "Bo Reed"."""
    found = _after_a_kind(text, known) or _possessive(text, known)
    if not found:
        return _from_a_place(text) or named_in(text), None
    return Named(found[0].people, found[0].certainty, found[0].title), found[0].label


def _from_a_place(text: str) -> Named | None:
    """Read "Bo Reed from Larkfield"."""
    match = _FROM.fullmatch(text)
    if not match or named_in(match["who"]).certainty < Certainty.LIKELY:
        return None
    named = named_in(f"{match['who']} ({match['place']})")
    return replace(named, certainty=min(named.certainty, Certainty.LIKELY))


def _beside_affiliation(parts: Sequence[Part], named: Named, end: str) -> list[Way]:
    """Read "Bo Reed - Larkfield - On engines" and "On engines - Bo Reed - Larkfield"."""
    if len(parts) < 3 or len(named.people) != 1 or named.people[0].affiliation:
        return []
    place = parts[1] if end == "first" else parts[-1]
    person = named_in(f"{named.people[0].name} ({place.text})")
    if len(place.text.split()) > 6 or person.certainty != Certainty.SURE:
        return []
    rest = parts[2:] if end == "first" else parts[:-2]
    form = "name - affiliation - title" if end == "first" else "title - name - affiliation"
    found = Named(person.people, min(named.certainty, Certainty.LIKELY), named.rest)
    return [_way(form, found, joined(rest))]


def _within(text: str, known: KnownLabels) -> list[Way]:
    """Look for people where no sign parts them from the title."""
    if ways := _after_a_kind(text, known):
        return ways
    alone = named_in(text)
    if alone.certainty >= Certainty.LIKELY:
        way = Way("name", alone.people, alone.rest, alone.certainty)
        return [way] if alone.certainty == Certainty.SURE else [way, *_beside_brackets(text)]
    ways = [*_beside_brackets(text), *_beside_quotes(text), *_around_words(text, known), *_around_a_comma(text)]
    return [*ways, Way("name", alone.people, alone.rest, alone.certainty)] if alone.people else ways


def _after_a_kind(text: str, known: KnownLabels) -> list[Way]:
    """Read "Colloquium by Bo Reed", "Gastvortrag Bo Reed" and "Seminar (Bo Reed)"."""
    begin = known.kind_before(text)
    if not begin:
        return []
    rest = text[len(begin) :].strip()
    joins = _JOINS_KIND.match(rest)
    words = rest[joins.end() :] if joins else rest
    if words[:1] == "(" and words[-1:] == ")" and words.count("(") == 1:
        words = words[1:-1]
    who, title = words, ""
    if (on := _ON.search(words)) and not named_in(words).people:
        who, title = words[: on.start()], _capital(words[on.start() :].strip())
    named = named_in(who)
    if not named.people and not title:
        label = known.label_of(begin)
        return [replace(way, label=label) for way in _beside_brackets(words) if way.form == "name (affiliation) title"]
    if not named.people or (named.certainty == Certainty.POSSIBLE and not joins):
        return []
    is_by = joins is not None and joins[0].lower().strip() in {"by", "given by", "von", "par", "door", "przez"}
    certainty = Certainty.SURE if is_by and named.certainty >= Certainty.LIKELY else named.certainty
    form = "kind by name" if is_by else "kind name"
    return [_way(form, replace(named, certainty=certainty), title, known.label_of(begin))]


def _beside_brackets(text: str) -> list[Way]:
    """Read "On engines (Bo Reed, Larkfield)" and "Bo Reed (Larkfield) On engines"."""
    ways = []
    begin = max(text.rfind(sign) for sign in (" (", " [", "（"))
    if begin > 0 and text[-1] in ")）]":
        named = named_in(re.sub(r"^(?:speakers?|by|with|von|mit):? ", "", text[begin:].strip(" ()（）[]"), flags=re.I))
        if named.people:
            ways.append(_way("title (name)", named, text[:begin]))
    end = text.find(")") + 1 or text.find("）") + 1
    title = text[end:].strip(" ,.;/")
    if end and title and title[0] not in ":-–—|":
        named = named_in(text[:end])
        if named.certainty >= Certainty.LIKELY:
            ways.append(_way("name (affiliation) title", named, title))
    return ways


def _beside_quotes(text: str) -> list[Way]:
    """Read 'Bo Reed "On engines"' and '"On engines", Bo Reed'."""
    for form, pattern in (("name “title”", _NAME_QUOTED), ("“title” name", _QUOTED_NAME)):
        match = pattern.fullmatch(text)
        if match and (named := named_in(match["who"])).people:
            return [_way(form, named, match["title"])]
    return []


def _around_words(text: str, known: KnownLabels) -> list[Way]:
    """Read "On engines by Bo Reed", "A. Speaker on rings" and "Bo Reed's talk"."""
    ways = []
    for form, pattern in (("title by name", _BY), ("title with name", _WITH)):
        for match in list(pattern.finditer(text))[-1:]:
            named = named_in(text[match.end() :])
            if named.people:
                ways.append(_way(form, named, text[: match.start()]))
    if match := _ON.search(text):
        named = named_in(text[: match.start()])
        if named.certainty >= Certainty.LIKELY:
            is_of_title = len(match[0].split()) == 1 and not match[0].strip(" ,").startswith("pr")
            title = text[match.start() if is_of_title else match.end() :].strip()
            ways.append(_way("name on title", named, _capital(title)))
    return [*ways, *_possessive(text, known)]


def _capital(title: str) -> str:
    return title[:1].upper() + title[1:]


def _possessive(text: str, known: KnownLabels) -> list[Way]:
    """Read "Bo Reed's talk"."""
    match = _POSSESSIVE.fullmatch(text)
    label = known.label_of(match["kind"]) if match else None
    if not match or not label or not (named := named_in(match["who"])).people:
        return []
    return [_way("name’s kind", named, "", label)]


def _around_a_comma(text: str) -> list[Way]:
    """Read "Bo Reed, On engines", "Bo Reed, Larkfield, On engines" and "On engines / Bo Reed"."""
    places = list(_WEAK_SIGN.finditer(text))[:6]
    ends = [(text[: place.start()], text[place.end() :], "name, title") for place in reversed(places)]
    begins = [(text[place.end() :], text[: place.start()], "title, name") for place in places]
    ways = []
    for choices in (ends, begins):
        for who, title, form in choices:
            named = named_in(who)
            if named.certainty >= Certainty.LIKELY and not named_in(title).people:
                ways.append(_way(form, replace(named, certainty=Certainty.LIKELY), title))
                break
    return ways
