"""Makes a backup, restores it into a scratch database, and only then gives it its name."""

import re
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import Error, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars.actions.backups import backup_file, postgresql, sqlite
from seminars.actions.backups.work_folders import work_folder
from seminars.models.edition import one_state

ENGINES: dict[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgresql}
OWN_NAME = re.compile(r"seminars-\d{8}T\d{6}Z\.backup")


def own_name() -> str:
    """Return the name of a backup that is made now: its time is UTC, so that names are in order."""
    return f"seminars-{timezone.now():%Y%m%dT%H%M%SZ}.backup"


def newest(folder: Path) -> Path | None:
    """Return the newest backup in a folder; it has its name because it was restored once."""
    names = folder.iterdir() if folder.is_dir() else []
    return max((path for path in names if OWN_NAME.fullmatch(path.name)), default=None)


def make(path: Path) -> bool:
    """Make a backup of one committed state; return whether it was restored into a scratch database and compared.

    If it was not, its rows were counted: the role of a PostgreSQL database may be allowed to create none. Raise
    ValidationError, and leave no file, if the backup cannot be made or is not whole.
    """
    if path.exists():
        raise ValidationError(_("%(path)s already exists. Choose another name, or remove it.") % {"path": path})
    with explained(), work_folder(path.parent) as folder:  # beside it, so that it only has to be renamed
        written = folder / "backup"
        backup_file.write(written, *_dumped(folder / "dump"))
        (folder / "dump").unlink()
        with restored(written, folder) as place:
            was_restored = place is not None
        backup_file.sync(written)
        written.replace(path)
        backup_file.sync(path.parent)
    return was_restored


def remove_older(made: Path, keep: int) -> None:
    """Leave so many backups in the folder of the one just made, which is one of them; other files stay."""
    others = sorted(path for path in made.parent.iterdir() if OWN_NAME.fullmatch(path.name) and path.name != made.name)
    for path in others[: max(len(others) - (keep - 1), 0)]:
        path.unlink(missing_ok=True)


@contextmanager
def restored(path: Path, folder: Path) -> Iterator[str | None]:
    """Restore a backup into a new database, compare its rows, and yield its name; None if it could only be read."""
    dump = folder / "restored"
    backup_file.extract(path, dump)
    with ENGINES[connection.vendor].restored(dump, backup_file.manifest_of(path).rows) as place:
        yield place


@contextmanager
def explained() -> Iterator[None]:
    """Turn what goes wrong with files and databases into a ValidationError that says so."""
    try:
        yield
    except (OSError, sqlite3.Error, Error) as error:
        reason = getattr(error, "strerror", None) or error
        if named := getattr(error, "filename", None):
            reason = f"{named}: {reason}"
        raise ValidationError(_("It did not work, and nothing has changed: %(reason)s") % {"reason": reason}) from error


def _dumped(dump: Path) -> tuple[backup_file.Manifest, Path]:
    """Dump the database, and describe the state in which it is dumped."""
    engine = ENGINES[connection.vendor]
    dump.touch(mode=0o600)
    with one_state():
        applied = [f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()]
        manifest = backup_file.Manifest(
            made_at=timezone.now().isoformat(timespec="seconds"),
            release=tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"],
            engine=connection.vendor,
            latest_migration=max((name for name in applied if name.startswith("seminars.")), default=""),
            migrations=sorted(applied),
            rows=engine.count_rows(),
        )
        engine.dump(dump)
    return manifest, dump
