"""The desk sends announcements: to whom, when, what they say when they are sent, and each once."""

from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from seminars.actions import announcing, lifecycle
from seminars.actions.outbox import Sender
from seminars.models import Announcement, Department, Letter, Subscriber
from seminars.models.announcement import AnnouncementState
from seminars.models.letter import LetterState
from tests.admin_forms import signed_in
from tests.factories import (
    in_new_york,
    make_draft,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)

pytestmark = pytest.mark.django_db

NOW = in_new_york(2030, 11, 4, 9)  # a Monday
NOON = in_new_york(2030, 11, 6, 12)
LIST = "asset-list@example.edu"
PAGE = reverse("admin:announcement")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def series():
    return make_series(short_name="ASSET", mailing_list=LIST, contact_email="office@example.edu")


@pytest.fixture
def talk(series):
    return make_talk(series=series, title="On engines", speakers=[make_speaker(name="Ada Lovelace")], starts_at=NOON)


@pytest.fixture
def desk(series):
    organiser = make_organiser(series, email="org@example.edu")
    return signed_in(organiser)


def subscribe(email, series=(), topics=(), **fields):
    wanted = {"wants_new_talks": True, "is_for_all": not series and not topics} | fields
    subscriber = Subscriber.objects.create(email=email, **wanted)
    subscriber.series.set(series)
    subscriber.topics.set(topics)
    return subscriber


def sent_to():
    return sorted(message.to[0] for message in mail.outbox)


def announce(talk=None, *, series=None, week=None, **fields):
    """Plan an announcement without the desk, and put it into the outbox if it is due."""
    row = Announcement(series=series or talk.series, talk=talk, week=week, **{"send_at": NOW} | fields)
    assert announcing.plan(row)
    announcing.put_due()
    row.refresh_from_db()
    return row


def post(client, about, **asked):
    return client.post(f"{PAGE}?{urlencode(about)}", asked, follow=True)


def send(client, about, **fields):
    """Preview and send what a form asks for; return the last answer."""
    asked = {"key": str(uuid4()), "send_at_0": "", "send_at_1": ""} | fields
    shown = post(client, about, **asked)
    assert shown.status_code == 200
    if not shown.context["found"]:
        return shown
    return post(client, about, **asked, seen=shown.context["mark"], _save="1")


# --- on the desk ---


def test_the_list_and_the_subscribers_get_it_at_once(desk, talk, series):
    subscribe("reader@example.org", [series])

    shown = send(desk, {"talk": talk.pk}, to_list="on", to_subscribers="on")
    assert mail.outbox == []
    announcing.put_due()

    assert "The announcement is being sent to: asset-list@example.edu, 1 subscriber." in shown.text
    assert sent_to() == [LIST, "reader@example.org"]
    assert (
        "Sent on Monday, 4 November, 9 am to: asset-list@example.edu, 1 subscriber."
        in desk.get(PAGE, {"talk": talk.pk}).text
    )


def test_the_preview_says_to_whom_and_how_many_and_sends_nothing(desk, talk, series):
    for number in range(3):
        subscribe(f"reader{number}@example.org", [series])
    subscribe("elsewhere@example.org", [make_series()])

    shown = post(desk, {"talk": talk.pk}, to_list="on", to_subscribers="on")
    announcing.put_due()

    assert shown.context["found"].addressees == (LIST, 3)
    for words in (LIST, "3 people at the moment", "office@example.edu", "Nothing is sent yet."):
        assert words in shown.text
    assert (mail.outbox, Announcement.objects.count()) == ([], 0)


def test_a_form_that_is_sent_twice_sends_once(desk, talk):
    key = str(uuid4())
    send(desk, {"talk": talk.pk}, to_list="on", key=key)
    again = send(desk, {"talk": talk.pk}, to_list="on", key=key)
    announcing.put_due()
    announcing.put_due()

    assert "Nothing is sent twice." in again.text
    assert sent_to() == [LIST]


def test_it_is_sent_at_the_time_that_was_typed(desk, talk, clock):
    shown = send(desk, {"talk": talk.pk}, to_list="on", send_at_0="Tuesday", send_at_1="4 pm")
    assert "It will be sent on Tuesday, 5 November, 4 pm." in shown.text

    clock.move_to(in_new_york(2030, 11, 5, 15, 59))
    announcing.put_due()
    assert mail.outbox == []
    clock.move_to(in_new_york(2030, 11, 5, 16))
    announcing.put_due()
    assert sent_to() == [LIST]


def test_a_planned_announcement_can_be_withdrawn(desk, talk, clock):
    send(desk, {"talk": talk.pk}, to_list="on", send_at_0="Tuesday", send_at_1="16:00")
    row = Announcement.objects.get()

    shown = post(desk, {"talk": talk.pk}, withdraw=row.pk)
    again = post(desk, {"talk": talk.pk}, withdraw=row.pk)
    clock.move_to(in_new_york(2030, 11, 5, 16))
    announcing.put_due()

    assert "The announcement was withdrawn" in shown.text
    assert "no longer planned" in again.text
    assert (mail.outbox, Letter.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Tick who gets the announcement."),
        ({"to_list": "on", "send_at_0": "3 November 2030", "send_at_1": "9:00"}, "This time has passed."),
        ({"to_list": "on", "send_at_0": "6 November 2030", "send_at_1": "13:00"}, "nothing left to announce"),
        ({"to_list": "on", "send_at_0": "6 November 2030", "send_at_1": ""}, "Enter a valid time."),
        ({"to_list": "on", "send_at_0": "6 Novembre", "send_at_1": "late"}, "“late” is not a time."),
        ({"to_subscribers": "on"}, "Nobody would get it at the moment."),
    ],
)
def test_what_was_typed_comes_back_with_an_error(desk, talk, typed, said):
    shown = send(desk, {"talk": talk.pk}, **typed)

    assert said in shown.text
    for name, value in typed.items():
        assert (f'value="{value}"' if value != "on" else f'name="{name}"') in shown.text
        assert shown.context["form"][name.removesuffix("_0").removesuffix("_1")].value()
    assert Announcement.objects.count() == 0


def test_what_has_changed_since_the_preview_is_shown_again(desk, talk):
    asked = {"key": str(uuid4()), "to_list": "on"}
    mark = post(desk, {"talk": talk.pk}, **asked).context["mark"]
    lifecycle.cancel(talk, reason="Snow", by=None)

    shown = post(desk, {"talk": talk.pk}, **asked, seen=mark, _save="1")

    assert "Nothing is sent yet, because something has changed." in shown.text
    assert "CANCELLED: " in shown.context["found"].subject
    assert Announcement.objects.count() == 0


def test_a_test_goes_to_oneself_alone(desk, talk, series):
    subscribe("reader@example.org", [series])

    shown = post(desk, {"talk": talk.pk}, to_list="on", to_subscribers="on", _test="1")
    announcing.put_due()

    assert "A test is being sent to org@example.edu." in shown.text
    assert shown.context["form"]["to_subscribers"].value()
    [message] = mail.outbox
    assert (message.to, message.reply_to) == (["org@example.edu"], ["office@example.edu"])
    assert message.subject == "Test: Wednesday, 6 November 2030: ASSET: Ada Lovelace – On engines"


def test_a_test_without_an_own_address_says_what_to_do(talk, series):
    shown = post(signed_in(make_organiser(series, email="")), {"talk": talk.pk}, to_list="on", _test="1")

    assert "Your account has no email address. Ask an administrator to add one." in shown.text
    assert mail.outbox == []


def test_those_who_may_not_change_the_series_send_nothing(talk, series):
    other = make_series()
    talk.also_in.add(other)
    row = Announcement.objects.create(series=series, talk=talk, send_at=NOON, to_list=True)
    guest = signed_in(make_organiser(other))

    assert guest.get(PAGE, {"talk": talk.pk}).context["form"] is None
    for asked in ({"to_list": "on", "key": str(uuid4())}, {"_test": "1"}):
        assert post(guest, {"talk": talk.pk}, **asked).status_code == 403
    assert post(guest, {"talk": talk.pk}, withdraw=row.pk).status_code == 404
    assert list(Announcement.objects.planned()) == [row]
    assert mail.outbox == []


def test_without_a_mail_server_the_page_offers_the_text_alone(desk, talk, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    shown = desk.get(PAGE, {"talk": talk.pk})

    assert "This site does not send the announcement." in shown.text
    assert "Send a test to me" not in shown.text
    assert post(desk, {"talk": talk.pk}, to_list="on").status_code == 403


def test_a_series_without_a_list_offers_its_subscribers(desk, talk, series):
    series.mailing_list = ""
    series.save()
    subscribe("reader@example.org", [series])

    shown = send(desk, {"talk": talk.pk}, to_list="on", to_subscribers="on")
    announcing.put_due()

    assert "is being sent to: 1 subscriber." in shown.text
    assert sent_to() == ["reader@example.org"]


def test_the_page_says_which_messages_wait_and_which_failed(desk, talk, settings):
    settings.MAIL_AT_ONCE = False
    for name in ("ada", "grace", "emmy"):
        subscribe(f"{name}@example.org")
    announce(talk, to_list=True, to_subscribers=True)
    announce(talk, to_subscribers=True)
    later = Letter.objects.order_by("-pk").first()
    Letter.objects.filter(to="ada@example.org").update(state=LetterState.FAILED, done_at=NOW)
    Letter.objects.filter(pk=later.pk).update(state=LetterState.SENT, done_at=NOW)

    rows = desk.get(PAGE, {"talk": talk.pk}).context["before_this"]

    assert [(row.waiting, row.failed) for row in rows] == [(1, 1), (3, 1)]


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
