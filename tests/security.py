"""`make security`: test the promises of docs/security.md, write the results there, and exit with 1 if one breaks."""

import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "security.md"
BEGIN, END = "<!-- measured -->", "<!-- end of measured -->"
FUZZING = 120  # seconds
SEED = "2026"

ACCESS = "Addresses, each asked by each kind of person"
FUZZ = "Odd texts of up to 100 000 characters, by every reader of typed text"
# The promises that pytest tests, with their names in the table.
TESTS = {
    "Odd values in addresses, forms and headers": ["tests/test_odd_values.py"],
    "Headers of each kind of answer": ["tests/test_headers.py"],
    "Drafts, passcodes, links and unlisted talks looked for in every answer": ["tests/test_leaks.py"],
    "Typed text: no script, no endless formula, linear time": ["tests/test_text_safety.py", "tests/test_text_mathml.py",
                                                             "tests/test_text_linear.py"],
    "Sign-in and password links: limits, same answer for known and unknown": ["tests/test_sign_in_limits.py",
                                                                            "tests/test_password_reset.py"],
    "Keys in log lines": ["tests/test_logs.py"],
    "Faults: killed processes, full disks, lost services, slow visitors, clocks": ["-m", "faults", "tests/faults"],
}  # fmt: skip


@dataclass
class Row:
    what: str
    tried: str
    broken: int


def main():
    rows = [access_matrix(), fuzz(), *(tests(what, arguments) for what, arguments in TESTS.items())]
    write(rows)
    for row in rows:
        print(f"{row.what}: {row.tried}, {row.broken} broken")
    return 1 if any(row.broken for row in rows) else 0


def access_matrix():
    """Every address, by GET and POST, for each kind of person."""
    said = _said("tests.access_matrix")
    if not said.startswith("{"):
        return Row(ACCESS, "did not finish", 1)
    told = json.loads(said)
    tried = f"{told['addresses']} addresses × {told['methods']} methods × {told['people']} people = {told['answers']}"
    return Row(ACCESS, tried, told["errors"] + len(told["not as declared"]))


def fuzz():
    """Odd text for everything that reads typed text."""
    said = _said("tests.fuzz", "--seconds", str(FUZZING), "--seed", SEED)
    if not (found := re.search(r"(\d+) texts, (\d+) faults\.", said)):
        return Row(FUZZ, "did not finish", 1)
    return Row(FUZZ, f"{int(found[1]):,} texts", int(found[2]))


def tests(what, arguments):
    """Tests with pytest, counted from its own report."""
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        _said("pytest", "-q", "-n", "2", f"--junitxml={report.name}", *arguments)
        if not Path(report.name).stat().st_size:
            return Row(what, "did not finish", 1)
        suite = ElementTree.parse(report.name).getroot().find("testsuite").attrib
    broken = int(suite["failures"]) + int(suite["errors"])
    return Row(what, f"{int(suite['tests']) - int(suite['skipped']):,} tests", broken)


def _said(module, *arguments):
    """Run a module and return its output. Its figures tell whether it failed."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False).stdout


def write(rows):
    """Replace the figures and keep the text around them."""
    before, _begin, rest = PAGE.read_text().partition(BEGIN)
    _old, _end, after = rest.partition(END)
    broken = sum(row.broken for row in rows)
    lines = [f"Tried on {datetime.now(tz=UTC):%Y-%m-%d} with `make security`: {broken or 'nothing'} broken.", ""]
    lines += ["| what | tried | broken |", "| --- | --- | --- |"]
    lines += [f"| {row.what} | {row.tried} | {row.broken} |" for row in rows]
    PAGE.write_text("\n".join([before + BEGIN, *lines, END + after]))


if __name__ == "__main__":
    sys.exit(main())
