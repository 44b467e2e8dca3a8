"""Make calendar files for the import tests, and run the import command."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from hypothesis import strategies as st

HERE = Path(__file__).parent
ENGINES = HERE / "data" / "engines.ics"
PAGE = HERE / "data" / "engines-page.txt"
SEEDS = HERE.parent.parent / "shared" / "seeds"
with_the_real_files = pytest.mark.skipif(not SEEDS.is_dir(), reason="the two real files are not here")

ORDINARY = {
    "UID": "1@example.edu",
    "SUMMARY": "ENGINE Seminar: On engines",
    "DTSTART;TZID=America/New_York": "20240306T120000",
    "DTEND;TZID=America/New_York": "20240306T130000",
    "LOCATION": "Babbage Hall\\, Room 12",
}


def event(*without, **lines):
    """The lines of an ordinary event without the named ones; `DTSTART=…` replaces any DTSTART."""
    replaced = {name.split(";")[0] for name in lines} | set(without)
    kept = {name: value for name, value in ORDINARY.items() if name.split(";")[0] not in replaced}
    written = [f"{name}:{value}" for name, value in kept.items()]
    written += [f"{name}:{value}" for name, value in lines.items()]
    return ["BEGIN:VEVENT", *written, "END:VEVENT"]


def calendar(*events, head=()):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *head, *(line for each in events for line in each), "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()


def written(folder, content, name="talks.ics"):
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def importing(path, **options):
    """Run the command; return what it says, the refusal included."""
    said = StringIO()
    try:
        call_command("import_talks", str(path), stdout=said, **options)
    except CommandError as refusal:
        return f"{said.getvalue()}REFUSED: {refusal}"
    return said.getvalue()


@st.composite
def mutilated(draw, whole):
    """A file with parts removed, doubled, swapped or replaced."""
    for _turn in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(whole)))
        end = min(len(whole), start + draw(st.integers(0, 60)))
        piece = draw(st.sampled_from([b"", whole[start:end] * 2, b"\r\n", b":", b";", b'"', b"\\", b"\xff\xfe", b"\0",
                                      b"END:VEVENT\r\n", b"BEGIN:VEVENT\r\n", b"\r\n ", b"9" * 30, b"%ff"])
                     | st.binary(max_size=8))  # fmt: skip
        whole = whole[:start] + piece + whole[end:]
    return whole
