"""Commands that put letters into the outbox of a running site, for the process of tests/serving.py."""

from django.core.management import call_command

from seminars.models import Letter, User
from seminars.models.letter import LetterKind


def prepare():
    """Make an empty site."""
    call_command("migrate", verbosity=0, interactive=False)


def put(number):
    """Put a letter for each of so many people into the outbox."""
    people = [User(username=f"person{n}", email=f"person{n}@example.org", password="md5$a$b") for n in range(number)]
    User.objects.bulk_create(people)
    Letter.objects.put([Letter(kind=LetterKind.PASSWORD, key=person.email, to=person.email) for person in people])


def end_leases():
    """Let what a killed worker had taken be free, as it is half an hour later."""
    Letter.objects.waiting().update(leased_until=None, due_at=None)


def make_due():
    """Let what the mail server put off be due now."""
    Letter.objects.waiting().filter(leased_until=None).update(due_at=None)


def states():
    """Return how many letters there are of each state."""
    found = list(Letter.objects.values_list("state", flat=True))
    return {state: found.count(state) for state in set(found)}
