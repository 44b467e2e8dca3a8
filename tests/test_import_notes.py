"""What later imports do: they follow their source, keep what an organiser corrected, and tell what is gone."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from seminars.actions import lifecycle, talk_changes, undoing
from seminars.importing import ImportOptions, Outcome, apply_plan
from seminars.importing.events import Person, Refusal, SourceEvent, SourceFile
from seminars.models import Appearance, Change, Edition, ImportedTalk, Speaker, State, Talk
from tests.factories import in_new_york, make_series, make_speaker
from tests.import_plans import plan_import
from tests.zones import OLD, WINNIPEG, new_data, old_data

pytestmark = pytest.mark.django_db

ADA, MARY = Person("Ada Lovelace", "Analytical Society"), Person("Mary Somerville", "Oxford")


@pytest.fixture(autouse=True)
def series():
    return make_series(slug="engine", short_name="ENGINE", name="Engines")


def source(uid="1", **fields):
    day = int(uid)
    known = {"summary": f"On engine {uid}", "starts_at": in_new_york(2030, 3, day, 12)}
    return SourceEvent(uid=uid, **known | fields)


def planned(*events, **options):
    return plan_import(SourceFile(list(events)), ImportOptions(**{"series": "engine"} | options))


def applied(*events, **options):
    plan = planned(*events, **options)
    return plan, apply_plan(plan)


def outcomes(plan):
    return [row.outcome for row in plan.rows]


def names(talk):
    return [str(one) for one in Talk.objects.for_pages().get(pk=talk.pk).speakers]


# --- people ---


def test_people_follow_their_source():
    applied(source(people=[ADA]))

    plan, _change = applied(source(people=[MARY, ADA]))

    assert names(Talk.objects.get()) == ["Mary Somerville (Oxford)", "Ada Lovelace (Analytical Society)"]
    assert [tuple(change) for change in plan.rows[0].changes] == [
        ("speaker", "Ada Lovelace (Analytical Society)", "Mary Somerville (Oxford), Ada Lovelace (Analytical Society)")
    ]


def test_a_speaker_whom_an_organiser_corrected_stays():
    applied(source(people=[ADA]))
    Appearance.objects.all().delete()
    Appearance.objects.create(talk=Talk.objects.get(), speaker=make_speaker(name="Charles Babbage"))

    plan, _change = applied(source(people=[MARY]))

    assert names(Talk.objects.get()) == ["Charles Babbage"]
    assert plan.rows[0].remarks == [
        "speaker: not changed, because it was edited here (Charles Babbage). The file says Mary Somerville (Oxford)"
    ]


def test_a_speaker_who_was_renamed_here_is_no_correction_of_the_talk():
    applied(source(people=[ADA]))
    Speaker.objects.update(name="Augusta King")

    applied(source(people=[ADA, MARY]))

    assert len(names(Talk.objects.get())) == 2


def test_an_earlier_import_without_people_gets_them_and_its_title_without_them():
    headline = "Ada Lovelace (Society): On engines"
    applied(source(summary=headline), choices={"reading:name: title or title": "1"})
    note = ImportedTalk.objects.get()
    for kept in (note.said, note.held):
        kept.pop("people")
    note.save()

    applied(source(summary=headline))
    talk = Talk.objects.get()

    assert (talk.title, names(talk)) == ("On engines", ["Ada Lovelace (Society)"])


def test_a_headline_that_says_cancelled_and_then_no_longer_is_followed():
    states = []
    for headline in ("On engines", "CANCELLED: On engines", "On engines"):
        applied(source(summary=headline))
        states.append(Talk.objects.get().state)

    assert states == [State.CONFIRMED, State.CANCELLED, State.CONFIRMED]


# --- times ---


def test_a_note_has_wall_times_and_their_zone():
    applied(source(zone="America/New_York"), source("2", zone="Europe/Berlin"))
    first, second = ImportedTalk.objects.order_by("talk__starts_at")

    assert (first.said["starts_at"], first.held["starts_at"]) == (
        "2030-03-01T12:00:00 America/New_York",
        "2030-03-01T12:00:00",
    )
    assert (second.said["starts_at"], second.held["starts_at"]) == (
        "2030-03-02T18:00:00 Europe/Berlin",
        "2030-03-02T18:00:00 Europe/Berlin",
    )


@pytest.mark.skipif(not OLD.is_dir(), reason="the old time zone data is not installed (make test-libraries)")
def test_a_time_that_other_zone_rules_moved_is_not_taken_for_an_edit_made_here():
    def in_winnipeg(hour):
        return datetime(2027, 1, 13, hour, tzinfo=ZoneInfo(WINNIPEG))

    with old_data():
        applied(source(zone=WINNIPEG, starts_at=in_winnipeg(12)))
        before = Talk.objects.get().starts_at
    with new_data():
        moved = Talk.objects.get().starts_at
        same = planned(source(zone=WINNIPEG, starts_at=in_winnipeg(12)))
        later, _change = applied(source(zone=WINNIPEG, starts_at=in_winnipeg(15)))
        after = Talk.objects.get().starts_local

    assert moved != before
    assert (outcomes(same), outcomes(later), later.rows[0].remarks) == ([Outcome.UNCHANGED], [Outcome.CHANGED], [])
    assert after == datetime(2027, 1, 13, 15)


def test_a_note_of_an_earlier_release_with_times_in_utc_still_counts():
    applied(source())
    note = ImportedTalk.objects.get()
    for kept in (note.said, note.held):
        kept |= {"starts_at": "2030-03-01T17:00:00+00:00", "ends_at": "2030-03-01T18:00:00+00:00"}
    note.said["ends_at"] = note.said["starts_at"]
    note.save()

    same = planned(source(starts_at=in_new_york(2030, 3, 1, 12).astimezone(tz=None)))
    moved, _change = applied(source(starts_at=in_new_york(2030, 3, 1, 13)))

    assert (outcomes(same), outcomes(moved), moved.rows[0].remarks) == ([Outcome.UNCHANGED], [Outcome.CHANGED], [])


def test_one_date_of_a_repeating_event_is_a_talk_of_its_own():
    dates = [source("1", recurrence_id="20300301T170000Z"), source("1", recurrence_id="20300308T170000Z")]

    applied(*dates)
    again = planned(*dates)

    assert sorted(talk.uid for talk in Talk.objects.all()) == ["1/20300301T170000Z", "1/20300308T170000Z"]
    assert outcomes(again) == [Outcome.UNCHANGED, Outcome.UNCHANGED]


# --- private ---


def test_an_event_that_becomes_private_is_withdrawn():
    applied(source())

    plan, _change = applied(source(is_private=True))

    assert (Talk.objects.get().state, outcomes(plan)) == (State.DRAFT, [Outcome.CHANGED])


# --- what is gone ---


@pytest.fixture
def three():
    applied(*(source(uid) for uid in "123"))
    return {talk.uid: talk for talk in Talk.objects.all()}


@pytest.mark.parametrize(
    ("answer", "outcome", "state"),
    [
        (None, Outcome.GONE, State.CONFIRMED),
        ("cancel", Outcome.CHANGED, State.CANCELLED),
        ("withdraw", Outcome.CHANGED, State.DRAFT),
    ],
)
def test_what_is_gone_is_told_and_stays_unless_something_else_is_chosen(three, answer, outcome, state):
    plan, _change = applied(source("1"), source("3"), choices={"gone": answer} if answer else {})

    assert outcomes(plan) == [outcome, Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert Talk.objects.get(uid="2").state == state


def test_each_that_is_gone_can_be_decided_for_itself(three):
    applied(source("4"))
    choices = {"gone": "each", f"gone:{three['2'].pk}": "cancel"}

    plan, _change = applied(source("1"), source("4"), choices=choices)

    assert [doubt.key for doubt in plan.doubts] == ["gone", f"gone:{three['2'].pk}", f"gone:{three['3'].pk}"]
    assert [talk.state for talk in Talk.objects.order_by("uid")] == ["confirmed", "cancelled", "confirmed", "confirmed"]


def test_a_talk_that_comes_back_in_its_source_goes_ahead_again(three):
    applied(source("1"), source("3"), choices={"gone": "cancel"})

    applied(*(source(uid) for uid in "123"))

    assert Talk.objects.get(uid="2").state == State.CONFIRMED


def test_only_what_an_import_brought_within_the_time_of_the_file_is_gone(three):
    from tests.factories import make_talk

    make_talk(series=three["1"].series, starts_at=in_new_york(2030, 3, 1, 18))

    assert outcomes(planned(source("1"), source("2"))) == [Outcome.UNCHANGED, Outcome.UNCHANGED]


def test_an_event_that_is_refused_is_not_gone(three):
    broken = source("2", summary="Another name", starts_at=None)

    assert outcomes(planned(source("1"), broken, source("3"))) == [
        Outcome.REFUSED, Outcome.UNCHANGED, Outcome.UNCHANGED,
    ]  # fmt: skip


def test_an_event_that_cannot_be_read_is_not_gone(three):
    file = SourceFile([source("1"), source("3")], [Refusal(9, "On engine 2", "It has no start.")])

    plan = plan_import(file, ImportOptions("engine"))

    assert sorted(outcomes(plan)) == [Outcome.REFUSED, Outcome.UNCHANGED, Outcome.UNCHANGED]


def test_what_was_answered_is_not_asked_again():
    headline = source(summary="Ada Lovelace: On engines")
    first, _change = applied(headline, choices={"reading:name: title or title": "1"})

    again = planned(headline)

    assert [len(plan.doubts) for plan in (first, again)] == [1, 0]
    assert outcomes(again) == [Outcome.UNCHANGED]


# --- undo ---


def test_an_import_of_drafts_is_undone_as_a_whole_and_can_be_done_again():
    events = [source(uid, people=[ADA], location=f"Room {uid}", categories=("Looms",)) for uid in "123"]
    _plan, change = applied(*events, draft=True)

    undoing.restore(change, by=None)
    gone = Talk.objects.count(), Speaker.objects.count(), ImportedTalk.objects.count()
    again, _change = applied(*events, draft=True)

    assert (gone, outcomes(again)) == ((0, 0, 0), [Outcome.NEW] * 3)


def test_a_change_that_was_undone_is_planned_again():
    applied(source())
    new = source(summary="On looms")
    _plan, change = applied(new)

    undoing.restore(change, by=None)
    title = Talk.objects.get().title
    plan, _change = applied(new)

    assert (title, outcomes(plan), Talk.objects.get().title) == ("On engine 1", [Outcome.CHANGED], "On looms")


def test_a_change_that_was_undone_and_done_again_is_not_planned_again():
    applied(source())
    new = source(summary="On looms")
    _plan, change = applied(new)

    undoing.restore(undoing.restore(change, by=None), by=None)
    talk = Talk.objects.get()
    talk.title = "Ours"
    talk_changes.save(talk)
    plan = planned(new)

    assert (outcomes(plan), plan.rows[0].remarks) == ([Outcome.UNCHANGED], [])


# --- turns ---


@pytest.fixture
def short_turns(monkeypatch):
    from seminars.importing import apply

    monkeypatch.setattr(apply, "TURN", 1)
    monkeypatch.setattr(apply, "PAUSE", 0)
    return apply


def test_many_talks_are_written_in_turns_as_one_change(short_turns):
    before = Edition.objects.current()

    applied(*(source(uid, people=[ADA]) for uid in "123"))

    assert [str(change) for change in Change.objects.all()] == ["Imported"]
    assert (Talk.objects.count(), Speaker.objects.count(), Edition.objects.current() > before) == (3, 1, True)


def test_others_can_save_between_two_turns(short_turns, monkeypatch):
    other = make_series()
    saved = []

    def somebody_saves(_seconds):
        other.tagline = f"{len(saved)}"
        other.save()
        saved.append(Talk.objects.count())

    monkeypatch.setattr(short_turns.time, "sleep", somebody_saves)

    applied(*(source(uid) for uid in "123"))

    assert saved == [1, 2]


def test_a_turn_that_is_refused_takes_the_earlier_ones_back(short_turns, monkeypatch):
    from django.core.exceptions import ValidationError

    applied(*(source(uid, location="Room 1") for uid in "12"))
    moved = [source(uid, summary=f"On looms {uid}") for uid in "12"]
    plan = planned(*moved, source("3"))

    def somebody_changes_the_second(_seconds):
        talk = Talk.objects.get(uid="2")
        talk.title = "Ours"
        talk_changes.save(talk)
        monkeypatch.setattr(short_turns.time, "sleep", lambda _seconds: None)

    monkeypatch.setattr(short_turns.time, "sleep", somebody_changes_the_second)
    with pytest.raises(ValidationError, match=r"Nothing was imported\. Someone changed these talks"):
        apply_plan(plan)

    assert [talk.title for talk in Talk.objects.order_by("uid")] == ["On engine 1", "Ours"]


def test_new_talks_of_a_turn_that_is_refused_are_gone_although_they_were_public(short_turns, monkeypatch):
    from django.core.exceptions import ValidationError

    from tests.factories import make_room, make_talk

    room = make_room(name="Room 2", building="")
    plan = planned(source("1"), source("2", location="Room 2"))

    def somebody_takes_the_room(_seconds):
        make_talk(room=room, title="Sooner", starts_at=in_new_york(2030, 3, 2, 12))

    monkeypatch.setattr(short_turns.time, "sleep", somebody_takes_the_room)
    with pytest.raises(ValidationError, match="Room 2 is taken by “Sooner”"):
        apply_plan(plan)

    assert [talk.title for talk in Talk.objects.all()] == ["Sooner"]


def test_a_repeated_import_makes_no_edition_and_writes_no_note(three, django_assert_max_num_queries):
    edition = Edition.objects.current()

    with django_assert_max_num_queries(15):
        plan, change = applied(*(source(uid) for uid in "123"))

    assert (plan.does_something, change, Edition.objects.current()) == (False, None, edition)


def test_more_talks_take_no_more_queries_to_write(django_assert_max_num_queries):
    with django_assert_max_num_queries(90):
        applied(*(source(uid, people=[ADA], location="Room 1", categories=("Looms",)) for uid in "123456789"))


def test_a_cancelled_talk_that_the_source_moves_stays_where_it_is(three):
    lifecycle.cancel(three["1"], reason="Snow", by=None)

    plan = planned(source("1", starts_at=in_new_york(2030, 3, 1, 15)))

    assert plan.rows[0].outcome == Outcome.UNCHANGED
    assert plan.rows[0].remarks == ["not moved, because it is cancelled here. If you reinstate it, import again"]
