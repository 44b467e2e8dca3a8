"""Two talks never hold one room at once: the message, the exceptions, and rooms whose rule changes."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from seminars.actions import lifecycle, shared_rows, talk_changes
from seminars.models import Room, Talk
from tests.factories import in_new_york, make_draft, make_organiser, make_room, make_series, make_talk

pytestmark = pytest.mark.django_db

NOON = in_new_york(2035, 11, 7, 12)
LATER = NOON + timedelta(days=7)


# --- clashes ---


def clash(talk):
    with pytest.raises(ValidationError) as refused:
        talk_changes.save(talk)
    return refused.value.message_dict


def test_a_clash_names_the_talk_and_says_what_to_do():
    room = make_room(name="Room 414")
    make_talk(
        room=room, speakers=["Ada Lovelace"], title="On engines", starts_at=NOON, ends_at=NOON + timedelta(minutes=75)
    )

    assert clash(Talk(series=make_series(), room=room, starts_at=NOON, ends_at=NOON + timedelta(hours=1))) == {
        "room": ["Room 414 is taken by “Ada Lovelace – On engines”, 12–1:15 pm. Choose another room or time."]
    }


@pytest.mark.parametrize(
    ("contact", "words"),
    [
        ({"contact_email": "asset@example.org", "contact_name": "Grace"}, " (contact asset@example.org)"),
        ({"contact_name": "Grace Hopper"}, " (contact Grace Hopper)"),
        ({}, ""),
    ],
)
def test_another_series_draft_is_named_by_its_series_only(contact, words):
    asset = make_series(short_name="ASSET", kind="Seminar", **contact)
    draft = make_draft(series=asset, room=make_room(name="Room 414"), title="Secret", starts_at=NOON)

    [sentence] = clash(Talk(series=make_series(), room=draft.room, starts_at=NOON, ends_at=draft.ends_at))["room"]

    reserved = f"Room 414 is reserved by the ASSET Seminar{words}, 12–1 pm."
    assert sentence == f"{reserved} Choose another room or time."


def test_an_unlisted_talk_of_another_series_is_not_named_nor_its_series():
    hidden = make_series(short_name="HIDDEN", is_listed=False)
    talk = make_talk(series=hidden, room=make_room(name="Room 414"), title="Secret", starts_at=NOON)

    [sentence] = clash(Talk(series=make_series(), room=talk.room, starts_at=NOON, ends_at=talk.ends_at))["room"]

    reserved = "Room 414 is reserved by another series, 12–1 pm."
    assert sentence == f"{reserved} Choose another room or time."


def test_a_draft_of_the_same_series_is_named():
    draft = make_draft(room=make_room(name="Room 414"), title="On looms", starts_at=NOON)

    [sentence] = clash(Talk(series=draft.series, room=draft.room, starts_at=NOON, ends_at=draft.ends_at))["room"]

    assert sentence.startswith("Room 414 is taken by “On looms”, 12–1 pm.")


def test_a_talk_without_title_and_speaker_has_a_placeholder_name():
    other = make_talk(room=make_room(name="Room 414"), title="", starts_at=NOON)

    [sentence] = clash(Talk(series=make_series(), room=other.room, starts_at=NOON, ends_at=other.ends_at))["room"]

    assert "is taken by “To be announced”, 12–1 pm" in sentence


@pytest.mark.parametrize(("start", "end"), [(11, 12), (13, 14)])
def test_talks_that_follow_each_other_directly_do_not_clash(start, end):
    talk = make_talk(room=make_room(), starts_at=NOON)
    day = NOON.replace(hour=0)

    beside = Talk(
        series=talk.series, room=talk.room, starts_at=day + timedelta(hours=start), ends_at=day + timedelta(hours=end)
    )

    assert talk_changes.save(beside).pk


@pytest.mark.parametrize(("start", "minutes"), [(11, 61), (12, 60), (12, 1), (12.99, 60), (10, 600)])
def test_talks_that_share_a_minute_clash(start, minutes):
    talk = make_talk(room=make_room(), starts_at=NOON)
    starts_at = NOON.replace(hour=0) + timedelta(hours=start)

    assert clash(
        Talk(series=talk.series, room=talk.room, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes))
    )


def test_a_cancelled_talk_frees_its_room():
    cancelled = lifecycle.cancel(make_talk(room=make_room(), starts_at=NOON), reason="Snow", by=make_organiser())

    assert talk_changes.save(
        Talk(series=make_series(), room=cancelled.room, starts_at=NOON, ends_at=cancelled.ends_at)
    ).pk


def test_a_postponed_talk_frees_its_room():
    postponed = lifecycle.postpone(make_talk(room=make_room(), starts_at=NOON), by=make_organiser())

    assert talk_changes.save(
        Talk(series=make_series(), room=postponed.room, starts_at=NOON, ends_at=postponed.ends_at)
    ).pk


@pytest.mark.parametrize("back", [lifecycle.reinstate, lifecycle.withdraw])
def test_a_room_that_was_given_away_is_not_taken_back(back):
    cancelled = lifecycle.cancel(make_talk(room=make_room(), starts_at=NOON), by=None)
    make_talk(room=cancelled.room, starts_at=NOON)

    with pytest.raises(ValidationError, match="is taken by"):
        back(cancelled, by=None)

    assert Talk.objects.get(pk=cancelled.pk).state == "cancelled"


def test_a_talk_can_share_its_room_on_purpose():
    talk = make_talk(room=make_room(), starts_at=NOON)

    shared = Talk(series=talk.series, room=talk.room, shares_room=True, starts_at=NOON, ends_at=talk.ends_at)

    assert talk_changes.save(shared).pk


def test_an_atrium_holds_many_talks():
    talk = make_talk(room=make_room(is_exclusive=False), starts_at=NOON)

    assert talk_changes.save(Talk(series=talk.series, room=talk.room, starts_at=NOON, ends_at=talk.ends_at)).pk


def test_two_talks_swap_their_times_in_one_transaction():
    one, other = make_talk(room=make_room(), starts_at=NOON), make_talk(starts_at=LATER)
    Talk.objects.filter(pk=other.pk).update(room=one.room, room_is_exclusive=True)

    with transaction.atomic():
        for talk, start in ((one, LATER), (other, NOON)):
            talk.room, talk.starts_at, talk.ends_at = one.room, start, start + timedelta(hours=1)
            talk_changes.write(talk, checked=True)
        one.check_room()
        other.check_room()
        if connection.vendor == "postgresql":
            connection.check_constraints()

    assert list(Talk.objects.soonest_first()) == [other, one]


# --- rooms that change their manners ---


def test_a_room_becomes_exclusive_unless_coming_talks_share_it():
    atrium = make_room(name="Atrium", is_exclusive=False)
    make_talk(room=atrium, starts_at=NOON, title="On engines")
    make_talk(room=atrium, starts_at=NOON)
    atrium.is_exclusive = True

    with pytest.raises(ValidationError) as refused, transaction.atomic():
        shared_rows.save(atrium)

    assert "Atrium is taken by" in refused.value.message_dict["is_exclusive"][0]
    assert not Room.objects.get().is_exclusive


def test_talks_that_once_shared_the_room_did_so_on_purpose():
    atrium = make_room(is_exclusive=False)
    past = timezone.now() - timedelta(days=30)
    shared = [make_talk(room=atrium, starts_at=past) for _ in range(2)]
    alone = make_talk(room=atrium)
    atrium.is_exclusive = True

    shared_rows.save(atrium)

    assert list(Talk.objects.filter(shares_room=True).order_by("pk")) == shared
    assert Talk.objects.get(pk=alone.pk).room_is_exclusive
    if connection.vendor == "postgresql":
        connection.check_constraints()


def test_an_exclusive_room_becomes_an_atrium():
    talk = make_talk(room=make_room(), starts_at=NOON)
    talk.room.is_exclusive = False

    shared_rows.save(talk.room)

    assert not Talk.objects.get().room_is_exclusive
    assert talk_changes.save(Talk(series=talk.series, room=talk.room, starts_at=NOON, ends_at=talk.ends_at)).pk


def test_a_renamed_room_shows_its_old_name_for_half_a_year():
    room = make_room(name="Room 307")
    room.name = "Room 414"

    with time_machine.travel("2025-11-05T12:00Z"):
        shared_rows.save(room)

    assert room.former_name(in_new_york(2026, 5, 6).date()) == "Room 307"
    assert room.former_name(in_new_york(2026, 5, 7).date()) == ""


def test_a_renamed_room_shows_the_text_of_the_organiser():
    room = make_room(name="Room 307")
    room.name, room.formerly = "Room 414", "the old library"

    shared_rows.save(room)

    assert Room.objects.get().former_name() == "the old library"


def test_a_renamed_room_changes_no_notice():
    talk = make_talk(room=make_room(), notice="")
    talk.room.name = "Room 414"

    shared_rows.save(talk.room)

    assert Talk.objects.get().notice == ""
