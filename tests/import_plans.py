"""Plan, apply, interrupt and continue imports of short calendars, each event on a day of its own."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from seminars.importing import ImportOptions, apply_plan, plan_content, plan_of
from seminars.importing.continuing import begin, go_on
from seminars.importing.plan import plan_in_steps
from seminars.models import ImportRun
from tests.factories import make_administrator
from tests.imports import calendar, event


def talk_on(day, **lines):
    times = {
        "DTSTART;TZID=America/New_York": f"203003{day:02}T120000",
        "DTEND;TZID=America/New_York": f"203003{day:02}T130000",
    }
    known = {"UID": f"{day}@example.edu", "SUMMARY": f"On engine {day}", "LOCATION": f"Room {day}"}
    return event(**known | times | lines)


def planned(*events, **options):
    return plan_content(calendar(*events), ImportOptions(**{"series": "engine"} | options), name="talks.ics")


def plan_import(file, options):
    return plan_of(plan_in_steps(file, options))


def imported(*events, **options):
    return apply_plan(planned(*events, **options))


class StoppedError(Exception):
    """Stands for a process that ends in the middle."""


def interrupted_import(events, *, after, **options):
    """Begin an import that ends after so many turns, and return its run as it is a while later."""
    run = begin(calendar(*events), ImportOptions(series="engine", **options))
    turns = []

    def stop(_done, _total):
        turns.append(1)
        if len(turns) == after:
            raise StoppedError

    with pytest.raises(StoppedError):
        apply_plan(planned(*events, **options), run=run, progress=stop)
    return a_while_ago(run)


def a_while_ago(run):
    ImportRun.objects.filter(pk=run.pk).update(held_until=timezone.now() - timedelta(hours=1))
    return ImportRun.objects.select_related("change").get(pk=run.pk)


def continued(run):
    return go_on(run, by=make_administrator(), homes=None)


def next_part(response):
    """The address that a page of the progress opens by itself, "" where it waits for somebody."""
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', response.content.decode())
    return unescape(found[1]) if found else ""
