"""The process that reads one workbook, so that no file can hold up or end a process that serves the site.

`workbook.py` starts it and writes the file to it; it answers with one line of JSON: the sheets, or why there are none.
"""

import json
import re
import resource
import signal
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from xml.etree.ElementTree import ParseError, iterparse

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

CPU_SECONDS = 10  # 2,000 talks take 0.1
WALL_SECONDS = 20
MEMORY = 300 * 1024 * 1024  # bytes; the process itself needs 30 MB
MOST_CELLS = 2_000_000  # of one sheet: rows × columns
MOST_ROWS = 50_000
MOST_SHEETS = 40
MOST_TEXT = 20_000_000  # characters in all cells of a sheet
MOST_UNPACKED = 100 * 1024 * 1024  # bytes; a sheet of 20,000 talks with abstracts has 40 MB
OUTCOMES = ("broken", "password", "macros", "links", "large")

# ECMA-376 part 1 §12.3 and [MS-OFFMACRO2] name these parts; [MS-XLS] keeps macros in a storage of that name.
MACROS, OLD_MACROS = "vbaproject.bin", "_VBA_PROJECT".encode("utf-16-le")
LINKS = "xl/externallinks/"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")

# calamine knows the elements of .ods by these prefixes too.
_CELLS = "content.xml"
_INDENT = re.compile(rb">\s+(?=</?(?:table|office):|<text:[ph]\b)")
_SPACING = re.compile(rb"<text:(tab|line-break)\b[^<>]*/>")

Sheet = dict[str, object]


class Refused(Exception):
    """The workbook is not read; the argument is one of OUTCOMES."""


def read(content: bytes) -> list[Sheet]:
    """Return the visible sheets as rows of text from row 1 and column A, with what is to be said of them."""
    notes = _look_into(content)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(_without_layout(content)))
        shown = [one for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible][:MOST_SHEETS]
        return [_sheet(book.get_sheet_by_name(one.name), notes.get(one.name, {})) for one in shown]
    except PasswordError as error:
        raise Refused("password") from error
    except CalamineError as error:
        raise Refused("broken") from error


def _look_into(content: bytes) -> dict[str, dict[str, list]]:
    """Refuse what is too large or does more than hold cells; return errors and hidden rows by the sheet's name.

    calamine returns an error such as #N/A as an empty cell, and does not tell which rows are hidden.
    """
    if not zipfile.is_zipfile(BytesIO(content)):
        if OLD_MACROS in content:
            raise Refused("macros")
        return {}
    with zipfile.ZipFile(BytesIO(content)) as parts:
        if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
            raise Refused("large")
        names = [name.lower() for name in parts.namelist()]
        if any(name.endswith(MACROS) or name.startswith("basic/") for name in names):
            raise Refused("macros")
        if any(name.startswith(LINKS) for name in names):
            raise Refused("links")
        return dict(_notes(parts)) if "xl/workbook.xml" in names else {}


def _without_layout(content: bytes) -> bytes:
    """Return an .ods without white space between cells, and with characters for tabs and line breaks (ODF 1.3 §6.1).

    calamine refuses the first, which Gnumeric writes, and drops the second, so that two lines become one word.
    """
    if not zipfile.is_zipfile(BytesIO(content)):
        return content
    with zipfile.ZipFile(BytesIO(content)) as parts:
        cells = parts.read(_CELLS) if _CELLS in parts.namelist() else b""
        if not (_INDENT.search(cells) or _SPACING.search(cells)):
            return content
        cells = _SPACING.sub(lambda found: b" " if found[1] == b"tab" else b"\n", _INDENT.sub(b">", cells))
        rewritten = BytesIO()
        with zipfile.ZipFile(rewritten, "w") as copy:
            for name in parts.namelist():
                if not name.endswith("/"):
                    copy.writestr(name, cells if name == _CELLS else parts.read(name))
    return rewritten.getvalue()


def _notes(parts: zipfile.ZipFile) -> Iterator[tuple[str, dict[str, list]]]:
    """Yield the name of each sheet with its errors and hidden rows (ECMA-376 part 1 §18.3.1.4, §18.3.1.73)."""
    paths = {}
    for element in _elements(parts, "xl/_rels/workbook.xml.rels"):
        if element.tag.endswith("}Relationship"):
            paths[element.get("Id")] = element.get("Target", "").removeprefix("/xl/")
    for element in list(_elements(parts, "xl/workbook.xml")):
        if element.tag == f"{_MAIN}sheet":
            link = next((value for name, value in element.items() if name.endswith("}id")), "")
            if (path := f"xl/{paths.get(link)}") in parts.namelist():
                yield element.get("name", ""), _notes_on(parts, path)


def _notes_on(parts: zipfile.ZipFile, path: str) -> dict[str, list]:
    errors, hidden = [], []
    for element in _elements(parts, path):
        if element.tag == f"{_MAIN}c" and element.get("t") == "e":
            place = _PLACE.fullmatch(element.get("r", ""))
            if place:
                errors.append([int(place[2]) - 1, _number(place[1]), element.findtext(f"{_MAIN}v") or "#N/A"])
        elif element.tag == f"{_MAIN}row":
            if element.get("hidden") in {"1", "true"}:
                hidden.append(int(element.get("r", 0)))
            element.clear()
    return {"errors": errors, "hidden": hidden}


def _elements(parts: zipfile.ZipFile, path: str) -> Iterator:
    try:
        with parts.open(path) as part:
            yield from (element for _event, element in iterparse(part))  # noqa: S314  this process has limits
    except (ParseError, KeyError, ValueError) as error:
        raise Refused("broken") from error


def _number(letters: str) -> int:
    """Return 0 for column A, 26 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _sheet(sheet: CalamineSheet, notes: dict[str, list]) -> Sheet:
    height = (sheet.end or (0, 0))[0] + 1
    width = (sheet.end or (0, 0))[1] + 1
    if height * width > MOST_CELLS or height > MOST_ROWS:
        raise Refused("large")
    # Without skip_empty_area the rows keep the numbers that they have in the sheet.
    rows = [[as_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    if sum(len(cell) for row in rows for cell in row) > MOST_TEXT:
        raise Refused("large")
    for (top, left), (bottom, _right) in sheet.merged_cell_ranges or ():
        for at in range(top + 1, min(bottom + 1, len(rows))):
            rows[at][left] = rows[top][left]
    for row, column, error in notes.get("errors", ()):
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = error
    return {"name": sheet.name, "rows": rows, "hidden": notes.get("hidden", [])}


def as_text(value: object) -> str:
    """Return a cell as text that can be read without knowing its kind: times are rounded to the minute."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return f"{_rounded(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return _clock(timedelta(hours=value.hour, minutes=value.minute, seconds=value.second + value.microsecond / 1e6))
    return _clock(value) if isinstance(value, timedelta) else str(value)


def _rounded(moment: datetime) -> datetime:
    return (moment + timedelta(seconds=30)).replace(second=0, microsecond=0)


def _clock(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    # Neither signal has a handler, so it ends the process even in the middle of a library.
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    signal.setitimer(signal.ITIMER_REAL, WALL_SECONDS)
    try:
        answer = {"sheets": read(sys.stdin.buffer.read())}
    except Refused as refused:
        answer = {"refused": str(refused)}
    except MemoryError:
        answer = {"refused": "large"}
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError):  # what zipfile raises for broken files
        answer = {"refused": "broken"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
