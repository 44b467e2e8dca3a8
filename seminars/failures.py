"""What a failing database or an update under way means to somebody who reads a page: what happened, and what to do."""

from dataclasses import dataclass
from errno import EDQUOT, ENOSPC, EROFS

from django.conf import settings
from django.db import Error, OperationalError
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.urls import NoReverseMatch
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from seminars import build_digest
from seminars.models.edition import ZoneChanged


@dataclass(frozen=True)
class Failure:
    """What keeps the site from answering, in a sentence."""

    what: Promise
    advice: Promise
    passes: bool = False  # the trouble ends by itself
    may_be_saved: bool = False  # nobody knows whether what was sent is saved


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
UPDATING = Failure(_("The site is being updated."), _WAIT, passes=True, may_be_saved=True)

# What fails where a process has loaded a part of one release and then a part of the next one.
_OF_TWO_RELEASES = (
    ImportError, AttributeError, NameError, TypeError, NoReverseMatch, TemplateDoesNotExist, TemplateSyntaxError,
)  # fmt: skip

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
    """Return what an error means that came from the database, the disk or an update; None where the fault is the
    program's."""
    if isinstance(error, _OF_TWO_RELEASES):
        return UPDATING if _are_files_new() else None
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


def _are_files_new() -> bool:
    """Tell whether the files are those of another release than this process started with. It loads templates, the desk
    and the interface for programs later than the rest."""
    try:
        return build_digest.digest(settings.BASE_DIR) != settings.CACHES["default"]["KEY_PREFIX"]
    except OSError:  # a file went away while it was read
        return True


def _named(known: dict[str, Failure], code: str) -> Failure | None:
    return next((trouble for start, trouble in known.items() if code.startswith(start)), None)
