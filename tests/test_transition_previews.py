"""The page of a transition shows what subscribers will see, before the transition happens."""

import re
from datetime import timedelta

import pytest

from seminars.actions import lifecycle
from seminars.admin.transition_page import MOST_PREVIEWED
from seminars.models import Change, Edition, State, Talk
from tests.admin_forms import consequences, errors_in, transition_page
from tests.factories import in_new_york, make_draft, make_room, make_talk
from tests.pages import words

CALENDARS = "Subscribers’ calendars will "
NOON = in_new_york(2125, 11, 5, 12)

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(series):
    return make_talk(series=series, title="On engines", starts_at=NOON, room=make_room(name="Room 414"))


AT_ONCE = {
    "cancel": CALENDARS + "say that it is cancelled.",
    "postpone": CALENDARS + "say that it is postponed.",
    "withdraw": CALENDARS + "drop it without saying why.",
}
ASKED = {
    "cancel": ({"reason": "Snow"}, [CALENDARS + "say that it is cancelled.", "The notice will be “Snow”."]),
    "move": (
        {"day": "2125-11-06", "start": "12:00"},
        [CALENDARS + "move it from Monday, 5 November 2125, 12 noon to Tuesday, 6 November 2125, 12 noon."],
    ),
    "room": (
        {"room": "none"},
        [
            "The place changes from “Gutmann Hall, Room 414” to “To be announced”.",
            "The notice will be “The room will be announced”.",
        ],
    ),
    "title": ({"title": "On looms"}, ["The title changes from “On engines” to “On looms”."]),
    "link": ({"join_url": "https://zoom.example/j/1"}, ["People can join online."]),
    "notice": ({"notice": "Bring a friend"}, ["The notice will be “Bring a friend”."]),
    "recording": ({"recording_url": "https://video.example/1"}, ["Nothing changes for subscribers."]),
}


@pytest.mark.parametrize("name", AT_ONCE)
def test_the_page_of_a_transition_shows_what_subscribers_will_see(organiser_client, talk, name):
    before, edition = Talk.objects.values().get(), Edition.objects.number()

    seen = organiser_client.get(transition_page(name, talk))

    assert consequences(seen) == [AT_ONCE[name]]
    assert "(Confirmed)" in words(seen.text)
    assert (Talk.objects.values().get(), Edition.objects.number()) == (before, edition)


@pytest.mark.parametrize("name", ASKED)
def test_a_preview_shows_what_subscribers_will_see_of_the_typed_values(organiser_client, talk, name):
    before, edition, changes = Talk.objects.values().get(), Edition.objects.number(), Change.objects.count()
    typed, sentences = ASKED[name]

    seen = organiser_client.post(transition_page(name, talk), typed | {"_preview": "yes"})

    assert (seen.status_code, consequences(seen), errors_in(seen)) == (200, sentences, [])
    assert [value in seen.text for value in typed.values()] == [True] * len(typed)
    assert (Talk.objects.values().get(), Edition.objects.number()) == (before, edition)
    assert Change.objects.count() == changes


def test_announcing_says_when_subscribers_will_see_the_talk_for_the_first_time(organiser_client, talk):
    lifecycle.withdraw(talk, by=None)

    [sentence] = consequences(organiser_client.get(transition_page("announce", talk)))

    assert sentence.startswith(CALENDARS + "show it for the first time: Monday, 5 November 2125, 12–1 pm")
    assert Talk.objects.get().state == State.DRAFT


def test_several_talks_each_have_their_own_preview(organiser_client, talk):
    draft = make_draft(series=talk.series, starts_at=NOON + timedelta(days=7))
    other = make_draft(series=talk.series, starts_at=NOON + timedelta(days=14))

    seen = organiser_client.get(transition_page("announce", draft, other))

    shown = re.findall(r'<ul class="consequences">(.*?)</ul>', seen.text, re.S)
    assert ["12 November" in one for one in shown] == [True, False]
    assert ["19 November" in one for one in shown] == [False, True]


def test_the_page_shows_an_error_if_the_transition_will_be_refused(organiser_client, talk):
    lifecycle.cancel(talk, by=None)
    make_talk(series=talk.series, room=talk.room, starts_at=NOON, title="On looms")

    seen = organiser_client.get(transition_page("reinstate", talk))

    assert consequences(seen) == []
    assert [error.startswith("On engines: Room 414 is taken by “On looms”") for error in errors_in(seen)] == [True]


def test_a_transition_of_very_many_talks_has_no_preview(organiser_client, talk):
    many = [make_talk(series=talk.series) for _number in range(MOST_PREVIEWED)]

    seen = organiser_client.get(transition_page("cancel", talk, *many))

    assert consequences(seen) == []
    assert "_preview" not in seen.text
    assert "_preview" in organiser_client.get(transition_page("cancel", *many)).text
