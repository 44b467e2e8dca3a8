"""Commands that put letters into the outbox of a running site, for the process of tests/serving.py."""

from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from seminars.actions import lifecycle, speaker_requests, talk_news
from seminars.models import Appearance, Letter, PeriodicTask, Speaker, Subscriber, Talk, User
from seminars.models.letter import LetterKind
from seminars.models.quiet_time import QUIET
from tests.factories import make_series, make_talk


def prepare():
    """Make an empty site."""
    call_command("migrate", verbosity=0, interactive=False)


def put(number):
    """Put a letter for each of so many people into the outbox."""
    people = [User(username=f"person{n}", email=f"person{n}@example.org", password="md5$a$b") for n in range(number)]
    User.objects.bulk_create(people)
    Letter.objects.put([Letter(kind=LetterKind.PASSWORD, key=person.email, to=person.email) for person in people])


def let_digests_be_due(number):
    """Let so many people have subscribed to the talks of the week, whose hour has just come."""
    _make_talk()
    _subscribe(number, wants_digest=True)
    Subscriber.objects.update(digest_due_at=timezone.now() - timedelta(minutes=1))


def let_a_move_be_due(number):
    """Move a talk whose changes so many people want to hear of, and let the quiet time after it be over."""
    talk = _make_talk()
    talk_news.tell()
    _subscribe(number, wants_changes=True)
    lifecycle.move(talk, starts_at=talk.starts_at + timedelta(hours=1), by=None)
    Talk.objects.update(changed_at=timezone.now() - QUIET)


def let_reminders_be_due(number):
    """Let so many people have been asked about a talk without a title, and let the morning of reminders be there."""
    talk = _make_talk(title="")
    people = [Speaker(name=f"Person {n}", slug=f"person-{n}", email=f"person{n}@example.org") for n in range(number)]
    people = Speaker.objects.bulk_create(people)
    Appearance.objects.bulk_create(Appearance(talk=talk, speaker=one, order=n) for n, one in enumerate(people))
    speaker_requests.make_all([(talk, one) for one in people], by=None)
    PeriodicTask.objects.create(name="speaker reminders", due_at=timezone.now() - timedelta(minutes=1))


def _make_talk(title="On engines"):
    return make_talk(series=make_series(), title=title, starts_at=timezone.now() + timedelta(days=2))


def _subscribe(number, **choice):
    people = [Subscriber(email=f"person{n}@example.org", is_for_all=True, **choice) for n in range(number)]
    Subscriber.objects.bulk_create(people)


def end_leases():
    """Let what a killed worker had taken be free, as it is half an hour later."""
    Letter.objects.waiting().update(leased_until=None, due_at=None)
    PeriodicTask.objects.update(leased_until=None)


def make_due():
    """Let what the mail server put off be due now."""
    Letter.objects.waiting().filter(leased_until=None).update(due_at=None)


def states():
    """Return how many letters there are of each state."""
    found = list(Letter.objects.values_list("state", flat=True))
    return {state: found.count(state) for state in set(found)}
