"""Sign-ins: making the first one, and people who organise."""

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
