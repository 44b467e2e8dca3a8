"""A digest of the build: what decides, besides rows and settings, how a response looks."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

SOURCES = ("requirements.txt", "seminars/**/*.py", "templates/**/*", "locale/**/*.mo", "static/**/*")


def digest(root: Path) -> str:
    """Return a digest of the sources and pinned libraries in this folder: 64 hexadecimal digits, alike everywhere."""
    found = (path for pattern in SOURCES for path in root.glob(pattern) if path.is_file())
    return digest_of({path.relative_to(root).as_posix(): path for path in found})


def digest_of(files: Mapping[str, Path]) -> str:
    """Return a digest of the names and contents of these files; sizes and times differ where contents do not."""
    whole = sha256()
    for name, path in sorted(files.items()):
        whole.update(f"{name} {sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()
