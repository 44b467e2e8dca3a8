"""Reading one time of day as people type it, in several languages; no database."""

import re
from datetime import time

from seminars.text import fold

NOON, A_DAY = 12 * 60, 24 * 60  # minutes
QUARTER = 15  # minutes after the hour at which a German "c.t." begins

_NOON = r"noon|midday|mittags?|midi|mediodia|mezzogiorno"
_MIDNIGHT = r"midnight|mitternachts?|minuit|medianoche|mezzanotte"
_MORNING = r"in the morning|morgens|vormittags|du matin|de la manana|(?:del|di) mattin[oa]"
_AFTERNOON = (
    r"in the (?:afternoon|evening)|nachmittags|abends|de l'apres-midi|du soir|de la (?:tarde|noche)|del pomeriggio"
    r"|di sera"
)
_CLOCK = (
    rf"(?:(?P<{{0}}word>{_NOON}|{_MIDNIGHT})|(?P<{{0}}hour>\d{{{{1,2}}}})"
    r"(?:(?:[:.]| ?(?:h|uhr) ?)(?P<{0}minute>\d\d)(?::(?P<{0}second>\d\d(?:\.\d+)?))?)?"
    rf" *(?P<{{0}}suffix>[ap]\.? ?m\.?|{_NOON}|{_MIDNIGHT}|(?:(?:uhr|h) )?(?:{_MORNING}|{_AFTERNOON})"
    r"|uhr|o'clock|hrs|hours|horas|heures|ore|hs?)?)"
)
_FROM_TO = re.compile(
    r"(?:at |@ ?|um |ab |punkt |a las? |a |alle )?"
    rf"{_CLOCK.format('from_')}(?: *(?:-|to|until|bis|a) *{_CLOCK.format('to_')})?(?: uhr)?"
    r"(?:,? (?:\(?(?P<quarter>c\. ?t\.?|ct)\)?|\(?(?:s\. ?t\.?|st)\)?|sharp|en punto|precises?))?"
)
_HOURS_ALONE = re.compile(r"\d{1,2}", re.ASCII)
_WITHOUT_COLON = re.compile(r"(\d{1,2})(\d\d)", re.ASCII)
_WITH_SECONDS = re.compile(r"(?:[01]\d|2[0-3])(?::[0-5]\d){2}", re.ASCII)
_NEXT_MINUTE = 59.5  # seconds: a spreadsheet that keeps 15:30 as a part of a day may write 15:29:59.97
_EARLIEST_ALONE = 7  # "3" may be three o'clock in the afternoon, "9" and "15" are plain


class NextDay(ValueError):
    """24:00, which is 00:00 of the next day."""


def clock_in(typed: str) -> tuple[int, int | None]:
    """Read a time of day, or one to another, as minutes after midnight; 24:00 is the end of the day.

    "15:30", "15.30", "15h30", "3:30 PM", "15 Uhr", "16 Uhr c.t.", "noon", "15:30–16:30", "3–4 pm". Seconds are left
    out. Raise ValueError for anything else, also for a bare number, which says nothing of hours or minutes.
    """
    found = _FROM_TO.fullmatch(fold(typed).strip(" ,"))
    if not found:
        raise ValueError(typed)
    has_end = bool(found["to_hour"] or found["to_word"])
    suffix = _half(found["from_suffix"]) or (_half(found["to_suffix"]) if has_end else "")
    is_shared = bool(not found["from_suffix"] and found["to_suffix"]) or bool(found["quarter"])
    start = _minutes(found, "from_", suffix, is_told=is_shared)
    end = _minutes(found, "to_", _half(found["to_suffix"]), is_told=bool(found["quarter"])) if has_end else None
    if end is not None and is_shared and suffix and start > end and start >= NOON:
        start -= NOON  # 11–1 pm
    if found["quarter"]:
        start, end = _quarter_past(start), end if end is None else _quarter_past(end)
    return start, end


def time_in(typed: str) -> time:
    """Read what is typed where a time of day is asked for: as `clock_in`, or "15" or "1530".

    Seconds are kept if they are written as "14:00:30": so the forms show the start of an imported talk that has some.
    Raise NextDay for 24:00, and ValueError for anything else, also for a bare number below 7, which is seldom meant as
    an hour of the night.
    """
    written = typed.strip()
    if written in {"24", "2400"}:
        raise NextDay(typed)
    if found := _WITHOUT_COLON.fullmatch(written):
        return time(int(found[1]), int(found[2]))
    if _HOURS_ALONE.fullmatch(written) and int(written) >= _EARLIEST_ALONE:
        return time(int(written))
    if _WITH_SECONDS.fullmatch(written):
        return time.fromisoformat(written)
    start, end = clock_in(written)
    if end is not None:
        raise ValueError(typed)
    if start == A_DAY:
        raise NextDay(typed)
    return time(*divmod(start, 60))


def ends_the_day(typed: str) -> bool:
    """Tell whether an end is typed as the midnight after its day: "24:00", "midnight"."""
    try:
        return typed.strip() in {"24", "2400"} or clock_in(f"0:00 - {typed}")[1] == A_DAY
    except ValueError:
        return False


def _quarter_past(minutes: int) -> int:
    return minutes if minutes % 60 else minutes + QUARTER


def _half(suffix: str | None) -> str:
    """Return "am" or "pm", "midnight", any other suffix, or "" for none."""
    written = (suffix or "").replace(".", "")
    if re.search(_AFTERNOON, written):
        return "afternoon"
    if re.search(_MORNING, written):
        return "am"
    return "midnight" if re.fullmatch(_MIDNIGHT, written) else written.replace(" ", "")


def _minutes(found: re.Match[str], which: str, suffix: str, *, is_told: bool) -> int:
    if word := found[f"{which}word"]:
        return NOON if re.fullmatch(_NOON, word) else A_DAY if which == "to_" else 0
    hour, minute = int(found[f"{which}hour"]), int(found[f"{which}minute"] or 0)
    if not (found[f"{which}minute"] or suffix or is_told) or minute > 59 or hour > 24:
        raise ValueError(found[0])
    hour = _on_24_hours(hour, suffix, found[0])
    if suffix == "midnight" and which == "to_":
        return A_DAY
    minutes = hour * 60 + minute + (float(found[f"{which}second"] or 0) >= _NEXT_MINUTE)
    if minutes > A_DAY:
        raise ValueError(found[0])
    return minutes


def _on_24_hours(hour: int, suffix: str, typed: str) -> int:
    if suffix == "afternoon":  # "3 de la tarde" and also "15 Uhr nachmittags"; nobody agrees on 12
        if hour in {0, 12, 24}:
            raise ValueError(typed)
        return hour + 12 if hour < 12 else hour
    if suffix in {"am", "pm"}:
        if not 1 <= hour <= 12:
            raise ValueError(typed)
        return hour % 12 + (12 if suffix == "pm" else 0)
    if suffix == "midnight":
        if hour != 12:
            raise ValueError(typed)
        return 0
    return hour
