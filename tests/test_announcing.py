"""The page of an announcement: preview, test, send, plan, withdraw, and who may."""

from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse

from seminars.actions import announcing
from seminars.actions.outbox import Sender
from seminars.models import Announcement, Letter
from seminars.models.letter import LetterState
from tests.admin_forms import signed_in
from tests.announcing import LIST, NOON, NOW, announce, make_announced_talk, make_announcing_series, sent_to, subscribe
from tests.factories import (
    in_new_york,
    make_organiser,
    make_series,
    make_talk,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGE = reverse("admin:announcement")


@pytest.fixture
def series():
    return make_announcing_series()


@pytest.fixture
def talk(series):
    return make_announced_talk(series)


@pytest.fixture
def desk(series):
    organiser = make_organiser(series, email="org@example.edu")
    return signed_in(organiser)


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
        ({"to_list": "on", "send_at_0": "6 November 2030", "send_at_1": ""}, "Enter a time too, or leave both blank."),
        ({"to_list": "on", "send_at_0": "", "send_at_1": "9:00"}, "Enter a date too, or leave both blank."),
        ({"to_list": "on", "send_at_0": "6 Novembre", "send_at_1": "late"}, "“late” is not a time."),
        ({"to_subscribers": "on"}, "No one would get this email."),
    ],
)
def test_what_was_typed_comes_back_with_an_error(desk, talk, typed, said):
    shown = send(desk, {"talk": talk.pk}, **typed)

    assert said in shown.text
    for name, value in typed.items():
        assert (f'value="{value}"' if value not in ("", "on") else f'name="{name}"') in shown.text
        assert shown.context["form"][name.removesuffix("_0").removesuffix("_1")].value()
    assert Announcement.objects.count() == 0


def test_the_preview_shows_the_text_that_is_sent(desk, talk):
    shown = post(desk, {"talk": talk.pk}, key=str(uuid4()), to_list="on").text

    check = shown[shown.index('id="check"') : shown.index('id="what"')]
    assert "Speaker: Ada Lovelace" in check


def test_talks_that_are_over_are_left_out_while_others_of_the_week_are_to_come(desk, series, talk, clock):
    make_talk(series=series, title="On looms", starts_at=in_new_york(2030, 11, 4, 12))
    about = {"series": series.pk, "week": NOW.date()}
    titles = ("On looms", "On engines")

    shown = []
    for day in (4, 5, 7):
        clock.move_to(in_new_york(2030, 11, day, 9))
        shown.append(desk.get(PAGE, about).context["plain"])
    clock.move_to(in_new_york(2030, 11, 5, 9))
    send(desk, about, to_list="on")
    announcing.put_due()
    [letter] = mail.outbox

    assert [[title in text for title in titles] for text in shown] == [[True, True], [False, True], [True, True]]
    assert [title in letter.body for title in titles] == [False, True]
    assert letter.subject == "Wednesday, 6 November 2030: ASSET: Ada Lovelace – On engines"


@pytest.mark.parametrize("changed", [{"abstract": "We weave."}, {"title": "On looms"}])
def test_what_has_changed_since_the_preview_is_shown_again(desk, talk, changed):
    asked = {"key": str(uuid4()), "to_list": "on"}
    mark = post(desk, {"talk": talk.pk}, **asked).context["mark"]
    type(talk).objects.update(**changed)

    shown = post(desk, {"talk": talk.pk}, **asked, seen=mark, _save="1")

    assert "Nothing is sent yet, because something has changed." in shown.text
    assert shown.context["mark"] != mark
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


def test_a_test_needs_no_addressees_and_keeps_what_was_typed(desk, talk):
    shown = post(desk, {"talk": talk.pk}, send_at_0="tomorrow", send_at_1="9:00", _test="1")

    assert "A test is being sent" in shown.text
    assert (shown.context["form"].errors, shown.context["found"]) == ({}, None)
    assert 'value="tomorrow"' in shown.text


def test_a_test_that_waits_is_not_sent_to_somebody_who_lost_the_series(desk, talk, series, settings):
    settings.MAIL_AT_ONCE = False
    post(desk, {"talk": talk.pk}, to_list="on", _test="1")
    series.organisers.clear()

    Sender().send_due()

    assert (mail.outbox, Letter.objects.get().state) == ([], LetterState.DROPPED)


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
