"""Import talks from files of other systems: source → match → plan → apply, each step in a module of its own.

Each source has one reader, which returns a SourceFile: all that the following steps know about the source.
"""

import codecs
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars.garbage import collecting_new_objects_only
from seminars.importing.apply import apply_plan
from seminars.importing.choices import Doubt, ImportOptions
from seminars.importing.events import SourceFile
from seminars.importing.plan import ImportPlan, ImportRow, Outcome, PlanProgress, PlanSteps, plan_in_steps
from seminars.importing.reading.texts import decoded
from seminars.importing.sources.calendar import MOST, parse_calendar
from seminars.importing.sources.json_documents import parse_json
from seminars.importing.sources.page import parse_page
from seminars.importing.sources.spreadsheet import NoDateColumn, parse_spreadsheet
from seminars.importing.sources.tables import Table, table_of, text_of_workbook
from seminars.importing.sources.workbook import is_workbook

__all__ = [
    "Doubt", "ImportOptions", "ImportPlan", "ImportRow", "NoDateColumn", "Outcome", "PlanProgress", "PlanSteps",
    "apply_plan", "decoded", "names_a_spreadsheet", "plan_content", "plan_content_in_steps", "plan_file", "plan_of",
    "read_content", "spreadsheet_in", "text_of_spreadsheet",
]  # fmt: skip

LARGEST = 32 * 1024 * 1024  # bytes
_CALENDAR = re.compile(rb"\s*BEGIN\s*:\s*V(?:CALENDAR|EVENT)\b", re.IGNORECASE)  # its first line (RFC 5545 §3.4)
_JSON = re.compile(rb"\s*(?:\{|\[\s*[{\]])")  # "[PDE] On engines" is text
_NAMED_CSV = re.compile(r"[.=][ct]sv(?:$|[?&#])", re.IGNORECASE)
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def plan_file(
    path: Path, options: ImportOptions, progress: Callable[[PlanProgress], object] = lambda _progress: None
) -> ImportPlan:
    """Plan the import of a file; raise ValidationError if it is of no kind that can be imported.

    `progress` is told now and then how far the plan is.
    """
    return plan_of(plan_content_in_steps(_bytes_of(path), options, name=str(path)), progress)


def plan_content(content: bytes, options: ImportOptions, *, name: str, most: int = MOST) -> ImportPlan:
    """Plan the import of the content of a file with that name.

    Raise ValidationError if it is of no kind that can be imported, or holds more than `most` events.
    """
    return plan_of(plan_content_in_steps(content, options, name=name, most=most))


def plan_content_in_steps(content: bytes, options: ImportOptions, *, name: str, most: int = MOST) -> PlanSteps:
    """Plan as `plan_content` does, and yield how far it is."""
    with collecting_new_objects_only():
        file = read_content(content, name=name, most=most, columns=options.columns, order=options.date_order)
        return (yield from plan_in_steps(file, options))


def plan_of(steps: PlanSteps, progress: Callable[[PlanProgress], object] = lambda _progress: None) -> ImportPlan:
    """Do all steps and return the plan; `progress` is told each report."""
    while True:
        try:
            progress(next(steps))
        except StopIteration as done:
            return done.value


def read_content(
    content: bytes, *, name: str, most: int = MOST, columns: Mapping[str, str] | None = None, order: str = ""
) -> SourceFile:
    """Recognise by the content of a file what it is, and read it; raise ValidationError.

    `columns` and `order` are what somebody has said about a spreadsheet, as in ImportOptions.
    """
    content, remarks = text_of_spreadsheet(content)
    content = _without_mark(content)
    if not content.strip():
        raise ValidationError(_("%(path)s is empty.") % {"path": name})
    if _CALENDAR.match(content):
        return parse_calendar(content, most)
    if _JSON.match(content):
        return parse_json(content, most)
    if not _is_text(content):
        sentence = _("%(path)s cannot be imported. Choose a calendar, a spreadsheet, a JSON export or a text.")
        raise ValidationError(sentence % {"path": name})
    text, _is_utf8 = decoded(content)
    is_sure = bool(columns or remarks is not None) or names_a_spreadsheet(name)
    if table := table_of(text, columns or {}, is_sure=is_sure):
        file = parse_spreadsheet(table, columns or {}, most, order)
        file.remarks[:0] = remarks or []
        return file
    return parse_page(text)


def text_of_spreadsheet(content: bytes) -> tuple[bytes, list[str] | None]:
    """Return a workbook as CSV, with remarks on it; anything else as it is, with None. Raise ValidationError."""
    if not is_workbook(content):
        return content, None
    text, remarks = text_of_workbook(content)
    return text.encode(), remarks


def names_a_spreadsheet(name: str) -> bool:
    """Tell whether the name or address of a file says that it is CSV: "talks.csv", "/export?format=csv&gid=0"."""
    return bool(_NAMED_CSV.search(name))


def spreadsheet_in(content: bytes, *, is_sure: bool = False) -> Table | None:
    """Return the table of a text, None for anything else; raise ValidationError if a cell cannot be read.

    `is_sure` says that it must be one, whatever its headers.
    """
    content = _without_mark(content)
    if not content.strip() or _CALENDAR.match(content) or _JSON.match(content) or not _is_text(content):
        return None
    return table_of(decoded(content)[0], is_sure=is_sure)


def _bytes_of(path: Path) -> bytes:
    words = {"path": path}
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise ValidationError(_("There is no file %(path)s. Check its name.") % words) from error
    except IsADirectoryError as error:
        raise ValidationError(_("%(path)s is a folder. Choose a file in it.") % words) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ValidationError(_("%(path)s cannot be opened: %(reason)s.") % (words | {"reason": reason})) from error
    if len(content) > LARGEST:
        words |= {"size": LARGEST // 1024 // 1024}
        raise ValidationError(_("%(path)s is larger than %(size)d MB. Export fewer talks.") % words)
    return content


def _without_mark(content: bytes) -> bytes:
    """Return bytes without a byte order mark, UTF-16 turned into UTF-8, and old Macintosh line ends into new ones."""
    if encoding := _utf_16_of(content):
        content = content.decode(encoding, "ignore").encode("utf-8", "ignore")
    content = content.removeprefix(codecs.BOM_UTF8)
    return content if b"\n" in content else content.replace(b"\r", b"\n")


def _utf_16_of(content: bytes) -> str:
    """Return how UTF-16 is to be decoded, "" for other bytes; without a mark every second byte of it is mostly 0."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    first, second = content[0:1000:2].count(0), content[1:1000:2].count(0)
    if not first and second * 4 > len(content[:1000]):
        return "utf-16-le"
    return "utf-16-be" if not second and first * 4 > len(content[:1000]) else ""


def _is_text(content: bytes) -> bool:
    """Tell whether it has hardly any control characters; pictures and archives have many."""
    return b"\0" not in content and len(_NO_TEXT.findall(content[:10_000])) < 10
