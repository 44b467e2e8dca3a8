"""Plan and apply imports of short calendars, each event on a day of its own."""

from seminars.importing import ImportOptions, apply_plan, plan_content
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


def imported(*events, **options):
    return apply_plan(planned(*events, **options))
