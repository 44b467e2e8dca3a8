"""Import talks from files of other systems: source → match → plan → apply, each step in a module of its own.

Each source has one reader, which returns a SourceFile: all that the following steps know about the source.
"""

import codecs
import re
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars.importing.apply import apply_plan
from seminars.importing.choices import Doubt, ImportOptions
from seminars.importing.events import SourceFile
from seminars.importing.plan import ImportPlan, ImportRow, Outcome, plan_import
from seminars.importing.sources.calendar import MOST, parse_calendar
from seminars.importing.sources.json_documents import parse_json
from seminars.importing.sources.page import parse_page
from seminars.importing.texts import decoded

__all__ = [
    "Doubt", "ImportOptions", "ImportPlan", "ImportRow", "Outcome", "apply_plan", "decoded", "plan_content",
    "plan_file", "read_content",
]  # fmt: skip

LARGEST = 32 * 1024 * 1024  # bytes
_CALENDAR = re.compile(rb"\s*BEGIN\s*:\s*V(?:CALENDAR|EVENT)\b", re.IGNORECASE)  # its first line (RFC 5545 §3.4)
_JSON = re.compile(rb"\s*(?:\{|\[\s*[{\]])")  # "[PDE] On engines" is text
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def plan_file(path: Path, options: ImportOptions) -> ImportPlan:
    """Plan the import of a file; raise ValidationError if it is neither a calendar nor a page."""
    return plan_import(read_content(_bytes_of(path), name=str(path)), options)


def plan_content(content: bytes, options: ImportOptions, *, name: str, most: int = MOST) -> ImportPlan:
    """Plan the import of the content of a file with that name.

    Raise ValidationError if it is neither a calendar nor a page, or is a calendar of more than `most` events.
    """
    return plan_import(read_content(content, name=name, most=most), options)


def read_content(content: bytes, *, name: str, most: int = MOST) -> SourceFile:
    """Recognise by the content of a file what it is, and read it; raise ValidationError."""
    content = _without_mark(content)
    if not content.strip():
        raise ValidationError(_("%(path)s is empty.") % {"path": name})
    if _CALENDAR.match(content):
        return parse_calendar(content, most)
    if _JSON.match(content):
        return parse_json(content, most)
    if not _is_text(content):
        raise ValidationError(_("%(path)s is neither an iCalendar file nor text.") % {"path": name})
    text, _is_utf8 = decoded(content)
    return parse_page(text)


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
    """Return bytes without a byte order mark, UTF-16 turned into UTF-8."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "ignore").encode("utf-8", "ignore")
    return content.removeprefix(codecs.BOM_UTF8)


def _is_text(content: bytes) -> bool:
    """Tell whether it has hardly any control characters; pictures and archives have many."""
    return b"\0" not in content and len(_NO_TEXT.findall(content[:10_000])) < 10
