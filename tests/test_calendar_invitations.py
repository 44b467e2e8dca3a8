"""Invitations to one talk by mail: asking for one, what is sent, and the way out."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from icalendar import Calendar

from seminars.actions import calendar_invitations, housekeeping, lifecycle, shared_rows
from seminars.actions.outbox import Sender
from seminars.formats.letters import message_of
from seminars.models import CalendarInvitation, Letter, State, SubscriptionRequest, Talk
from seminars.models.calendar_invitation import KEPT, KEPT_WHILE_POSTPONED
from seminars.models.subscriber import CalendarMethod
from tests.calendar_mail import NOON, Worker, calendar_in, event_in, invite, make_announced_talk, told
from tests.factories import in_new_york, make_draft, make_organiser, make_series, make_talk
from tests.pages import main, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2025, 11, 5, 9)
SITE = "http://talks.example.edu"


@pytest.fixture
def talk():
    return make_announced_talk()


@pytest.fixture
def corrected(clock):
    return Worker(clock)


# --- asking ---


def ask(client, clock, path, **sent):
    began = re.search(r'name="began" value="([^"]+)"', client.get(path).text)[1]
    clock.shift(10)
    return client.post(path, {"email": "grace@example.org", "method": "REQUEST", "began": began, **sent})


def link_in(message):
    return re.search(rf"{SITE}(/\S*private/\S+)", message.body)[1]


def test_the_page_of_a_talk_leads_to_an_invitation_that_is_confirmed_first(client, clock, talk):
    path = re.search(r'href="([^"]*/invitation/)"', client.get(talk.get_absolute_url()).text)[1]
    assert ask(client, clock, path, method="PUBLISH").url == "/subscribe/mail/sent/"

    [asked] = mail.outbox
    assert "calendar invitation to “On engines”" in asked.body
    assert not CalendarInvitation.objects.exists()
    page = Client().post(link_in(asked), follow=True)

    invitation = CalendarInvitation.objects.get()
    assert (invitation.talk, invitation.email, invitation.method) == (talk, "grace@example.org", "PUBLISH")
    assert "the invitation is on its way" in words(main(page))
    assert told(mail.outbox[1:]) == [("PUBLISH", talk.sequence)]
    assert not SubscriptionRequest.objects.exists()


def test_what_is_wrong_is_said_and_nothing_is_lost(client, clock, talk):
    page = ask(client, clock, f"/talks/{talk.pk}/invitation/", email="grace@", method="PUBLISH")

    assert "Enter a valid email address." in page.text
    assert re.search(r'value="PUBLISH"[^>]* checked', page.text)
    assert 'value="grace@"' in page.text
    assert mail.outbox == []


def test_only_a_talk_that_goes_ahead_invites(client):
    over, draft = make_talk(starts_at=NOW - timedelta(days=1)), make_draft()
    off = make_talk(state=State.CANCELLED)

    for talk in (over, off):
        assert client.get(f"/talks/{talk.pk}/invitation/").url == talk.get_absolute_url()
        assert "/invitation/" not in client.get(talk.get_absolute_url()).text
    assert client.get(f"/talks/{draft.pk}/invitation/").status_code == 404


@pytest.mark.parametrize("address", ["/talks/{talk.pk}/invitation/", "/subscribe/mail/"])
def test_a_browser_sends_the_forms_without_a_token(talk, clock, address):
    browser = Client(enforce_csrf_checks=True)

    assert ask(browser, clock, address.format(talk=talk), wants_digest="on", is_for_all="on").status_code == 302


def test_a_talk_in_no_listed_series_invites_only_people_who_have_its_address(client, clock):
    talk = make_talk(series=make_series(is_listed=False), starts_at=NOON)

    assert client.get(f"/talks/{talk.pk}/invitation/").status_code == 404
    assert ask(client, clock, f"/talks/{talk.address}/invitation/").status_code == 302


def test_without_mail_nobody_is_invited(client, talk, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    assert "/invitation/" not in client.get(talk.get_absolute_url()).text
    assert client.get(f"/talks/{talk.pk}/invitation/").status_code == 404


def test_a_talk_that_becomes_a_draft_is_not_named_to_those_who_asked(client, clock, talk, settings):
    settings.MAIL_AT_ONCE = False
    ask(client, clock, f"/talks/{talk.pk}/invitation/")
    request = SubscriptionRequest.objects.get()
    lifecycle.withdraw(talk, by=None)

    Sender().send_due()

    assert mail.outbox == []
    page = client.get(request.address.removeprefix(SITE))
    assert (page.status_code, "engines" in page.text) == (404, False)


def test_the_pages_and_messages_are_in_the_language_of_the_reader(client, clock, talk, settings):
    settings.VISITOR_LANGUAGES = ["de"]
    assert ask(client, clock, f"/de/talks/{talk.pk}/invitation/").url == "/de/subscribe/mail/sent/"
    page = client.post(link_in(mail.outbox[0]), follow=True)

    sent = mail.outbox[1]
    assert 'lang="de"' in page.text
    assert f"{SITE}/de/talks/{talk.pk}/" in sent.body
    assert sent.subject.startswith("Einladung: ")
    assert event_in(sent)["SUMMARY"] == "ASSET: Ada Lovelace – On engines"
    assert event_in(sent)["URL"] == f"{SITE}{talk.get_absolute_url()}"


# --- the invitation ---


def test_a_request_asks_one_person_for_no_answer_in_the_name_of_the_series(talk):
    invite(talk)

    [message] = mail.outbox
    event = event_in(message)
    assert message.to == ["grace@example.org"]
    assert message.reply_to == ["asset@example.edu"]
    assert message.subject == "Invitation: Wednesday, 12 November 2025: ASSET: Ada Lovelace – On engines"
    assert (event["ORGANIZER"], event["ORGANIZER"].params["CN"]) == ("mailto:asset@example.edu", "Algebra")
    assert event["ATTENDEE"] == "mailto:grace@example.org"
    assert event["ATTENDEE"].params == {
        "CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE",
    }  # fmt: skip
    assert "your calendar sends your answer to asset@example.edu" in message.body
    assert "this one is already in it" in message.body


def test_a_published_entry_asks_nobody(talk):
    invite(talk, method=CalendarMethod.PUBLISH)

    assert "ATTENDEE" not in event_in(mail.outbox[0])
    assert "answer" not in mail.outbox[0].body


def test_the_entry_is_that_of_the_feed_with_a_stamp_of_its_own(client, clock, talk):
    clock.shift(3600)
    invite(talk, method=CalendarMethod.PUBLISH)
    fed = Calendar.from_ical(client.get("/calendar.ics").content)

    sent = calendar_in(mail.outbox[0])
    [ours], [theirs] = sent.walk("VEVENT"), fed.walk("VEVENT")
    assert ours.pop("DTSTAMP").dt == NOW + timedelta(hours=1)
    assert theirs.pop("DTSTAMP").dt == talk.changed_at
    assert ours.pop("ORGANIZER")
    assert ours.to_ical() == theirs.to_ical()
    assert sent.walk("VTIMEZONE")[0].to_ical() == fed.walk("VTIMEZONE")[0].to_ical()
    assert set(sent) == {"VERSION", "PRODID", "CALSCALE", "METHOD"}


def test_without_a_contact_the_department_invites(talk, settings):
    talk.series.contact_email = ""
    shared_rows.save(talk.series)
    settings.DEFAULT_FROM_EMAIL = "Talks <noreply@example.edu>"

    invite(talk)

    assert event_in(mail.outbox[0])["ORGANIZER"] == "mailto:noreply@example.edu"


@pytest.mark.parametrize(
    ("email", "written"),
    [("a+b@example.org", "a+b"), ("50%off@example.org", "50%25off"), ("a?b&c@example.org", "a%3Fb&c")],
)
def test_an_address_is_written_as_in_a_link(talk, email, written):
    invite(talk, email)

    assert event_in(mail.outbox[0])["ATTENDEE"].replace("%26", "&") == f"mailto:{written}@example.org"


def test_who_asks_again_gets_the_talk_anew_in_one_row(talk, clock):
    first = invite(talk)
    clock.shift(60)
    again = invite(talk, "GRACE@example.org", method=CalendarMethod.PUBLISH)

    assert (again.pk, again.key) == (first.pk, first.key)
    assert told(mail.outbox) == [("REQUEST", talk.sequence), ("PUBLISH", talk.sequence)]
    assert mail.outbox[1].subject.startswith("Invitation: ")


# --- the way out ---


@pytest.mark.parametrize("sent", [{"List-Unsubscribe": "One-Click"}, {"end": "yes"}])
def test_one_post_ends_this_invitation_alone(talk, corrected, sent):
    other = make_talk(series=talk.series, starts_at=NOON)
    invitation, kept = invite(talk), invite(other)
    path = invitation.address.removeprefix(SITE)
    assert mail.outbox[0].extra_headers["List-Unsubscribe"] == f"<{SITE}{path}>"

    page = Client(enforce_csrf_checks=True).post(path, sent)

    assert (page.status_code, page.headers["Cache-Control"]) == (200, "private, no-store")
    assert list(CalendarInvitation.objects.all()) == [kept]
    assert Client().get(path).status_code == 404
    lifecycle.cancel(talk, by=None)
    assert corrected() == []


def test_a_letter_that_waits_is_forgotten_when_its_reader_has_ended_it(talk, waiting):
    invitation = invite(talk)
    [claimed] = Letter.objects.claim(1)
    calendar_invitations.end(invitation)

    Sender().send_due()

    assert message_of(claimed) is None
    assert (mail.outbox, Letter.objects.count()) == ([], 0)


def test_the_private_page_does_not_end_anything_when_it_is_opened(client, talk):
    page = client.get(invite(talk).address.removeprefix(SITE))

    assert "grace@example.org" in words(main(page))
    assert "On engines" in words(main(page))
    assert (page.headers["Cache-Control"], CalendarInvitation.objects.count()) == ("private, no-store", 1)


def test_the_private_page_names_no_draft(client, talk):
    invitation = invite(talk)
    lifecycle.withdraw(talk, by=None)
    lifecycle.amend(Talk.objects.get(), title="SECRET", by=None)

    page = client.get(invitation.address.removeprefix(SITE)).text

    assert ("SECRET" in page, "On engines" in page) == (False, True)


def test_addresses_are_forgotten_some_weeks_after_the_talk(talk, clock):
    invite(talk)
    off = make_talk(series=talk.series, starts_at=NOON, state=State.POSTPONED)
    CalendarInvitation.objects.create(talk=off, email="emmy@example.org")

    left = []
    for moment in (NOON + KEPT, NOON + KEPT + timedelta(hours=2), NOON + KEPT_WHILE_POSTPONED + timedelta(hours=2)):
        clock.move_to(moment)
        housekeeping.tidy()
        left.append(CalendarInvitation.objects.count())

    assert left == [2, 1, 0]


def test_an_organiser_sees_the_form_of_a_talk_of_theirs(client, talk):
    client.force_login(make_organiser(talk.series))

    assert client.get(f"/talks/{talk.pk}/invitation/").status_code == 200
