"""An SQLite file with all tables and no rows, made once a day and then copied: all migrations take five seconds."""

import fcntl
from pathlib import Path

from tests.benchmarks import departments
from tests.services import copy_file


def with_tables(path: Path) -> Path:
    """Make such a file at this path, and return the path."""
    kept = departments.KEPT / f"tables-{departments.fingerprint()}.sqlite3"
    kept.parent.mkdir(parents=True, exist_ok=True)
    with (kept.parent / "tables.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not kept.exists():
            _make(kept)
        copy_file(kept, path)  # in turn, too: at midnight another process makes the file of the next day
    return path


def _make(kept: Path) -> None:
    for old in kept.parent.glob("tables-*"):
        old.unlink()
    making = kept.with_suffix(".making")
    departments.manage("migrate", "--verbosity=0", rows=making)
    making.rename(kept)
