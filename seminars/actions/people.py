"""Sign-ins: making the first one, and the private calendars of people who organise."""

import secrets

from seminars.models import User

FIRST_NAME = "organiser"


def first_organiser() -> tuple[str, str] | None:
    """Make the administrator where nobody can sign in yet; return name and one-time password, else None."""
    if User.objects.exists():
        return None
    password = secrets.token_urlsafe(12)
    User.objects.create_superuser(FIRST_NAME, password=password)
    return FIRST_NAME, password


def renew_calendar(person: User) -> User:
    """Give a person a private calendar at a new address; whoever had the old one gets 410 from now on."""
    person.feed_key = secrets.token_urlsafe(16)
    person.save(update_fields=["feed_key"])
    return person


def revoke_calendar(person: User) -> User:
    """Take the private calendar away."""
    person.feed_key = ""
    person.save(update_fields=["feed_key"])
    return person
