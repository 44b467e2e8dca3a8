"""The time zone data that this process reads: the system's or the tzdata package's, the newer one, as a whole.

`zoneinfo` alone would look for each zone on the system's path first and take from the package only what is missing
there, so that two zones of one process could follow rules of different years (PEP 615).
"""

import os
import re
import sysconfig
import zoneinfo
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from threading import Lock
from time import monotonic, time

from django.conf import settings
from django.utils import timezone

RELEASE = re.compile(r"\b\d{4}[a-z]{0,2}\b")  # "2026f"
CHECK_EVERY = 1.0  # seconds
SETTLED_AFTER = 2.0  # seconds without a change; until then only if two checks in a row find the same files
PACKAGE = Path(str(resources.files("tzdata") / "zoneinfo"))


@dataclass(frozen=True)
class ZoneData:
    """A folder of compiled zones (RFC 9636) and the release that it says it is, such as "2026f"; "" if it says none."""

    folder: Path
    version: str
    stamp: tuple[int, ...]  # changes whenever files in it are replaced
    replaced_at: float = field(default=0.0, compare=False)  # seconds since 1970; the inode's, which no archive sets

    def read(self, zone: str) -> bytes:
        """Return the file of a zone; an unknown name, or one that leads out of it, raises what `ZoneInfo` raises."""
        zoneinfo.ZoneInfo(zone)
        path = self.folder / zone
        return (path if path.is_file() else PACKAGE / zone).read_bytes()

    def rules(self, zone: str) -> str:
        """Return a digest of the rules of a zone, in 16 hexadecimal digits: alike wherever the rules are."""
        return _rules(self, zone)

    @property
    def key(self) -> str:
        """What the keys of everything cached hold: alike on all machines that read the same data."""
        return f"{self.version}-{self.rules(settings.TIME_ZONE)}"


@lru_cache(maxsize=256)
def _rules(data: ZoneData, zone: str) -> str:
    return sha256(data.read(zone)).hexdigest()[:16]


def available() -> list[ZoneData]:
    """Return the folders that may be read, the package first unless the environment names others.

    `PYTHONTZPATH` is the operator's choice: then only its folders count, or the package if it is empty.
    """
    named = os.environ.get("PYTHONTZPATH")
    searched = (sysconfig.get_config_var("TZPATH") or "") if named is None else named
    folders = map(Path, searched.split(os.pathsep))
    others = [_described(folder) for folder in folders if folder.is_absolute() and folder.is_dir()]
    return others if named and others else [_described(PACKAGE), *others]


def package() -> ZoneData:
    """Return the data of the tzdata package, whether this process reads it or not."""
    return _described(PACKAGE)


def read_as_zoneinfo(zone: str) -> bytes:
    """Return the file of a zone that `zoneinfo` would read by itself, as releases before this module did."""
    folders = (data.folder for data in sorted(available(), key=lambda data: data.folder == PACKAGE))
    return next(path for folder in folders if (path := folder / zone).is_file()).read_bytes()


def newest() -> ZoneData:
    """Return the newest of the folders that know every zone; of two alike the first."""
    by_age = sorted(available(), key=lambda data: data.version, reverse=True)  # "2025b" < "2026" < "2026f"
    return next(filter(_is_whole, by_age), by_age[0])


def _is_whole(data: ZoneData) -> bool:
    """Tell whether a folder has each zone of the package: some systems leave old names out."""
    return data.folder == PACKAGE or all((data.folder / zone).is_file() for zone in _package_zones())


@lru_cache(maxsize=1)
def _package_zones() -> tuple[str, ...]:
    return tuple((resources.files("tzdata") / "zones").read_text().split())


@lru_cache(maxsize=1)
def _package_folders() -> frozenset[str]:
    return frozenset(zone.rpartition("/")[0] for zone in _package_zones())


def _described(folder: Path) -> ZoneData:
    """Read what a folder says of itself: "# version 2026f" in `tzdata.zi`, or "2026f" in `+VERSION`."""
    named = next((path for path in (folder / "tzdata.zi", folder / "+VERSION") if path.is_file()), None)
    folders = [path.stat() for name in sorted(_package_folders()) if (path := folder / name).is_dir()]
    changed = [seen.st_mtime_ns for seen in folders]
    if named is None:
        return ZoneData(folder, "", tuple(changed))
    with named.open(encoding="utf-8", errors="replace") as lines:
        found = RELEASE.search(lines.readline())
    seen = named.stat()
    stamp = (seen.st_mtime_ns, seen.st_size, seen.st_ino, *changed)
    replaced_at = max(each.st_ctime for each in (seen, *folders))
    return ZoneData(folder, found[0] if found else "", stamp, replaced_at)


def _found() -> ZoneData | None:
    """Return the newest data, or None while an update is just removing files."""
    try:
        return newest()
    except OSError:
        return None


class Reader:
    """Keeps what this process reads, and looks once a second whether it was replaced or a newer one has come."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._checked_at = monotonic()
        self._waiting: ZoneData | None = None
        self.data = newest()
        self._use()

    def current(self) -> ZoneData:
        """Return the data in force. An update replaces hundreds of files: new ones count once they have settled.

        A worker that was idle during the update uses a newer release at once.
        """
        if monotonic() - self._checked_at >= CHECK_EVERY and self._lock.acquire(blocking=False):
            try:
                self._check()
            finally:
                self._lock.release()
        return self.data

    def is_settled(self) -> bool:
        """Tell whether the files are still those that the data in force was described by: nothing is being replaced."""
        return _found() == self.data

    def _check(self) -> None:
        found = _found()
        self._checked_at = monotonic()
        if found is None or found == self.data:
            return
        has_settled = found.version > self.data.version and time() - found.replaced_at > SETTLED_AFTER
        if has_settled or found == self._waiting:
            self.data, self._waiting = found, None
            self._use()
        else:
            self._waiting = found

    def _use(self) -> None:
        zoneinfo.reset_tzpath(to=[self.data.folder])
        zoneinfo.ZoneInfo.clear_cache()
        timezone.get_default_timezone.cache_clear()


_reader = Reader()


def current() -> ZoneData:
    """Return the data that this process reads."""
    return _reader.current()


def is_settled() -> bool:
    """Tell whether `current()` is what lies in the files at this moment; reads the names of some twenty folders."""
    return _reader.is_settled()
