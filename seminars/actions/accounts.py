"""Accounts: create the first one, send password links, tell owners of changes, and renew private calendars."""

import secrets
from datetime import timedelta

from django.utils import timezone

from seminars import mail
from seminars.actions import outbox
from seminars.models import User
from seminars.models.letter import AccountChange, LetterKind

FIRST_NAME = "organiser"
LINK_IS_WANTED = timedelta(hours=6)  # by somebody who waits for it
CHANGE_IS_NEWS = timedelta(days=7)


def first_organiser() -> tuple[str, str] | None:
    """Create an administrator if there is no account yet; return name and temporary password, or None."""
    if User.objects.exists():
        return None
    password = secrets.token_urlsafe(12)
    User.objects.create_superuser(FIRST_NAME, password=password, has_temporary_password=True)
    return FIRST_NAME, password


def give_temporary_password(person: User, password: str) -> User:
    """Set a password that somebody else chose; its owner replaces it at the next sign-in."""
    person.set_password(password)
    person.has_temporary_password = True
    person.save()
    return person


def send_password_link(email: str) -> None:
    """Send a link to choose a new password, if somebody who may sign in has this address.

    Who has it is looked up when the letter is sent: the request does the same for every address.
    """
    key = f"password:{secrets.token_urlsafe(12)}"
    outbox.put(LetterKind.PASSWORD, email, key=key, expires_in=LINK_IS_WANTED)


def tell_owner(person: User, change: AccountChange, *, to: str, by: User | None, **about: str) -> None:
    """Tell the owner of an account how the way to sign in has changed, if messages are sent and they have an address.

    `to` is the address that the account had before: a change by somebody else may have replaced it. `about` has more
    for the letter: `provider`, or `what` in the language of the department.
    """
    if to and mail.is_set_up():
        known = {"change": change, "person": person.pk, "by": by and by.pk, "at": timezone.now().isoformat()}
        key = f"account:{person.pk}:{secrets.token_urlsafe(12)}"
        outbox.put(LetterKind.ACCOUNT, to, key=key, expires_in=CHANGE_IS_NEWS, **known, **about)


def tell_of_password(person: User, *, by: User | None) -> None:
    """Tell the owner of an account that its password was changed or removed; `by` is None for an administrator."""
    tell_owner(person, AccountChange.NEW_PASSWORD, to=person.email, by=by)


def renew_calendar(person: User) -> User:
    """Give a person a private calendar at a new address; the old address answers 410 from now on."""
    person.feed_key = secrets.token_urlsafe(16)
    person.save(update_fields=["feed_key"])
    return person


def revoke_calendar(person: User) -> User:
    """Take the private calendar away."""
    person.feed_key = ""
    person.save(update_fields=["feed_key"])
    return person


def put_steps_away(person: User) -> None:
    """Show a person the list of first steps no longer."""
    person.has_put_steps_away = True
    person.save(update_fields=["has_put_steps_away"])
