"""Import large calendars: reading stays quick, and what no talk needs is refused or left out."""

import tracemalloc

import pytest
from django.core.exceptions import ValidationError

from seminars import importing
from seminars.importing import ImportOptions, Outcome
from seminars.models import Topic
from tests.factories import make_series
from tests.imports import calendar, event

pytestmark = pytest.mark.django_db


@pytest.fixture
def planned():
    make_series(slug="engine", default_minutes=60)
    return lambda content, **options: importing.plan_content(
        content, ImportOptions("engine"), name="The file", **options
    )


def with_lines(*lines):
    return [*event()[:-1], *lines, "END:VEVENT"]


def remarks_of(plan):
    (row,) = plan.rows
    return row.outcome, row.remarks


def test_too_many_events_are_refused_before_one_is_read(planned):
    broken = ["BEGIN:VEVENT", "END:VEVENT"]

    with pytest.raises(ValidationError) as refused:
        planned(calendar(broken, broken, broken), most=2)

    assert refused.value.messages == ["The file has 3 talks. You can import at most 2 at once. Export fewer talks."]


def test_an_event_of_thousands_of_lines_is_refused(planned):
    plan = planned(calendar(with_lines(*["ATTENDEE:mailto:ada@example.edu"] * 2000)))

    said = "The event has more than 2000 lines. Export it again, without its guests."
    assert remarks_of(plan) == (Outcome.REFUSED, [said])


def test_a_seminar_with_hundreds_of_guests_is_imported(planned):
    plan = planned(calendar(with_lines(*["ATTENDEE:mailto:ada@example.edu"] * 900)))

    assert remarks_of(plan) == (Outcome.NEW, [])


def test_fifty_topics_of_a_talk_are_imported_and_one_can_have_a_comma(planned):
    names = ["Engines\\, large"] + [f"Topic {number}" for number in range(60)]

    lines = ["CATEGORIES:" + ",".join(names[:30]), "CATEGORIES:" + ",".join(names[30:])]
    importing.apply_plan(planned(calendar(with_lines(*lines))))

    assert Topic.objects.count() == 50
    assert Topic.objects.filter(name="Engines, large").exists()


def test_twenty_odd_lines_are_reported_and_then_that_there_are_more(planned):
    plan = planned(calendar(["BEGIN:VEVENT", *["odd"] * 30, *event()[1:]]))

    _outcome, remarks = remarks_of(plan)
    assert (len(remarks), remarks[-1]) == (21, "more lines like these are not listed")


def zones_asked(plan):
    return [doubt.key for doubt in plan.doubts if doubt.key.startswith("zone:")]


@pytest.mark.parametrize(("dates", "asked"), [(500, []), (1500, ["zone:campus"])])
def test_a_zone_that_the_file_defines_at_more_than_any_length_is_unknown(planned, dates, asked):
    zone = [
        "BEGIN:VTIMEZONE", "TZID:Campus", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:-0500",
        "TZOFFSETTO:-0500", "RDATE:" + ",".join(["19700101T000000"] * dates), "END:STANDARD", "END:VTIMEZONE",
    ]  # fmt: skip
    talk = event("DTSTART", "DTEND", **{"DTSTART;TZID=Campus": "20300306T120000", "DURATION": "PT1H"})

    assert zones_asked(planned(calendar(talk, head=zone))) == asked


def test_zones_that_are_too_long_together_are_unknown_from_there_on(planned):
    def zone(name):
        rdate = "RDATE:" + ",".join(["19700101T000000"] * 1000)
        offsets = ["TZOFFSETFROM:-0500", "TZOFFSETTO:-0500"]
        part = ["BEGIN:STANDARD", "DTSTART:19700101T000000", *offsets, rdate, "END:STANDARD"]
        return ["BEGIN:VTIMEZONE", f"TZID:{name}", *part, "END:VTIMEZONE"]

    def talk(name):
        when = {f"DTSTART;TZID={name}": f"203003{name[1:]}T120000", "DURATION": "PT1H"}
        return event("DTSTART", "DTEND", "LOCATION", **when, UID=name)

    names = [f"Z{number:02}" for number in range(1, 16)]
    plan = planned(calendar(*map(talk, names), head=[line for name in names for line in zone(name)]))

    assert zones_asked(plan) == ["zone:z13", "zone:z14", "zone:z15"]


@pytest.mark.slow
def test_five_thousand_events_are_read_with_little_memory():
    abstract = "A machine that is told what to do by cards. " * 15
    content = calendar(*(event(UID=f"{number}", DESCRIPTION=abstract) for number in range(5_000)))
    tracemalloc.start()

    found = importing.read_content(content, name="The file")

    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found.events) == 5_000
    assert peak < 17 * 1024 * 1024
