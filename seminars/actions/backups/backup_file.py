"""The file of a backup: a zip archive with the dump of the database and a manifest in JSON."""

import hashlib
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MANIFEST, DUMP = "manifest.json", "database"
AT_ONCE = 1 << 20  # bytes
# What zipfile and json raise for a file with other bytes than it was written with.
_DAMAGED = (BadZipFile, EOFError, KeyError, NotImplementedError, OverflowError, RuntimeError, ValueError, zlib.error)


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: its dump has this digest, and the database that it makes has these rows."""

    made_at: str  # ISO 8601, UTC
    release: str
    engine: str  # Django's name of the kind of database: sqlite or postgresql
    latest_migration: str  # of this program
    migrations: list[str]  # all that were applied, as "app.name"
    rows: dict[str, int]  # by table
    size: int = 0  # of the dump, in bytes
    sha256: str = ""  # of the dump

    def __post_init__(self) -> None:
        kinds = {"migrations": list, "rows": dict, "size": int}
        if any(type(value) is not kinds.get(name, str) for name, value in vars(self).items()):
            raise ValueError


def write(path: Path, manifest: Manifest, dump: Path) -> Manifest:
    """Write the file of a backup, which only its owner may read; return the manifest with size and digest."""
    path.touch(mode=0o600, exist_ok=False)
    # Level 1: a fifth of an SQLite file remains, in a third of the time that level 6 takes.
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        with dump.open("rb") as source, archive.open(DUMP, "w", force_zip64=True) as member:
            size, sha256 = _copy(source, member)
        whole = Manifest(**asdict(manifest) | {"size": size, "sha256": sha256})
        archive.writestr(MANIFEST, json.dumps(asdict(whole), indent=1))
    return whole


def manifest_of(path: Path) -> Manifest:
    """Read the manifest; raise ValidationError for a file that is damaged or no backup."""
    with _reading(path) as archive:
        try:
            return Manifest(**json.loads(archive.read(MANIFEST)))
        except TypeError as error:  # it has other names
            raise ValueError from error


def extract(path: Path, dump: Path) -> None:
    """Write the dump to a new file that only its owner may read; raise ValidationError if one bit of it is wrong."""
    manifest = manifest_of(path)
    dump.touch(mode=0o600, exist_ok=False)
    with _reading(path) as archive, archive.open(DUMP) as member, dump.open("wb") as target:
        if _copy(member, target) != (manifest.size, manifest.sha256):
            raise ValueError


@contextmanager
def _reading(path: Path) -> Iterator[ZipFile]:
    try:
        with ZipFile(path) as archive:
            yield archive
    except _DAMAGED as error:
        sentence = _(
            "%(path)s is damaged, incomplete or not a file that “manage.py backup” wrote. Choose another backup."
        )
        raise ValidationError(sentence % {"path": path}) from error


def sync(path: Path) -> None:
    """Have the disk write a file, or the names in a folder, before anything relies on it."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _copy(source: BinaryIO, target: BinaryIO) -> tuple[int, str]:
    """Copy all bytes; return their number and their SHA-256."""
    size, digest = 0, hashlib.sha256()
    while part := source.read(AT_ONCE):
        target.write(part)
        digest.update(part)
        size += len(part)
    return size, digest.hexdigest()
