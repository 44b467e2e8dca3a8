"""Announcements as letters: who gets them, what they say when they are sent, and each once."""

from datetime import timedelta

import pytest
from django.core import mail

from seminars.actions import announcing, lifecycle
from seminars.actions.outbox import Sender
from seminars.models import Announcement, Department, Letter, Subscriber
from seminars.models.announcement import AnnouncementState
from seminars.models.letter import LetterState
from tests.announcing import LIST, NOON, NOW, announce, make_announced_talk, make_announcing_series, sent_to, subscribe
from tests.factories import make_draft, make_room, make_series, make_talk, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def series():
    return make_announcing_series()


@pytest.fixture
def talk(series):
    return make_announced_talk(series)


# --- who gets it ---


def test_those_get_it_whose_choice_has_the_talk(talk, series, priml):
    topic = make_topic(name="Logic")
    talk.topics.add(topic)
    talk.also_in.add(priml)
    subscribe("all@example.org")
    subscribe("asset@example.org", [series])
    subscribe("priml@example.org", [priml])
    subscribe("logic@example.org", [], [topic])
    subscribe("other@example.org", [make_series()])
    subscribe("changes@example.org", wants_new_talks=False, wants_changes=True)
    subscribe("away@example.org", suspended_at=NOW)

    announce(talk, to_subscribers=True)

    assert sent_to() == ["all@example.org", "asset@example.org", "logic@example.org", "priml@example.org"]


def test_a_week_goes_to_those_who_chose_the_series(talk, series):
    topic = make_topic(name="Logic")
    talk.topics.add(topic)
    subscribe("all@example.org")
    subscribe("asset@example.org", [series])
    subscribe("logic@example.org", [], [topic])

    announce(series=series, week=NOW.date(), to_subscribers=True)

    assert sent_to() == ["all@example.org", "asset@example.org"]


def test_an_unlisted_series_is_told_to_its_own_subscribers():
    hidden = make_series(short_name="Hidden", slug="hidden", is_listed=False)
    talk = make_talk(series=hidden, starts_at=NOON)
    subscribe("all@example.org")
    subscribe("hidden@example.org", [hidden])

    announce(talk, to_subscribers=True)
    announce(series=hidden, week=NOW.date(), to_subscribers=True)

    assert sent_to() == ["hidden@example.org"] * 2


@pytest.mark.parametrize(
    ("sent_at", "due_at", "is_told"),
    [
        (NOW - timedelta(hours=1), NOW + timedelta(days=7), False),  # the digest of this morning has it
        (None, NOW + timedelta(hours=1), False),  # the first one comes before the talk
        (None, NOON + timedelta(hours=1), True),
        (NOW - timedelta(days=3), NOON + timedelta(hours=1), True),  # it was announced yesterday
    ],
)
def test_a_digest_that_tells_the_same_is_not_doubled(talk, sent_at, due_at, is_told):
    type(talk).objects.update(published_at=NOW - timedelta(days=1))
    reader = subscribe("reader@example.org", wants_digest=True, wants_new_talks=True)
    Subscriber.objects.filter(pk=reader.pk).update(digest_sent_at=sent_at, digest_due_at=due_at)

    announce(talk, to_subscribers=True)

    assert sent_to() == ["reader@example.org"] * is_told


def test_a_change_since_the_digest_is_told(talk, clock):
    reader = subscribe("reader@example.org", wants_digest=True)
    Subscriber.objects.filter(pk=reader.pk).update(digest_sent_at=NOW, digest_due_at=NOW + timedelta(days=7))
    clock.shift(3600)
    announce(talk, to_subscribers=True)
    assert mail.outbox == []

    lifecycle.cancel(talk, reason="Snow", by=None)
    announce(talk, to_subscribers=True)

    assert sent_to() == ["reader@example.org"]


def test_no_address_gets_it_twice(talk, series):
    subscribe(LIST.upper(), [series])
    subscribe("reader@example.org", [series])

    row = announce(talk, to_list=True, to_subscribers=True)

    assert sent_to() == [LIST, "reader@example.org"]
    assert (row.mailing_list, row.number) == (LIST, 1)


# --- what it says ---


def test_the_letter_to_the_list_has_nobodys_private_address(talk, series):
    reader = subscribe("reader@example.org", [series])

    announce(talk, to_list=True, to_subscribers=True)

    of_list, of_reader = sorted(mail.outbox, key=lambda message: message.to)
    assert of_list.reply_to == of_reader.reply_to == ["office@example.edu"]
    assert of_list.subject == of_reader.subject == "Wednesday, 6 November 2030: ASSET: Ada Lovelace – On engines"
    whole = of_list.message().as_string() + of_list.body + of_list.alternatives[0].content
    for secret in (reader.key, "reader@example.org", "List-Unsubscribe", "unsubscribe"):
        assert secret not in whole
    assert of_list.message()["Auto-Submitted"] == "no"
    assert of_reader.message()["Auto-Submitted"] == "auto-generated"
    assert of_reader.message()["List-Unsubscribe"] == f"<{reader.address}>"
    assert reader.address in of_reader.body
    assert reader.address in of_reader.alternatives[0].content


def test_answers_go_to_the_department_if_the_series_has_no_contact(talk, series):
    Department.objects.create(pk=1, name="D", contact_email="department@example.edu")
    series.contact_email = ""
    series.save()

    announce(talk, to_list=True)

    assert mail.outbox[0].reply_to == ["department@example.edu"]


def test_each_reader_is_told_in_their_language(talk):
    subscribe("leser@example.org", language="de")

    announce(talk, to_subscribers=True)

    assert mail.outbox[0].subject.startswith("Mittwoch, 6. November 2030")


def test_it_says_what_the_talks_say_when_it_is_sent(talk, settings, clock):
    settings.MAIL_AT_ONCE = False
    announce(talk, to_list=True)
    lifecycle.cancel(talk, reason="The speaker is ill.", by=None)

    Sender().send_due()

    assert "CANCELLED: " in mail.outbox[0].subject
    assert "The speaker is ill." in mail.outbox[0].body


def test_a_talk_that_is_a_draft_again_is_not_announced(talk, settings, clock):
    settings.MAIL_AT_ONCE = False
    announce(talk, to_list=True)
    later = announce(talk, to_list=True, send_at=NOW + timedelta(hours=1))
    lifecycle.withdraw(talk, by=None)

    Sender().send_due()
    clock.shift(3600)
    announcing.put_due()
    later.refresh_from_db()

    assert (mail.outbox, Letter.objects.get().state) == ([], LetterState.DROPPED)
    assert later.state == AnnouncementState.DROPPED


def test_nothing_is_announced_once_it_is_over(talk, settings, clock):
    settings.MAIL_AT_ONCE = False
    announce(talk, to_list=True)
    clock.move_to(NOON + timedelta(hours=1))

    Sender().send_due()

    assert (mail.outbox, announce(talk, to_list=True).state) == ([], AnnouncementState.DROPPED)


def test_no_letter_tells_what_is_private(series):
    make_draft(series=series, title="Still a draft", starts_at=NOON)
    for closed in ("timed", "members"):
        make_talk(
            series=series, starts_at=NOON, notes="Pay the hotel", join_access=closed, passcode="472119",
            join_url=f"https://meet.example/{closed}", room=make_room(is_exclusive=False),
        )  # fmt: skip
    subscribe("ada@example.org")
    subscribe("grace@example.org")

    announce(series=series, week=NOW.date(), to_list=True, to_subscribers=True)

    assert len(mail.outbox) == 3
    for message in mail.outbox:
        whole = message.message().as_string() + message.body + message.alternatives[0].content
        others = {"ada@example.org", "grace@example.org"} - set(message.to)
        for secret in ("Still a draft", "Pay the hotel", "meet.example", "472119", "org@example.edu", *others):
            assert secret not in whole


def test_who_left_meanwhile_gets_nothing(talk, series, settings):
    settings.MAIL_AT_ONCE = False
    for name in ("left", "changed", "stays"):
        subscribe(f"{name}@example.org", [series])
    announce(talk, to_subscribers=True)
    Subscriber.objects.get(email="left@example.org").delete()
    Subscriber.objects.get(email="changed@example.org").series.set([make_series()])

    Sender().send_due()

    assert sent_to() == ["stays@example.org"]


# --- the worker ---


def test_a_killed_worker_leaves_the_rest_to_the_next(talk, settings, monkeypatch):
    settings.MAIL_AT_ONCE = False
    monkeypatch.setattr(announcing, "AT_ONCE", 2)
    for number in range(5):
        subscribe(f"reader{number}@example.org")
    whole = announcing.outbox.put_all
    done = []

    def put_and_die(letters):
        whole(letters)
        done.append(letters)
        if len(done) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(announcing.outbox, "put_all", put_and_die)
    with pytest.raises(KeyboardInterrupt):
        announce(talk, to_list=True, to_subscribers=True)
    assert Letter.objects.count() == 3  # those of the first turn: the second is undone as a whole
    announcing.put_due()
    Sender().send_due()

    row = Announcement.objects.get()
    assert sent_to() == [LIST, *(f"reader{number}@example.org" for number in range(5))]
    assert (row.state, row.number) == (AnnouncementState.SENT, 5)


def test_withdrawing_stops_what_has_begun(talk, settings, monkeypatch):
    settings.MAIL_AT_ONCE = False
    monkeypatch.setattr(announcing, "AT_ONCE", 1)
    for number in range(3):
        subscribe(f"reader{number}@example.org")
    row = Announcement(series=talk.series, talk=talk, to_subscribers=True, send_at=NOW)
    announcing.plan(row)
    announcing._put_some(row.pk, NOW)

    announcing.withdraw(row)
    announcing.put_due()
    Sender().send_due()

    assert mail.outbox == []
    assert list(Letter.objects.values_list("state", flat=True)) == [LetterState.DROPPED]
