"""Imports of several talks that want one room: what the plan says is what the import does."""

import pytest

from seminars.importing import apply_plan
from seminars.models import Talk
from tests.factories import make_series
from tests.import_plans import imported, planned, talk_on

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def series():
    return make_series(slug="engine", short_name="ENGINE", name="Engines")


def talk_at(hour, uid, **lines):
    times = {f"{name};TZID=America/New_York": f"20300301T{at}0000" for name, at in _hours(hour)}
    return talk_on(1, UID=uid, SUMMARY=f"Talk {uid}", LOCATION="Room 1", **times, **lines)


def _hours(hour):
    return ("DTSTART", hour), ("DTEND", hour + 1)


def clock_times():
    return {talk.uid: talk.wall_of("starts_at").hour for talk in Talk.objects.all()}


def outcomes(plan):
    return [(row.name.split(" (")[0], str(row.outcome)) for row in plan.rows]


def test_a_talk_that_cannot_move_keeps_its_old_room_and_a_new_talk_does_not_get_it():
    imported(talk_at(14, "there"), series="other")
    imported(talk_at(12, "moved"))

    plan = planned(talk_at(14, "moved"), talk_at(12, "new"))
    apply_plan(plan)

    assert outcomes(plan) == [("Talk moved", "refused"), ("Talk new", "refused")]
    assert clock_times() == {"there": 14, "moved": 12}


def test_a_talk_that_cannot_move_keeps_others_from_moving_into_its_room():
    imported(talk_at(14, "there"), series="other")
    imported(talk_at(10, "first"), talk_at(12, "second"))

    plan = planned(talk_at(12, "first"), talk_at(14, "second"), talk_at(16, "new"))
    apply_plan(plan)

    assert outcomes(plan) == [("Talk first", "refused"), ("Talk second", "refused"), ("Talk new", "new")]
    assert clock_times() == {"there": 14, "first": 10, "second": 12, "new": 16}
    assert plan.doubts[0].number == 2


def test_a_new_talk_gets_the_room_that_a_known_one_leaves():
    imported(talk_at(12, "moved"))

    plan = planned(talk_at(12, "new"), talk_at(14, "moved"))
    apply_plan(plan)

    assert outcomes(plan) == [("Talk new", "new"), ("Talk moved", "changed")]
    assert clock_times() == {"moved": 14, "new": 12}
