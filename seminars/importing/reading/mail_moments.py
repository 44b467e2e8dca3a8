"""Find the days and the time of a talk in a mail about it: "When: Wed 17 March, 3 pm", "am 17. März um 15 Uhr"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from seminars.times import YEARS
from seminars.typed_clocks import clock_in
from seminars.typed_dates import read_day

_MOST_LINES = 80  # in which a day is looked for
_LONGEST_LINE = 400  # characters
_MOST_WORDS_OF_A_DAY, _MOST_WORDS_OF_A_TIME = 7, 6
_LABELLED = re.compile(
    r"[\s*_#]{0,20}(?:date(?: and time| & time|/time)?|when|day|time|datum|termin|wann|tag|zeit|uhrzeit|quand|jour"
    r"|heure|fecha(?: y hora)?|cuándo|hora|día|data|quando|ora)[\s*_]{0,9}[:：]",
    re.IGNORECASE,
)
# What the head of a mail says of its own sending, beside "From:" and "Subject:".
_OF_THE_MAIL = re.compile(
    r"[\s*>]{0,9}(?:from|to|cc|subject|sent|von|an|betreff|gesendet|de|à|objet|envoyé|para|asunto|enviado)"
    r"\*?[ \t]?[:：]",
    re.IGNORECASE,
)
_SENT = re.compile(r"\d:\d\d:\d\d|[+-]\d{4}\b|\bGMT\b")
_WORD = re.compile(r"\S+")
_AROUND = ' ,;.:()[]–—*_"“”'
# Words before a day, which may then be one of numbers alone: "on 3/4", "am 3.4.".
_BEFORE_A_DAY = frozenset({"on", "am", "den", "vom", "for", "le", "el", "il", "du", "del", "al", "until", "by", "of"})
_BEFORE_A_TIME = frozenset({"at", "um", "ab", "à", "a", "las", "alle", "from", "von", "de"})
_NAMED_MONTH = re.compile(r"[^\W\d_]{3}")
_NUMBERS_ALONE = re.compile(r"\d{1,2}[./]\d{1,2}\.?")
_LINK = re.compile(r"https?://\S+|\S+@\S+")
_LOOSE = re.compile(
    r"(?:[\s,;:–—()-]|\b(?:on|at|from|the|um|am|den|le|à|el|a|las|de|uhr|h)\b)+", re.IGNORECASE
)  # what is left around a day and a time


@dataclass(frozen=True)
class Moments:
    """The days that a mail names, and from when to when the talk is, in minutes after midnight."""

    days: tuple[date, ...] = ()
    start: int | None = None
    end: int | None = None


@dataclass
class _Found:
    """The days and times of one line, and where they stand in it."""

    days: list[date]
    clock: tuple[int, int | None] | None
    places: list[tuple[int, int]]


def moments_in(text: str, *, today: date) -> Moments:
    """Return the days of labelled lines, else those of all lines; the time is that beside a day or of its own label."""
    labelled, other = [], []
    lines = text.split("\n")[:_MOST_LINES]
    for place, line in enumerate(lines):
        beside = lines[max(place - 1, 0) : place] + lines[place + 1 : place + 2]
        if label := _LABELLED.match(line[:_LONGEST_LINE]):
            if _SENT.search(line) or any(map(_OF_THE_MAIL.match, beside)):
                continue
            labelled.append(_read(line[label.end() : _LONGEST_LINE], today, is_labelled=True))
        else:
            other.append(_read(line[:_LONGEST_LINE], today, is_labelled=False))
    dated = [one for one in labelled if one.days] or [one for one in other if one.days]
    days = tuple(dict.fromkeys(day for one in dated for day in one.days))
    clocks = [one.clock for one in (*labelled, *dated) if one.clock]
    start, end = clocks[0] if clocks else (None, None)
    return Moments(days, start, end)


def without_moments(text: str, *, today: date) -> str:
    """Return text without the days and times in it, and without lines that say nothing else."""
    return "\n".join(filter(None, (_without_moments(line, today) for line in text.split("\n"))))


def _without_moments(line: str, today: date) -> str:
    if len(line) > _LONGEST_LINE:
        return line
    found = _read(line, today, is_labelled=False)
    for begin, end in sorted(found.places, reverse=True):
        line = f"{line[:begin].rstrip(' ,;(–—-')} {line[end:].lstrip(' ,;)–—-')}".strip()
    return "" if found.places and _LOOSE.fullmatch(line) else line


def _read(line: str, today: date, *, is_labelled: bool) -> _Found:
    words = [match.span() for match in _WORD.finditer(_LINK.sub(lambda link: " " * len(link[0]), line))]
    found, at = _Found([], None, []), 0
    while at < len(words):
        day = next(_days_at(line, words, at, today, is_labelled=is_labelled), None)
        if day:
            found.days.append(day[0])
            found.places.append((words[at][0], words[day[1] - 1][1]))
            at = day[1]
        elif found.clock is None and (found.days or is_labelled) and (clock := _clock_at(line, words, at, is_labelled)):
            found.clock = clock[0]
            found.places.append((words[at][0], words[clock[1] - 1][1]))
            at = clock[1]
        else:
            at += 1
    return found


def _days_at(
    line: str, words: list[tuple[int, int]], at: int, today: date, *, is_labelled: bool
) -> Iterator[tuple[date, int]]:
    """Yield the day that begins with a word, in most words first, and the place of the word after it."""
    before = line[slice(*words[at - 1])].lower() if at else ""
    for end in range(min(at + _MOST_WORDS_OF_A_DAY, len(words)), at, -1):
        typed = line[words[at][0] : words[end - 1][1]].strip(_AROUND)
        if not any(map(str.isdigit, typed)) or ":" in typed or " may" in typed:  # "in section 3 may be"
            continue
        after = line[slice(*words[end])].lower() if end < len(words) else ""
        is_told = is_labelled or before.strip(_AROUND) in _BEFORE_A_DAY or after in _BEFORE_A_TIME
        if typed.isdigit() or not (is_told or _says_that_it_is_a_day(typed)):
            continue
        try:
            day = read_day(typed, today=today).day
        except (ValueError, OverflowError):
            continue
        if day.year in YEARS:
            yield day, end


def _says_that_it_is_a_day(typed: str) -> bool:
    """Tell "17 March", "17.3.2027" and "17/3" from "3/4", which counts pages, and "5.12.", which is a theorem."""
    is_short = bool(_NUMBERS_ALONE.fullmatch(typed)) and not _NAMED_MONTH.search(typed)
    return not is_short or ("/" in typed and any(int(number) > 12 for number in typed.split("/")))


def _clock_at(
    line: str, words: list[tuple[int, int]], at: int, is_labelled: bool
) -> tuple[tuple[int, int | None], int] | None:
    before = line[slice(*words[at - 1])].lower() if at else ""
    for end in range(min(at + _MOST_WORDS_OF_A_TIME, len(words)), at, -1):
        typed = line[words[at][0] : words[end - 1][1]].strip(" ,;.()[]*_")
        is_number = bool(re.fullmatch(r"\d{1,2}\.\d\d", typed))  # of a room, unless something says that it is a time
        if is_number and not is_labelled and before not in _BEFORE_A_TIME:
            continue
        try:
            return clock_in(typed), end
        except ValueError:
            continue
    return None
