"""Keeps the keys of those who were anonymised also outside the database, which may be destroyed."""

import json
from pathlib import Path

from django.conf import settings
from django.db import Error, connection

from seminars.actions.backups.making import ENGINES
from seminars.models.anonymised_person import AnonymisedPerson

Keys = list[list[str]]  # kind, key and digest of each


def write() -> None:
    """Write all keys into `anonymised.json` in var/, which only its owner may read."""
    path = _file()
    path.parent.mkdir(mode=0o700, exist_ok=True)
    written = path.with_suffix(".new")
    written.touch(mode=0o600)
    written.write_text(json.dumps(known()))
    written.replace(path)


def known() -> Keys:
    """Return the keys in the database, as far as it can be read, and in the file, each once."""
    path = _file()
    filed = json.loads(path.read_text()) if path.exists() else []
    return [list(row) for row in dict.fromkeys(map(tuple, [*filed, *_in_the_database()]))]


def _in_the_database() -> Keys:
    try:
        return AnonymisedPerson.objects.as_kept() if ENGINES[connection.vendor].exists() else []
    except Error:  # it is damaged, or of an earlier release
        return []


def _file() -> Path:
    return settings.VAR_DIR / "anonymised.json"
