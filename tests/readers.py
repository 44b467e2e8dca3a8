"""Subscribers in tests, and the letters that they get about new and changed talks."""

import re
from datetime import timedelta

from django.core import mail

from seminars.actions import lifecycle, talk_news
from seminars.actions.outbox import Sender
from seminars.models import Subscriber
from tests.factories import make_room
from tests.pages import words

A_ROUND = 20  # seconds between two looks of the worker


def make_reader(name="reader", *, series=(), topics=(), **choice):
    """A subscriber who wants all news, of everything unless series or topics are given."""
    wanted = {"wants_new_talks": True, "wants_changes": True, "is_for_all": not (series or topics)} | choice
    reader = Subscriber.objects.create(email=f"{name}@example.org", **wanted)
    reader.series.set(series)
    reader.topics.set(topics)
    return reader


def told(response):
    """What a page of the desk says of those who get an email, "" if nothing."""
    found = re.search(r'<p class="told-readers">(.*?)</p>', response.text)
    return words(found[1]) if found else ""


def wait(clock, minutes):
    """Let time pass on a site whose worker looks every A_ROUND, and sends."""
    for _round in range(minutes * 60 // A_ROUND):
        clock.shift(A_ROUND)
        talk_news.tell()
        Sender().send_due()


def arrived():
    """The letters sent since this was last asked."""
    sent, mail.outbox[:] = list(mail.outbox), []
    return sent


def subjects():
    return [message.subject for message in arrived()]


def move(talk, hours=1):
    return lifecycle.move(talk, starts_at=talk.starts_at + timedelta(hours=hours), by=None)


def into(name):
    return make_room(name=name)


def prepare(clock):
    """Let the letters about what has changed just now be in the outbox, and not sent yet."""
    for seconds in (A_ROUND, 200):
        clock.shift(seconds)
        talk_news.tell()
