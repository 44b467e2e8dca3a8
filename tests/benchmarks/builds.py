"""This checkout and an older one, each with a department of its own, to measure both in one run."""

import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.benchmarks.departments import copy_of
from tests.benchmarks.inside import Inside
from tests.benchmarks.serving import ROOT, environment

TALKS = 200


@dataclass
class Build:
    """A checkout that can run commands: `root` has its package and these tests, `rows` its department."""

    root: Path
    rows: Path
    _numbers: count = field(default_factory=count)

    def process(self, commands: str) -> Inside:
        """Start a process that uses a fresh copy of its department."""
        rows = self.rows.with_name(f"{self.rows.stem}-{next(self._numbers)}.sqlite3")
        return Inside(shutil.copy(self.rows, rows), commands=commands, root=self.root)


def present(folder: Path) -> Build:
    """Return this checkout."""
    folder.mkdir(exist_ok=True)
    return Build(ROOT, copy_of(TALKS, folder))


def older(checkout: Path, folder: Path, talks: int = TALKS) -> Build:
    """Return another checkout of this repository, which runs the commands of these tests."""
    folder.mkdir(exist_ok=True)
    rows, root = folder / "beside.sqlite3", folder / "beside"
    for words in (["migrate"], ["load_example", f"--talks={talks}"], ["collectstatic", "--noinput"]):
        command = [sys.executable, "manage.py", *words, "--verbosity=0"]
        subprocess.run(command, cwd=checkout, env=environment(rows), check=True)
    root.mkdir()
    (root / "tests").symlink_to(ROOT / "tests")
    (root / "seminars").symlink_to(checkout / "seminars")
    return Build(root, rows)
