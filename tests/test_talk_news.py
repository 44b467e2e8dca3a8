"""When subscribers are told about new and changed talks, and what they are not told."""

import re
from datetime import timedelta

import pytest

from seminars.actions import housekeeping, lifecycle, outbox, stamping, talk_changes, talk_news
from seminars.actions.outbox import Sender
from seminars.models import Letter, PeriodicTask, State, TalkNews, ToldTalk
from seminars.models.edition import rolled_back
from seminars.models.letter import LetterState
from tests.factories import in_new_york, make_draft, make_talk
from tests.readers import A_ROUND, arrived, into, make_reader, move, prepare, subjects, wait

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "waiting")]

NOW = in_new_york(2025, 11, 3, 9)
NOON = in_new_york(2025, 11, 5, 12)


# --- when ---------------------------------------------------------------------------------------------


def test_the_first_run_on_a_site_tells_nobody(clock, series):
    make_reader()
    make_talk(series=series)
    make_talk(series=series, state=State.POSTPONED, starts_at=NOW - timedelta(days=30))

    wait(clock, 12)

    assert (subjects(), ToldTalk.objects.count(), TalkNews.objects.count()) == ([], 2, 0)


def test_a_change_is_told_after_three_quiet_minutes(clock, known):
    make_reader()
    lifecycle.change_room(known, room=into("414"), by=None)

    wait(clock, 3)
    assert subjects() == []
    wait(clock, 1)

    assert subjects() == ["Changed: Room – ASSET: Ada – On engines (Wednesday, 5 November 2025)"]
    wait(clock, 12)
    assert subjects() == []


def test_five_changes_in_a_row_make_one_letter_that_tells_the_difference(clock, known):
    make_reader()
    for number in range(5):
        lifecycle.change_room(known, room=into(f"41{number}"), by=None)
        wait(clock, 1)
    move(known)
    wait(clock, 4)

    [message] = arrived()
    assert message.body.startswith(
        "Time: Wednesday, 5 November 2025, 12–1 pm, New York time → "
        "Wednesday, 5 November 2025, 1–2 pm, New York time\nRoom: Gutmann Hall, 307 → Gutmann Hall, 414\n\n"
        "Room changed from Gutmann Hall, 413 to Gutmann Hall, 414\n\n"
    )


def test_who_changes_a_talk_all_the_time_does_not_keep_readers_waiting_for_more_than_ten_minutes(clock, known):
    make_reader()
    told = []
    for minute in range(10):
        lifecycle.amend(known, title=f"On engines {minute}", by=None)
        wait(clock, 1)
        told += [minute for _message in arrived()]

    assert told == [7]


def test_what_was_changed_back_is_not_told(clock, known):
    make_reader()
    room = known.room
    lifecycle.change_room(known, room=into("414"), by=None)
    lifecycle.cancel(known, by=None)
    wait(clock, 1)
    lifecycle.reinstate(known, by=None)
    lifecycle.change_room(known, room=room, by=None)
    wait(clock, 12)

    assert subjects() == []


def test_what_is_changed_back_before_the_letter_goes_out_is_not_told(clock, known):
    make_reader()
    room = known.room
    lifecycle.change_room(known, room=into("414"), by=None)
    prepare(clock)
    assert Letter.objects.waiting().count() == 1
    lifecycle.change_room(known, room=room, by=None)
    wait(clock, 12)

    assert subjects() == []
    assert {letter.state for letter in Letter.objects.all()} == {LetterState.DROPPED}


def test_what_readers_need_not_know_is_not_told(clock, known):
    make_reader()
    lifecycle.amend(known, notice="Bring a pen", by=None)
    known.refresh_from_db()
    known.abstract, known.notes, known.programme = "On engines.", "pay the hotel", "Coffee 11:30"
    talk_changes.save(known)
    known.room.building = "Gauss House"
    known.room.save()
    stamping.stamp([known])
    wait(clock, 12)

    assert (subjects(), ToldTalk.objects.pending().count()) == ([], 0)


def test_no_letter_after_the_talk(clock, known):
    make_reader()
    clock.move_to(known.ends_at - timedelta(minutes=3))
    lifecycle.change_room(known, room=into("414"), by=None)
    wait(clock, 12)

    assert (subjects(), ToldTalk.objects.pending().count()) == ([], 0)


def test_a_letter_that_could_not_be_sent_before_the_end_of_the_talk_is_dropped(clock, known):
    make_reader()
    lifecycle.change_room(known, room=into("414"), by=None)
    prepare(clock)
    Letter.objects.update(expires_at=None)
    clock.move_to(known.ends_at)
    Sender().send_due()

    assert (subjects(), Letter.objects.get().state) == ([], LetterState.DROPPED)


def test_without_mail_nothing_piles_up(clock, known, settings):
    make_reader()
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    lifecycle.change_room(known, room=into("414"), by=None)
    wait(clock, 4)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    wait(clock, 12)

    assert (Letter.objects.count(), subjects()) == (0, [])


def test_where_nothing_has_changed_a_round_takes_four_queries(clock, known, django_assert_num_queries):
    with django_assert_num_queries(4):
        assert talk_news.tell() == 0


def test_news_are_forgotten_after_a_month_and_what_was_told_is_not(clock, known, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    lifecycle.change_room(known, room=into("414"), by=None)
    wait(clock, 4)
    clock.shift(timedelta(days=29))
    housekeeping.tidy()
    assert TalkNews.objects.count() == 1
    clock.shift(timedelta(days=2))
    housekeeping.tidy()

    assert (TalkNews.objects.count(), ToldTalk.objects.count()) == (0, 1)


# --- drafts -------------------------------------------------------------------------------------------


def test_nothing_is_told_of_drafts(clock, known, series):
    make_reader()
    make_draft(series=series, starts_at=NOON)
    lifecycle.withdraw(known, by=None)
    move(known)
    wait(clock, 12)

    assert (subjects(), Letter.objects.count()) == ([], 0)


def test_a_talk_that_comes_back_changed_is_told_as_changed(clock, known):
    make_reader()
    lifecycle.withdraw(known, by=None)
    wait(clock, 12)
    lifecycle.announce(known, by=None)
    wait(clock, 12)
    assert subjects() == []
    lifecycle.withdraw(known, by=None)
    move(known)
    lifecycle.announce(known, by=None)
    wait(clock, 4)

    assert subjects() == ["Changed: Time – ASSET: Ada – On engines (Wednesday, 5 November 2025)"]


def test_a_talk_that_is_withdrawn_before_anybody_was_told_is_new_when_it_comes_back(clock, begun, series):
    make_reader()
    talk = make_draft(series=series, starts_at=NOON)
    lifecycle.announce(talk, by=None)
    wait(clock, 1)
    lifecycle.withdraw(talk, by=None)
    wait(clock, 12)
    assert (subjects(), ToldTalk.objects.count()) == ([], 0)
    lifecycle.announce(talk, by=None)
    wait(clock, 2)
    assert subjects() == []
    wait(clock, 2)

    assert [subject.startswith("New talk – ") for subject in subjects()] == [True]


def test_a_talk_that_is_cancelled_before_anybody_was_told_is_new_when_it_goes_ahead(clock, begun, series):
    make_reader()
    talk = make_draft(series=series, starts_at=NOON)
    lifecycle.announce(talk, by=None)
    lifecycle.cancel(talk, by=None)
    wait(clock, 12)
    assert subjects() == []
    lifecycle.reinstate(talk, by=None)
    wait(clock, 4)

    assert [subject.startswith("New talk – ") for subject in subjects()] == [True]


# --- without telling anybody --------------------------------------------------------------------------


def test_what_is_changed_without_telling_is_not_told_and_what_was_changed_before_is(clock, known):
    make_reader()
    lifecycle.change_room(known, room=into("414"), by=None)
    with talk_news.without_news([known.pk]):
        move(known)
        lifecycle.amend(known, title="On machines", by=None)
    wait(clock, 4)

    [message] = arrived()
    assert message.subject.startswith("Changed: Room – ASSET: Ada – On machines")


def test_a_talk_that_is_announced_without_telling_is_known_from_then_on(clock, begun, series):
    make_reader()
    talk = make_draft(series=series, title="On engines", starts_at=NOON)
    with talk_news.without_news([talk.pk]):
        lifecycle.announce(talk, by=None)
    wait(clock, 12)
    assert subjects() == []
    move(talk)
    wait(clock, 4)

    assert [subject.startswith("Changed: Time – ") for subject in subjects()] == [True]


def test_what_is_refused_is_not_taken_for_told(clock, known):
    make_reader()
    with talk_news.without_news([known.pk]), rolled_back():
        move(known)
    known.refresh_from_db()
    move(known)
    wait(clock, 4)

    assert len(arrived()) == 1


# --- a worker that is killed --------------------------------------------------------------------------


class Killed(BaseException):
    """As kill -9 does it: nothing is tidied up."""


@pytest.mark.parametrize(
    ("step", "number"),
    [("_settle", 0), ("_settle", 1), ("_settle", 2), ("_prepare", 0), ("_prepare", 1), ("put_all", 1), ("put_all", 2)],
)
def test_a_killed_worker_loses_and_doubles_nothing(clock, begun, series, monkeypatch, step, number):
    """It is killed before the step is done, or after it was done once or twice."""
    monkeypatch.setattr(talk_news, "TALKS_AT_ONCE", 2)
    monkeypatch.setattr(talk_news, "LETTERS_AT_ONCE", 2)
    monkeypatch.setattr(PeriodicTask.objects, "give_back", lambda *_of: None)
    for reader in range(5):
        make_reader(f"reader{reader}")
    talks = [make_draft(series=series, title=f"Number {n}", starts_at=NOON + timedelta(days=n)) for n in range(5)]
    for talk in talks:
        lifecycle.announce(talk, by=None)
    clock.shift(A_ROUND)
    talk_news.tell()
    clock.shift(200)

    home = outbox if step == "put_all" else talk_news
    with monkeypatch.context() as dying:
        dying.setattr(home, step, _dying(getattr(home, step), number))
        with pytest.raises(Killed):
            talk_news.tell()
    wait(clock, 4)

    found = [(to, title) for m in arrived() for to in m.to for title in re.findall(r"Number \d", m.body)]
    assert sorted(found) == [(f"reader{reader}@example.org", f"Number {n}") for reader in range(5) for n in range(5)]
    assert not TalkNews.objects.unprepared().exists()


def _dying(do, number):
    left = [number]

    def dying(*args, **named):
        if left[0] == 0:
            raise Killed
        left[0] -= 1
        do(*args, **named)
        if left[0] == 0:
            raise Killed

    return dying
