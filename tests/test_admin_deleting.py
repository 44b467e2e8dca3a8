"""Delete at the desk: only drafts and unused rows can be deleted, and the page says why."""

import pytest
from django.urls import reverse

from seminars.actions import lifecycle
from seminars.models import Edition, Talk
from tests.admin_forms import address_of, messages_of
from tests.factories import make_draft, make_room, make_series, make_speaker, make_talk, make_topic

pytestmark = pytest.mark.django_db


def test_a_published_talk_cannot_be_deleted_and_the_page_says_what_to_do(administrator_client):
    talk = make_talk()

    answers = [
        administrator_client.get(address_of(talk, "delete")),
        administrator_client.post(address_of(talk, "delete"), {"post": "yes"}),
    ]

    assert [answer.headers.get("Location") for answer in answers] == [address_of(talk), address_of(talk)]
    assert "A published talk cannot be deleted. Cancel it, or withdraw it to a draft. Cancel instead" in messages_of(
        administrator_client
    )
    assert Talk.objects.contains(talk)


@pytest.mark.parametrize("how", ["its page", "the list"])
def test_cancelling_is_offered_instead_of_deleting(administrator_client, how):
    talk, called_off = make_talk(), lifecycle.cancel(make_talk(), by=None)
    chosen = {"action": "delete_selected", "_selected_action": [talk.pk, called_off.pk], "post": "yes"}

    if how == "its page":
        administrator_client.get(address_of(talk, "delete"))
    else:
        administrator_client.post(reverse("admin:seminars_talk_changelist"), chosen)
    page = administrator_client.get("/admin/").content.decode()

    page_of_cancelling = reverse("admin:seminars_talk_transition", args=["cancel"]) + f"?talk={talk.pk}"
    assert f'<a href="{page_of_cancelling}">Cancel instead</a>' in page


def test_a_cancelled_talk_is_not_offered_to_be_cancelled(administrator_client):
    administrator_client.get(address_of(lifecycle.cancel(make_talk(), by=None), "delete"))

    assert messages_of(administrator_client) == [
        "A published talk cannot be deleted. Cancel it, or withdraw it to a draft."
    ]


def test_several_talks_are_deleted_only_if_all_are_drafts(administrator_client):
    drafts, published = [make_draft(), make_draft()], make_talk()
    address = reverse("admin:seminars_talk_changelist")

    def delete(*talks):
        keys = [talk.pk for talk in talks]
        administrator_client.post(address, {"action": "delete_selected", "_selected_action": keys, "post": "yes"})
        return Talk.objects.count()

    assert [delete(*drafts, published), delete(*drafts)] == [3, 1]


def test_an_action_with_an_invalid_key_changes_nothing_and_says_so(administrator_client):
    draft, address = make_draft(), reverse("admin:seminars_talk_changelist")
    sent = {"action": "delete_selected", "_selected_action": [draft.pk, "x"], "post": "yes"}

    answer = administrator_client.post(address, sent, follow=True)

    assert "Nothing was changed: a selected row is not in this list. Select the rows again." in answer.text
    assert [*Talk.objects.all()] == [draft]


def test_the_confirmation_page_makes_no_edition(administrator_client):
    make_talk()
    draft, edition = make_draft(), Edition.objects.number()

    asked = administrator_client.post(
        reverse("admin:seminars_talk_changelist"), {"action": "delete_selected", "_selected_action": [draft.pk]}
    )

    assert (asked.status_code, Edition.objects.number()) == (200, edition)


def test_a_draft_is_deleted(administrator_client):
    draft = make_draft(speakers=["Ada Lovelace"])

    administrator_client.post(address_of(draft, "delete"), {"post": "yes"})

    assert not Talk.objects.exists()


@pytest.mark.parametrize("noun", ["room", "speaker", "series", "topic"])
def test_a_row_that_talks_need_is_not_deleted_and_the_talks_are_listed(administrator_client, noun):
    thing = {"room": make_room, "speaker": make_speaker, "series": make_series, "topic": make_topic}[noun]()
    where = {"room": {"room": thing}, "speaker": {"speakers": [thing]}, "series": {"series": thing},
             "topic": {"topics": [thing]}}[noun]  # fmt: skip
    make_talk(title="On engines", **where)

    page = administrator_client.post(address_of(thing, "delete"), {"post": "yes"}).content.decode()

    assert "This cannot be deleted, because other things need it." in page
    assert "On engines</a>" in page
    assert type(thing).objects.contains(thing)
