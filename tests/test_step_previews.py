"""What subscribers will see of a step in a talk's life, said on its page before anybody takes it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from seminars.actions import lifecycle
from seminars.admin.transition_page import MOST_PREVIEWED
from seminars.models import Change, Edition, State, Talk
from tests.desk import consequences, errors_in, signed_in
from tests.factories import in_new_york, make_draft, make_organiser, make_room, make_series, make_talk
from tests.pages import words

CALENDARS = "Subscribers’ calendars will "
NOON = in_new_york(2125, 11, 5, 12)

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk():
    return make_talk(
        series=make_series(short_name="ASSET"), title="On engines", starts_at=NOON, room=make_room(name="Room 414")
    )


@pytest.fixture
def desk(talk):
    return signed_in(make_organiser(talk.series))


def step_of(name, *talks):
    return reverse("admin:seminars_talk_step", args=[name]) + "?" + "&".join(f"talk={talk.pk}" for talk in talks)


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
def test_a_step_says_at_once_what_subscribers_will_see(desk, talk, name):
    before, edition = Talk.objects.values().get(), Edition.objects.number()

    seen = desk.get(step_of(name, talk))

    assert consequences(seen) == [AT_ONCE[name]]
    assert "(Confirmed)" in words(seen.text)
    assert (Talk.objects.values().get(), Edition.objects.number()) == (before, edition)


@pytest.mark.parametrize("name", ASKED)
def test_a_step_says_what_subscribers_will_see_of_what_was_typed(desk, talk, name):
    before, edition, changes = Talk.objects.values().get(), Edition.objects.number(), Change.objects.count()
    typed, sentences = ASKED[name]

    seen = desk.post(step_of(name, talk), typed | {"_preview": "yes"})

    assert (seen.status_code, consequences(seen), errors_in(seen)) == (200, sentences, [])
    assert [value in seen.text for value in typed.values()] == [True] * len(typed)
    assert (Talk.objects.values().get(), Edition.objects.number()) == (before, edition)
    assert Change.objects.count() == changes


def test_announcing_says_when_subscribers_will_see_the_talk_for_the_first_time(desk, talk):
    lifecycle.withdraw(talk, by=None)

    [sentence] = consequences(desk.get(step_of("announce", talk)))

    assert sentence.startswith(CALENDARS + "show it for the first time: Monday, 5 November 2125, 12 noon")
    assert Talk.objects.get().state == State.DRAFT


def test_several_talks_say_each_what_will_become_of_it(desk, talk):
    draft = make_draft(series=talk.series, starts_at=NOON + timedelta(days=7))
    other = make_draft(series=talk.series, starts_at=NOON + timedelta(days=14))

    seen = desk.get(step_of("announce", draft, other))

    shown = re.findall(r'<ul class="consequences">(.*?)</ul>', seen.text, re.S)
    assert ["12 November" in one for one in shown] == [True, False]
    assert ["19 November" in one for one in shown] == [False, True]


def test_a_step_that_will_be_refused_says_so_before_anybody_takes_it(desk, talk):
    lifecycle.cancel(talk, by=None)
    make_talk(series=talk.series, room=talk.room, starts_at=NOON, title="On looms")

    seen = desk.get(step_of("reinstate", talk))

    assert consequences(seen) == []
    assert [error.startswith("On engines: Room 414 is taken by 'On looms'") for error in errors_in(seen)] == [True]


def test_a_step_of_very_many_talks_is_not_tried_on_each_beforehand(desk, talk):
    many = [make_talk(series=talk.series) for _number in range(MOST_PREVIEWED)]

    seen = desk.get(step_of("cancel", talk, *many))

    assert consequences(seen) == []
    assert "_preview" not in seen.text
    assert "_preview" in desk.get(step_of("cancel", *many)).text
