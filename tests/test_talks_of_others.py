"""The site never names the draft of another series, even if the draft is in the way of a talk."""

import pytest
import time_machine
from django.core.exceptions import ValidationError

from seminars.actions.room_availability import rooms_for
from seminars.models import Appearance, Talk
from seminars.selectors.talk_warnings import warnings_of
from tests.factories import in_new_york, make_draft, make_room, make_series, make_talk
from tests.imports import calendar, event, importing, written

pytestmark = pytest.mark.django_db

DAY = (2024, 3, 6)
RESERVED = "reserved by the PRiML Seminar (contact priml@example.edu)"


@pytest.fixture
def draft():
    """The draft of another series in Room 12, over noon."""
    series = make_series(short_name="PRiML", kind="Seminar", contact_email="priml@example.edu")
    room = make_room(name="Room 12", building="Babbage Hall")
    times = {"starts_at": in_new_york(*DAY, 12), "ends_at": in_new_york(*DAY, 13)}
    return make_draft(series=series, title="Secret", speakers=["Ada Lovelace"], room=room, **times)


@pytest.fixture
def talk(draft):
    """A talk of the organiser's own series at the same time, in another room."""
    times = {"starts_at": draft.starts_at, "ends_at": draft.ends_at}
    return make_talk(series=make_series(short_name="ENGINE", slug="engine"), room=make_room(name="Room 1"), **times)


def clash(draft, talk, folder):
    talk.room = draft.room
    with pytest.raises(ValidationError) as refused:
        talk.check_room()
    return refused.value.messages


def offers(draft, talk, folder):
    return [offer.taken for offer in rooms_for(talk) if offer.room == draft.room]


def import_to_come(draft, talk, folder):
    said = importing(written(folder, calendar(event())), series="engine")
    return [line.removeprefix("  - ") for line in said.splitlines() if "reserved" in line or "Secret" in line]


def import_of_the_past(draft, talk, folder):
    with time_machine.travel(in_new_york(2025, 1, 1)):
        return import_to_come(draft, talk, folder)


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (clash, f"Room 12 is {RESERVED}, 12–1 pm. Choose another room or time."),
        (offers, f"{RESERVED}, 12–1 pm"),
        (import_to_come, f"Room 12 is {RESERVED}, 12–1 pm. Choose another room or time."),
        (import_of_the_past, f"Room 12 was {RESERVED} at the same time, so the talk is marked as sharing the room."),
    ],
)
@time_machine.travel(in_new_york(2024, 1, 1))
def test_the_draft_of_another_series_is_named_by_its_series_alone(draft, talk, tmp_path, place, sentence):
    assert place(draft, talk, tmp_path) == [sentence]


@pytest.mark.parametrize("state", ["draft", "confirmed"])
@pytest.mark.parametrize("is_listed", [True, False])
@time_machine.travel(in_new_york(2024, 1, 1))
def test_a_warning_names_another_talk_of_the_speaker_only_if_visitors_may_find_it(draft, talk, state, is_listed):
    draft.series.is_listed = is_listed
    draft.series.save()
    draft.state, draft.published_at = state, talk.published_at
    draft.save()
    Appearance.objects.create(talk=talk, speaker=draft.speakers[0].speaker)

    warnings = warnings_of(Talk.objects.for_lists().get(pk=talk.pk))

    sentence = "Ada Lovelace speaks twice in this term: also on Wednesday, 6 March (PRiML)."
    assert warnings == ([sentence] if draft.may_be_named_beside(talk) else [])
    assert draft.may_be_named_beside(talk) == (is_listed and state == "confirmed")


@pytest.mark.parametrize("place", [clash, offers, import_to_come, import_of_the_past])
@time_machine.travel(in_new_york(2024, 1, 1))
def test_a_draft_of_the_same_series_is_named_in_full(draft, talk, tmp_path, place):
    draft.series = talk.series
    draft.save()

    [sentence] = place(draft, talk, tmp_path)

    assert "Ada Lovelace – Secret" in sentence
