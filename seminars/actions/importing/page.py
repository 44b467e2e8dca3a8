"""A talk as a page or a mail writes it: "Name (Affiliation): Title", then Abstract, Biography, Zoom."""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from seminars.actions.importing.markup import plain_text, tidy
from seminars.actions.importing.meeting import Meeting, meeting_in
from seminars.actions.importing.sources import Refused
from seminars.text import fold

_LONGEST = 200_000  # characters
_LABELS = {
    "title": r"(?:(?:talk|seminar|lecture|presentation) )?title(?: of (?:the|my|your) talk)?"
    r"|(?:vortrags)?titel(?: (?:des|meines|ihres) vortrags)?|vortrag|thema",
    "speaker": r"speakers?(?: name)?|presenters?|name|(?:referent|sprecher)(?:in|innen|en)?|vortragende[rn]?",
    "affiliation": r"(?:speaker'?s? )?(?:affiliations?|institution|university|company)|zugehörigkeit"
    r"|universität|institut",
    "abstract": r"(?:talk )?(?:abstract|summary|description)|zusammenfassung|kurzfassung|inhalt",
    "biography": r"(?:(?:short|speaker'?s?|brief|kurze) )?(?:bios?|biograph(?:y|ies)|biographical (?:note|sketch)"
    r"|bio[- ]?sketch)|about (?:the (?:speaker|presenter)s?|me)|(?:kurz)?biogra(?:ph|f)ie|kurzvita|vita|zur person"
    r"|(?:kurz)?lebenslauf|über (?:(?:die|den) (?:vortragenden?|referent(?:in|en)|sprecher(?:in)?)|mich)",
    "join": r"(?:zoom|(?:microsoft )?teams|webex|google meet|(?:virtual )?meeting|online|video|join|remote)"
    r"(?: (?:link|meeting|url|address|us|online|via|on|zoom|teams|webex))*|link",
    "passcode": r"(?:meeting[- ]?|zoom[- ]?)?(?:pass\s?code|password|kenncode|kennwort|passwort)|pwd",
    "other": r"date(?: and time)?|time|when|where|location|room|venue|place|host(?:ed by)?|series|seminar|homepage"
    r"|website|e-?mail|recording|photo|foto|headshot|topic|(?:meeting|webinar)[- ]id|from|to|cc|sent"
    r"|subject|datum|uhrzeit|zeit|wann|wo|ort|raum"
    r"|gastgeber(?:in)?|von|an|betreff|gesendet|meeting-kennnummer|.{0,80} is inviting you to a scheduled zoom \w+",
}
_LABEL = re.compile(
    r"[\s#*_>]{0,20}(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items())
    + r")[\s*_]*(?:[:：][\s*_]*(?P<rest>.*)|[.–—-]?\s*)",
    re.IGNORECASE,
)
_PERSON = r"[^\s():;,][^():;\n]{0,99}?\s*\([^()\n]{1,200}(?:\([^()\n]{0,100}\)[^()\n]{0,100})?\)"
_PEOPLE = rf"{_PERSON}(?:\s*(?:,|;|&|and|und)\s*{_PERSON}){{0,9}}"
_HEADLINE = re.compile(rf"(?P<people>{_PEOPLE})\s*(?::|\s[-–—])\s*(?P<title>\S.*)")
_PEOPLE_ALONE = re.compile(_PEOPLE)
_ONE = re.compile(r"(?P<name>[^():;,][^():;]{0,200}?)\s?\((?P<affiliation>.{0,300}?\)?)\)\s?(?=$|,|;|&|and\b|und\b)")
_INSTITUTION = re.compile(
    r"universi|institut|college|school|academy|labs?\b|laborator|research|hochschule|akademie|inc\b|gmbh|(?-i:\b[A-Z]{2,}\b)",
    re.IGNORECASE,
)
_HONORIFICS = re.compile(r"(?:(?:prof(?:essor(?:in)?)?|dr|pd|frau|herrn?|mrs?|ms)\b[.\s]*)+(?=\w)", re.IGNORECASE)
_MOST = 3_000  # characters that name speakers
_OF_ONE_PARAGRAPH = {"title", "speaker", "affiliation"}
_QUOTES = "\"'“”„«»‘’ "


@dataclass(frozen=True)
class Person:
    """A speaker as the page names them."""

    name: str
    affiliation: str = ""


@dataclass
class TalkText:
    """What the page says; "" and nobody where it says nothing."""

    title: str = ""
    people: list[Person] = field(default_factory=list)
    abstract: str = ""
    biography: str = ""
    meeting: Meeting = field(default_factory=Meeting)


def read(text: str) -> TalkText:
    """Read the text of a talk's page or mail; raise Refused, naming the line, where it is no such thing."""
    if len(text) > _LONGEST:
        raise Refused(_("This is neither an iCalendar file nor the page of one talk: it is far too long for that."))
    talk = talk_in(sections_of(plain_text(text)))
    if not talk.title or not (talk.people or talk.abstract or talk.biography):
        reason = _(
            "Line 1: this is neither an iCalendar file, which begins with BEGIN:VCALENDAR, nor the page of a talk, "
            "which begins with “Name (Affiliation): Title” and goes on with Abstract and Biography."
        )
        raise Refused(reason)
    return talk


def talk_in(sections: dict[str, str]) -> TalkText:
    """Read what the sections of a text tell of a talk."""
    meeting = _meeting(sections)
    abstract, biography = (tidy(meeting_in(sections[name])[0]) for name in ("abstract", "biography"))
    talk = TalkText(abstract=_paragraphs(abstract), biography=_paragraphs(biography), meeting=meeting)
    talk.people, talk.title = _who_and_what(sections)
    return talk


def sections_of(text: str) -> dict[str, str]:
    """Sort the lines under the labels that stand before them; those before the first label are under "head"."""
    found: dict[str, list[str]] = {name: [] for name in ("head", *_LABELS)}
    current = "head"
    for line in text.split("\n"):
        if match := _LABEL.fullmatch(line):
            current = _label_of(match)
            line = line if current == "other" else match["rest"] or ""  # what has no place is told with its label
        elif not line and current in _OF_ONE_PARAGRAPH and any(found[current]):
            current = "head"
        found[current].append(line)
    return {name: tidy("\n".join(lines)) for name, lines in found.items()}


def last_told(text: str) -> int:
    """Return where the last line begins that is labelled as title, abstract or biography; 0 where none is."""
    last = position = 0
    for line in text.split("\n"):
        if (match := _LABEL.fullmatch(line)) and _label_of(match) in {"title", "abstract", "biography"}:
            last = position
        position += len(line) + 1
    return last


def _label_of(match: re.Match[str]) -> str:
    return next(name for name in _LABELS if match[name] is not None)


def _who_and_what(sections: dict[str, str]) -> tuple[list[Person], str]:
    """Return speakers and title: labelled, or from the headline, or from two lines that are one each."""
    people, title = _in_head(sections["head"])
    if sections["speaker"]:
        named = _listed(sections["speaker"])[:_MOST]
        people = _people(named) or _people_named(named)
    if sections["affiliation"] and len(people) == 1 and not people[0].affiliation:
        people = [Person(people[0].name, _one_line(sections["affiliation"])[:200])]
    return people, _one_line(sections["title"]).strip(_QUOTES) or title


def _in_head(head: str) -> tuple[list[Person], str]:
    for block in head.split("\n\n"):
        if match := _HEADLINE.fullmatch(_one_line(block)):
            return _people(match["people"]), match["title"].strip(_QUOTES)
    lines = [line.strip() for line in head.split("\n") if line.strip()]
    if match := next((match for line in lines if (match := _HEADLINE.fullmatch(line))), None):
        return _people(match["people"]), match["title"].strip(_QUOTES)
    if len(lines) == 2:
        who, what = lines if _PEOPLE_ALONE.fullmatch(lines[0]) else reversed(lines)
        if _PEOPLE_ALONE.fullmatch(who):
            return _people(who), what.strip(_QUOTES)
    return [], ""


def _listed(text: str) -> str:
    """Return in one line what stands one person to a line; a line that is broken within brackets goes on."""
    is_whole = all(line.count("(") == line.count(")") for line in text.split("\n"))
    return _one_line(re.sub(r"[,;]?\n+", ", ", text) if is_whole else text)


def _people(text: str) -> list[Person]:
    """Read "Ada Lovelace (Analytical Society), Mary Somerville (Oxford)"."""
    found = ((match["name"], match["affiliation"]) for match in _ONE.finditer(text))
    people = (Person(_bare(name)[:200], affiliation.strip()[:200]) for name, affiliation in found)
    return list({fold(person.name): person for person in people}.values())


def _people_named(text: str) -> list[Person]:
    """Read "Ada Lovelace, University of London" and "Ada Lovelace and Mary Somerville"."""
    name, _comma, after = text.partition(",")
    if _INSTITUTION.search(after):
        return [Person(_bare(name)[:200], after.strip()[:200])]
    names = (_bare(part) for part in re.split(r",|;|&|\band\b|\bund\b", text))
    return [Person(name[:200]) for name in dict.fromkeys(names) if name]


def _bare(name: str) -> str:
    """Return a name without what joins it to the one before, and without "Prof. Dr."."""
    return _HONORIFICS.sub("", re.sub(r"^(?:[,;&\s]|(?:and|und)\b)+", "", name), count=1).strip()


def _meeting(sections: dict[str, str]) -> Meeting:
    """Return the meeting of its own section, else the first that the page tells of between its other lines."""
    own = f"Zoom: {sections['join']}" if sections["join"] else ""
    told = (
        meeting_in(text)[1] for text in (own, *(sections[name] for name in ("head", "other", "abstract", "biography")))
    )
    meeting = next((meeting for meeting in told if meeting.url), Meeting())
    return Meeting(meeting.url, meeting.passcode or sections["passcode"].partition("\n")[0].strip()[:60])


def _paragraphs(text: str) -> str:
    """Keep long lines apart: a page writes one to a paragraph, where Markdown would join them."""
    is_one_to_a_paragraph = "\n\n" not in text and any(len(line) > 160 for line in text.split("\n"))
    return text.replace("\n", "\n\n") if is_one_to_a_paragraph else text


def _one_line(text: str) -> str:
    return " ".join(text.split())
