"""Accounts: create the first one, send password links, and renew private calendars."""

import secrets

from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from seminars.models import User
from seminars.models.department_language import in_department_language

FIRST_NAME = "organiser"


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
    """Send the person with this email address, if there is one who may sign in, a link to choose a new password.

    Django's form does the same, but writes the address into the log if it fails.
    """
    with in_department_language():  # the thread that sends mail speaks the server's
        for person in PasswordResetForm().get_users(email):
            token = default_token_generator.make_token(person)
            words = {"user": person, "uid": urlsafe_base64_encode(force_bytes(person.pk)), "token": token}
            subject = render_to_string("registration/password_reset_subject.txt", words)
            body = render_to_string("registration/password_reset_email.html", words)
            send_mail(" ".join(subject.split()), body, None, [person.email])


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
