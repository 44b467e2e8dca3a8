"""Letters about accounts: a link for a new password, an invitation, a new role."""

from typing import Any

from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from seminars.models import Series, User
from seminars.models.invitation import Invitation
from seminars.models.letter import Letter


def new_password(letter: Letter) -> EmailMessage | None:
    """Return the link to choose a new password, None if nobody who may sign in has the address."""
    person = next(iter(PasswordResetForm().get_users(letter.to)), None)
    if person is None:
        return None
    token = default_token_generator.make_token(person)
    words = {"user": person, "uid": urlsafe_base64_encode(force_bytes(person.pk)), "token": token}
    return _message(
        "registration/password_reset_subject.txt", "registration/password_reset_email.html", person.email, words
    )


def invitation(letter: Letter) -> EmailMessage | None:
    """Return the link of an invitation, None if it was withdrawn or accepted, or has another link by now."""
    row = Invitation.objects.to_send(letter.about["invitation"], letter.about["link"])
    if row is None:
        return None
    words = {"invitation": row, "series": row.series.all()}
    return _account_message("invitation", row.email, words)


def role_given(letter: Letter) -> EmailMessage | None:
    """Return the news of a role that somebody with an account was given, None if the account is gone."""
    person = User.objects.in_bulk([letter.about["person"]]).get(letter.about["person"])
    giver = User.objects.in_bulk([letter.about["by"]]).get(letter.about["by"])
    if person is None or giver is None:
        return None
    series = list(Series.objects.in_bulk(letter.about["series"]).values())
    given = Invitation(email=person.email, role=letter.about["role"], invited_by=giver)
    return _account_message("role_given", person.email, {"invitation": given, "person": person, "series": series})


def _account_message(template: str, to: str, words: dict[str, Any]) -> EmailMessage:
    return _message(f"registration/{template}_subject.txt", f"registration/{template}_email.txt", to, words)


def _message(subject: str, body: str, to: str, words: dict[str, Any]) -> EmailMessage:
    return EmailMessage(" ".join(render_to_string(subject, words).split()), render_to_string(body, words), None, [to])
