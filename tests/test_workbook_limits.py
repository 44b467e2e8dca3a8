"""Workbooks that are too large, broken or do more than hold cells are refused with a sentence."""

from datetime import date, time
from io import BytesIO
from pathlib import Path
from time import monotonic
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError

from seminars import importing
from seminars.importing.sources import workbook, workbook_worker
from tests.spreadsheets import csv_of, read_file, workbook_of

HEADER = ["Date", "Start", "Title"]
PYTHON = workbook.COMMAND[0]


@pytest.fixture
def small():
    return workbook_of(("Talks", [HEADER, [date(2026, 11, 5), time(15, 30), "On engines"]]))


def with_part(content, name):
    """The workbook with a further part, of which only the name matters."""
    file = BytesIO(content)
    with ZipFile(file, "a") as parts:
        parts.writestr(name, b"")
    return file.getvalue()


def test_a_file_that_only_begins_like_a_workbook_is_refused(small):
    for content in (b"PK\x03\x04 and no more", small[: len(small) // 2], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 no more"):
        with pytest.raises(ValidationError, match="cannot be read as a spreadsheet"):
            read_file(content)


def test_a_workbook_without_a_cell_is_refused():
    with pytest.raises(ValidationError, match="This spreadsheet is empty"):
        read_file(workbook_of(("Empty", [])))


@pytest.mark.parametrize(
    ("part", "sentence"),
    [("xl/vbaProject.bin", "contains macros"), ("xl/externalLinks/externalLink1.xml", "values from other files")],
)
def test_macros_and_links_to_other_files_are_refused(small, part, sentence):
    with pytest.raises(ValidationError, match=sentence):
        read_file(with_part(small, part))


@pytest.mark.parametrize("limit", ["MOST_UNPACKED", "MOST_CELLS", "MOST_ROWS", "MOST_TEXT"])
def test_a_workbook_beyond_a_limit_is_refused(small, limit, monkeypatch):
    monkeypatch.setattr(workbook_worker, limit, 1)

    with pytest.raises(workbook_worker.Refused, match="large"):
        workbook_worker.read(small)


@pytest.mark.parametrize(
    "program",
    [
        "import signal, os; os.kill(os.getpid(), signal.SIGPROF)",  # what the limit of processor time does
        "import os; os.abort()",  # what a library without memory does
    ],
)
def test_a_file_that_ends_the_reading_process_is_refused(small, program):
    with pytest.raises(ValidationError, match="too large to read"):
        workbook.sheets_of(small, [PYTHON, "-c", program])


def test_a_library_that_fails_is_a_sentence_and_no_error(small):
    with pytest.raises(ValidationError, match="cannot be read as a spreadsheet"):
        workbook.sheets_of(small, [PYTHON, "-c", "raise ValueError"])


def reading_with(read, cpu_seconds):
    """A command that reads with this function, under the limits of the process."""
    folder = str(Path(workbook_worker.__file__).parent)
    lines = ["import sys", f"sys.path.insert(0, {folder!r})", "import workbook_worker as one",
             f"one.CPU_SECONDS = {cpu_seconds}", f"one.read = {read}", "one.main()"]  # fmt: skip
    return [PYTHON, "-c", "\n".join(lines)]


def test_reading_ends_when_it_takes_too_much_memory(small):
    with pytest.raises(ValidationError, match="too large to read"):
        workbook.sheets_of(small, reading_with("lambda content: len(bytes(2 * one.MEMORY)) and []", 10))


def test_reading_ends_when_it_takes_too_long(small):
    began = monotonic()

    with pytest.raises(ValidationError, match="too large to read"):
        workbook.sheets_of(small, reading_with("lambda content: sum(0 for _number in iter(int, 1))", 0.2))

    assert monotonic() - began < workbook_worker.CPU_SECONDS / 2


def test_more_talks_than_allowed_are_refused():
    content = csv_of([HEADER, *(["2026-11-05", "15:30", f"Talk {number}"] for number in range(101))])

    with pytest.raises(ValidationError, match="more than 100 new or edited talks"):
        importing.read_content(content, name="file", most=100)
