"""Letters about accounts: a link for a new password, an invitation, a new role, a change to how its owner signs in."""

from datetime import datetime
from typing import Any

from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from seminars import access
from seminars.models import Series, User
from seminars.models.account_invitation import Invitation
from seminars.models.letter import Letter


def new_password(letter: Letter) -> EmailMessage | None:
    """Return the link to choose a new password, None if nobody who may sign in has the address."""
    person = next(filter(access.may_use_password, PasswordResetForm().get_users(letter.to)), None)
    if person is None:
        return None
    token = default_token_generator.make_token(person)
    words = {"user": person, "uid": urlsafe_base64_encode(force_bytes(person.pk)), "token": token}
    return _message(
        "registration/password_reset_subject.txt", "registration/password_reset_email.html", person.email, words
    )


def invitation(letter: Letter) -> EmailMessage | None:
    """Return the link of an invitation, None if it is open no longer, or if a later letter has its link."""
    row = Invitation.objects.with_inviter(letter.about["invitation"])
    if row is None or row.sent_at.isoformat() != letter.about["sent_at"] or not access.may_be_accepted(row):
        return None
    return _account_message("invitation", row.email, {"invitation": row, "series": row.series.all()})


def role_given(letter: Letter) -> EmailMessage | None:
    """Return the news of a role that somebody with an account was given, None if they have it no longer."""
    people = User.objects.in_bulk([letter.about["person"], letter.about["by"]])
    person, giver = people.get(letter.about["person"]), people.get(letter.about["by"])
    if person is None or giver is None or not person.is_active:
        return None
    series = list(Series.objects.in_bulk(letter.about["series"]).values())
    given = Invitation(email=person.email, role=letter.about["role"], invited_by=giver)
    if not access.has_role(access.away(person), given.role, series):
        return None
    return _account_message("role_given", person.email, {"invitation": given, "person": person, "series": series})


def account_changed(letter: Letter) -> EmailMessage | None:
    """Return what somebody is told of a change to how they sign in, None if their account is gone."""
    people = User.objects.in_bulk([letter.about["person"], letter.about["by"]])
    person = people.get(letter.about["person"])
    if person is None:
        return None
    words = {
        "person": person,
        "by": people.get(letter.about["by"]),
        "at": datetime.fromisoformat(letter.about["at"]),
        "provider": letter.about.get("provider", ""),
        "what": letter.about.get("what", ""),
        "has_password": person.has_usable_password() and access.may_use_password(person),
    }
    return _account_message(f"account_{letter.about['change']}", letter.to, words)


def _account_message(template: str, to: str, words: dict[str, Any]) -> EmailMessage:
    return _message(f"registration/{template}_subject.txt", f"registration/{template}_email.txt", to, words)


def _message(subject: str, body: str, to: str, words: dict[str, Any]) -> EmailMessage:
    return EmailMessage(" ".join(render_to_string(subject, words).split()), render_to_string(body, words), None, [to])
