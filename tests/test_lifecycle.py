"""The transitions of a talk: which ones each state allows, and what visitors see of them."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from seminars.actions import lifecycle, talk_changes
from seminars.models import State, Talk
from tests.factories import in_new_york, make_draft, make_organiser, make_room, make_talk

pytestmark = pytest.mark.django_db

NOON = in_new_york(2035, 11, 7, 12)
LATER = NOON + timedelta(days=7)

ACTIONS = {
    "announce": lambda talk: lifecycle.announce(talk, by=None),
    "announce as provisional": lambda talk: lifecycle.announce(talk, tentative=True, by=None),
    "confirm": lambda talk: lifecycle.confirm(talk, by=None),
    "move": lambda talk: lifecycle.move(talk, starts_at=LATER, by=None),
    "change room": lambda talk: lifecycle.change_room(talk, room=make_room(), by=None),
    "postpone": lambda talk: lifecycle.postpone(talk, reason="Snow", by=None),
    "cancel": lambda talk: lifecycle.cancel(talk, reason="Snow", by=None),
    "reinstate": lambda talk: lifecycle.reinstate(talk, by=None),
    "withdraw": lambda talk: lifecycle.withdraw(talk, by=None),
}
LEADS_TO = {
    "announce": {"draft": "confirmed"},
    "announce as provisional": {"draft": "tentative"},
    "confirm": {"tentative": "confirmed"},
    "move": {
        "draft": "draft", "tentative": "tentative", "confirmed": "confirmed", "postponed": "confirmed",
    },
    "change room": {
        "draft": "draft", "tentative": "tentative", "confirmed": "confirmed", "postponed": "postponed",
    },
    "postpone": {"tentative": "postponed", "confirmed": "postponed"},
    "cancel": {"tentative": "cancelled", "confirmed": "cancelled", "postponed": "cancelled"},
    "reinstate": {"postponed": "confirmed", "cancelled": "confirmed"},
    "withdraw": {"tentative": "draft", "confirmed": "draft", "postponed": "draft", "cancelled": "draft"},
}  # fmt: skip
REFUSAL = {
    "announce": "Only a draft can be announced. This talk is already public.",
    "announce as provisional": "Only a draft can be announced. This talk is already public.",
    "confirm": "Only a provisional talk can be confirmed.",
    "move": "A cancelled talk cannot be moved. Reinstate it first.",
    "change room": "A cancelled talk cannot be moved. Reinstate it first.",
    "postpone": "Only a public talk that goes ahead can be postponed.",
    "cancel": "Only a public talk that has not been cancelled can be cancelled.",
    "reinstate": "Only a cancelled or postponed talk can be reinstated.",
    "withdraw": "This talk is already a draft.",
}


@pytest.mark.parametrize(("action", "state"), [(action, state) for action in ACTIONS for state in State.values])
def test_each_action_leads_from_the_states_that_allow_it(action, state):
    talk = make_talk(state=state, starts_at=NOON)

    if state in LEADS_TO[action]:
        assert ACTIONS[action](talk) is talk
    else:
        with pytest.raises(ValidationError) as refused:
            ACTIONS[action](talk)
        assert refused.value.messages == [REFUSAL[action]]

    assert Talk.objects.get().state == LEADS_TO[action].get(state, state)


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_uses_the_stored_row_and_not_an_old_copy(action):
    talk = make_talk(state=next(iter(LEADS_TO[action])), starts_at=NOON)
    Talk.objects.update(title="On looms")

    ACTIONS[action](talk)

    assert Talk.objects.get().title == "On looms"


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_on_a_deleted_talk_says_so(action):
    talk = make_draft()
    Talk.objects.all().delete()

    with pytest.raises(ValidationError, match="Someone has deleted this talk"):
        ACTIONS[action](talk)


# --- publication ---


def test_announcing_notes_the_first_publication_and_stamps():
    talk = lifecycle.announce(make_draft(), by=make_organiser())

    assert talk.published_at is not None
    assert talk.changed_at is not None
    assert (talk.sequence, len(talk.entry_digest)) == (0, 40)


def test_a_talk_that_is_announced_again_keeps_its_first_publication():
    talk = make_talk(published_at=in_new_york(2025, 1, 1))

    lifecycle.announce(lifecycle.withdraw(talk, by=None), by=None)

    assert Talk.objects.get().published_at == in_new_york(2025, 1, 1)


def test_a_talk_that_was_never_public_is_deleted():
    lifecycle.delete(make_draft(), by=None)

    assert not Talk.objects.exists()


def test_a_published_talk_is_never_deleted_not_even_as_a_draft():
    talk = lifecycle.withdraw(make_talk(), by=None)

    with pytest.raises(ValidationError, match="A published talk cannot be deleted"):
        lifecycle.delete(talk, by=None)

    assert Talk.objects.exists()


# --- moves ---


def test_a_moved_talk_keeps_its_length_and_says_where_it_was():
    talk = make_talk(starts_at=NOON, ends_at=NOON + timedelta(minutes=75))

    lifecycle.move(talk, starts_at=LATER, by=None)

    moved = Talk.objects.get()
    assert (moved.starts_at, moved.ends_at) == (LATER, LATER + timedelta(minutes=75))
    assert moved.moved_from == NOON
    assert moved.is_newly_moved()


def test_listings_say_moved_for_fourteen_days():
    with time_machine.travel("2025-11-05T12:00Z", tick=False):
        talk = lifecycle.move(make_talk(starts_at=NOON), starts_at=LATER, by=None)

    last = talk.moved_at + timedelta(days=14) - timedelta(seconds=1)
    assert talk.is_newly_moved(last)
    assert not talk.is_newly_moved(last + timedelta(seconds=1))


def test_a_talk_moved_twice_says_what_visitors_knew_first():
    talk = lifecycle.move(make_talk(starts_at=NOON), starts_at=LATER, by=None)

    lifecycle.move(talk, starts_at=LATER + timedelta(days=1), by=None)

    assert Talk.objects.get().moved_from == NOON


def test_a_talk_moved_again_after_a_month_says_where_it_was_last():
    with time_machine.travel("2025-10-01T12:00Z"):
        talk = lifecycle.move(make_talk(starts_at=NOON), starts_at=LATER, by=None)

    with time_machine.travel("2025-11-01T12:00Z"):
        lifecycle.move(talk, starts_at=LATER + timedelta(days=1), by=None)

    assert Talk.objects.get().moved_from == LATER


def test_a_talk_that_is_moved_back_was_never_moved():
    talk = lifecycle.move(make_talk(starts_at=NOON), starts_at=LATER, by=None)

    lifecycle.move(talk, starts_at=NOON, by=None)

    back = Talk.objects.get()
    assert (back.moved_from, back.moved_at) == (None, None)


def test_a_talk_that_is_announced_again_is_not_marked_as_moved():
    talk = lifecycle.move(make_talk(starts_at=NOON, join_url="https://meet.example.org/1", room=make_room()),
                          starts_at=LATER, by=None)  # fmt: skip
    lifecycle.change_room(talk, room=None, by=None)

    lifecycle.withdraw(talk, by=None)
    lifecycle.move(talk, starts_at=NOON, by=None)
    lifecycle.announce(talk, by=None)

    row = Talk.objects.get()
    assert (row.moved_from, row.moved_at, row.is_newly_moved(), row.is_online_only) == (None, None, False, False)


def test_a_draft_is_never_moved():
    talk = lifecycle.move(make_draft(starts_at=NOON), starts_at=LATER, by=None)

    assert (talk.starts_at, talk.moved_from, talk.moved_at) == (LATER, None, None)


def test_a_draft_announced_at_another_time_was_never_moved():
    talk = make_draft(starts_at=NOON)
    talk.starts_at, talk.ends_at, talk.state = LATER, LATER + timedelta(hours=1), State.CONFIRMED

    talk_changes.save(talk)

    assert talk.moved_from is None


def test_a_postponed_talk_with_a_new_date_goes_ahead_without_the_reason():
    talk = lifecycle.postpone(make_talk(starts_at=NOON), reason="The speaker is ill", by=None)
    assert (talk.state, talk.notice) == ("postponed", "The speaker is ill")

    lifecycle.move(talk, starts_at=LATER, by=None)

    assert (talk.state, talk.notice, talk.moved_from) == ("confirmed", "", NOON)


def test_a_talk_cannot_end_before_it_starts():
    talk = make_talk(starts_at=NOON)

    with pytest.raises(ValidationError) as refused:
        lifecycle.move(talk, starts_at=LATER, ends_at=LATER, by=None)

    assert refused.value.message_dict == {"ends_at": ["The end must be after the start. Choose a later end."]}
    assert Talk.objects.get().starts_at == NOON


# --- rooms and notices ---


def test_a_public_talk_says_from_where_to_where_it_changed():
    talk = make_talk(room=make_room(name="Room 307", building=""))

    lifecycle.change_room(talk, room=make_room(name="Room 414", building=""), by=None)

    assert talk.notice == "Room changed from Room 307 to Room 414"


def test_the_organisers_own_notice_wins():
    talk = lifecycle.change_room(make_talk(), room=make_room(), notice="Mind the wet paint", by=None)

    assert talk.notice == "Mind the wet paint"


def test_a_draft_changes_its_room_without_a_notice():
    talk = lifecycle.change_room(make_draft(room=make_room()), room=make_room(), by=None)

    assert talk.notice == ""


def test_choosing_the_same_room_leaves_the_notice():
    talk = make_talk(room=make_room(), notice="Coffee at eleven")

    lifecycle.change_room(talk, room=talk.room, by=None)

    assert talk.notice == "Coffee at eleven"


def test_a_talk_that_gets_its_first_room_says_which():
    talk = lifecycle.change_room(make_talk(), room=make_room(name="Room 414", building=""), by=None)

    assert talk.notice == "Room: Room 414"


def test_a_talk_that_loses_its_room_but_has_a_link_is_online_only():
    talk = make_talk(room=make_room(), join_url="https://meet.example.org/1")
    assert not talk.is_online_only

    lifecycle.change_room(talk, room=None, by=None)
    assert talk.is_online_only
    assert talk.notice == "Online only"

    lifecycle.change_room(talk, room=make_room(), by=None)
    assert not talk.is_online_only
    assert Talk.objects.get().moved_online_at is None


def test_a_talk_that_loses_its_room_without_a_link_awaits_one():
    talk = lifecycle.change_room(make_talk(room=make_room()), room=None, by=None)

    assert not talk.is_online_only
    assert talk.notice == "The room will be announced"


def test_a_talk_that_was_always_online_was_not_moved_there():
    talk = make_talk(join_url="https://meet.example.org/1")

    lifecycle.move(talk, starts_at=LATER, by=None)

    assert talk.moved_online_at is None
