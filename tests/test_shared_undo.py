"""Undo changes of speakers, rooms and topics: when it is refused, and rows that are added or deleted."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from seminars.actions import lifecycle, merging, photos, shared_rows, talk_changes, undoing
from seminars.models import Change, Photo, Room, Speaker, Talk, Topic, recording
from tests.admin_forms import address_of, form_of, messages_of, save, signed_in
from tests.changes import last_change, offered, undo, values_of
from tests.factories import (
    make_administrator,
    make_room,
    make_speaker,
    make_talk,
    make_topic,
)
from tests.pages import words
from tests.pictures import picture

pytestmark = pytest.mark.django_db


# --- when an undo is refused ---


def test_an_undo_keeps_later_changes(organiser_client, other_organiser_client, talk, ada):
    save(other_organiser_client, ada, name="Ada King")
    renamed = last_change()
    save(organiser_client, ada, affiliation="Turin")

    assert renamed.pk not in offered(organiser_client.get("/admin/changes/").text)
    undo(organiser_client, renamed)

    assert Speaker.objects.get().name == "Ada King"
    assert any(
        "“Ada King” has been changed since: Changed: Ada King (Grace Hopper" in one
        for one in messages_of(organiser_client)
    )
    undo(organiser_client, last_change())
    undo(organiser_client, renamed)
    assert (Speaker.objects.get().name, Speaker.objects.get().affiliation) == ("Ada Lovelace", "London")


def test_a_talk_and_a_speaker_that_were_changed_since_are_named_together(talk, ada):
    with recording("Corrected") as change:
        lifecycle.amend(talk, title="On looms", by=None)
        Speaker.objects.update(affiliation="Turin")
    lifecycle.amend(talk, title="On weaving", by=None)
    Speaker.objects.update(affiliation="Paris")

    with pytest.raises(ValidationError) as refused:
        undoing.restore(change, by=None)

    named = [sentence.partition(" has been changed since")[0] for sentence in refused.value.messages]
    assert named == ["“Ada Lovelace – On weaving”", "“Ada Lovelace”"]


def test_a_picture_that_is_gone_keeps_a_change_from_being_undone(ada):
    Speaker.objects.update(photo=photos.keep(picture()))
    Speaker.objects.update(photo=None)
    Photo.objects.all().delete()

    with pytest.raises(ValidationError, match="a photo that it needs has been deleted"):
        undoing.restore(last_change(), by=None)


def test_a_room_gets_its_old_rule_back_unless_talks_share_it_by_then(talk):
    room = Room.objects.get()
    with recording() as change:
        room.is_exclusive = False
        shared_rows.save(room)
    other = make_talk(room=room, starts_at=talk.starts_at)

    with pytest.raises(ValidationError):
        undoing.restore(change, by=None)
    assert Room.objects.get().is_exclusive is False

    talk_changes.save(Talk.objects.get(pk=other.pk))
    Talk.objects.filter(pk=other.pk).delete()
    undoing.restore(change, by=None)
    assert (Room.objects.get().is_exclusive, Talk.objects.get().room_is_exclusive) == (True, True)


# --- rows that come and go ---


@pytest.mark.parametrize("make", [make_speaker, make_room, make_topic])
def test_an_unused_row_that_was_deleted_comes_back(make):
    row, boss = make(), signed_in(make_administrator())
    before = values_of(row)
    boss.post(address_of(row, "delete"), {"post": "yes"})
    assert not type(row).objects.exists()
    assert f"{row.name} (deleted)" in words(boss.get(reverse("admin:changes")).text)

    undo(boss, last_change())

    assert values_of(row) == before


def test_rows_that_are_deleted_from_the_list_come_back_together():
    rows, boss = [make_topic(), make_topic()], signed_in(make_administrator())
    form = {"action": "delete_selected", "_selected_action": [row.pk for row in rows], "post": "yes"}

    boss.post(reverse("admin:seminars_topic_changelist"), form)
    assert not Topic.objects.exists()
    undo(boss, last_change())

    assert set(Topic.objects.all()) == set(rows)


def test_undoing_a_new_row_deletes_it_unless_it_is_in_use(other_organiser_client):
    add = reverse("admin:seminars_room_add")
    for name in ("308", "309"):
        other_organiser_client.post(add, form_of(other_organiser_client, add) | {"name": name})
    first, second = Change.objects.order_by("pk")
    make_talk(room=Room.objects.get(name="309"))

    other_organiser_client.get("/admin/")  # shows what the forms said, each with its Undo
    assert second.pk not in offered(other_organiser_client.get("/admin/changes/").text)
    undo(other_organiser_client, second)
    assert "“309” is in use, so it cannot be deleted." in messages_of(other_organiser_client)
    undo(other_organiser_client, first)

    assert [room.name for room in Room.objects.all()] == ["309"]


def test_a_merger_is_shown_with_all_its_changes_and_cannot_be_undone(organiser_client, talk, ada):
    kept, boss = make_speaker(name="Ada King"), make_administrator()
    merging.merge(merging.Merger(kept, ada), by=boss)
    alone = make_speaker(name="A. King")
    first = last_change()
    merging.merge(merging.Merger(kept, alone), by=boss)

    told = words(organiser_client.get(reverse("admin:changes")).text)

    assert "Two people merged" in told
    assert "Ada Lovelace (deleted)" in words(signed_in(boss).get(reverse("admin:changes")).text)
    assert not {first.pk, last_change().pk} & set(offered(signed_in(boss).get("/admin/changes/").text))
    with pytest.raises(ValidationError, match="This change merged two people"):
        undoing.restore(last_change(), by=boss)
    with pytest.raises(ValidationError):
        undoing.restore(first, by=boss)
