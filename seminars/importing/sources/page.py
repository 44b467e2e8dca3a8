"""Parsing a text about one talk: a page ("Name (Affiliation): Title", then Abstract, Biography, Zoom) or a mail.

Text that fits no field is returned.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars import times
from seminars.importing.events import Meeting, Person, SourceEvent, SourceFile
from seminars.importing.reading.labels import sections_of, with_colons
from seminars.importing.reading.mail_author import Author, authors_of
from seminars.importing.reading.mail_moments import Moments, moments_in, without_moments
from seminars.importing.reading.mail_parts import (
    without_greeting,
    without_headers,
    without_quotation_signs,
    without_signature,
)
from seminars.importing.reading.meetings import meeting_in
from seminars.importing.reading.summaries import read_headline
from seminars.importing.reading.texts import plain_text, tidy
from seminars.models.searching import words_of
from seminars.models.titles import title_of
from seminars.text import fold
from seminars.typed_names.names import Certainty
from seminars.typed_names.people import LITTLE_WORDS, named_in, people_in, with_affiliations

LONGEST_MAIL = 100_000  # characters; a mail about one talk has far fewer
_LONGEST_PAGE = 200_000  # characters
_MOST_LINES = 60  # of the head of a mail in which speaker and title are looked for
_LIKE_A_CLOSING = re.compile(r"[^\W\d_][^,.;:?!\n]{1,40}[,!]?")
_LIKE_A_NAME = re.compile(r"[A-ZÀ-Þ][\w.’'-]{0,20}(?: [A-ZÀ-Þ][\w.’'-]{0,20}){0,2}")
_SUBJECT = re.compile(r"^[\s*]*(?:subject|betreff|objet|asunto|oggetto)\*? ?:(.{0,300})$", re.IGNORECASE | re.MULTILINE)
_WILL_SPEAK = re.compile(
    r" (?:(?:will|would|can|could|is|wants|has agreed|wird|kann|spricht|kommt|parlera|viendra|hablará|vendrá|dará)\b.*"
    r"|[.!])$"
)
_QUOTES = "\"'“”„«»‘’ "


def parse_page(text: str) -> SourceFile:
    """Parse the text of a talk's page or mail; raise ValidationError if it is not one."""
    if len(text) > _LONGEST_PAGE:
        raise ValidationError(
            _(
                "This is not a calendar, and it is too long to be the page of one talk. Check that you chose "
                "the right file."
            )
        )
    talk = _talk_in(sections_of(plain_text(text)))
    if not talk.title or not (talk.people or talk.abstract or talk.biography):
        reason = _(
            "We cannot read this. A calendar begins with BEGIN:VCALENDAR, a spreadsheet with a row of headers, and the "
            "page of a talk with “Name (Affiliation): Title”, followed by Abstract and Biography."
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


def _who_and_what(sections: dict[str, str]) -> tuple[list[Person], str]:
    """Return speakers and title: labelled, or from the headline, or from two lines that are one each."""
    people, title = _in_head(sections["head"])
    if sections["speaker"]:
        people = with_affiliations(people_in(sections["speaker"]), sections["affiliation"])
    return list(people), _one_line(sections["title"]).strip(_QUOTES) or title


def _in_head(head: str) -> tuple[tuple[Person, ...], str]:
    lines = [line.strip() for line in head.split("\n") if line.strip()][:_MOST_LINES]
    blocks = [_one_line(block) for block in head.split("\n\n")[:_MOST_LINES]]
    for line in (*blocks, *lines):
        people, title = _surely_in(line)
        if people and title:
            return people, title
    if len(lines) == 2:
        for who, what in (lines, reversed(lines)):
            people, title = _surely_in(who)
            if people and not title:
                return people, what.strip(_QUOTES)
    return (), ""


def _surely_in(line: str) -> tuple[tuple[Person, ...], str]:
    """Return speakers and title of a line that can be read in one way only."""
    headline = read_headline(line)
    reading = headline.readings[0]
    return ((), "") if headline.is_doubtful else (reading.people, reading.title)


def _meeting(sections: dict[str, str]) -> Meeting:
    """Return the meeting of its own section, else the first one in its other lines."""
    own = f"Zoom: {sections['join']}" if sections["join"] else ""
    meetings = (
        meeting_in(text)[1] for text in (own, *(sections[name] for name in ("head", "other", "abstract", "biography")))
    )
    meeting = next((meeting for meeting in meetings if meeting.url), Meeting())
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
    moments: Moments = field(default_factory=Moments)
    author: Author | None = None  # who wrote it, and may be the speaker

    @property
    def is_of_a_talk(self) -> bool:
        told = self.talk.title or self.talk.people or self.talk.abstract
        return bool(told or (self.author and self.moments.days))


def read_mail(text: str, *, today: date | None = None, organiser: str = "") -> Mail:
    """Read a mail about a talk. Text that fits no field is returned as `rest`.

    `organiser` is the name of who received it: they forwarded it and are not its author.
    """
    if len(text) > LONGEST_MAIL:
        return Mail(SourceEvent(), text)
    today = today or times.today()
    plain = with_colons(tidy(without_quotation_signs(plain_text(text))))
    body, signature = without_signature(plain)
    headers, body = without_headers(body)
    greeting, body = without_greeting(body)
    sections = sections_of(body)
    head = without_moments(sections["head"], today=today)
    talk = _talk_in(sections | {"head": head})
    if not (talk.people or talk.title):
        talk.people = _named_alone(head)
    talk.title = title_of(talk.title)
    moments = moments_in("\n".join((sections["head"], sections["other"], *_SUBJECT.findall(headers))), today=today)
    author = _author(f"{headers}\n{sections['other']}", signature, organiser)
    talk.people = _with_what_they_signed(talk.people, author)
    signed = _take_names_at_the_end(talk)
    rest = [
        headers,
        greeting,
        *(_unplaced(sections[name], talk) for name in ("head", "speaker", "affiliation")),
        sections["other"],
        _beside_the_link(sections["join"], talk),
        sections["passcode"].partition("\n")[2],
        *signed,
        signature,
    ]
    return Mail(talk, tidy("\n".join(rest)), moments, author)


def _named_alone(head: str) -> list[Person]:
    """Return the speaker where a mail says little more: "Ada Lovelace", "Ada Lovelace will speak"."""
    for line in [line.strip() for line in head.split("\n") if line.strip()][:_MOST_LINES]:
        named = named_in(_WILL_SPEAK.sub("", line))
        if named.certainty >= Certainty.LIKELY:
            return list(named.people)
    return []


def _author(headers: str, ending: str, organiser: str) -> Author | None:
    own = set(words_of(organiser))
    return next((one for one in authors_of(headers, ending) if not own or set(words_of(one.name)) != own), None)


def _with_what_they_signed(people: Collection[Person], author: Author | None) -> list[Person]:
    """Give a speaker who signed the mail the affiliation of the signature."""
    return [
        replace(one, affiliation=one.affiliation or author.affiliation)
        if author and fold(one.name) == fold(author.name)
        else one
        for one in people
    ]


def _take_names_at_the_end(talk: SourceEvent) -> list[str]:
    """Take the speaker's name off the end of abstract and biography: they have signed there, in their own words."""
    names, signed = {word for one in talk.people for word in words_of(one.name)}, []
    for part in ("abstract", "biography"):
        before, _gap, last = getattr(talk, part).rpartition("\n\n")
        *closing, name = last.split("\n")
        is_name = bool(words_of(name)) and names.issuperset(words_of(name))
        is_closed = len(closing) == 1 and bool(_LIKE_A_CLOSING.fullmatch(closing[0]))
        is_signed = is_name or (is_closed and closing[0][-1] in ",!" and bool(_LIKE_A_NAME.fullmatch(name)))
        if before and is_signed and (is_closed or not closing):
            setattr(talk, part, before)
            signed.append(last)
    return signed


def _unplaced(text: str, talk: SourceEvent) -> str:
    """Return the lines that say more than who speaks about what, and where to join."""
    placed = LITTLE_WORDS | set(
        words_of(" ".join([talk.title, *(f"{one.name} {one.affiliation}" for one in talk.people)]))
    )
    placed |= set(words_of(talk.meeting.url))
    return "\n".join(line for line in text.split("\n") if not placed.issuperset(words_of(line)))


def _beside_the_link(text: str, talk: SourceEvent) -> str:
    """Return the text under the label of the meeting without its link and dial-in numbers."""
    return _unplaced(meeting_in(f"Zoom: {text}")[0].removeprefix("Zoom:"), talk)
