"""Time zone data of a test's own."""

import shutil
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import timezone

from seminars import zone_data

OLD = Path(__file__).parent.parent / ".venv" / "old-tzdata" / "tzdata" / "zoneinfo"  # 2025b, installed by the Makefile
NEW = zone_data.PACKAGE
WINNIPEG = "America/Winnipeg"


def folder_of(path, version, *, like):
    """A folder of time zone data that says it is this release; Winnipeg has the rules of another zone."""
    shutil.copytree(zone_data.PACKAGE, path)
    (path / "tzdata.zi").write_text(f"# version {version}\n")
    shutil.copy(zone_data.PACKAGE / like, path / WINNIPEG)
    return path


@contextmanager
def reading(**environment):
    """Read time zone data as a process with these variables would, and look for new data at each call."""
    present = zone_data._reader
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zone_data, "CHECK_EVERY", 0)
        patch.delenv("PYTHONTZPATH", raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.setattr(zone_data, "_reader", zone_data.Reader())
        try:
            yield
        finally:
            present._use()


def old_data():
    return reading(PYTHONTZPATH=str(OLD))


def new_data():
    return reading(PYTHONTZPATH=str(NEW))


def noon(day, hour=12, minute=0):
    """A wall time in the department's zone by the rules that are read."""
    return datetime(*day, hour, minute, tzinfo=timezone.get_default_timezone())


def in_utc(moment):
    return f"{moment.astimezone(UTC):%H:%M}"


def stored(talk):
    """The start as the database has it."""
    return in_utc(type(talk).objects.filter(pk=talk.pk).values_list("starts_at", flat=True)[0])
