"""Subscribers and announcements for tests: who is there, what is planned, to whom it went."""

from django.core import mail

from seminars.actions import announcing
from seminars.models import Announcement, Subscriber
from tests.factories import in_new_york, make_series, make_speaker, make_talk

NOW = in_new_york(2030, 11, 4, 9)  # a Monday
NOON = in_new_york(2030, 11, 6, 12)
LIST = "asset-list@example.edu"


def make_announcing_series():
    """A series with a mailing list and a contact."""
    return make_series(short_name="ASSET", mailing_list=LIST, contact_email="office@example.edu")


def make_announced_talk(series):
    return make_talk(series=series, title="On engines", speakers=[make_speaker(name="Ada Lovelace")], starts_at=NOON)


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
