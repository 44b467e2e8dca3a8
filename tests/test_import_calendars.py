"""Read every calendar of tests/data/calendars as its table says, and any mutilated one without an error."""

import tomllib
from contextlib import suppress
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from seminars.importing import ImportOptions, apply_plan, plan_content, read_content
from seminars.importing.sources.calendar import parse_calendar
from seminars.models import Talk
from tests.factories import make_series
from tests.imports import HERE, mutilated

FOLDER = HERE / "data" / "calendars"
EXPECTED = tomllib.loads((FOLDER / "expected.toml").read_text())
NOW = datetime(2026, 11, 28, tzinfo=UTC)  # repeating events are expanded for a time around it


def content_of(name):
    return (FOLDER / f"{name}.ics").read_bytes()


def when(event):
    return event.day.isoformat() if event.day else f"{event.starts_at:%Y-%m-%dT%H:%M:%SZ}"


def read(name):
    """What reading a file gives, in the columns of the table."""
    with time_machine.travel(NOW):
        found = read_content(content_of(name), name=name)
    told = {"count": len(found.events), "refused": len(found.refusals)}
    if events := sorted(found.events, key=when):
        told |= {"start": when(events[0]), "summary": events[0].summary, "status": events[0].state}
        told |= {"private": events[0].is_private, "last": when(events[-1])}
    return told


def test_every_file_is_in_the_table():
    assert sorted(EXPECTED) == sorted(path.stem for path in FOLDER.glob("*.ics"))


@pytest.mark.parametrize("name", EXPECTED)
def test_a_calendar_is_read_as_the_table_says(name):
    row = dict(EXPECTED[name])
    if row["count"]:
        row |= {"status": row.get("status", row["state"]), "private": row.get("private", False)}

    told = read(name)

    assert {column: value for column, value in told.items() if column in row} == {
        column: row[column] for column in told if column in row
    }


def imported(name):
    """The first talk in time once a file is imported, in the columns of the table."""
    with time_machine.travel(NOW):
        plan = plan_content(content_of(name), ImportOptions("engine"), name=name)
        apply_plan(plan)
        talk = Talk.objects.for_pages().order_by("starts_at", "pk").first()
    if talk is None:
        return {"title": "", "speaker": "", "room": ""}
    people = ", ".join(one.speaker.name for one in talk.speakers)
    return {"title": talk.title, "speaker": people, "room": talk.room.name if talk.room else "", "state": talk.state}


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name, row in EXPECTED.items() if row["count"]])
def test_a_calendar_is_imported_as_the_table_says(name):
    make_series(slug="engine", short_name="ENGINE", name="Engine Seminar")

    told = imported(name)

    assert told == {column: EXPECTED[name][column] for column in told}


@pytest.mark.thorough
@settings(max_examples=1500, deadline=None)
@given(content=st.sampled_from(sorted(EXPECTED)).map(content_of).flatmap(mutilated))
def test_a_mutilated_calendar_gives_events_or_refusals(content):
    with suppress(ValidationError):
        found = parse_calendar(content, now=NOW)

        assert found.events or found.refusals
