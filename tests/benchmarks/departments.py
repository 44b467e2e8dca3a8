"""Example departments of a given size, kept in var/bench until the code that makes them changes."""

import hashlib
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.serving import ROOT, environment

KEPT = ROOT / "var" / "bench"
MAKERS = (
    "seminars/models/*.py", "seminars/migrations/*.py", "seminars/actions/example/*.py", "seminars/actions/stamping.py",
    "seminars/formats/ics_facts.py", "seminars/text/*.py", "seminars/settings.py", "requirements*.txt",
)  # fmt: skip


def copy_of(talks: int, folder: Path) -> Path:
    """Return a SQLite file with exactly so many talks in `folder`, free to be changed."""
    kept = KEPT / f"{talks}-{fingerprint()}.sqlite3"
    if not kept.exists():
        make(talks, kept)
    return Path(shutil.copy(kept, folder / f"{talks}.sqlite3"))


def fingerprint() -> str:
    """Return a digest of whatever makes the rows; the example lies around today, so a day counts too."""
    sources = hashlib.sha256(datetime.now(tz=UTC).date().isoformat().encode())
    for pattern in MAKERS:
        for path in sorted(ROOT.glob(pattern)):
            sources.update(path.read_bytes())
    return sources.hexdigest()[:12]


def make(talks: int, kept: Path) -> None:
    print(f"Making an example department of {talks} talks; it is kept for the next time.", flush=True)
    KEPT.mkdir(parents=True, exist_ok=True)
    for old in KEPT.glob(f"{talks}-*"):
        old.unlink()
    making = kept.with_suffix(".making")
    making.unlink(missing_ok=True)
    manage("migrate", "--verbosity=0", rows=making)
    manage("load_example", f"--talks={talks}", "--verbosity=0", rows=making)
    making.rename(kept)


def manage(*words: str, rows: Path) -> None:
    subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=environment(rows), check=True)
