"""Tell which lines belong to the invitation that a meeting program writes, by the words that such invitations use."""

import re
from functools import lru_cache

from seminars.importing.reading.links import LINK, is_beside_a_meeting, is_meeting, with_links_as
from seminars.importing.reading.meeting_invitation_words import (
    CODE_STEMS,
    DIAL,
    HEAD,
    IP,
    NO_CODES,
    NUMBER,
    OTHERS,
    PASSCODE,
    PHONE,
    RULER,
    SENTENCES,
    SIP,
    TAPPED,
    TELLING,
)
from seminars.text import fold

_BULLETS = "*•·→>#|- \t"
_MANY_DIGITS = re.compile(r"\d.?\d.?\d")
_LONGEST_BETWEEN = 100  # characters
_LONGEST_COUNTRY = 3  # words
_MOST_NAMES = 6  # of places, after a number to dial
_LONGEST_LINE = 1_000  # characters; no line of an invitation is longer

_WORD = re.compile(r"[^\W\d_]+(?:[.'’-][^\W_]+)*")


def passcodes_in(line: str) -> list[re.Match[str]]:
    """Return the passcodes in a line, each with its label; the match has the group "code"."""
    lower = line.lower()
    if not any(stem in lower for stem in CODE_STEMS):  # the pattern takes much longer
        return []
    return [match for match in PASSCODE.finditer(line) if _is_passcode(match)]


def numbers_in(line: str) -> list[re.Match[str]]:
    """Return the numbers of meetings in a line, each with its label."""
    return list(NUMBER.finditer(line)) if _MANY_DIGITS.search(line) else []


def addresses_to_dial_in(line: str) -> list[re.Match[str]]:
    """Return the telephone numbers with a meeting's number behind them, and the SIP addresses, in a line."""
    tapped = TAPPED.finditer(line) if _MANY_DIGITS.search(line) else ()
    return [*tapped, *(SIP.finditer(line) if "@" in line else ())]


def _is_passcode(match: re.Match[str]) -> bool:
    """Tell whether what follows the word "passcode" is one: "Password is required" has none."""
    return fold(match["code"].rstrip(".,;:!?")) not in NO_CODES and any(letter.isalnum() for letter in match["code"])


def without_codes(line: str) -> str:
    """Return a line without links to and beside meetings, passcodes, numbers, phone numbers and SIP addresses."""
    line = with_links_as(" link ", line, only=lambda link: is_meeting(link) or is_beside_a_meeting(link))
    line = PASSCODE.sub(lambda match: " passcode " if _is_passcode(match) else match[0], line)
    for rule in (NUMBER, TAPPED, SIP, IP, PHONE):
        line = rule.sub(" id ", line)
    return line


@lru_cache(maxsize=2_000)  # the talks of a series often have the same lines
def is_of_invitation(line: str) -> bool:
    """Tell whether a line says nothing but how to join a meeting."""
    if len(line) > _LONGEST_LINE:
        return False
    left = without_codes(line.strip(_BULLETS))
    if is_invitation_sentence(line) or is_invitation_sentence(left.replace(" link ", "")):
        return True
    if LINK.search(left):
        return False
    words = _words(left)
    if " id " in left and words[:1] != ["passcode"]:
        before, _id, after = left.partition(" id ")
        return _may_precede_number(before) and len(_unknown(_words(after))) <= _MOST_NAMES
    return any(word in TELLING for word in words) and not _unknown(words)


def _may_precede_number(text: str) -> bool:
    """Tell whether a text has only words of invitations, or is the name of a country ("United States:", "(GB)")."""
    words = _words(text)
    names = [word for word in _unknown(words) if len(word) > 2]
    return not names or (names == words and len(names) <= _LONGEST_COUNTRY and text.rstrip()[-1:] in {":", ")"})


def _words(line: str) -> list[str]:
    return [fold(word) for word in _WORD.findall(line)]


def _unknown(words: list[str]) -> list[str]:
    return [word for word in words if word not in TELLING and word not in OTHERS]


def is_ruler(line: str) -> bool:
    return bool(RULER.fullmatch(line)) if len(line) <= _LONGEST_LINE else False


def is_head(line: str) -> bool:
    """Tell whether a line may be the subject or time that stands between the first line and the link."""
    return bool(HEAD.fullmatch(line.strip())) if len(line) <= _LONGEST_LINE else False


def is_invitation_sentence(line: str) -> bool:
    return len(line) <= _LONGEST_LINE and bool(SENTENCES.fullmatch(line.strip(_BULLETS)))


def says_little(line: str) -> bool:
    """Tell whether a line has hardly a word that invitations do not use; such a line may stand within one."""
    left = without_codes(line) if len(line) <= _LONGEST_LINE else line
    if len(left) > _LONGEST_BETWEEN or LINK.search(left):
        return False
    words = _words(left)
    unknown = _unknown(words)
    return not unknown or (len(unknown) <= 2 and any(word in TELLING for word in words))


def is_dial_in(line: str) -> re.Match[str] | None:
    """Return the phone number of a line that is about dialling in."""
    return (
        PHONE.search(line) if len(line) <= _LONGEST_LINE and _MANY_DIGITS.search(line) and DIAL.search(line) else None
    )
