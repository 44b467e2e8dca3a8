"""Folders in which backups are made and restored. What a killed process left of them is removed by the next one."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

PREFIX = ".seminars-backup-"
A_DAY = 86_400  # seconds, after which nobody uses a folder any more where there are no locks


@contextmanager
def work_folder(parent: Path) -> Iterator[Path]:
    """Make a folder that only its owner may enter, first remove those that nobody uses, and remove it at the end.

    A process holds a lock on its folder as long as it lives.
    """
    with ExitStack() as held:
        with _locked(parent, fcntl.LOCK_EX):
            for left in parent.glob(f"{PREFIX}*"):
                _remove_unused(left)
            folder = Path(held.enter_context(tempfile.TemporaryDirectory(dir=parent, prefix=PREFIX)))  # mode 0700
            held.enter_context(_locked(folder, fcntl.LOCK_EX))
        yield folder


def _remove_unused(folder: Path) -> None:
    try:
        with _locked(folder, fcntl.LOCK_EX | fcntl.LOCK_NB) as is_locked:
            if is_locked or time.time() - folder.stat().st_mtime > A_DAY:
                shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        return  # another process works in it, or has just removed it


@contextmanager
def _locked(folder: Path, kind: int) -> Iterator[bool]:
    """Hold a lock and yield True, or False where the file system has none for folders: NFS, see flock(2)."""
    opened, is_locked = os.open(folder, os.O_RDONLY), True
    try:
        try:
            fcntl.flock(opened, kind)
        except BlockingIOError:
            raise
        except OSError:
            is_locked = False
        yield is_locked
    finally:
        os.close(opened)
