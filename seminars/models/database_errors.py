"""What a failing database means to somebody who reads a page: what happened, and what to do about it."""

from dataclasses import dataclass
from errno import EDQUOT, ENOSPC, EROFS

from django.db import Error, OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from seminars.models.edition import ZoneChanged


@dataclass(frozen=True)
class Failure:
    """What keeps the site from answering, in a sentence, and whether it passes by itself."""

    what: Promise
    advice: Promise
    passes: bool = False


_TELL = _("Tell the person who runs the site, then try again.")
_WAIT = _("Try again in a minute.")
FULL = Failure(_("The site cannot save at the moment: its disk is full."), _TELL)
READ_ONLY = Failure(_("The site cannot save at the moment: its database is read-only."), _TELL)
DAMAGED = Failure(_("The site cannot read or write its database file."), _TELL)
BUSY = Failure(_("The site is busy: another change is taking too long."), _WAIT, passes=True)
AWAY = Failure(_("The site cannot reach its database at the moment."), _WAIT, passes=True)
ZONE_CHANGED = Failure(
    _("Nothing is saved: the department’s time zone has just been changed."),
    _("Go back, check the times and save again."),
    passes=True,
)

# SQLite's names of its result codes (sqlite.org/rescode.html), by how they begin.
_OF_SQLITE = {
    "SQLITE_FULL": FULL,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_IOERR": DAMAGED,
    "SQLITE_CANTOPEN": DAMAGED,
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": DAMAGED,
}
# PostgreSQL's codes (its appendix A), by how they begin.
_OF_POSTGRES = {
    "53100": FULL,
    "25006": READ_ONLY,
    "55P03": BUSY,
    "40": BUSY,
    "57014": BUSY,
    "53": AWAY,
    "57P": AWAY,
    "08": AWAY,
}
_OF_THE_SYSTEM = {ENOSPC: FULL, EDQUOT: FULL, EROFS: READ_ONLY}


def failure_of(error: BaseException | None) -> Failure | None:
    """Return what an error means that came from the database or the disk; None where the fault is the program's."""
    if isinstance(error, OSError):
        return _OF_THE_SYSTEM.get(error.errno)
    if not isinstance(error, Error):
        return None
    if isinstance(error, ZoneChanged):
        return ZONE_CHANGED
    of_driver = error.__cause__  # Django's own errors only say of which kind they are
    if name := getattr(of_driver, "sqlite_errorname", None):
        return _named(_OF_SQLITE, name)
    lost = AWAY if isinstance(error, OperationalError) else None  # no connection to be had has no code
    return _named(_OF_POSTGRES, getattr(of_driver, "sqlstate", None) or "") or lost


def _named(known: dict[str, Failure], code: str) -> Failure | None:
    return next((trouble for start, trouble in known.items() if code.startswith(start)), None)
