"""A talk as the mail of its speaker tells of it: quoted, greeted, signed; what has no place is handed back."""

import re
from dataclasses import dataclass

from seminars.actions.importing.markup import plain_text, tidy
from seminars.actions.importing.summary import title_of
from seminars.actions.importing.talk_text import TalkText, sections_of, talk_in
from seminars.models.searching import words_of

LONGEST = 100_000  # characters; a mail about one talk has far fewer

_QUOTED = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_INTRODUCED = re.compile(
    r"^[\s#*_]*(?P<label>abstract|zusammenfassung|bio(?:graphy)?)[*_]*[ \t]*[.–—-][*_]*[ \t]+(?=\S)",
    re.IGNORECASE | re.MULTILINE,
)
_SIGNED = re.compile(
    r"^(?:--|(?:(?:with )?(?:best|kind|warm|many)(?: (?:regards|wishes|thanks))?|regards|cheers|thanks|thank you"
    r"|sincerely(?: yours)?|yours(?: sincerely)?|all the best"
    r"|(?:mit )?(?:freundlich|best|herzlich|viel|lieb)en?(?: grüße)n?|lg|vg|mfg)"
    r"[,.! ]*(?:\S+ ?){0,2})$",
    re.IGNORECASE | re.MULTILINE,
)
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
        _unplaced(sections["head"], talk),
        sections["other"],
        _after_first_line(sections["passcode"]),
        signature,
    ]
    return Mail(talk, tidy("\n".join(rest)))


def _without_signature(text: str) -> tuple[str, str]:
    """Cut where the writer takes leave, unless the talk itself follows below."""
    for match in _SIGNED.finditer(text):
        after = text[match.start() :]
        if not any(sections_of(after)[name] for name in ("abstract", "biography", "title")):
            return text[: match.start()], after
    return text, ""


def _without_greeting(text: str) -> tuple[str, str]:
    first, _newline, after = text.lstrip().partition("\n")
    return (first, after) if _GREETED.fullmatch(first.strip()) else ("", text)


def _unplaced(head: str, talk: TalkText) -> str:
    """Return the lines before the first label that say more than who speaks about what, and where to join."""
    placed = set(words_of(" ".join([talk.title, *(f"{one.name} {one.affiliation}" for one in talk.people)])))
    placed |= set(words_of(talk.meeting.url))
    return "\n".join(line for line in head.split("\n") if not placed.issuperset(words_of(line)))


def _after_first_line(text: str) -> str:
    return text.partition("\n")[2]
