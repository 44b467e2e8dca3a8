"""Who may be signed in how: Django's backends, which the session of a person names.

Django asks the backend at each request, so a session ends as soon as its way to sign in is switched off.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend

from seminars import access
from seminars.models import User


class PasswordBackend(ModelBackend):
    """Django's, for those whom LOCAL_SIGN_IN leaves their password."""

    def user_can_authenticate(self, user: User) -> bool:
        return super().user_can_authenticate(user) and access.may_use_password(user)


class SingleSignOnBackend(ModelBackend):
    """People whom the university signed in; a password gets nobody past it."""

    def authenticate(self, *_asked: Any, **_credentials: Any) -> None:
        return None

    def get_user(self, user_id: int) -> User | None:
        person = super().get_user(user_id)
        if person is None or not person.identities.of_issuer(settings.SINGLE_SIGN_ON.identity_issuer).exists():
            return None
        person.is_vouched_for = True
        return person
