"""Read single cells of a spreadsheet: days, times of day, yes and no, a choice, several names."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext as _

from seminars.text import fold
from seminars.typed_clocks import A_DAY, clock_in
from seminars.typed_dates import TypedDay, day_in

# How Excel (in several languages), LibreOffice and Google Sheets show a formula that failed.
_FAILED = re.compile(
    r"#(?:N/A|NV|N/D|NULL!|NUL!|DIV/0!|VALUE!|WERT!|VALEUR!|¡VALOR!|REF!|BEZUG!|¡REF!|NAME\?|NOM\s?\?|¿NOMBRE\?|NUM!|ZAHL!"
    r"|NOMBRE!|ERROR!|SPILL!|CALC!)|Err:\d{3}",
    re.IGNORECASE,
)
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?")
_PART_OF_DAY = re.compile(r"0(?:\.\d+)?|\.\d+")  # 0.6458333 is 15:30
_HOURS_WITHOUT_COLON = re.compile(r"(\d{1,2})(\d\d)")
# An ISO 8601 duration: ODS keeps times so, and times of day with a date as hours since the first day of LibreOffice.
_DURATION = re.compile(r"PT(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)(?:\.\d+)?S)?")
FIRST_OF_LIBREOFFICE = date(1899, 12, 30)
HOURS_OF_A_DATE = 365 * 24
# Day 0 and day 1 of the calendars of Excel, by what a time of day alone is read as.
_DAY_ZERO, _DAY_ONE = {date(1899, 12, 30), date(1899, 12, 31), date(1904, 1, 1)}, {date(1900, 1, 1), date(1904, 1, 2)}
_YES = {"yes", "y", "true", "1", "x", "ja", "wahr", "oui", "vrai", "si", "verdadero"}
_NO = {"", "no", "n", "false", "0", "nein", "falsch", "non", "faux", "falso", "-"}


def has_failed(cell: str) -> bool:
    """Tell whether a cell holds the error of a formula, such as #N/A."""
    return bool(_FAILED.fullmatch(cell.strip()))


def read_moment(cell: str, order: str = "", near: date | None = None) -> tuple[TypedDay, int | None, int | None]:
    """Read a cell with a day and a time, or one time to another, in minutes after midnight; None for no time.

    A day without a year is read as the one closest to `near`, if that is given. Raise ValueError.
    """
    if found := _MOMENT.fullmatch(cell):
        return TypedDay(date.fromisoformat(found[1])), *clock_in(found[2])
    try:
        return day_in(cell, order=order, near=near), None, None
    except ValueError:
        found = next(_splits(cell, order, near), None)
        if found is None:
            raise
        return found


def _splits(cell: str, order: str, near: date | None) -> Iterator[tuple[TypedDay, int, int | None]]:
    """Yield each way in which words of a cell are a day, and the words after them a time."""
    words = cell.replace(",", " ").split()
    for cut in range(len(words) - 1, 0, -1):
        try:
            before = " ".join(words[:cut]).removesuffix(" um").removesuffix(" at").removesuffix(" @")
            yield day_in(before, order=order, near=near), *clock_in(" ".join(words[cut:]))
        except ValueError:
            continue


def read_clock(cell: str, day: date | None) -> tuple[int, int | None]:
    """Read a cell with a time of day, or one to another, in minutes after midnight.

    Spreadsheets keep a time of day in many ways: as a part of a day, as a duration, with a date. A date must be `day`.
    Raise ValidationError with a sentence for anything that cannot be read without guessing.
    """
    if _PART_OF_DAY.fullmatch(cell):
        return round(float(cell) * A_DAY), None
    if found := _MOMENT.fullmatch(cell):
        return _of_day(date.fromisoformat(found[1]), clock_in(found[2])[0], day, cell), None
    if (found := _DURATION.fullmatch(cell)) and any(found.groups()):
        return _of_duration(found, day, cell), None
    if (found := _HOURS_WITHOUT_COLON.fullmatch(cell)) and int(found[1]) < 24 and int(found[2]) < 60:
        words = {"typed": cell, "hours": found[1], "minutes": found[2]}
        raise ValidationError(_("“%(typed)s” is not a time. If it means %(hours)s:%(minutes)s, write it so.") % words)
    try:
        if (alone := _day_alone(cell)) is not None:
            return _of_day(alone, 0, day, cell), None
        return clock_in(cell)
    except ValueError as error:
        raise _no_time(cell) from error


def _day_alone(cell: str) -> date | None:
    return date.fromisoformat(cell) if re.fullmatch(r"\d{4}-\d\d-\d\d", cell) else None


def _of_day(cell_day: date, minutes: int, day: date | None, cell: str) -> int:
    if cell_day in _DAY_ZERO or (cell_day == day and day is not None):
        return minutes
    if cell_day in _DAY_ONE and minutes == 0:
        return A_DAY  # 24:00
    if cell_day.year <= 1904 or day is None:
        raise _no_time(cell)
    sentence = _("The time “%(typed)s” is not on the day in the date column, %(day)s. Correct one of them.")
    raise ValidationError(sentence % {"typed": cell, "day": day.isoformat()})


def _of_duration(found: re.Match[str], day: date | None, cell: str) -> int:
    hours, minutes, seconds = (int(found[name] or 0) for name in ("hours", "minutes", "seconds"))
    total = round((hours * 3600 + minutes * 60 + seconds) / 60)
    if total >= HOURS_OF_A_DATE * 60:
        return _of_day(FIRST_OF_LIBREOFFICE + timedelta(days=total // A_DAY), total % A_DAY, day, cell)
    if total > A_DAY:
        raise _no_time(cell)
    return total


def _no_time(cell: str) -> ValidationError:
    return ValidationError(_("“%(typed)s” is not a time of day. Enter a time like 15:30.") % {"typed": cell})


def read_yes_or_no(cell: str) -> bool:
    """Raise ValidationError for anything that is neither."""
    folded = fold(cell)
    if folded not in _YES | _NO:
        raise ValidationError(_("“%(typed)s” is neither “yes” nor “no”.") % {"typed": cell})
    return folded in _YES


def read_choice(cell: str, choices: type[TextChoices]) -> str:
    """Return the value that a cell names, or whose label it is in a language of the site; raise ValidationError."""
    if cell in choices:
        return cell
    folded = fold(cell)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            if found := next((one for one in choices if folded in {fold(one.value), fold(str(one.label))}), None):
                return found.value
    words = {"typed": cell, "values": ", ".join(choices.values)}
    raise ValidationError(_("“%(typed)s” is not allowed here. Enter one of these: %(values)s.") % words)


def read_list(cell: str) -> list[str]:
    """Return the names in a cell: one on each line, or between semicolons."""
    parts = cell.split("\n") if "\n" in cell else cell.split(";")
    return [" ".join(part.split()) for part in parts if part.strip()]
