"""Tell people from other words: "Dr. Bo Reed (Larkfield) & Ana Ruiz" names two, "Hilbert spaces" nobody."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from seminars.models.name_matching import HasAffiliation
from seminars.models.titles import is_to_be_announced
from seminars.text import fold
from seminars.text import line as read_line
from seminars.typed_names.name_words import (
    BOTH,
    CJK_TITLE,
    COURTESY,
    INSTITUTION,
    NOBODY,
    POSTNOMINAL,
    SURELY_INSTITUTION,
)
from seminars.typed_names.names import (
    Certainty,
    academic_title,
    bare_name,
    form_of,
    is_affiliation,
    is_name_without_capitals,
    is_nobody,
    looks_like_a_place,
)

LONGEST = 3_000  # characters that name speakers
_LONGEST_NAME = 200  # characters, likewise of an affiliation: what the fields of a person hold

# Words beside the names of people that nobody misses, folded.
LITTLE_WORDS = frozenset(
    {"and", "und", "prof", "professor", "professorin", "dr", "pd", "frau", "herr", "mr", "mrs", "ms"}
)
_OPENING, _CLOSING = "([（【", ")]）】"
# Between people or their affiliations. Spaces are single ones here.
_BETWEEN = re.compile(
    r"[(\[（【)\]）】]| ?[,;，；、] ?| [&+/|] | (?:and|und|et|y|e|en|och|og|oraz|i|with|mit) "
    r"|(?<=[^\W\d_])(?: ?[和与及と] ?)(?=[^\W\d_])"
)
_ADDRESS = re.compile(r" ?[<(]?(?:[\w.+-]{1,64}@[\w.-]{1,255}|https?://[^\s()<>]{1,500})[>)]?")
# In brackets after a name, and neither a part of it nor an affiliation.
_NO_PART = re.compile(
    r" ?[(\[](?:\d{1,2}|t\.?b\.?[acd]\.?|(?:via |on )?(?:zoom|teams|webex|online)|in person|hybrid|remote(?:ly)?"
    r"|(?:he|she|they)(?:[/, ]+\w{2,6}){1,3}|er/ihm|sie/ihr)[)\]]",
    re.IGNORECASE,
)
_BEFORE_AFFILIATION = re.compile(r" (?:[-–—]{1,2}|\|) (?=\S)")
_TELLS_OF = re.compile(r"(?P<name>.{3,60}?),? (?:(?:from|at) (?:the )?|is (?=an? |the ))(?P<affiliation>\S.*)")
_ONE_LETTER = frozenset({"y", "e", "i"})  # they join two people, but also the two halves of one surname


@dataclass(frozen=True)
class Person:
    """A person as a text names them."""

    name: str
    affiliation: str = ""


@dataclass(frozen=True)
class Named:
    """The people that some words name, and how surely they do."""

    people: tuple[Person, ...] = ()
    certainty: Certainty = Certainty.NONE
    rest: str = ""  # what stands in brackets and is no affiliation: "(joint work with Ana Ruiz)"


@dataclass
class _Piece:
    """A part of a list of people: words, what stands in brackets after them, and what parts it from the one before."""

    before: str = ""
    words: str = ""
    brackets: str = ""
    after: str = ""  # words behind the brackets


def in_full(person: HasAffiliation) -> str:
    """Return "Ada Lovelace (London)"."""
    return f"{person.name} ({person.affiliation})" if person.affiliation else person.name


def people_in(text: str) -> tuple[Person, ...]:
    """Return the people of a text that names people, such as a cell "Speakers": "A and B", "Dr. A (X) & B (Y)".

    Academic titles, email and web addresses are left out, and "TBA" is nobody. It reads the first 3,000 characters.
    """
    text = text[:LONGEST]
    if "\\" in text:  # accents as LaTeX writes them
        text = "\n".join(map(read_line, text.split("\n")))
    text = _BEFORE_AFFILIATION.sub(", ", _NO_PART.sub("", _ADDRESS.sub("", text)))
    found = (one for group in _groups_of(text) for one, _form in _read(_pieces_of(group)))
    return _each_once(_with_words_apart(one) for one in found if not is_nobody(one.name))


def typed_people(typed: str) -> tuple[Person, ...]:
    """Return the people that somebody typed where a name is expected; "TBA" and "N.N." are nobody.

    What does not look like a name is one all the same.
    """
    name = _one_line(typed)
    if found := people_in(typed):
        return found
    says_nobody = not name or is_to_be_announced(name) or NOBODY.fullmatch(name)
    return () if says_nobody else (Person(bare_name(name) or name),)


def _with_words_apart(person: Person) -> Person:
    """Read "Bo Reed from Larkfield" and "Bo Reed is a professor at Larkfield": what follows the name tells of them."""
    match = _TELLS_OF.fullmatch(person.name)
    if not match or form_of(match["name"]) < Certainty.POSSIBLE:
        return person
    affiliation = ", ".join(filter(None, (match["affiliation"], person.affiliation)))
    return Person(match["name"], affiliation[:_LONGEST_NAME])


def with_affiliations(people: tuple[Person, ...], affiliation: str) -> tuple[Person, ...]:
    """Give people without affiliations what stands behind "Affiliation:": a line each, or one for all."""
    lines = [_one_line(line)[:_LONGEST_NAME] for line in re.split(r"[;\n]", affiliation) if line.strip()]
    if len(people) == 1:
        lines = [_one_line(affiliation)[:_LONGEST_NAME]]
    if not affiliation or not people:
        return people
    if len(lines) != len(people):
        lines = [_one_line(affiliation)[:_LONGEST_NAME]] * len(people)  # one for all of them
    return tuple(Person(person.name, person.affiliation or line) for person, line in zip(people, lines, strict=True))


@lru_cache(maxsize=4096)  # one headline asks for the people in each part several times, others name the same people
def named_in(text: str) -> Named:
    """Return the people that some words name if they name any; the words may be a title just as well."""
    pieces = _pieces_of(_one_line(text))
    if not pieces or len(text) > _LONGEST_NAME * 3 or any(piece.after or _is_no_name(piece) for piece in pieces):
        return Named()
    rest = _without_other_brackets(pieces)
    found = _read(pieces)
    if not found or any(not piece.words for piece in pieces):
        return Named()
    certainty = _with_proof(min(form for _person, form in found), pieces, found)
    if any(map(str.isdigit, rest)):
        certainty = min(certainty, Certainty.POSSIBLE)  # "Emmy Noether (1882–1935)"
    if certainty <= Certainty.UNLIKELY:
        return Named()
    if certainty == Certainty.POSSIBLE and not any(" " in person.name or person.affiliation for person, _form in found):
        return Named()  # "Rust", "Navier-Stokes"
    return Named(_each_once(person for person, _form in found), certainty, rest)


def _is_no_name(piece: _Piece) -> bool:
    return any(sign in piece.words for sign in '?!:"=$\\@#%<>{}_~^…*“”„«»') or len(piece.words) > _LONGEST_NAME


def _without_other_brackets(pieces: list[_Piece]) -> str:
    """Take brackets that hold no affiliation out of the pieces, and return them."""
    rest = []
    for piece in pieces:
        is_of_name = is_affiliation(piece.brackets, bare_name(piece.words)) or POSTNOMINAL.fullmatch(
            f" {piece.brackets}"
        )
        if is_to_be_announced(piece.brackets):
            piece.brackets = ""
        elif piece.brackets and not is_of_name and not is_name_without_capitals(piece.brackets):
            rest.append(f"({piece.brackets})")
            piece.brackets = ""
    return " ".join(rest)


def _with_proof(form: Certainty, pieces: list[_Piece], found: list[tuple[Person, Certainty]]) -> Certainty:
    """Return how surely these are people, with regard to what stands beside the names."""
    if form == Certainty.NONE:
        return form
    is_titled = any(_has_academic_title(piece.words) for piece in pieces)
    if is_titled and (form != Certainty.POSSIBLE or len(pieces) == 1):
        return Certainty.SURE
    bracketed = [piece for piece in pieces if piece.brackets]
    if any(_may_be_a_person(piece.brackets) for piece in bracketed):
        return form  # "Riemann Hypothesis (Bo Reed)"
    is_affiliated = any(is_affiliation(piece.brackets, bare_name(piece.words)) for piece in bracketed)
    if is_affiliated or any(SURELY_INSTITUTION.search(person.affiliation) for person, _form in found):
        return Certainty.SURE if form == Certainty.LIKELY else max(form, Certainty.POSSIBLE)
    return form


def _may_be_a_person(words: str) -> bool:
    return words.isascii() and form_of(words) == Certainty.LIKELY and not looks_like_a_place(words)


def _has_academic_title(words: str) -> bool:
    if COURTESY.match(words):
        return False  # "Mr. Robot"
    return bool(CJK_TITLE.search(words)) or (bare_name(words) != words.strip() and bool(academic_title(words)))


def _groups_of(text: str) -> list[str]:
    """Split at semicolons and line ends, which part people more strongly than commas."""
    lines: list[str] = []
    for line in filter(None, map(_one_line, re.split(r"[;；\n]", text[:LONGEST]))):
        if lines and INSTITUTION.search(line) and "(" not in line:
            lines[-1] += f", {line}"  # an affiliation on a line of its own
        else:
            lines.append(line)
    return [line for line in lines if line] if all(map(_is_balanced, lines)) else [_one_line(text[:LONGEST])]


def _is_balanced(text: str) -> bool:
    return sum(text.count(sign) for sign in _OPENING) == sum(text.count(sign) for sign in _CLOSING)


def _pieces_of(text: str) -> list[_Piece]:
    """Split a list of people outside brackets."""
    pieces, depth, begun = [_Piece()], 0, 0
    for match in _BETWEEN.finditer(text):
        sign = match[0].strip() or match[0]
        if sign in _OPENING:
            if not depth:
                _add_words(pieces[-1], text[begun : match.start()])
                begun = match.end()
            depth += 1
        elif sign in _CLOSING:
            depth = max(depth - 1, 0)
            if not depth:
                pieces[-1].brackets = ", ".join(
                    filter(None, (pieces[-1].brackets, text[begun : match.start()].strip()))
                )
                begun = match.end()
        elif not depth and not (sign in _ONE_LETTER and not _joins_two(text, match)):
            _add_words(pieces[-1], text[begun : match.start()])
            pieces.append(_Piece(before=sign))
            begun = match.end()
    if depth:  # a bracket that is never closed
        pieces[-1].brackets = ", ".join(filter(None, (pieces[-1].brackets, text[begun:].strip())))
    else:
        _add_words(pieces[-1], text[begun:])
    return [piece for piece in pieces if piece.words or piece.brackets or piece.after]


def _joins_two(text: str, match: re.Match[str]) -> bool:
    """Tell "Bo Reed y Ana Ruiz" from "José Ortega y Gasset"."""
    return len(text[: match.start()].split()) > 1 and len(re.split(r"[,;(]", text[match.end() :])[0].split()) > 1


def _add_words(piece: _Piece, words: str) -> None:
    words = words.strip()
    if piece.brackets:
        piece.after = f"{piece.after} {words}".strip(" .")
    else:
        piece.words = words


def _read(pieces: list[_Piece]) -> list[tuple[Person, Certainty]]:
    """Return the people of a list, and how much the form of each name is that of one."""
    if reversed_name := _family_name_first(pieces):
        return [(reversed_name, Certainty.POSSIBLE)]
    found: list[tuple[Person, Certainty]] = []
    is_of_first_names = len(pieces) > 1 and all(" " not in piece.words for piece in pieces)
    for piece in map(_with_words_behind, pieces):
        name = bare_name(piece.words)
        if not name or is_to_be_announced(name) or POSTNOMINAL.fullmatch(f" {name}"):
            continue
        if found and not is_of_first_names and _belongs_to_the_one_before(piece, found[-1][0]):
            last, form = found[-1]
            joined = ", ".join(filter(None, (last.affiliation, f"{piece.words}{_in_brackets(piece)}")))
            if piece.before not in {",", "，", "、"}:
                joined = f"{last.affiliation} {piece.before} {piece.words}"
            found[-1] = Person(last.name, joined[:_LONGEST_NAME]), form
        else:
            found.append((_person(name, piece), form_of(name)))
    return _shared_affiliation(found)


def _with_words_behind(piece: _Piece) -> _Piece:
    """Read "Bo (Robert) Reed" as one name; what else stands behind brackets belongs to the affiliation."""
    if not piece.after:
        return piece
    if not piece.words:
        return _Piece(piece.before, piece.after, piece.brackets)
    if " " not in f"{piece.words}{piece.after}":
        return _Piece(piece.before, f"{piece.words} ({piece.brackets}) {piece.after}")
    return _Piece(piece.before, piece.words, f"{piece.brackets} {piece.after}")


def _each_once(people: Iterable[Person]) -> tuple[Person, ...]:
    """Return each person once, with all the affiliations that the text gives."""
    found: dict[str, Person] = {}
    for person in people:
        known = found.get(fold(person.name), Person(person.name))
        affiliations = dict.fromkeys(filter(None, (known.affiliation, person.affiliation)))
        found[fold(person.name)] = Person(known.name, ", ".join(affiliations)[:_LONGEST_NAME])
    return tuple(found.values())


def _in_brackets(piece: _Piece) -> str:
    return f" ({piece.brackets})" if piece.brackets else ""


def _person(name: str, piece: _Piece) -> Person:
    if is_name_without_capitals(piece.brackets) and name.isascii():
        return Person(f"{name} ({piece.brackets})"[:_LONGEST_NAME])  # "Li Wei (李伟)"
    if POSTNOMINAL.fullmatch(f" {piece.brackets}"):
        return Person(name[:_LONGEST_NAME])
    return Person(name[:_LONGEST_NAME], piece.brackets[:_LONGEST_NAME])


def _belongs_to_the_one_before(piece: _Piece, last: Person) -> bool:
    """Tell whether a piece goes on with the affiliation of the person before it."""
    if piece.words.lower().startswith(("professor of ", "lecturer in ", "professor für ")):
        return True
    if piece.before in {",", "，"}:
        name = bare_name(piece.words)
        return (
            name == piece.words and looks_like_a_place(piece.words) and (not piece.brackets or bool(last.affiliation))
        )
    is_of_affiliation = bool(last.affiliation) and form_of(piece.words) < Certainty.LIKELY and not piece.brackets
    return is_of_affiliation and bool(INSTITUTION.search(last.affiliation))


def _family_name_first(pieces: list[_Piece]) -> Person | None:
    """Read "Lovelace, Ada (London)"."""
    if len(pieces) != 2 or pieces[1].before not in {",", "，"} or pieces[0].brackets:
        return None
    family, given = pieces[0].words, pieces[1].words
    is_short = len(given.split()) <= 2 and not (len(given) > 1 and given.isupper() and "." not in given)
    words = [*family.split(), *given.split()]
    if " " in family or not is_short or INSTITUTION.search(given) or form_of(" ".join(words)) < Certainty.POSSIBLE:
        return None
    return Person(f"{given} {family}", pieces[1].brackets[:_LONGEST_NAME])


def _shared_affiliation(found: list[tuple[Person, Certainty]]) -> list[tuple[Person, Certainty]]:
    """Give "both Larkfield" to each."""
    if not found or not (match := BOTH.match(found[-1][0].affiliation)):
        return found
    shared = found[-1][0].affiliation[match.end() :].strip()
    last = len(found) - 1
    return [
        (Person(person.name, shared if place == last or not person.affiliation else person.affiliation), form)
        for place, (person, form) in enumerate(found)
    ]


def _one_line(text: str) -> str:
    return " ".join(text.split())
