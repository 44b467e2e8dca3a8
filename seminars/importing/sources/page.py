"""Parsing a text about one talk: a page ("Name (Affiliation): Title", then Abstract, Biography, Zoom) or a mail.

Text that fits no field is returned.
"""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars.importing.events import Meeting, Person, SourceEvent, SourceFile
from seminars.importing.meetings import meeting_in
from seminars.importing.texts import plain_text, tidy
from seminars.models.searching import words_of
from seminars.models.titles import title_of
from seminars.text import fold

LONGEST_MAIL = 100_000  # characters; a mail about one talk has far fewer
_LONGEST_PAGE = 200_000  # characters
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
_QUOTED = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_INTRODUCED = re.compile(
    r"^[\s#*_]{0,20}(?P<label>abstract|zusammenfassung|bios?|biography|title|titel|speaker|affiliation|referent(?:in)?)"
    r"[*_]{0,3}[ \t]?[.–—-][*_]{0,3}[ \t]+(?=\S)",
    re.IGNORECASE | re.MULTILINE,
)
_SIGNED = re.compile(
    r"^(?:--|(?:(?:with )?(?:best|kind|warm|many)(?: (?:regards|wishes|thanks))?|regards|cheers|thanks|thank you"
    r"|sincerely(?: yours)?|yours(?: sincerely)?|all the best"
    r"|(?:mit )?(?:freundlich|best|herzlich|viel|lieb)en?(?: grüße)n?|lg|vg|mfg)"
    r"[,.! ]*(?:\S{1,40} ?){0,2}"
    r"|looking forward(?: to (?:it|seeing|meeting|visiting|the talk|my visit)\b.{0,60})?[,.!]*"
    r"|ich freue mich auf .{0,60}|sent from my .{0,40}|gesendet von .{0,40}|-{3,} ?original message ?-{3,}"
    r"|on (?:.{6,150}\n)?.{0,150}wrote:|am (?:.{6,150}\n)?.{0,150}schrieb.{0,150}:)$",
    re.IGNORECASE | re.MULTILINE,
)
_LITTLE = frozenset({"and", "und", "prof", "professor", "professorin", "dr", "pd", "frau", "herr", "mr", "mrs", "ms"})
_GREETED = re.compile(
    r"(?:dear|hi|hello|hey|good (?:morning|afternoon)|liebe[rs]?|hallo|sehr geehrte[rs]?|guten (?:tag|morgen))\b"
    r".{0,80}",
    re.IGNORECASE,
)


def parse_page(text: str) -> SourceFile:
    """Parse the text of a talk's page or mail; raise ValidationError, naming the line, if it is not one."""
    if len(text) > _LONGEST_PAGE:
        raise ValidationError(
            _("This is not an iCalendar file, and it is too long for the page of one talk. Import less text.")
        )
    talk = _talk_in(_sections_of(plain_text(text)))
    if not talk.title or not (talk.people or talk.abstract or talk.biography):
        reason = _(
            "Line 1: this is neither an iCalendar file, which begins with BEGIN:VCALENDAR, nor the "
            "page of a talk, which begins with “Name (Affiliation): Title”, followed by Abstract and "
            "Biography."
        )
        raise ValidationError(reason)
    return SourceFile([talk])


def _talk_in(sections: dict[str, str]) -> SourceEvent:
    """Read a talk from the sections of a text."""
    meeting = _meeting(sections)
    abstract, biography = (tidy(meeting_in(sections[name])[0]) for name in ("abstract", "biography"))
    talk = SourceEvent(abstract=_paragraphs(abstract), biography=_paragraphs(biography), meeting=meeting)
    talk.people, talk.title = _who_and_what(sections)
    return talk


def _sections_of(text: str) -> dict[str, str]:
    """Sort the lines by the labels before them; lines before the first label are under "head"."""
    found: dict[str, list[str]] = {name: [] for name in ("head", *_LABELS)}
    current = "head"
    for line in text.split("\n"):
        if match := _LABEL.fullmatch(line):
            current = _label_of(match)
            line = line if current == "other" else match["rest"] or ""  # text that fits no field keeps its label
        elif not line and current in _OF_ONE_PARAGRAPH and any(found[current]):
            current = "head"
        found[current].append(line)
    return {name: tidy("\n".join(lines)) for name, lines in found.items()}


def _last_told(text: str) -> int:
    """Return where the last line labelled as title, abstract or biography begins; 0 if there is none."""
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
    """Join a list with one person on each line; a line break within brackets does not separate people."""
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
    """Return the meeting of its own section, else the first one in its other lines."""
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


@dataclass(frozen=True)
class Mail:
    """What a mail says about a talk, and the lines that fit no field."""

    talk: SourceEvent
    rest: str

    @property
    def is_of_a_talk(self) -> bool:
        return bool(self.talk.title or self.talk.people or self.talk.abstract)


def read_mail(text: str) -> Mail:
    """Read a mail about a talk. Text that fits no field is returned as `rest`."""
    if len(text) > LONGEST_MAIL:
        return Mail(SourceEvent(), text)
    plain = _INTRODUCED.sub(r"\g<label>: ", tidy(_QUOTED.sub("", plain_text(text))))
    body, signature = _without_signature(plain)
    greeting, body = _without_greeting(body)
    sections = _sections_of(body)
    talk = _talk_in(sections)
    talk.title = title_of(talk.title)
    rest = [
        greeting,
        *(_unplaced(sections[name], talk) for name in ("head", "speaker", "affiliation")),
        sections["other"],
        _beside_the_link(sections["join"], talk),
        sections["passcode"].partition("\n")[2],
        signature,
    ]
    return Mail(talk, tidy("\n".join(rest)))


def _without_signature(text: str) -> tuple[str, str]:
    """Cut at the signature, unless the talk itself follows below it."""
    match = _SIGNED.search(text, _last_told(text))
    return (text[: match.start()], text[match.start() :]) if match else (text, "")


def _without_greeting(text: str) -> tuple[str, str]:
    first, _newline, after = text.lstrip().partition("\n")
    return (first, after) if _GREETED.fullmatch(first.strip()) else ("", text)


def _unplaced(text: str, talk: SourceEvent) -> str:
    """Return the lines that say more than who speaks about what, and where to join."""
    placed = _LITTLE | set(words_of(" ".join([talk.title, *(f"{one.name} {one.affiliation}" for one in talk.people)])))
    placed |= set(words_of(talk.meeting.url))
    return "\n".join(line for line in text.split("\n") if not placed.issuperset(words_of(line)))


def _beside_the_link(text: str, talk: SourceEvent) -> str:
    """Return the text under the label of the meeting without its link and dial-in numbers."""
    return _unplaced(meeting_in(f"Zoom: {text}")[0].removeprefix("Zoom:"), talk)
