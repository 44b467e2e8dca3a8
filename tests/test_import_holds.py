"""Events that only keep a date, or are not certain yet: they are drafts or provisional, and the plan says so."""

import pytest

from seminars.importing import apply_plan
from seminars.models import State, Talk
from tests.factories import make_series
from tests.import_plans import imported, planned, talk_on

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def series():
    return make_series(slug="engine", short_name="ENGINE", name="Engines")


def said_of(state):
    return f"its title says that it is not certain, so it is {State(state).label}"


def state_and_title():
    talk = Talk.objects.get()
    return talk.state, talk.title, talk.speaker_names


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ("Hold: seminar", (State.DRAFT, "", "")),
        ("Reserved", (State.DRAFT, "", "")),
        ("Placeholder", (State.DRAFT, "", "")),
        ("Hold: Bo Reed (Larkfield): On looms", (State.DRAFT, "On looms", "Bo Reed")),
        ("Tentative: Bo Reed (Larkfield): On looms", (State.TENTATIVE, "On looms", "Bo Reed")),
    ],
)
def test_an_event_that_keeps_a_date_is_not_confirmed_and_the_plan_says_so(summary, expected):
    plan = planned(talk_on(1, SUMMARY=summary))
    apply_plan(plan)

    assert state_and_title() == expected
    assert said_of(expected[0]) in plan.rows[0].remarks


@pytest.mark.parametrize(
    ("status", "state"),
    [("CONFIRMED", State.DRAFT), ("TENTATIVE", State.DRAFT), ("CANCELLED", State.CANCELLED)],
)
def test_a_title_makes_an_event_no_more_certain_than_its_status(status, state):
    imported(talk_on(1, SUMMARY="Hold: seminar", STATUS=status))

    assert Talk.objects.get().state == state


def test_a_public_talk_whose_source_now_keeps_the_date_only_is_provisional():
    imported(talk_on(1, SUMMARY="Bo Reed (Larkfield): On looms"))

    imported(talk_on(1, SUMMARY="Hold: seminar"))

    assert Talk.objects.get().state == State.TENTATIVE


def test_the_plan_says_what_a_title_says_beside_people_and_title():
    plan = planned(talk_on(1, SUMMARY="Note unusual room: Bo Reed (Larkfield): On looms"))

    assert plan.rows[0].remarks == ["its title also says: Note unusual room", "speaker: Bo Reed (Larkfield)"]
