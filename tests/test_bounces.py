"""Letters that come back: whose they are, what counts, and when the site stops sending."""

import base64
import quopri
import socketserver
import threading
from datetime import timedelta
from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from io import BytesIO
from types import SimpleNamespace

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from seminars.actions import bounces, calendar_invitations, housekeeping, weekly_emails
from seminars.management.commands import take_bounce
from seminars.management.commands.work import Worker
from seminars.models import Bounce, Letter, Subscriber, SubscriptionRequest
from seminars.models.periodic_task import LeftUndone, PeriodicTask
from tests.factories import in_new_york, make_administrator, make_talk
from tests.mailbox import mail_server

pytestmark = pytest.mark.django_db

NOW = in_new_york(2025, 11, 10, 8)
WEEK = timedelta(weeks=1)


@pytest.fixture(autouse=True)
def clock(settings):
    settings.BOUNCE_ADDRESS = "bounces@talks.example.edu"
    with time_machine.travel(NOW - WEEK / 2, tick=False) as clock:
        yield clock


@pytest.fixture
def subscriber():
    return Subscriber.objects.create(email="ada@example.org", wants_digest=True)


@pytest.fixture
def send(series, clock, subscriber):
    """Send the digest of a week, and return the address to which it would come back."""

    def send(week=0):
        at = NOW + week * WEEK
        make_talk(series=series, starts_at=at + timedelta(days=2))
        clock.move_to(at)
        before = len(mail.outbox)
        weekly_emails.put_due()
        return mail.outbox[-1].from_email if len(mail.outbox) > before else None

    return send


def report(action="failed", status="5.1.1", to="ada@example.org"):
    """A report as Postfix and Exchange write it (RFC 3464)."""
    whole = MIMEMultipart("report", report_type="delivery-status")
    whole.attach(MIMEText("Your message was not delivered."))
    fields = MIMEBase("message", "delivery-status")
    host, person = EmailMessage(), EmailMessage()
    host["Reporting-MTA"] = "dns; mail.example.org"
    person["Final-Recipient"] = f"rfc822; {to}"
    person["Action"], person["Status"] = action, status
    fields.set_payload([host, person])
    whole.attach(fields)
    return whole


def as_bytes(message, **headers):
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return message.as_bytes()


def test_each_letter_comes_back_to_an_address_of_its_own(send, settings):
    settings.DEFAULT_FROM_EMAIL = "Seminars <seminars@talks.example.edu>"
    first, second = send(), send(1)

    assert first != second
    assert first.startswith("bounces+")
    assert len(first.partition("@")[0]) <= 64  # RFC 5321 §4.5.3.1.1
    assert mail.outbox[0].message()["From"] == "Seminars <seminars@talks.example.edu>"


NESTED = b"Content-Type: multipart/report; boundary=b\n\n--b\n" + b"Content-Type: message/rfc822\n\n" * 3000
COMMENTS = b"X-Failed-Recipients: ada@example.org\nTo: " + b"(" * 9000 + b"\n\n"


@pytest.mark.parametrize("message", [NESTED, COMMENTS], ids=["nested parts", "nested comments"])
def test_a_message_that_cannot_be_read_holds_up_nothing(message):
    assert not bounces.take(message, ["bounces+1-0123456789abcdef@talks.example.edu"])


def test_without_an_address_for_reports_the_sender_is_the_site(send, settings):
    settings.BOUNCE_ADDRESS = ""

    assert send() == settings.DEFAULT_FROM_EMAIL


def test_three_letters_that_come_back_within_two_weeks_end_it(send, subscriber, clock):
    for week in range(3):
        assert bounces.take(as_bytes(report()), [send(week)])
        subscriber.refresh_from_db()
        assert (subscriber.suspended_at is not None) == (week == 2)

    assert send(3) is None


def test_failures_far_apart_do_not_count_together(send, subscriber, clock):
    for week in range(6):
        path = send(week)
        if week % 3:  # two of three come back
            bounces.take(as_bytes(report()), [path])

    subscriber.refresh_from_db()
    assert subscriber.suspended_at is None


def test_one_letter_that_comes_back_several_times_counts_once(send, subscriber):
    path = send()
    for _ in range(4):
        bounces.take(as_bytes(report()), [path])

    assert Bounce.objects.count() == 1
    assert Subscriber.objects.get().suspended_at is None


@pytest.mark.parametrize("name", ["To", "Delivered-To", "X-Original-To", "Envelope-To"])
def test_the_address_of_the_report_says_whose_it_was(send, name):
    path = send()

    assert bounces.take(as_bytes(report(to="other@example.org"), **{name: f"<{path.upper()}>"}))

    assert Bounce.objects.get().subscriber.email == "ada@example.org"


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_what_is_no_failure_does_not_count(send, action):
    assert not bounces.take(as_bytes(report(action)), [send()])


def test_a_report_of_exim_without_fields_counts(send):
    message = MIMEText("A message that you sent could not be delivered.")

    assert bounces.take(as_bytes(message, X_Failed_Recipients="ada@example.org", To=send()))


@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
@pytest.mark.parametrize("kind", ["delivery-status", "global-delivery-status"])
@pytest.mark.parametrize(("action", "counts"), [("failed", True), ("delayed", False)])
def test_a_report_about_an_address_in_utf_8_counts(send, encoding, kind, action, counts):
    fields = (
        f"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: utf-8; ä@example.org\r\nAction: {action}\r\nStatus: 5.1.1\r\n"
    )
    encoded = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}.get(encoding, bytes)(
        fields.encode()
    )
    head = f"Content-Type: message/{kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode()
    whole = b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n" + head + encoded + b"\r\n--b--\r\n"

    assert bounces.take(whole, [send()]) == counts


def test_an_absence_note_does_not_count(send):
    assert not bounces.take(as_bytes(MIMEText("I am away."), To=send(), Auto_Submitted="auto-replied"))


@pytest.mark.parametrize(
    "path",
    ["bounces+1-0123456789abcdef@talks.example.edu", "bounces@talks.example.edu", "bounces+x-y@talks.example.edu"],
)
def test_an_address_that_somebody_made_up_counts_for_nobody(send, path):
    send()

    assert not bounces.take(as_bytes(report()), [path])


@pytest.mark.parametrize("rubbish", [b"", b"\xff\xfe\x00", b"Content-Type: multipart/report\n\nx", b"\n\n\n"])
def test_what_is_no_message_does_no_harm(send, rubbish):
    assert not bounces.take(rubbish, [send()])


def test_three_refusals_at_once_count_alike(send, subscriber, settings, sent_over):
    with mail_server(refusal="No such user") as (_server, url):
        sent_over(url)
        for week in range(3):
            send(week)

    assert Bounce.objects.count() == 3
    assert Subscriber.objects.get().suspended_at is not None


def test_an_invitation_that_comes_back_is_the_last(clock):
    talk = make_talk(starts_at=NOW + WEEK)
    invitation = calendar_invitations.begin(SubscriptionRequest.objects.create(email="ada@example.org", talk=talk))
    path = mail.outbox[-1].from_email

    assert not bounces.take(as_bytes(report("delayed")), [path])
    assert bounces.take(as_bytes(report()), [path])

    assert not type(invitation).objects.exists()
    assert not bounces.take(as_bytes(report()), [path])


def test_saving_the_choice_starts_it_again(send, subscriber):
    Subscriber.objects.update(suspended_at=NOW)
    path = subscriber.address.removeprefix("http://talks.example.edu")
    assert "came back" in Client().get(path).text

    Client().post(path, {"wants_digest": "on"})

    assert send() is not None


def test_who_cannot_be_reached_for_three_months_is_forgotten(subscriber, clock):
    Subscriber.objects.update(suspended_at=NOW)
    clock.move_to(NOW + timedelta(days=89))
    housekeeping.tidy()
    assert Subscriber.objects.exists()

    clock.shift(timedelta(days=2))
    housekeeping.tidy()
    assert not Subscriber.objects.exists()


def test_a_mail_server_hands_a_report_to_the_command(send, monkeypatch):
    path = send()
    monkeypatch.setattr(take_bounce.sys, "stdin", SimpleNamespace(buffer=BytesIO(as_bytes(report()))))

    call_command("take_bounce", path)

    assert Bounce.objects.count() == 1


class Mailbox(socketserver.StreamRequestHandler):
    """As much of an IMAP server (RFC 3501) as a reader of reports asks for."""

    def handle(self):
        self.say(b"* OK ready")
        while line := self.rfile.readline().strip():
            tag, name, *rest = line.decode().split(" ", 3)
            self.server.asked.append(line.partition(b" ")[2])
            refusal = getattr(self, f"do_{name.lower()}", lambda *_rest: None)(*rest)
            self.say(tag.encode() + (refusal or b" OK done"))

    def do_capability(self):
        self.say(b"* CAPABILITY IMAP4rev1")

    def do_select(self, *_folder):
        self.say(b"* %d EXISTS" % len(self.server.box))

    def do_search(self, _which):
        self.say(b"* SEARCH " + b" ".join(b"%d" % number for number in self.server.box))

    def do_fetch(self, number, what):
        message = self.server.box[int(number)]
        if message in (b" NO broken", b" BAD broken", b" OK nothing"):
            return message
        size, text = b"RFC822.SIZE %d" % len(message), b"RFC822 {%d}\r\n%s" % (len(message), message)
        self.say(b"* %s FETCH (%s)" % (number.encode(), size if "SIZE" in what else text))
        return None

    def do_store(self, number, *_flags):
        self.server.gone.append(int(number))

    def do_expunge(self):
        for number in self.server.gone:
            self.server.box.pop(number, None)

    def say(self, line):
        self.wfile.write(line + b"\r\n")


@pytest.fixture
def mailbox(settings):
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mailbox)
    server.daemon_threads, server.box, server.gone, server.asked = True, {}, [], []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.BOUNCE_MAILBOX = f"imap://bounces:p%40ss@127.0.0.1:{server.server_address[1]}/Sent%20back"
    yield server
    server.shutdown()
    server.server_close()


def test_the_worker_reads_a_mailbox_and_empties_it(send, mailbox):
    mailbox.box |= {
        1: as_bytes(report(), To=send()),
        2: as_bytes(MIMEText("I am away."), To=send(1)),
        3: b"To: x\n\n" + b"x" * (bounces.LARGEST + 1),
    }

    assert bounces.fetch() == 1

    assert (mailbox.box, Bounce.objects.count()) == ({}, 1)
    assert {b'LOGIN bounces "p@ss"', b'SELECT "Sent back"'} <= set(mailbox.asked)
    assert not any(line.startswith(b"FETCH 3 (RFC822)") for line in mailbox.asked)


@pytest.mark.parametrize("refusal", [b" NO broken", b" BAD broken", b" OK nothing"])
def test_a_message_that_cannot_be_read_stays_and_holds_up_no_other(send, mailbox, monkeypatch, refusal):
    monkeypatch.setattr(bounces, "MOST_AT_ONCE", 1)
    mailbox.box |= {1: refusal, 2: refusal, 3: as_bytes(report(), To=send())}

    with pytest.raises(LeftUndone, match="2 messages in the mailbox BOUNCE_MAILBOX cannot be read"):
        bounces.fetch()

    assert (list(mailbox.box), Bounce.objects.count()) == ([1, 2], 1)


def test_the_desk_says_that_messages_cannot_be_read(mailbox, client):
    PeriodicTask.objects.create(name="bounces", due_at=timezone.now())
    mailbox.box |= {1: b" NO broken"}

    Worker().do_tasks()

    client.force_login(make_administrator())
    assert "1 message in the mailbox BOUNCE_MAILBOX cannot be read." in client.get("/admin/outbox/").text
    assert PeriodicTask.objects.get(name="bounces").due_at == timezone.now() + timedelta(minutes=15)


def test_nothing_is_kept_of_a_letter_that_was_deleted(send):
    path = send()
    Letter.objects.all().delete()

    assert not bounces.take(as_bytes(report()), [path])
