"""Commands that make accounts on a running site, for the process of tests/serving.py."""

from django.contrib.auth.hashers import make_password
from django.core.management import call_command

from seminars.models import User


def prepare():
    """Make an empty site."""
    call_command("migrate", verbosity=0, interactive=False)


def make(names):
    """Make people with a password and the email address NAME@example.org."""
    password = make_password("open sesame 7")  # once: it takes half a second
    User.objects.bulk_create(User(username=name, email=f"{name}@example.org", password=password) for name in names)
