"""History: every change of a talk is recorded as a whole, and undone as a whole or not at all."""

import ast
from datetime import date, time, timedelta
from inspect import isfunction, signature
from pathlib import Path

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from seminars.actions import example, lifecycle, planning, rearranging, schedule, shared_rows, talk_changes, undoing
from seminars.formats.ics_facts import facts_of
from seminars.models import Appearance, Change, JointTalk, State, Talk, TalkTopic, recording
from seminars.models.snapshots import present, story, talks_of
from tests.changes import last_change
from tests.factories import (
    in_new_york,
    make_administrator,
    make_draft,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)

pytestmark = pytest.mark.django_db

NOON = in_new_york(2035, 11, 7, 12)
LINK = "https://example.org/join"


@pytest.fixture
def organiser():
    """A person who may put a talk back into any series."""
    return make_administrator()


def make_whole(**fields):
    """A talk with everything that history keeps."""
    fields = {"room": fields.get("room") or make_room(name="307"), "starts_at": NOON, "join_url": LINK} | fields
    parts = {"speakers": ["Ada Lovelace"], "topics": [make_topic()], "also_in": [make_series()]}
    return make_talk(**parts | fields)


def told(talk):
    """All values of a talk, and what visitors and calendars see of it, without the stamps."""
    talk = Talk.objects.for_pages().get(pk=talk.pk)
    return present([talk.pk])[talk.pk].told, present([talk.pk])[talk.pk].parts, facts_of(talk).digest, str(talk.uid)


# --- keeping -------------------------------------------------------------------------------------------


def swap(talk, by):
    rearranging.swap(talk, make_draft(series=talk.series, starts_at=NOON + timedelta(days=7)), by=by)


def move_to_slot(talk, by):
    empty = make_draft(series=talk.series, title="", starts_at=NOON + timedelta(days=7))
    rearranging.move_to_slot(talk, slot=empty, by=by)


def change_schedule(talk, by):
    people = [schedule.ChosenPerson("Grace Hopper")]
    changes = {"title": "On looms", "speakers": people, "affiliation": "Yale", "room": make_room()}
    schedule.save([schedule.ScheduleChange(talk.pk, changes)], by=by)


def save_by_form(talk, by):
    """Save as the form on the desk does: the talk, then its people and topics."""
    with recording("Changed", by=by):
        talk.title = "On looms"
        talk_changes.write(talk)
        talk.appearances.all().delete()
        Appearance.objects.create(talk=talk, speaker=make_speaker(name="Grace Hopper"), affiliation="Yale")
        talk.topic_rows.all().delete()
        TalkTopic.objects.bulk_create([TalkTopic(talk=talk, topic=make_topic())])
        JointTalk.objects.filter(talk=talk).update(series=make_series())
        talk_changes.save(talk, by=by)


ACTIONS = {
    "announce": (State.DRAFT, lambda talk, by: lifecycle.announce(talk, by=by)),
    "confirm": (State.TENTATIVE, lambda talk, by: lifecycle.confirm(talk, by=by)),
    "move": (State.CONFIRMED, lambda talk, by: lifecycle.move(talk, starts_at=NOON + timedelta(days=1), by=by)),
    "move what was postponed": (
        State.POSTPONED,
        lambda talk, by: lifecycle.move(talk, starts_at=NOON + timedelta(days=1), by=by),
    ),
    "change room": (State.CONFIRMED, lambda talk, by: lifecycle.change_room(talk, room=make_room(name="414"), by=by)),
    "move online": (State.CONFIRMED, lambda talk, by: lifecycle.move_online(talk, reason="Snow", by=by)),
    "amend": (State.CONFIRMED, lambda talk, by: lifecycle.amend(talk, title="On looms", by=by)),
    "postpone": (State.CONFIRMED, lambda talk, by: lifecycle.postpone(talk, reason="Ill", by=by)),
    "cancel": (State.CONFIRMED, lambda talk, by: lifecycle.cancel(talk, reason="Snow", by=by)),
    "reinstate": (State.CANCELLED, lambda talk, by: lifecycle.reinstate(talk, by=by)),
    "withdraw": (State.CONFIRMED, lambda talk, by: lifecycle.withdraw(talk, by=by)),
    "take out of a series": (
        State.CONFIRMED,
        lambda talk, by: talk_changes.leave(talk, series=talk.also_in.get(), by=by),
    ),
    "swap": (State.CONFIRMED, swap),
    "move to a slot": (State.CONFIRMED, move_to_slot),
    "shift": (State.CONFIRMED, lambda talk, by: rearranging.shift(talk, by=by)),
    "the schedule": (State.CONFIRMED, change_schedule),
    "the form": (State.CONFIRMED, save_by_form),
    "delete": (State.DRAFT, lambda talk, by: lifecycle.delete(talk, by=by)),
}


def test_every_transition_is_tested_here():
    own = [thing for thing in vars(lifecycle).values() if isfunction(thing) and thing.__module__ == lifecycle.__name__]
    named = {action.__name__ for action in own if "by" in signature(action).parameters}
    actions = {name for name in named if not name.startswith("_")}

    assert {name.replace("_", " ") for name in actions} <= set(ACTIONS)


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_is_recorded_as_one_change_and_undone_exactly(name, organiser):
    state, act = ACTIONS[name]
    talk = make_whole(state=state, notice="" if state != State.POSTPONED else "Ill")
    before, uid = told(talk), talk.uid

    act(Talk.objects.get(pk=talk.pk), organiser)
    change = last_change()
    done = Talk.objects.filter(pk=talk.pk).values_list("sequence", flat=True).first()
    undoing.restore(change, by=organiser)

    assert (change.by, change.sentence != "") == (organiser, True)
    assert talk.pk in talks_of(change)
    assert told(talk) == before
    again = Talk.objects.get(pk=talk.pk)
    assert again.uid == uid
    assert again.sequence > (done or 0) if talk.is_public else again.sequence >= (done or 0)


@pytest.mark.parametrize("name", ACTIONS)
def test_an_undo_can_itself_be_undone(name, organiser):
    state, act = ACTIONS[name]
    talk = make_whole(state=state)
    act(Talk.objects.get(pk=talk.pk), organiser)
    change, is_gone = last_change(), not Talk.objects.filter(pk=talk.pk).exists()
    done = None if is_gone else told(talk)

    again = undoing.restore(undoing.restore(change, by=organiser), by=organiser)

    assert (None if is_gone else told(talk)) == done
    assert str(again) == f"Redone: {change}"
    assert not Talk.objects.filter(pk=talk.pk).exists() if is_gone else True


def test_a_write_outside_any_action_is_recorded_too():
    talk = make_talk()

    Talk.objects.filter(pk=talk.pk).update(title="On looms")

    assert [str(change) for change in Change.objects.since(0, talk)] == ["Changed outside the desk"] * 2
    assert [snapshot.fields["title"] for _number, snapshot in story(talk.pk)] == [talk.title, "On looms"]


def test_every_write_of_a_part_is_found_among_the_changes_of_its_talk():
    talk = make_whole()
    before = last_change().pk

    Appearance.objects.filter(talk=talk).update(affiliation="Turin")
    talk.topic_rows.all().delete()
    JointTalk.objects.get(talk=talk).delete()

    assert Change.objects.since(before, talk).count() == 3


def test_a_stamp_alone_is_not_a_change():
    talk = make_whole()
    before = last_change()

    Talk.objects.filter(pk=talk.pk).update(sequence=7, entry_digest="", search_text="")
    talk_changes.save(talk)
    shared_rows.save(talk.room)

    assert Change.objects.since(before.pk, talk).count() == 1


def test_an_action_that_writes_nothing_records_no_change(organiser):
    with recording("Nothing", by=organiser):
        pass

    assert not Change.objects.exists()


def test_a_refused_change_is_not_recorded(organiser):
    talk = make_talk()
    before = Change.objects.count()

    with pytest.raises(ValidationError):
        lifecycle.confirm(talk, by=organiser)

    assert Change.objects.count() == before


def test_the_example_has_a_history_which_is_removed_with_it():
    example.load(talks=30)
    talk = Talk.objects.first()

    assert [str(change) for change in Change.objects.since(0, talk)] == ["Example loaded"]
    assert Talk.history.count() == 30

    example.start_empty()

    assert (Change.objects.count(), Talk.history.count(), Appearance.history.count()) == (0, 0, 0)


# --- undoing -------------------------------------------------------------------------------------------


def test_several_talks_are_undone_together(organiser):
    one, other = make_whole(), make_whole(room=make_room(), speakers=["Grace Hopper"])
    before = told(one), told(other)
    with recording("Snow", by=organiser) as change:
        lifecycle.cancel(one, reason="Snow", by=organiser)
        lifecycle.postpone(other, reason="Snow", by=organiser)

    undoing.restore(change, by=organiser)

    assert (told(one), told(other)) == before
    assert str(last_change()) == "Undone: Snow"


def test_a_change_is_undone_once(organiser):
    talk = lifecycle.cancel(make_talk(), reason="Snow", by=organiser)
    change = last_change()
    undoing.restore(change, by=organiser)

    with pytest.raises(ValidationError, match=f"{organiser} has already undone this"):
        undoing.restore(change, by=organiser)

    talk.refresh_from_db()
    assert talk.state == State.CONFIRMED


def test_an_undo_keeps_later_changes(organiser):
    one, other = make_talk(title="On engines"), make_talk(title="On looms")
    with recording("Snow", by=organiser) as change:
        lifecycle.cancel(one, by=organiser)
        lifecycle.cancel(other, by=organiser)
    colleague = make_organiser(first_name="Grace", last_name="Hopper")
    lifecycle.amend(other, title="On weaving", by=colleague)

    with pytest.raises(
        ValidationError, match=r"“On weaving” has been changed since: Changed \(Grace Hopper, .*\)\. Undo"
    ):
        undoing.restore(change, by=organiser)

    assert {talk.state for talk in Talk.objects.all()} == {State.CANCELLED}
    undoing.restore(last_change(), by=organiser)
    undoing.restore(change, by=organiser)
    assert {talk.state for talk in Talk.objects.all()} == {State.CONFIRMED}


def test_a_person_added_since_is_not_lost_by_an_undo(organiser):
    talk = lifecycle.amend(make_talk(), title="On looms", by=organiser)
    change = last_change()
    Appearance.objects.create(talk=talk, speaker=make_speaker())

    with pytest.raises(ValidationError, match="has been changed since"):
        undoing.restore(change, by=organiser)


def test_an_undo_does_not_take_a_room_from_another(organiser):
    room = make_room(name="307")
    talk = lifecycle.cancel(make_talk(room=room, starts_at=NOON), by=organiser)
    change = last_change()
    make_talk(room=room, starts_at=NOON, title="On looms")

    with pytest.raises(ValidationError, match="307"):
        undoing.restore(change, by=organiser)

    talk.refresh_from_db()
    assert (talk.state, change.is_undone) == (State.CANCELLED, False)


def test_an_undo_needs_the_old_room(organiser):
    old = make_room()
    talk = make_talk(room=old)
    lifecycle.change_room(talk, room=make_room(), by=organiser)
    change = last_change()
    old.delete()

    with pytest.raises(ValidationError, match="a room that it needs has been deleted"):
        undoing.restore(change, by=organiser)


def plan(series, organiser):
    wanted = planning.Plan(series, date(2035, 9, 5), date(2035, 9, 19), frozenset({2}), (time(12),), 60)
    keep = {slot.key for slot in planning.slots_of(wanted)}
    return planning.make(wanted, keep=keep, by=organiser)


def test_undoing_a_planned_term_removes_its_drafts_and_no_others(organiser):
    series = make_series()
    series.default_topics.add(make_topic())
    kept = make_draft(series=series)
    assert len(plan(series, organiser)) == 3

    undoing.restore(last_change(), by=organiser)

    assert list(Talk.objects.all()) == [kept]
    undoing.restore(last_change(), by=organiser)
    assert (Talk.objects.count(), TalkTopic.objects.count()) == (4, 3)


def test_a_planned_term_is_not_undone_once_a_draft_was_filled(organiser):
    made = plan(make_series(), organiser)
    change = last_change()
    lifecycle.amend(made[1], title="On engines", by=organiser)

    with pytest.raises(ValidationError, match="“On engines” has been changed since"):
        undoing.restore(change, by=organiser)

    assert Talk.objects.count() == 3


def test_a_talk_that_was_public_is_never_deleted_by_an_undo(organiser):
    talk = talk_changes.save(
        Talk(series=make_series(), title="On engines", starts_at=NOON, ends_at=NOON + timedelta(hours=1),
             state=State.CONFIRMED),
        by=organiser,
    )  # fmt: skip

    with pytest.raises(ValidationError, match="A published talk cannot be deleted"):
        undoing.restore(last_change(), by=organiser)

    assert Talk.objects.contains(talk)


def test_the_first_entry_of_the_history_cannot_be_undone(organiser):
    talk = make_draft()
    Talk.history.filter(id=talk.pk).update(history_type="~")

    with pytest.raises(ValidationError, match="We don’t have the talk as it was before this change"):
        undoing.restore(last_change(), by=organiser)

    assert Talk.objects.contains(talk)


def test_undoing_a_move_restores_the_time_of_the_previous_move(organiser):
    talk = make_whole()
    with time_machine.travel(timezone.now() - timedelta(days=60)):
        lifecycle.move(talk, starts_at=NOON + timedelta(days=1), by=organiser)
    before = Talk.objects.get(pk=talk.pk)
    lifecycle.move(talk, starts_at=NOON + timedelta(days=2), by=organiser)

    undoing.restore(last_change(), by=organiser)

    talk.refresh_from_db()
    assert (talk.moved_from, talk.moved_at) == (before.moved_from, before.moved_at)


def test_an_undo_keeps_the_values_that_history_does_not_record(organiser):
    talk = make_whole()
    published_at, created_at = talk.published_at, talk.created_at
    lifecycle.withdraw(talk, by=organiser)

    undoing.restore(last_change(), by=organiser)

    talk.refresh_from_db()
    assert (talk.published_at, talk.created_at) == (published_at, created_at)
    assert talk.search_text != ""


# These write only derived values (stamping), no talks (photos), nothing (closing), or everything; changes of zones make
# one change in several transactions, and anonymising a speaker names its change further in. Breaks have no history.
UNNAMED = {"stamping", "photos", "closing", "removal", "undoing", "undoing_parts", "zone_changes", "department_zone"}
UNNAMED |= {"speakers", "breaks"}


def test_every_action_says_what_it_does_in_the_history():
    unnamed = [
        f"{path.stem}:{node.lineno}"
        for path in sorted((Path(__file__).parent.parent / "seminars" / "actions").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.With)
        and "publishing()" in (called := [ast.unparse(item.context_expr) for item in node.items])
        and not any(name.startswith("recording(") for name in called)
        and path.stem not in UNNAMED
    ]

    assert unnamed == []
