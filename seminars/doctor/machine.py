"""The machine: its clock, its time zone data, and timers that do twice what the worker does."""

import ctypes
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from seminars import zone_data
from seminars.doctor.findings import Finding, ok, unknown, warning

TIME_ERROR = 5  # what adjtimex(2) returns while nothing keeps the clock right
OLD = 2  # years: IANA has released new data in each year since 1986
# Where Debian keeps the units and crontabs that an operator writes.
UNITS = ("/etc/systemd/system/*.service", "/etc/crontab", "/etc/cron.d/*", "/etc/cron.daily/*")
OF_THE_WORKER = re.compile(r"^[^#\n]*manage\.py (housekeeping|fetch_sources)\b", re.M)
BACKS_UP = re.compile(r"^[^#\n]*manage\.py backup\b", re.M)


def about_clock() -> Iterator[Finding]:
    """Ask the kernel whether something such as NTP keeps its clock right."""
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(512))  # modes 0: it only reads
    except AttributeError:  # another kernel
        state = -1
    yield about_kernel_clock(state)


def about_kernel_clock(state: int) -> Finding:
    """Say what the answer of adjtimex(2) means."""
    if state == TIME_ERROR:
        return warning(
            _("The clock of this machine is not synchronised: talks would begin, and codes expire, at the wrong time."),
            _("Run: timedatectl set-ntp true. In a container, do so on the machine that runs it."),
        )
    if state < 0:
        return unknown(_("This machine does not say whether its clock is synchronised."))
    return ok(_("The clock of this machine is synchronised."))


def about_zone_data() -> Iterator[Finding]:
    """Say which time zone data is read, and whether it is years old."""
    data = zone_data.current()
    words = {"version": data.version or "?", "folder": data.folder}
    if data.version[:4].isdigit() and int(data.version[:4]) <= timezone.now().year - OLD:
        yield warning(
            _("The time zone data is old: %(version)s in %(folder)s. Talks may be shown at the wrong hour."),
            _("Install the newest, on Debian with “apt install --only-upgrade tzdata”, or update the site."),
            **words,
        )
    elif not data.version:
        yield unknown(_("The time zone data in %(folder)s does not say which release it is."), **words)
    else:
        yield ok(_("The site reads time zone data %(version)s in %(folder)s."), **words)


def about_timers(units: Iterable[str] = UNITS) -> Iterator[Finding]:
    """Look for timers that do what the worker does, and for more than one that makes backups."""
    texts = {path: _text(path) for path in chain.from_iterable(map(_matching, units)) if path.is_file()}
    found = []
    for path, text in texts.items():
        if twice := OF_THE_WORKER.search(text):
            found.append(
                warning(
                    _("%(path)s runs “manage.py %(command)s”, which the worker does as well."),
                    _("Remove it: the worker needs no timer."),
                    path=path,
                    command=twice[1],
                )
            )
    makers = [str(path) for path, text in texts.items() if BACKS_UP.search(text)]
    if len(makers) > 1:
        found.append(
            warning(
                _("Several timers make backups: %(paths)s."),
                _("Keep one of them: each removes the backups of the other."),
                paths=", ".join(makers),
            )
        )
    yield from found or [ok(_("No timer does what the worker or another timer does."))]


def _matching(pattern: str) -> list[Path]:
    return sorted(Path("/").glob(pattern.removeprefix("/")))


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
