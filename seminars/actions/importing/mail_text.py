"""A talk as the mail of its speaker tells of it: quoted, greeted, signed; what has no place is handed back."""

import re
from dataclasses import dataclass

from seminars.actions.importing.markup import plain_text, tidy
from seminars.actions.importing.meeting import meeting_in
from seminars.actions.importing.page import TalkText, last_told, sections_of, talk_in
from seminars.actions.importing.summary import title_of
from seminars.models.searching import words_of

LONGEST = 100_000  # characters; a mail about one talk has far fewer

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


@dataclass(frozen=True)
class Mail:
    """What a mail tells of a talk, and the lines that found no place there."""

    talk: TalkText
    rest: str

    @property
    def is_of_a_talk(self) -> bool:
        return bool(self.talk.title or self.talk.people or self.talk.abstract)


def read_mail(text: str) -> Mail:
    """Read a mail, or whatever of it is a talk; nothing is refused and nothing is lost."""
    if len(text) > LONGEST:
        return Mail(TalkText(), text)
    plain = _INTRODUCED.sub(r"\g<label>: ", tidy(_QUOTED.sub("", plain_text(text))))
    body, signature = _without_signature(plain)
    greeting, body = _without_greeting(body)
    sections = sections_of(body)
    talk = talk_in(sections)
    talk.title = title_of(talk.title)
    rest = [
        greeting,
        *(_unplaced(sections[name], talk) for name in ("head", "speaker", "affiliation")),
        sections["other"],
        _beside_the_link(sections["join"], talk),
        _after_first_line(sections["passcode"]),
        signature,
    ]
    return Mail(talk, tidy("\n".join(rest)))


def _without_signature(text: str) -> tuple[str, str]:
    """Cut where the writer takes leave, unless the talk itself follows below."""
    match = _SIGNED.search(text, last_told(text))
    return (text[: match.start()], text[match.start() :]) if match else (text, "")


def _without_greeting(text: str) -> tuple[str, str]:
    first, _newline, after = text.lstrip().partition("\n")
    return (first, after) if _GREETED.fullmatch(first.strip()) else ("", text)


def _unplaced(text: str, talk: TalkText) -> str:
    """Return the lines that say more than who speaks about what, and where to join."""
    placed = _LITTLE | set(words_of(" ".join([talk.title, *(f"{one.name} {one.affiliation}" for one in talk.people)])))
    placed |= set(words_of(talk.meeting.url))
    return "\n".join(line for line in text.split("\n") if not placed.issuperset(words_of(line)))


def _beside_the_link(text: str, talk: TalkText) -> str:
    """Return what stands under the label of the meeting and is neither its link nor how to dial in."""
    return _unplaced(meeting_in(f"Zoom: {text}")[0].removeprefix("Zoom:"), talk)


def _after_first_line(text: str) -> str:
    return text.partition("\n")[2]
