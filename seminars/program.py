"""The program itself: what decides, beside rows and settings, how an answer looks."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

PARTS = ("requirements.txt", "seminars/**/*.py", "templates/**/*", "locale/**/*.mo", "static/**/*")


def digest(root: Path) -> str:
    """Return a digest of the program in this folder: the same on every machine that has the same program."""
    found = (path for pattern in PARTS for path in root.glob(pattern) if path.is_file())
    return digest_of({path.relative_to(root).as_posix(): path for path in found})


def digest_of(files: Mapping[str, Path]) -> str:
    """Return a digest of the names and contents of these files; sizes and times differ where contents do not."""
    whole = sha256()
    for name, path in sorted(files.items()):
        whole.update(f"{name} {sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()
