"""Read a workbook (.xlsx, .xls, .ods) in a process of its own, which may take neither much time nor much memory."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Isolated (-I): neither the environment nor the folder that it lies in decides what it imports.
COMMAND = [sys.executable, "-I", str(Path(__file__).with_name("workbook_worker.py"))]
MOST_SECONDS = 25  # by the clock; the worker ends by itself before (WALL_SECONDS)
_BEGINNINGS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")  # of ZIP and of OLE files


@dataclass
class Sheet:
    """A sheet as rows of text, the first at index 0; `hidden` are the numbers of rows that a filter hides, from 1."""

    name: str
    rows: list[list[str]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)


def is_workbook(content: bytes) -> bool:
    """Tell by its first bytes whether a file may be a workbook."""
    return content.startswith(_BEGINNINGS)


def sheets_of(content: bytes, command: list[str] | None = None) -> list[Sheet]:
    """Return the visible sheets of a workbook; raise ValidationError if it cannot be read within the limits."""
    try:
        done = subprocess.run(  # noqa: S603  our own program
            command or COMMAND, input=content, capture_output=True, timeout=MOST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ValidationError(_too_large()) from error
    if done.returncode < 0:  # ended by a limit
        raise ValidationError(_too_large())
    answer = json.loads(done.stdout) if done.returncode == 0 else {"refused": "broken"}
    if "refused" in answer:
        raise ValidationError(_reason(answer["refused"]))
    return [Sheet(**sheet) for sheet in answer["sheets"]]


def _too_large() -> str:
    return _(
        "This spreadsheet is too large to read. Copy the rows with talks into a new file, or save it as CSV, "
        "and import that."
    )


def _reason(outcome: str) -> str:
    return {
        "password": _("This spreadsheet is protected with a password. Save it without the password, then import it."),
        "macros": _("This spreadsheet contains macros. Save it as .xlsx without macros, or as CSV, then import it."),
        "links": _(
            "This spreadsheet uses values from other files. Copy the cells, paste them as values into a "
            "new file, and import that."
        ),
        "large": _too_large(),
    }.get(outcome, _("This file cannot be read as a spreadsheet. Save it as .xlsx or CSV, then import it again."))
