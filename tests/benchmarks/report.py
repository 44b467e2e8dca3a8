"""Write the table to the terminal, and to docs/performance.md with its plot."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

import django
import gunicorn

from tests.benchmarks import plot
from tests.benchmarks.rows import Table
from tests.benchmarks.serving import ROOT

HEADINGS = ("what", "figure", "median", "spread", "made of", "")
PAGE, PLOT = ROOT / "docs" / "performance.md", ROOT / "docs" / "performance.svg"
BEGIN, END = "<!-- measured -->", "<!-- end of measured -->"


def as_text(table: Table) -> str:
    rows = [HEADINGS, *(row.words() for row in table.values())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, "", verdict(table)])


def verdict(table: Table) -> str:
    if not table.short:
        return f"All {len(table)} figures hold."
    fall = "falls" if len(table.short) == 1 else "fall"
    return f"{len(table.short)} of {len(table)} {fall} short: {'; '.join(row.what for row in table.short)}."


def write(table: Table, *, rounds: int, minutes: float) -> None:
    """Replace the figures in docs/performance.md and keep the text around them."""
    before, _begin, rest = PAGE.read_text().partition(BEGIN)
    _old, _end, after = rest.partition(END)
    day = f"{datetime.now(tz=UTC):%Y-%m-%d}"
    measured = [f"Measured on {day}: {rounds} rounds in {minutes:.0f} minutes. {machine()}", ""]
    measured += [verdict(table), "", as_markdown(table)]
    PAGE.write_text("\n".join([before + BEGIN, *measured, END + after]))
    PLOT.write_text(plot.of(list(table.values())))


def as_markdown(table: Table) -> str:
    rows = [row.words() for row in table.values()]
    lines = [HEADINGS, ("---",) * len(HEADINGS), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def machine() -> str:
    name = next((line.partition(":")[2].strip() for line in _cpu_lines() if line.startswith("model name")), "")
    versions = f"Python {platform.python_version()}, Django {django.__version__}, gunicorn {gunicorn.__version__}"
    cores = f"{os.cpu_count()} cores" + (f" of {name}" if name else "")
    return f"{cores}, {platform.system()}; {versions}; SQLite, local memory."


def _cpu_lines() -> list[str]:
    file = Path("/proc/cpuinfo")
    return file.read_text().splitlines() if file.exists() else []
