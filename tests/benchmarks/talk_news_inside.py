"""The commands that move a talk and tell subscribers of it, and time that. The import sets up Django."""

from datetime import timedelta
from time import perf_counter

from django.utils import timezone

from seminars.actions import lifecycle, talk_news
from seminars.models import Letter, Subscriber, Talk, ToldTalk
from seminars.models.quiet_time import LONGEST_WAIT
from tests.benchmarks.zone_changes_inside import turns


def subscribe(number):
    """Let so many people subscribe to changes of all talks, and the site have told all that there is to tell."""
    emails = (f"reader{person}@example.org" for person in range(number))
    Subscriber.objects.bulk_create([Subscriber(email=email, wants_changes=True) for email in emails], batch_size=500)
    talk_news.tell()
    _pass_the_quiet_time()
    talk_news.tell()


def move_and_tell():
    """Move a talk by an hour; return the seconds that telling took, those of its longest transaction, and letters."""
    talk = Talk.objects.going_ahead().listed().latest_first().first()
    before = Letter.objects.count()
    lifecycle.move(talk, starts_at=talk.starts_at + timedelta(hours=1), by=None)
    talk_news.tell()
    _pass_the_quiet_time()
    began = perf_counter()
    with turns() as lasted:
        talk_news.tell()
    return perf_counter() - began, max(lasted), Letter.objects.count() - before


def unsubscribe():
    """Let the site be as it was."""
    Subscriber.objects.all().delete()
    Letter.objects.all().delete()


def _pass_the_quiet_time():
    ToldTalk.objects.pending().update(pending_since=timezone.now() - LONGEST_WAIT)
