"""Events that say that there is no talk: a break, or a talk that is called off; and drafts that stay drafts."""

from datetime import date

import pytest

from seminars.importing import ImportOptions, apply_plan, plan_content
from seminars.models import Break, Speaker, Talk
from tests.factories import make_series
from tests.import_plans import imported, planned, talk_on
from tests.imports import event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def series():
    return make_series(slug="engine", short_name="ENGINE", name="Engines")


@pytest.mark.parametrize(
    ("start", "end", "last"),
    [
        ({"DTSTART;VALUE=DATE": "20300311"}, {"DTEND;VALUE=DATE": "20300316"}, date(2030, 3, 15)),
        ({"DTSTART;VALUE=DATE": "20300311"}, {"DTEND;VALUE=DATE": "20300312"}, date(2030, 3, 11)),
        ({"DTSTART;VALUE=DATE": "20300311"}, {"DTEND;VALUE=DATE": "20410101"}, date(2030, 3, 11)),
        ({"DTSTART;VALUE=DATE": "20300311"}, {"DURATION": "P1W"}, date(2030, 3, 17)),
        ({"DTSTART": "20300311T000000"}, {"DTEND": "20300316T000000"}, date(2030, 3, 15)),
    ],
)
def test_a_break_has_all_days_of_its_event(start, end, last):
    imported(event("DTEND", **start, **end, SUMMARY="Spring break: no seminar"))

    assert [(one.first_on, one.last_on) for one in Break.objects.all()] == [(date(2030, 3, 11), last)]


@pytest.mark.parametrize("said", ["kein Seminar", "No seminar", "Spring break", "*** HOLIDAY ***"])
def test_a_spreadsheet_that_says_no_seminar_among_the_speakers_proposes_a_break(said):
    table = f"Date,Start,Speaker,Title\n2030-03-04,12:00,Bo Reed,On looms\n2030-03-11,12:00,{said},\n"

    apply_plan(plan_content(table.encode(), ImportOptions("engine"), name="talks.csv"))

    assert [one.first_on for one in Break.objects.all()] == [date(2030, 3, 11)]
    assert list(Speaker.objects.values_list("name", flat=True)) == ["Bo Reed"]


def test_a_talk_that_its_source_calls_no_seminar_keeps_its_speaker_and_title():
    headline = "Ada Lovelace (Oxford): On engines"
    imported(talk_on(1, SUMMARY=headline))

    plan = planned(talk_on(1, SUMMARY="No seminar (snow)"))
    apply_plan(plan)
    talk = Talk.objects.for_pages().get()
    again = planned(talk_on(1, SUMMARY=headline))

    assert (talk.state, talk.title, list(map(str, talk.speakers))) == (
        "cancelled", "On engines", ["Ada Lovelace (Oxford)"],
    )  # fmt: skip
    assert [[one.label for one in each.rows[0].changes] for each in (plan, again)] == [["state"], ["state"]]


def test_a_draft_that_an_import_made_is_said_to_stay_one():
    imported(talk_on(1, CLASS="PRIVATE"))

    plan = planned(talk_on(1))

    assert plan.rows[0].remarks == ["it stays a draft here until you announce it. The file says confirmed"]
