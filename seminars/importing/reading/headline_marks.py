"""Take off a headline what is said about the event itself: "CANCELLED:", "[HYBRID]", "Re:", "No seminar"."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from seminars.importing.reading.headline_holds import Hold, hold_in, state_held
from seminars.importing.reading.headline_notices import CONFIRMED, NOTICE, OF_TITLES
from seminars.importing.reading.headline_parts import parts_of
from seminars.importing.reading.headline_words import (
    BREAK,
    CLOCK,
    CLOCK_WITHIN,
    FORMAT,
    FORMAT_FIRST,
    FORMAT_LAST,
    LOUD,
    NO_MEETING,
    NUMBER,
    REPLY,
    STATE_AFTER_LABEL,
    STATE_ALONE,
    STATE_BECAUSE,
    STATE_FIRST,
    STATE_LAST,
    STATE_WORD,
    STATES,
)
from seminars.models.states import CALLED_OFF

_FIRST_BRACKETS = re.compile(r"[*_~ ]*[\[({（【*]+(?P<words>[^\[\](){}（）【】*]{1,120})[\])}）】*]+[ :–—-]*")
_LAST_BRACKETS = re.compile(r"[ ,–—-]*[\[({（【*]+(?P<words>[^\[\](){}（）【】*]{1,120})[\])}）】*]+[ .!]*$")
_CAPITALS_FIRST = re.compile(r"(?P<state>[A-Z]{6,}(?: OFF)?) (?=\S)")
_CAPITALS_LAST = re.compile(r" (?P<state>[A-Z]{6,})[!. ]*$")
_DECORATION = " *_~=#!.-–—+<>★☆•"
_GOES_ON = re.compile(
    r"$|\s*[:：(（\[,;–—-]\s*|\s(?=(?:due to|because|on account of|wegen|for|on \d|en raison|por)\b)|[!.]+\s*"
)


@dataclass
class Marked:
    """What is left of a headline, and what was taken off it."""

    text: str
    state: str = ""
    reason: str = ""
    label: str = ""
    kind: str = ""
    marks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Label:
    """A series or a kind of talk as written; `is_known` if it is the name of the series at hand or a bare kind."""

    words: str
    kind: str
    is_known: bool
    meets_again: bool = False


@dataclass(frozen=True)
class ProposedBreak:
    """Why there is no seminar, "" if it is not said, the words that say so, and the series beside them."""

    reason: str
    words: str = ""
    label: Label | None = None


def without_marks(marked: Marked) -> None:
    """Take off one mark after the other while there is one at the beginning or at the end."""
    for _round in range(8):
        if not any(step(marked) for step in (_take_first, _take_brackets, _take_state, _take_hold)):
            return


def break_in(text: str, label_of: Callable[[str], Label | None]) -> ProposedBreak | None:
    """Return the break that a headline tells of, None if it is one of a talk."""
    text = text.strip(_DECORATION)
    if (match := _LAST_BRACKETS.search(text)) and (label := label_of(text[: match.start()])):
        within = break_in(match["words"], label_of)
        return replace(within, label=label) if within else None
    if (match := NO_MEETING.match(text)) and (then := _GOES_ON.match(text, match.end())):
        rest = text[then.end() :].strip(" ()（）[]")
        return ProposedBreak(rest, match[0])
    for match in filter(None, (BREAK.match(text), BREAK.match(text.partition(" (")[0]))):
        then = _GOES_ON.match(text, match.end())
        rest = text[then.end() :].strip(" ()（）[]") if then else ""
        is_certain = (
            not rest or NO_MEETING.fullmatch(rest) or BREAK.fullmatch(rest) or not re.search(r"[^\W\d_]{3}", rest)
        )
        if then and is_certain:
            return ProposedBreak(text)
    return None


def state_of_label(marked: Marked, is_label: Callable[[str], bool]) -> None:
    """Take the state off "Algebra Seminar cancelled: Bo Reed"; "Why the flight was cancelled" is a title."""
    for words in dict.fromkeys((marked.text, *(part.text for part in parts_of(marked.text)[:1]))):
        match = STATE_AFTER_LABEL.search(words) if marked.text.startswith(words) else None
        if match and is_label(words[: match.start()]):
            rest = marked.text[: match.start()] + marked.text[len(words) :]
            _note_state(marked, match["state"], rest)
            return


def _take_first(marked: Marked) -> bool:
    for pattern in (LOUD, REPLY, NOTICE, CLOCK, NUMBER, FORMAT_FIRST):
        if match := pattern.match(marked.text):
            return _take(marked, match[0], marked.text[match.end() :])
    if match := FORMAT_LAST.search(marked.text):
        return _take(marked, match[0], marked.text[: match.start()])
    if match := CLOCK_WITHIN.search(marked.text):
        return _take(marked, match[0], marked.text[: match.start()] + marked.text[match.end() :])
    return False


def _take_brackets(marked: Marked) -> bool:
    for pattern, is_first in ((_FIRST_BRACKETS, True), (_LAST_BRACKETS, False)):
        match = pattern.match(marked.text) if is_first else pattern.search(marked.text)
        if not match:
            continue
        words = match["words"].strip(_DECORATION)
        rest = marked.text[match.end() :] if is_first else marked.text[: match.start()]
        if not rest.strip(_DECORATION):
            continue
        if STATE_ALONE.fullmatch(words):
            return _note_state(marked, words, rest)
        if state := state_held(words):
            return _note_hold(marked, Hold(state, words, rest))
        if any(pattern.fullmatch(words) for pattern in (FORMAT, CONFIRMED, OF_TITLES)):
            return _take(marked, words, rest)
    return False


def _take_state(marked: Marked) -> bool:
    if match := STATE_FIRST.match(marked.text):
        return _note_state(marked, match[0], marked.text[match.end() :])
    if match := STATE_LAST.search(marked.text):
        return _note_state(marked, match["state"], marked.text[: match.start()])
    if (match := _CAPITALS_FIRST.match(marked.text)) and STATE_WORD.fullmatch(match["state"]):
        return _note_state(marked, match["state"], marked.text[match.end() :])
    if (match := _CAPITALS_LAST.search(marked.text)) and STATE_WORD.fullmatch(match["state"]):
        return _note_state(marked, match["state"], marked.text[: match.start()])
    if match := STATE_BECAUSE.search(marked.text):
        return _note_state(marked, match["state"], marked.text[: match.start()])
    if STATE_ALONE.fullmatch(marked.text.strip(_DECORATION)):
        return _note_state(marked, marked.text, "")
    return False


def _take_hold(marked: Marked) -> bool:
    hold = hold_in(marked.text)
    return hold is not None and _note_hold(marked, hold)


def _note_hold(marked: Marked, hold: Hold) -> bool:
    marked.state = marked.state or hold.state
    return _take(marked, hold.words, hold.rest)


def _note_state(marked: Marked, words: str, rest: str) -> bool:
    """Note the state and what is said of it: "cancelled due to illness", "moved to Room 5"."""
    word = STATE_WORD.search(words)
    value = next(value for value, pattern in STATES if re.fullmatch(pattern, word[0], re.IGNORECASE))
    reason = words[word.end() :].strip(" :,–—-|!*.") if value else words.strip(" :,–—-|!*.")
    marked.state = marked.state if marked.state in CALLED_OFF else value or marked.state
    marked.reason = "; ".join(filter(None, (marked.reason, reason)))
    return _take(marked, words[: word.end()].strip(" :–—-|!*"), rest)


def _take(marked: Marked, words: str, rest: str) -> bool:
    marked.marks.append(words.strip())
    marked.text = rest.strip(" –—|,") if rest.strip() else ""
    return True
