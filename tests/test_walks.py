"""To follow an edit of a talk, from the form to the line of a feed, you read few files and turn back to none.

The walk is measured: a new title is sent with the form of a talk, then its calendar is fetched. A function is on the
walk if it hands on the title as it was typed, by returning it or by sending it to the database, or if it called such a
function. The two requests are two ways into the code, so turning back is looked for in each of them.
"""

import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Model

from seminars.importing import ImportOptions, apply_plan, plan_content
from tests.admin_forms import address_of, form_of
from tests.factories import make_room, make_talk
from tests.imports import calendar as event_calendar
from tests.imports import event

pytestmark = pytest.mark.django_db

TITLE = "On Xylophones"
MOST_FILES, MOST_FILES_TO_READ = 20, 9
PROJECT = f"{Path(__file__).resolve().parent.parent / 'seminars'}/"
# What every request and every text passes through: no part of the walk.
AROUND = ("middleware.py", "page_cache/", "text/", "times.py", "date_formats.py")
# What is on the walk, but the same for every form, written row, cached entry and line. A reader may take these files at
# their word, so they do not count as read; turning back to one of them counts.
ALIKE = (
    "admin/signing_in.py", "admin/base.py", "admin/formulas.py", "forms/desk.py",
    "models/edition.py", "models/history.py", "models/wall_times.py", "models/searching.py",
    "kept_entries.py", "cache_backends/", "phrases/", "formats/ics_lines.py",
)  # fmt: skip


# The files that you read to follow an event of a calendar from its file to its row.
IMPORT = [
    "importing/__init__.py", "importing/sources/calendar.py", "importing/plan.py", "importing/match.py",
    "importing/changed_uids.py", "importing/apply.py", "actions/bulk_changes.py",
]  # fmt: skip
# What they use on the way: tools for lines and texts, the terms of an import, and the rows, as for every other change.
TOOLS = (
    "importing/sources/ical_", "importing/reading/", "importing/events.py", "importing/field_values.py",
    "importing/convert.py", "typed_names/",
    "importing/planned.py", "importing/people_and_series.py", "models/",
    "actions/stamping.py", "formats/", "cache_backends/",
)  # fmt: skip


class Call:
    """A call of a function of the project; `caller` is the call within which it was made."""

    def __init__(self, code, caller=None):
        self.file = code.co_filename.removeprefix(PROJECT) if code else ""
        self.caller, self.callees, self.is_on_walk = caller, [], False
        if caller:
            caller.callees.append(self)

    @property
    def is_around(self):
        return self.file.startswith(AROUND) or not self.file

    def hands_on(self):
        call = self
        while call and not call.is_on_walk:
            call.is_on_walk, call = True, call.caller

    def steps(self, caller=None):
        """Yield the file of each call on the walk with that of its caller, None for what is around it."""
        for call in (one for one in self.callees if one.is_on_walk):
            if not call.is_around:
                yield caller, call.file
            yield from call.steps(caller if call.is_around else call.file)


def holds_title(value, depth=0):
    if isinstance(value, str | bytes):
        return (TITLE if isinstance(value, str) else TITLE.encode()) in value
    if isinstance(value, Model):
        return value.__dict__.get("title") == TITLE
    if isinstance(value, dict):
        value = [*value.values()]
    is_searched = isinstance(value, list | tuple | set | frozenset) and depth < 3
    return is_searched and any(holds_title(one, depth + 1) for one in value)


def steps_of(ask):
    """The steps of the walk during `ask`, in the order in which they are made."""
    calls = [whole := Call(None)]

    def profile(frame, event, value):
        if event not in ("call", "return") or not frame.f_code.co_filename.startswith(PROJECT):
            return
        if event == "call":
            calls.append(Call(frame.f_code, calls[-1]))
            return
        call = calls.pop()
        if not call.is_around and holds_title(value):
            call.hands_on()

    def watch(execute, sql, params, many, context):
        if holds_title(list(params or [])) and "django_admin_log" not in sql:
            calls[-1].hands_on()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        sys.setprofile(profile)
        try:
            ask()
        finally:
            sys.setprofile(None)
    return list(whole.steps())


def returns_in(steps):
    """The steps from a file into one that was entered before it."""
    entered = list(dict.fromkeys(file for _caller, file in steps))
    return [(caller, file) for caller, file in steps if caller and entered.index(file) < entered.index(caller)]


def test_an_event_is_imported_through_few_files_and_never_turns_back(series):
    content = event_calendar(event(SUMMARY=f"{series.short_name}: {TITLE}"))
    options = ImportOptions(series.slug)

    steps = steps_of(lambda: apply_plan(plan_content(content, options, name="talks.ics")))

    steps = [step for step in steps if not any(file and file.startswith(TOOLS) for file in step)]
    assert list(dict.fromkeys(file for _caller, file in steps)) == IMPORT
    assert returns_in(steps) == []


def test_a_new_title_reaches_the_feed_through_few_files_and_never_turns_back(organiser_client, series):
    talk = make_talk(series=series, title="On looms", room=make_room())
    calendar = f"/series/{series.slug}/calendar.ics"
    typed = form_of(organiser_client, address_of(talk)) | {"title": TITLE}
    organiser_client.get(calendar)

    saved = steps_of(lambda: organiser_client.post(address_of(talk), typed))
    fetched = steps_of(lambda: organiser_client.get(calendar))

    walk = list(dict.fromkeys(file for _caller, file in [*saved, *fetched]))
    read = [file for file in walk if not file.startswith(ALIKE)]
    assert (read[0], read[-1]) == ("admin/talks.py", "formats/ics_entry.py")
    assert len(read) <= MOST_FILES_TO_READ, read
    assert len(walk) <= MOST_FILES, walk
    assert (returns_in(saved), returns_in(fetched)) == ([], [])
