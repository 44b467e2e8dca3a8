"""Commands that subscribe many people and send what they get. The import sets up Django."""

import resource
from datetime import timedelta
from threading import Event, Thread
from time import perf_counter

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection
from django.utils import timezone

from seminars.actions import weekly_emails
from seminars.actions.outbox import Sender
from seminars.formats.letters import message_of
from seminars.models import Letter, Subscriber, Talk
from seminars.models.department import in_department_zone
from tests.benchmarks.zone_changes_inside import turns

settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.MAIL_PER_MINUTE = 0
stopping, sent_meanwhile = Event(), []


def subscribe(number):
    """Subscribe so many people to all talks; some talks are this week, so that there is something to say."""
    people = [
        Subscriber(email=f"person{n}@example.org", wants_digest=True, wants_new_talks=True, wants_changes=True)
        for n in range(number)
    ]
    Subscriber.objects.bulk_create(people, batch_size=500)
    soon = timezone.now() + timedelta(days=2)
    for talk in Talk.objects.public().listed().upcoming()[:4]:
        length = talk.ends_at - talk.starts_at
        soon += timedelta(hours=3)
        talk.starts_at, talk.ends_at = soon, soon + length
        talk.save()


def prepare_weekly_emails():
    """Put a weekly email for everybody into the outbox; return the seconds of all and of the longest transaction."""
    Letter.objects.all().delete()
    Subscriber.objects.update(digest_due_at=timezone.now() - timedelta(minutes=1))
    began = perf_counter()
    with turns() as lasted:
        number = weekly_emails.put_due()
    if number != Subscriber.objects.count():
        raise RuntimeError(f"{number} letters were prepared.")
    return {"seconds": perf_counter() - began, "longest": max(lasted)}


def send(port, number):
    """Send so many of the letters that wait; return the seconds, and the MB that the process has grown."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    left = Letter.objects.waiting().count() - number
    before, began = _peak(), perf_counter()
    with in_department_zone():
        sender = Sender(lambda: False)
        with _only(number):
            sent = sender.send_due()
    if sent != number or Letter.objects.waiting().count() != left:
        raise RuntimeError(f"{sent} letters were sent.")
    return {"seconds": perf_counter() - began, "grown": _peak() - before}


def send_plainly(port, number):
    """Send the same as `send_mass_mail` does it, rendered before; return the seconds."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    with in_department_zone():
        messages = [_as_django_has_it(message_of(letter)) for letter in Letter.objects.waiting()[:number]]
    began = perf_counter()
    if get_connection().send_messages(messages) != number:
        raise RuntimeError("Not all letters were sent.")
    return {"seconds": perf_counter() - began}


def _as_django_has_it(message):
    names = ("subject", "body", "from_email", "to", "reply_to", "alternatives")
    return EmailMultiAlternatives(headers=message.extra_headers, **{name: getattr(message, name) for name in names})


def begin_to_send(port):
    """Send what waits until `stop_sending`, in a thread as the worker has it."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port

    def run():
        sent_meanwhile.append(Sender(stopping.is_set).send_due())
        connection.close()

    Thread(target=run, name="sending").start()


def stop_sending():
    """Return how many letters were sent meanwhile."""
    stopping.set()
    while not sent_meanwhile:
        Event().wait(0.05)
    return sent_meanwhile.pop()


class _only:  # noqa: N801  used as a context manager
    """Let only so many letters be due."""

    def __init__(self, number):
        self.number = number

    def __enter__(self):
        keys = list(Letter.objects.waiting().order_by("pk").values_list("pk", flat=True)[self.number :])
        self.later = keys
        Letter.objects.filter(pk__gte=keys[0]).update(due_at=timezone.now() + timedelta(hours=1)) if keys else None

    def __exit__(self, *_error):
        Letter.objects.waiting().update(due_at=None)


def _peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
