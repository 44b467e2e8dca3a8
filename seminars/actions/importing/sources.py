"""The file that is to be imported: opened, bounded, decoded, and told apart by what it holds."""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

LARGEST = 32 * 1024 * 1024  # bytes
_CALENDAR = re.compile(rb"\s*BEGIN\s*:\s*V(?:CALENDAR|EVENT)\b", re.IGNORECASE)
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")


class Refused(Exception):
    """Nothing is imported; the message is one or more sentences for whoever asked."""


@dataclass(frozen=True)
class Refusal:
    """A part of a file that is not imported, the line on which it stands (from 1), and why."""

    line: int
    name: str
    reason: str


def content_of(path: Path) -> bytes:
    """Return the bytes of a file; raise Refused."""
    words = {"path": path}
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise Refused(_("There is no file %(path)s. Check its name.") % words) from error
    except IsADirectoryError as error:
        raise Refused(_("%(path)s is a folder. Name a file in it.") % words) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Refused(_("%(path)s cannot be opened: %(reason)s.") % (words | {"reason": reason})) from error
    if len(content) > LARGEST:
        megabytes = LARGEST // 1024 // 1024
        raise Refused(_("%(path)s is larger than %(size)d MB. Export fewer talks.") % (words | {"size": megabytes}))
    return content


def cleaned(content: bytes, name: str) -> bytes:
    """Return bytes without a byte order mark, UTF-16 turned into UTF-8; raise Refused where nothing is left."""
    content = _without_mark(content)
    if not content.strip():
        raise Refused(_("%(path)s is empty.") % {"path": name})
    return content


def is_calendar(content: bytes) -> bool:
    """Tell an iCalendar file by its first line (RFC 5545 §3.4)."""
    return bool(_CALENDAR.match(content))


def is_text(content: bytes) -> bool:
    """Tell whether there is nothing in it that no text has; a picture or an archive has a lot of it."""
    return b"\0" not in content and len(_NO_TEXT.findall(content[:10_000])) < 10


def decoded(content: bytes) -> tuple[str, bool]:
    """Return bytes as text without control characters, and whether they were the UTF-8 that they should be.

    Other bytes are read as Windows-1252, which holds Latin-1; the five that it lacks are dropped.
    """
    try:
        return _CONTROLS.sub("", content.decode()), True
    except UnicodeDecodeError:
        return _CONTROLS.sub("", content.decode("cp1252", "ignore")), False


def _without_mark(content: bytes) -> bytes:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "ignore").encode("utf-8", "ignore")
    return content.removeprefix(codecs.BOM_UTF8)
