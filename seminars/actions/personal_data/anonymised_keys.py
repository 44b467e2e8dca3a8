"""Keeps the keys of those who were anonymised also outside the database, which may be destroyed."""

import json
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import Error, connection

from seminars.actions.backups import backup_file
from seminars.actions.backups.making import ENGINES
from seminars.models.anonymised_person import AnonymisedPerson

Keys = list[list[str]]  # kind, key and digest of each, and when it was noted
NAME = "anonymised.json"


def write() -> None:
    """Write all keys into a file in var/ and one beside the backups, which only their owner may read.

    The site may have no right to write beside the backups, and a machine may have none. `manage.py backup` writes it.
    """
    keys = known()
    if not keys:
        return
    settings.VAR_DIR.mkdir(mode=0o700, exist_ok=True)
    _write(settings.VAR_DIR, keys)
    if settings.BACKUP_DIR.is_dir():
        with suppress(OSError):
            _write(settings.BACKUP_DIR, keys)


def known() -> Keys:
    """Return the keys in the database, as far as it can be read, and in the files, each once."""
    filed = [row for folder in (settings.VAR_DIR, settings.BACKUP_DIR) for row in _in_the_file(folder)]
    return [list(row) for row in dict.fromkeys(map(tuple, [*filed, *_in_the_database()]))]


def _write(folder: Path, keys: Keys) -> None:
    path = folder / NAME
    written = path.with_suffix(".new")
    written.touch(mode=0o600)
    written.write_text(json.dumps(keys))
    backup_file.sync(written)
    written.replace(path)


def _in_the_file(folder: Path) -> Keys:
    try:
        return json.loads((folder / NAME).read_text())
    except (FileNotFoundError, PermissionError):  # the latter where only root may read the backups
        return []


def _in_the_database() -> Keys:
    try:
        # Closing a file releases all locks that this process has on it (fcntl(2)), also those of open connections.
        is_there = connection.connection is not None or ENGINES[connection.vendor].exists()
        return AnonymisedPerson.objects.as_kept() if is_there else []
    except Error:  # it is damaged, or of an earlier release
        return []
