"""How old the last backup is, and whether it was restored once."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars.actions.backups import backup_file, making, postgresql
from seminars.doctor.findings import Finding, error, ok, warning

LATE, MISSING = timedelta(hours=30), timedelta(days=7)  # a timer makes one each night


def about_backups() -> Iterator[Finding]:
    """Read the manifest of the newest backup in BACKUP_DIR. A backup gets its name after it has been restored."""
    folder = settings.BACKUP_DIR
    newest = making.newest(folder)
    if newest is None:
        yield error(
            _("There is no backup in %(folder)s."),
            _("Run “manage.py backup” every night, and set BACKUP_DIR to the folder that it writes to."),
            folder=folder,
        )
        return
    try:
        made_at = datetime.fromisoformat(backup_file.manifest_of(newest).made_at)
    except (ValidationError, ValueError):
        yield error(
            _("The newest backup cannot be read: %(path)s."),
            _("Run “manage.py backup” now, and find out what damaged the file."),
            path=newest,
        )
        return
    yield _about_age(timezone.now() - made_at, str(newest))
    if connection.vendor == "postgresql" and not postgresql.may_create():
        yield warning(
            _("Backups are read back, but not restored: the role may not create a scratch database."),
            _("Let PostgreSQL's administrator run: ALTER ROLE … CREATEDB"),
        )


def _about_age(age: timedelta, path: str) -> Finding:
    words = {"path": path, "hours": round(age.total_seconds() / 3600)}
    if age < -timedelta(minutes=5):
        return warning(
            _("The newest backup has a time in the future: %(path)s."), _("See that the clock is right."), **words
        )
    if age < LATE:
        return ok(_("The newest backup is %(hours)s hours old and was checked when it was made: %(path)s."), **words)
    say = error if age > MISSING else warning
    return say(
        _("The newest backup is %(hours)s hours old: %(path)s."),
        _("See why the timer makes none: systemctl status seminars-backup"),
        **words,
    )
