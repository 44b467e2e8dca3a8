"""The form of a talk as one request: its queries, and that a preview writes nothing."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from seminars.models import Appearance, Change, Edition, Room, Speaker, State, Talk, TalkTopic
from tests.admin_forms import address_of, errors_in, form_of, messages_of, save, signed_in, with_row
from tests.factories import (
    in_new_york,
    make_draft,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)

pytestmark = pytest.mark.django_db

NOON = in_new_york(2125, 11, 5, 12)
OTHER_BUTTONS = ["_save", "_continue", "_addanother", "_announce", "_next"]
MOST_TO_OPEN, MOST_TO_SAVE = 20, 30


@pytest.fixture
def talk(series):
    return make_talk(
        series=series, title="On engines", starts_at=NOON, room=make_room(name="Room 414"),
        speakers=["Ada Lovelace", "Grace Hopper"], topics=[make_topic(name="Looms"), make_topic(name="Engines")],
    )  # fmt: skip


def everything():
    """Every row that a change of a talk can write."""
    models = (Talk, Appearance, TalkTopic, Speaker, Room, Change, Edition, Talk.history.model)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def queries_of(ask):
    """The queries of a request, without those that begin and commit its transactions."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    return [query["sql"] for query in captured if not query["sql"].startswith(("BEGIN", "COMMIT"))]


# --- previews ---


@pytest.mark.parametrize("button", OTHER_BUTTONS)
def test_a_preview_saves_nothing_whatever_button_was_sent_as_well(organiser_client, talk, button):
    draft = make_draft(series=talk.series, title="On looms")
    typed = form_of(organiser_client, address_of(draft)) | {"title": "On weaving", "_preview": "yes", button: "yes"}
    before = everything()

    response = organiser_client.post(address_of(draft), typed)

    assert response.status_code == 200
    assert everything() == before


@pytest.mark.parametrize("button", OTHER_BUTTONS)
def test_a_preview_of_a_new_talk_saves_nothing_whatever_button_was_sent_as_well(organiser_client, talk, button):
    add = reverse("admin:seminars_talk_add")
    new = {"starts_at_0": "2125-12-01", "starts_at_1": "12:00", "ends_at_0": "2125-12-01", "ends_at_1": "13:00"}
    typed = form_of(organiser_client, add) | new | {"title": "On looms", "_preview": "yes", button: "yes"}
    before = everything()

    response = organiser_client.post(add, typed)

    assert response.status_code == 200
    assert everything() == before


def test_a_preview_sends_nothing_and_leaves_no_message(organiser_client, talk, django_capture_on_commit_callbacks):
    person = with_row(organiser_client, talk, "appearances", new_name="Mary Somerville", role="speaker", order=5)
    typed = form_of(organiser_client, address_of(talk)) | person | {"room": make_room().pk, "_preview": "yes"}
    before = everything()

    with django_capture_on_commit_callbacks() as left:
        response = organiser_client.post(address_of(talk), typed)

    assert "Mary Somerville is added." in response.text
    assert everything() == before
    assert (left, mail.outbox, messages_of(organiser_client)) == ([], [], [])


def test_a_preview_says_what_the_save_then_does(organiser_client, talk):
    typed = {"title": "TBA", "room": make_room(name="Room 307", building="").pk}
    form = form_of(organiser_client, address_of(talk)) | typed

    previewed = organiser_client.post(address_of(talk), form | {"_preview": "yes"}).context["preview"].entry
    organiser_client.post(address_of(talk), form)

    assert previewed == organiser_client.get(address_of(talk)).context["entry"]
    assert Talk.objects.values_list("title", "notice").get() == (
        "", "Room changed from Gutmann Hall, Room 414 to Room 307"
    )  # fmt: skip


# --- what is asked of the database ---


@pytest.mark.django_db(transaction=True)  # else the transactions of the site count as savepoints
def test_opening_the_form_of_a_talk_takes_few_queries(organiser_client, talk):
    organiser_client.get(address_of(talk))

    asked = queries_of(lambda: organiser_client.get(address_of(talk)))

    assert len(asked) <= MOST_TO_OPEN, asked


@pytest.mark.django_db(transaction=True)
def test_saving_a_new_title_takes_few_queries(organiser_client, talk):
    typed = form_of(organiser_client, address_of(talk)) | {"title": "On looms"}

    asked = queries_of(lambda: organiser_client.post(address_of(talk), typed))

    assert len(asked) <= MOST_TO_SAVE, asked
    assert Talk.objects.get().title == "On looms"


def test_more_people_and_topics_take_no_more_queries(organiser_client, talk):
    few = form_of(organiser_client, address_of(talk)) | {
        "title": "On carding"
    }  # a word that the search has not met, as "weaving"
    asked_of_few = queries_of(lambda: organiser_client.post(address_of(talk), few))
    for number in range(5):
        Appearance.objects.create(talk=talk, speaker=make_speaker(name=f"Guest {number}"), role="moderator", order=9)
        TalkTopic.objects.create(talk=talk, topic=make_topic(name=f"Topic {number}"))

    many = form_of(organiser_client, address_of(talk)) | {"title": "On weaving"}
    asked_of_many = queries_of(lambda: organiser_client.post(address_of(talk), many))

    assert len(asked_of_many) == len(asked_of_few)


# --- what is read once is still checked ---


def test_a_topic_that_the_talk_has_already_is_refused(organiser_client, talk):
    topic = TalkTopic.objects.order_by("pk").first().topic

    response = save(organiser_client, talk, **with_row(organiser_client, talk, "topic_rows", topic=topic.pk))

    assert (response.status_code, TalkTopic.objects.count()) == (200, 2)
    assert "Please correct the duplicate data for topic." in errors_in(response)


def test_a_series_that_the_talk_is_in_already_cannot_become_its_home(organiser_client, talk):
    other = make_series(name="Looms")
    talk.also_in.add(other)
    organiser_client = signed_in(make_organiser(talk.series, other))

    response = save(organiser_client, talk, series=other.pk)

    sentence = "This is already the talk’s home series. Choose another one or leave it out."
    assert errors_in(response)[-1] == sentence
    assert Talk.objects.get().series == talk.series


def test_a_postponed_talk_with_a_new_time_is_refused_a_room_that_was_taken_since(organiser_client, talk):
    Talk.objects.filter(pk=talk.pk).update(state=State.POSTPONED)
    make_talk(series=talk.series, room=talk.room, starts_at=in_new_york(2125, 11, 6, 12), title="On looms")
    moved = {"starts_at_0": "2125-11-06", "ends_at_0": "2125-11-06"}

    response = save(organiser_client, talk, **moved)

    assert ["Room 414 is taken" in sentence for sentence in errors_in(response)][-1:] == [True]
    assert Talk.objects.get(pk=talk.pk).state == State.POSTPONED
