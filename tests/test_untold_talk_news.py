"""What is changed again, or undone, before everybody was told."""

from datetime import timedelta

import pytest

from seminars.actions import lifecycle, talk_news, undoing
from seminars.actions.outbox import Sender
from seminars.models import Change, Letter, Talk, TalkNews
from seminars.models.history import recording
from seminars.models.letter import LetterState
from tests.factories import in_new_york, make_administrator, make_draft, make_talk
from tests.readers import A_ROUND, arrived, make_reader, prepare, subjects, wait

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "waiting")]

NOW = in_new_york(2025, 11, 3, 9)
NOON = in_new_york(2025, 11, 5, 12)


@pytest.fixture
def talks(series):
    """Two talks that subscribers know."""
    found = [make_talk(series=series, title=f"Title {n}", starts_at=NOON + timedelta(days=n)) for n in range(2)]
    talk_news.tell()
    return found


def retitle(talk, title):
    lifecycle.amend(Talk.objects.get(pk=talk.pk), title=title, by=None)


def letters_sent():
    """For each letter that arrived its reader and its first line."""
    return sorted((message.to[0].partition("@")[0], message.body.partition("\n")[0]) for message in arrived())


def test_a_later_change_is_told_from_what_the_reader_knows(clock, talks):
    make_reader()
    retitle(talks[0], "Slip")
    prepare(clock)
    retitle(talks[0], "Title 0")
    wait(clock, 12)
    assert letters_sent() == []

    retitle(talks[0], "New")
    wait(clock, 12)

    assert letters_sent() == [("reader", "Title: Title 0 → New")]


def test_a_change_of_what_waits_is_told_once(clock, talks):
    make_reader()
    retitle(talks[0], "Slip")
    prepare(clock)
    retitle(talks[0], "New")
    Sender().send_due()
    assert letters_sent() == []
    wait(clock, 12)

    assert letters_sent() == [("reader", "Title: Title 0 → New")]


def test_what_a_letter_about_several_talks_left_out_is_not_taken_for_told(clock, talks):
    make_reader()
    for talk in talks:
        retitle(talk, "Slip")
    prepare(clock)
    retitle(talks[0], "Title 0")
    wait(clock, 12)
    assert letters_sent() == [("reader", "Title: Title 1 → Slip")]

    retitle(talks[0], "New")
    wait(clock, 12)

    assert letters_sent() == [("reader", "Title: Title 0 → New")]


def test_only_those_who_were_told_hear_that_it_was_changed_back(clock, talks):
    first, second = make_reader("first"), make_reader("second")
    retitle(talks[0], "Slip")
    prepare(clock)
    Letter.objects.filter(to=second.email).update(due_at=NOON)  # the mail server has put it off
    Sender().send_due()
    assert letters_sent() == [("first", "Title: Title 0 → Slip")]
    retitle(talks[0], "Title 0")
    wait(clock, 12)
    clock.move_to(NOON - timedelta(hours=1))
    Letter.objects.waiting().update(due_at=None)
    wait(clock, 1)

    assert letters_sent() == [("first", "Title: Slip → Title 0")]
    assert first.email != second.email


def test_a_new_talk_that_is_changed_before_it_is_told_is_new(clock, talks, series):
    make_reader("both")
    make_reader("new", wants_changes=False)
    make_reader("changes", wants_new_talks=False)
    talk = make_draft(series=series, title="Slip", starts_at=NOON)
    lifecycle.announce(talk, by=None)
    prepare(clock)
    retitle(talk, "Better")
    wait(clock, 12)

    assert letters_sent() == [("both", "New talk"), ("changes", "Title: Slip → Better"), ("new", "New talk")]


def test_a_letter_waits_until_it_is_known_who_gets_a_later_one(clock, talks):
    make_reader()
    retitle(talks[0], "Slip")
    prepare(clock)
    retitle(talks[0], "New")
    clock.shift(A_ROUND)
    talk_news.tell()
    clock.shift(200)
    first = Letter.objects.get()
    talk_news.tell()
    Letter.objects.exclude(pk=first.pk).delete()  # its worker was killed just before it put them
    TalkNews.objects.filter(pk=TalkNews.objects.latest("pk").pk).update(prepared_at=None)

    Sender().send_due()
    first.refresh_from_db()
    assert (letters_sent(), first.state) == ([], LetterState.WAITING)
    wait(clock, 12)

    assert letters_sent() == [("reader", "Title: Title 0 → New")]


def undo_last(user):
    undoing.restore(Change.objects.latest("pk"), by=user)


@pytest.mark.parametrize("minutes", [0, 12])
def test_undoing_what_nobody_was_told_tells_nothing(clock, talks, minutes):
    make_reader()
    user = make_administrator()
    with talk_news.without_news([talks[0].pk]), recording("Slip", by=user):
        retitle(talks[0], "Slip")
    wait(clock, minutes)
    undo_last(user)
    wait(clock, 12)
    assert subjects() == []

    retitle(talks[0], "New")
    wait(clock, 12)
    assert letters_sent() == [("reader", "Title: Title 0 → New")]


def test_what_nobody_was_told_is_known_with_the_next_letter(clock, talks):
    make_reader()
    with talk_news.without_news([talks[0].pk]):
        retitle(talks[0], "Slip")
    lifecycle.cancel(Talk.objects.get(pk=talks[0].pk), by=None)
    wait(clock, 12)
    lifecycle.reinstate(Talk.objects.get(pk=talks[0].pk), by=None)
    wait(clock, 12)
    arrived()
    retitle(talks[0], "Title 0")
    wait(clock, 12)

    assert letters_sent() == [("reader", "Title: Slip → Title 0")]
