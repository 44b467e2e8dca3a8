"""Invite readers to talks, let the worker correct what changed, and read the calendars that were sent."""

from datetime import timedelta

from django.core import mail
from icalendar import Calendar

from seminars.actions import subscriptions
from seminars.actions.calendar_invitations import Corrections
from seminars.models import SubscriptionRequest
from seminars.models.quiet_time import QUIET
from seminars.models.subscriber import CalendarMethod
from tests.factories import in_new_york, make_room, make_series, make_talk

NOON = in_new_york(2025, 11, 12, 12)
A_ROUND = timedelta(seconds=20)  # between two looks of the worker


def make_announced_talk(**fields):
    """A talk of a series with a contact."""
    series = make_series(short_name="ASSET", name="Algebra", slug="asset", contact_email="asset@example.edu")
    words = {"title": "On engines", "speakers": ["Ada Lovelace"], "room": make_room()}
    return make_talk(**{"series": series, "starts_at": NOON, **words} | fields)


def invite(talk, email="grace@example.org", method=CalendarMethod.REQUEST):
    """Confirm a request for an invitation."""
    return subscriptions.confirm(SubscriptionRequest.objects.create(talk=talk, email=email, method=method))


class Worker:
    """Looks every 20 seconds at what changed."""

    def __init__(self, clock):
        self.clock, self.corrections = clock, Corrections()

    def __call__(self, within=QUIET + A_ROUND):
        """Work for some time; return what was sent."""
        before = len(mail.outbox)
        for _ in range(within // A_ROUND):
            self.clock.shift(A_ROUND)
            self.corrections.put()
        return mail.outbox[before:]


def calendar_in(message):
    """The calendar of a message as icalendar reads it; it must be the same beside the texts and as a file."""
    [body] = [content for content, kind in message.alternatives if kind.startswith("text/calendar")]
    [(name, attached, kind)] = message.attachments
    assert (name, kind, attached.decode()) == ("invite.ics", "application/ics", body)
    return Calendar.from_ical(body)


def event_in(message):
    [event] = calendar_in(message).walk("VEVENT")
    return event


def told(messages):
    """Method and SEQUENCE of each message."""
    return [(str(calendar_in(message)["METHOD"]), int(event_in(message)["SEQUENCE"])) for message in messages]


def whole(message):
    """All that stands in a message, decoded."""
    return str(
        [message.message().as_string(), message.subject, message.body, message.alternatives, message.attachments]
    )
