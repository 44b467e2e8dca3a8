"""Invitations as a mail server gets them: the bytes of the message, and what calendar libraries read in it."""

import email
import io
import re
from datetime import timedelta

import pytest
import time_machine
import vobject
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

from seminars.actions import lifecycle
from seminars.actions.outbox import Sender
from seminars.models import CalendarInvitation, Talk
from seminars.models.subscriber import CalendarMethod
from tests.calendar_mail import NOON, Worker, invite, make_announced_talk
from tests.factories import in_new_york
from tests.mailbox import mail_server

pytestmark = pytest.mark.django_db

NOW = in_new_york(2025, 11, 5, 9)
TITLE = "Über «Maschinen», die rechnen: 数学; and a rather long title, so that its lines have to be folded, with an end"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def deliver(settings):
    """Send what waits over a real connection; return the bytes of each message."""
    settings.MAIL_AT_ONCE = False

    def deliver():
        with mail_server() as (server, url):
            settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
            settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(url.rpartition(":")[2])
            Sender().send_due()
        return server.raw

    return deliver


def headers_of(raw):
    """The header lines of a message, unfolded."""
    return re.sub(rb"\r\n[ \t]", b" ", raw.partition(b"\r\n\r\n")[0]).split(b"\r\n")


def calendars_in(raw):
    """The calendar beside the texts and the attached one, as text."""
    parts = {part.get_content_type(): part for part in email.message_from_bytes(raw).walk()}
    return [parts[kind].get_payload(decode=True).decode() for kind in ("text/calendar", "application/ics")]


@pytest.mark.parametrize("method", CalendarMethod)
def test_the_parts_are_those_that_mail_programs_look_for(deliver, method):
    invite(make_announced_talk(), method=method)

    [raw] = deliver()

    message = email.message_from_bytes(raw)
    texts, attached = message.get_payload()
    assert [message.get_content_type(), texts.get_content_type()] == ["multipart/mixed", "multipart/alternative"]
    assert [part.get_content_type() for part in texts.get_payload()] == ["text/plain", "text/html", "text/calendar"]
    assert texts.get_payload()[2].get_param("method") == method
    assert texts.get_payload()[2].get_param("charset") == "utf-8"
    assert (attached.get_content_type(), attached.get_filename()) == ("application/ics", "invite.ics")
    beside, file = calendars_in(raw)
    assert beside.replace("\r\n", "\n") == file.replace("\r\n", "\n")
    assert file.count("\r\n") == file.count("\n")
    assert b"\r\r\n" not in raw


def test_the_headers_end_the_invitation_with_one_click(deliver):
    invitation = invite(make_announced_talk())

    [raw] = deliver()

    lines = headers_of(raw)
    [way_out] = [line for line in lines if line.startswith(b"List-Unsubscribe:")]
    assert way_out == b"List-Unsubscribe: <%b>" % invitation.address.encode()
    assert len(way_out.partition(b" ")[2]) <= 75
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert b"List-Id: <mail.talks.example.edu>" in lines
    assert b"Auto-Submitted: auto-generated" in lines
    assert b"To: grace@example.org" in lines
    assert not [line for line in lines if line.lower().startswith((b"cc:", b"bcc:"))]


def test_no_line_is_longer_than_smtp_allows(deliver):
    invite(make_announced_talk(title=TITLE, abstract="word " * 2000))

    [raw] = deliver()

    assert max(map(len, raw.split(b"\r\n"))) <= 998


def by_icalendar(text):
    calendar = Calendar.from_ical(text)
    [event] = calendar.walk("VEVENT")
    return (
        str(calendar["METHOD"]), str(event["UID"]), event["SEQUENCE"], event["DTSTAMP"].dt, event["DTSTART"].dt,
        str(event["SUMMARY"]), str(event["STATUS"]), str(event["ORGANIZER"]),
    )  # fmt: skip


def by_vobject(text):
    calendar = vobject.readOne(io.StringIO(text))
    event = calendar.vevent
    return (
        calendar.method.value, event.uid.value, int(event.sequence.value), event.dtstamp.value, event.dtstart.value,
        event.summary.value, event.status.value, event.organizer.value,
    )  # fmt: skip


def by_ical(text):
    calendar = IcsCalendarStream.calendar_from_ics(text)
    [event] = calendar.events
    return (
        calendar.method, event.uid, event.sequence, event.dtstamp, event.dtstart, event.summary, event.status.value,
        str(event.organizer.uri),
    )  # fmt: skip


@pytest.mark.parametrize("read", [by_icalendar, by_vobject, by_ical])
@pytest.mark.parametrize("method", CalendarMethod)
def test_three_libraries_read_the_invitation_its_correction_and_its_end(deliver, clock, read, method):
    talk = make_announced_talk(title=TITLE)
    invite(talk, method=method)
    sent, stamps, corrected = deliver(), [NOW], Worker(clock)
    steps = [
        lambda talk: lifecycle.move(talk, starts_at=NOON + timedelta(hours=2), by=None),
        lambda talk: lifecycle.cancel(talk, by=None),
        lambda talk: lifecycle.reinstate(talk, by=None),
        lambda talk: lifecycle.withdraw(talk, by=None),
    ]
    for step in steps:
        step(Talk.objects.get())
        corrected()
        sent += deliver()
        stamps.append(CalendarInvitation.objects.get().sent_at)

    later, name = NOON + timedelta(hours=2), f"ASSET: Ada Lovelace – {TITLE}"
    first, organiser = talk.sequence, "mailto:asset@example.edu"
    assert [[read(calendar) for calendar in calendars_in(raw)] for raw in sent] == [
        [(does, talk.uid, first + number, stamps[number], start, said, status, organiser)] * 2
        for number, (does, start, said, status) in enumerate([
            (method, NOON, name, "CONFIRMED"),
            (method, later, name, "CONFIRMED"),
            ("CANCEL", later, f"CANCELLED: {name}", "CANCELLED"),
            (method, later, name, "CONFIRMED"),
            ("CANCEL", later, name, "CANCELLED"),
        ])
    ]  # fmt: skip
