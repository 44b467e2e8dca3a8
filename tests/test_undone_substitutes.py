"""The undo of an import that cancelled a talk and put another in its room: the first one gets its room back."""

import pytest

from seminars.actions import talk_changes
from seminars.actions.undoing_imports import undo_import
from seminars.models import State, Talk
from tests.factories import make_series
from tests.import_plans import imported, talk_on

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def series():
    return make_series(slug="engine", short_name="ENGINE", name="Engines")


SUBSTITUTE = talk_on(1, UID="other@example.edu", SUMMARY="On looms")


def states_and_rooms():
    return {talk.title: (talk.state, str(talk.room or "")) for talk in Talk.objects.select_related("room")}


@pytest.fixture
def substituted():
    """The import that cancelled a talk and put another in its room."""
    imported(talk_on(1))
    return imported(talk_on(1, STATUS="CANCELLED"), SUBSTITUTE)


def test_a_talk_that_was_cancelled_for_another_gets_its_room_back(substituted):
    before = states_and_rooms()

    undone = undo_import(substituted, by=None)

    assert before == {"On engine 1": (State.CANCELLED, "Room 1"), "On looms": (State.CONFIRMED, "Room 1")}
    assert states_and_rooms() == {"On engine 1": (State.CONFIRMED, "Room 1"), "On looms": (State.DRAFT, "")}
    assert (undone.kept, undone.refused) == ([], [])


def test_the_substitute_gets_the_room_again_if_the_undo_is_undone(substituted):
    before = states_and_rooms()

    undo_import(undo_import(substituted, by=None).change, by=None)

    assert states_and_rooms() == before


def test_a_substitute_that_somebody_edited_since_keeps_the_room(substituted):
    talk = Talk.objects.get(title="On looms")
    talk.abstract = "Ours"
    talk_changes.save(talk)
    before = states_and_rooms()

    undone = undo_import(substituted, by=None)

    assert (states_and_rooms(), undone.kept) == (before, ["On looms"])
    assert ["Room 1" in sentence for sentence in undone.refused] == [True]


def test_a_withdrawn_talk_keeps_a_room_that_nobody_needs():
    imported(talk_on(2))
    change = imported(talk_on(2, SUMMARY="On gears"), talk_on(1))

    undo_import(change, by=None)

    assert states_and_rooms() == {"On engine 2": (State.CONFIRMED, "Room 2"), "On engine 1": (State.DRAFT, "Room 1")}
