"""Corrections of talks that readers have in their calendar by invitation, as the talks change."""

import re
from datetime import timedelta

import pytest
from django.core import mail

from seminars.actions import lifecycle, shared_rows, subscriptions
from seminars.actions.calendar_invitations import Corrections
from seminars.actions.outbox import Sender
from seminars.models import CalendarInvitation, JoinAccess, Letter, SubscriptionRequest, Talk
from seminars.models.letter import PAUSES, LetterState
from seminars.models.quiet_time import LONGEST_WAIT
from seminars.models.subscriber import CalendarMethod
from tests.calendar_mail import NOON, Worker, calendar_in, event_in, invite, make_announced_talk, told, whole
from tests.factories import in_new_york, make_room, make_talk
from tests.mailbox import mail_server

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2025, 11, 5, 9)
SITE = "http://talks.example.edu"


@pytest.fixture
def talk():
    return make_announced_talk()


@pytest.fixture
def corrected(clock):
    return Worker(clock)


# --- corrections ---


def test_a_talk_that_does_not_change_is_not_sent_again(talk, corrected):
    invite(talk)
    make_talk(series=talk.series)

    assert corrected(timedelta(hours=1)) == []


@pytest.mark.parametrize("method", CalendarMethod)
def test_every_change_raises_the_sequence_and_the_stamp(talk, corrected, method):
    invite(talk, method=method)
    steps = [
        lambda talk: lifecycle.move(talk, starts_at=NOON + timedelta(hours=2), by=None),
        lambda talk: lifecycle.move(talk, starts_at=NOON, by=None),
        lambda talk: lifecycle.cancel(talk, reason="Ill", by=None),
        lambda talk: lifecycle.reinstate(talk, by=None),
        lambda talk: lifecycle.amend(talk, title="On looms", by=None),
        lambda talk: lifecycle.change_room(talk, room=make_room(name="414"), by=None),
        lambda talk: lifecycle.postpone(talk, by=None),
        lambda talk: lifecycle.move(talk, starts_at=NOON + timedelta(days=7), by=None),
    ]

    for step in steps:
        step(Talk.objects.get())
        assert len(corrected()) == 1

    did = [name for name, _sequence in told(mail.outbox)]
    sequences = [sequence for _method, sequence in told(mail.outbox)]
    stamps = [event_in(message)["DTSTAMP"].dt for message in mail.outbox]
    assert did == [method, method, method, "CANCEL", method, method, method, "CANCEL", method]
    assert sequences == sorted(set(sequences))
    assert stamps == sorted(set(stamps))
    assert len({event_in(message)["UID"] for message in mail.outbox}) == 1


def test_a_move_is_said_in_words(talk, corrected):
    invite(talk)
    lifecycle.move(talk, starts_at=NOON + timedelta(hours=2), by=None)

    [message] = corrected()

    assert message.subject.startswith("Changed: Wednesday, 12 November 2025: ASSET")
    assert "This talk has changed. Previously: Wednesday, 12 November, 12 noon." in message.body
    assert event_in(message)["DTSTART"].dt == NOON + timedelta(hours=2)


def test_a_cancelled_talk_leaves_the_calendar_with_the_reason(talk, corrected):
    invite(talk)
    lifecycle.cancel(talk, reason="The speaker is ill", by=None)

    [message] = corrected()

    event = event_in(message)
    assert (event["STATUS"], event["ATTENDEE"]) == ("CANCELLED", "mailto:grace@example.org")
    assert "This talk is cancelled." in message.body
    assert "The speaker is ill" in message.body
    assert message.subject == "Wednesday, 12 November 2025: CANCELLED: ASSET: Ada Lovelace – On engines"


def test_a_withdrawn_talk_leaves_the_calendar_and_the_draft_is_not_read(talk, corrected):
    invite(talk)
    lifecycle.withdraw(talk, by=None)
    lifecycle.amend(Talk.objects.get(), title="SECRET", notice="SECRET", by=None)

    [message] = corrected()
    lifecycle.amend(Talk.objects.get(), title="SECRET 2", by=None)

    [event] = calendar_in(message).walk("VEVENT")
    assert "SECRET" not in whole(message)
    assert (event["STATUS"], event["DTSTART"].dt) == ("CANCELLED", NOON)
    assert message.subject == "Withdrawn: ASSET: Ada Lovelace – On engines"
    assert (
        "“ASSET: Ada Lovelace – On engines” (Wednesday, 12 November, 12 noon) is no longer announced." in message.body
    )
    assert corrected() == []

    lifecycle.announce(Talk.objects.get(), by=None)
    [again] = corrected()
    assert "This talk takes place after all." in again.body
    assert told([again])[0][1] > told([message])[0][1]


def test_several_edits_in_a_row_make_one_message(talk, corrected, clock):
    invite(talk)
    for number in range(5):
        lifecycle.amend(Talk.objects.get(), title=f"On engines {number}", by=None)
        assert corrected(timedelta(seconds=60)) == []

    [message] = corrected()
    assert event_in(message)["SUMMARY"] == "ASSET: Ada Lovelace – On engines 4"


def test_whoever_keeps_editing_holds_nothing_up_for_long(talk, corrected):
    invite(talk)
    minutes = 0
    while not mail.outbox[1:] and minutes < 10:
        minutes += 1
        lifecycle.amend(Talk.objects.get(), title=f"On engines {minutes}", by=None)
        corrected(timedelta(minutes=1))

    assert LONGEST_WAIT <= timedelta(minutes=minutes) <= timedelta(minutes=8)


def test_a_talk_that_is_over_is_not_corrected(talk, corrected, clock):
    invite(talk)
    clock.move_to(NOON + timedelta(minutes=59))
    lifecycle.amend(talk, title="On looms", by=None)

    assert corrected(timedelta(minutes=10)) == []
    assert Letter.objects.count() == 1  # the invitation


def test_a_talk_that_was_cancelled_before_the_first_message_is_sent_once_it_goes_ahead(talk, corrected, settings):
    request = SubscriptionRequest.objects.create(talk=talk, email="grace@example.org")
    lifecycle.cancel(talk, by=None)
    subscriptions.confirm(request)
    assert corrected() == []

    lifecycle.reinstate(Talk.objects.get(), by=None)

    assert [name for name, _sequence in told(corrected())] == ["REQUEST"]


def test_a_talk_that_moves_to_an_unlisted_series_stays_with_those_who_have_it(talk, corrected):
    invite(talk)
    talk.series.is_listed = False
    shared_rows.save(talk.series)

    [message] = corrected()
    assert f"{SITE}{Talk.objects.get().get_absolute_url()}" in message.body


def test_only_readers_of_the_changed_talk_are_told_and_each_alone(talk, corrected):
    other = make_talk(series=talk.series, starts_at=NOON + timedelta(days=1))
    invite(talk, "grace@example.org")
    invite(talk, "emmy@example.org")
    invite(other, "rosa@example.org")

    lifecycle.move(talk, starts_at=NOON + timedelta(hours=2), by=None)
    sent = corrected()

    assert sorted(message.to[0] for message in sent) == ["emmy@example.org", "grace@example.org"]
    for message in sent:
        others = {"grace@example.org", "emmy@example.org", "rosa@example.org"} - set(message.to)
        assert not any(address in whole(message) for address in others)


def test_nothing_private_stands_in_a_message(talk, corrected):
    invite(talk)
    link, private = "https://zoom.example/j/951", "NOT FOR READERS"
    Talk.objects.update(join_url=link, passcode="sesame", join_access=JoinAccess.TIMED, notes=private)
    lifecycle.amend(Talk.objects.get(), title="On looms", by=None)

    [message] = corrected()

    assert not [secret for secret in (link, "sesame", private) if secret in whole(message)]
    assert f"/talks/{talk.pk}/join/" in whole(message)


# --- a worker that is killed, two workers, a clock that is set back ---


def test_a_message_that_waited_says_what_is_true_when_it_is_sent_and_is_sent_once(talk, corrected, waiting):
    invite(talk)
    lifecycle.amend(talk, title="On looms", by=None)
    corrected()
    lifecycle.amend(Talk.objects.get(), title="On cards", by=None)
    corrected()
    assert Letter.objects.waiting().count() == 3

    Sender().send_due()

    assert [event_in(message)["SUMMARY"] for message in mail.outbox] == ["ASSET: Ada Lovelace – On cards"]
    assert sorted(Letter.objects.values_list("state", flat=True)) == [LetterState.DROPPED] * 2 + [LetterState.SENT]


def test_a_message_whose_answer_was_lost_is_sent_again_as_the_same_version(talk, waiting, clock, settings):
    invite(talk)
    with mail_server(answers={"grace@example.org": ["accept, close"]}) as (server, url):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(url.rpartition(":")[2])
        Sender().send_due()
        assert CalendarInvitation.objects.get().sent_sequence is None
        clock.shift(PAUSES[0])
        Sender().send_due()
        Sender().send_due()

    first, again = [message for _to, message in server.arrived]
    versions = [re.findall(rb"^SEQUENCE:(\d+)\r$", raw, re.M) for raw in server.raw]
    assert first["Message-ID"] == again["Message-ID"]
    assert versions == [[b"%d" % talk.sequence]] * 2
    assert CalendarInvitation.objects.get().sent_sequence == talk.sequence


def test_a_worker_that_is_killed_between_putting_and_noting_puts_nothing_twice(talk, waiting, corrected):
    invite(talk)
    lifecycle.amend(talk, title="On looms", by=None)
    corrected()
    CalendarInvitation.objects.update(put_sequence=None)  # as if the note had not been written

    assert Corrections().put() == 1
    assert Letter.objects.count() == 2


def test_letters_that_wait_are_not_put_again_in_every_round(talk, waiting, corrected, django_assert_num_queries):
    invite(talk)
    lifecycle.amend(talk, title="On looms", by=None)
    corrections = Corrections()
    corrections.put()
    corrected()
    corrections.put()

    with django_assert_num_queries(1):  # the edition
        assert corrections.put() == 0


def test_a_clock_that_was_ahead_holds_nothing_up(talk, corrected, clock):
    invite(talk)
    clock.shift(timedelta(days=2))
    lifecycle.amend(talk, title="On looms", by=None)
    Corrections().put()
    clock.shift(-timedelta(days=2))

    assert len(corrected(timedelta(minutes=1))) == 1
