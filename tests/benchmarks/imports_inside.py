"""Make and import large calendars, in a separate process (inside.py); an older build can run it too."""

import time
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

from tests.benchmarks.costs import costs

try:
    from seminars import importing
    from seminars.importing import ImportOptions, Outcome
except ImportError:  # an older build
    from seminars.actions import importing
    from seminars.actions.importing import Verdict as Outcome
    from seminars.actions.importing import Wish as ImportOptions

ROOMS, TOPICS, INSTITUTES = 20, 30, 90
FIRST_NAMES = (
    "Ada", "Grace", "Alan", "Emmy", "Kurt", "Sofia", "Carl", "Maria", "Leonhard", "Hypatia", "Edsger", "Barbara",
    "Donald", "Frances", "John", "Radia", "Niklaus", "Margaret", "Robin", "Shafi",
)  # fmt: skip
LAST_NAMES = (
    "Lovelace", "Hopper", "Turing", "Noether", "Gödel", "Kowalewski", "Gauss", "Agnesi", "Euler", "Dijkstra", "Liskov",
    "Knuth", "Allen", "Backus", "Perlman", "Wirth", "Hamilton", "Milner", "Goldwasser", "Church", "Kleene", "Rossi",
    "Schröder", "Tarski", "Peano", "Riemann", "Hilbert", "Germain", "Babbage", "Menabrea", "Jacquard", "Zuse",
    "Lamport", "Hoare", "Shannon",
)  # fmt: skip
START = datetime(2031, 1, 6, 14, tzinfo=UTC)
ABSTRACT = "We look at machines that are told what to do by punched cards\\, and at the bugs in one of them. " * 6
_PEOPLE = [
    f"{first} {last} (Institute {place % INSTITUTES})"
    for place, (first, last) in enumerate(product(FIRST_NAMES, LAST_NAMES))
]


def make(number, folder):
    """Write a calendar of so many talks with speakers, rooms, topics and abstracts; return its path."""
    path = Path(folder) / f"{number}.ics"
    events = "".join(map(_event, range(number)))
    path.write_text(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Engines\r\n{events}END:VCALENDAR\r\n", newline="")
    return str(path)


def _event(number):
    start = START + timedelta(days=number // ROOMS)
    person = _PEOPLE[number % len(_PEOPLE)]
    lines = [
        "BEGIN:VEVENT", f"UID:{number}@made.example.edu", f"DTSTART:{start:%Y%m%dT%H%M%SZ}", "DURATION:PT1H",
        f"SUMMARY:{person}: On engines of kind {number}", f"DESCRIPTION:{ABSTRACT}Number {number}.",
        f"LOCATION:Babbage Hall\\, Room {number % ROOMS}", f"CATEGORIES:Topic {number % TOPICS}",
        f"URL:https://old.example.edu/event/{number}/", "END:VEVENT", "",
    ]  # fmt: skip
    return "\r\n".join(lines)


def import_file(path):
    """Import into a new series, or again; return the seconds that it took, and how many talks were new or unchanged."""
    began, processor = time.perf_counter(), time.process_time()
    if hasattr(importing, "plan_file"):
        plan = importing.plan_file(Path(path), ImportOptions(series="bench-engines"))
        importing.apply_plan(plan)
    else:  # an older build
        plan = importing.plan(Path(path), ImportOptions(series="bench-engines"))
        plan.apply()
    took = {"seconds": time.perf_counter() - began, "processor": time.process_time() - processor}
    return took | {"new": plan.count(Outcome.NEW), "unchanged": plan.count(Outcome.UNCHANGED)}


def plan_file(path):
    """Return the megabytes above the usual that planning took."""
    options = ImportOptions(series="bench-engines-many")
    return costs(lambda: importing.plan_file(Path(path), options))[1]
